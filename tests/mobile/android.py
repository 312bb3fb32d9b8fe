"""Builds the sample keyboard with Debian's tools instead of Gradle, and its parts for a desktop."""

import shutil
import zipfile
from pathlib import Path

from export.keyboard.c_library import ROOT
from tests.core.text_program import STRICT
from tests.mobile.cross import CACHE, succeed

HERE = Path(__file__).parent
MOBILE = ROOT / "mobile"
SAMPLE = MOBILE / "sample" / "app" / "src" / "main"
ANDROID = CACHE / "android-23/usr/share/java/com.android.android-23.jar"
DX = CACHE / "dx/usr/share/java/com.android.dx.jar"
KOTLIN = CACHE / "kotlin/node_modules/kotlin-compiler"
RUNTIME, ANNOTATIONS = KOTLIN / "lib/kotlin-stdlib.jar", KOTLIN / "lib/annotations-13.0.jar"
# dx, older than D8, knows neither `invokedynamic` nor Java 8's new methods.
KOTLIN_FLAGS = ("-Werror", "-no-jdk", "-no-stdlib", "-no-reflect", "-jvm-target", "1.8")
KOTLIN_FLAGS += ("-Xlambdas=class", "-Xsam-conversions=class", "-Xstring-concat=inline")
OLDEST_API = 23
PASSWORD = "sample"
# The data classes call `Integer.hashCode(int)`, which Android has since API 24; D8 replaces it.
RULES = f"""\
-injars classes(!org/elman/keyboard/ElmanDictionary*.class)
-injars {RUNTIME}(!META-INF/**)
-outjars small.jar
-libraryjars {ANDROID}
-libraryjars {ANNOTATIONS}
-dontobfuscate
-dontoptimize
-dontnote
-target 7
-dontwarn kotlin.**
-dontwarn org.elman.keyboard.**
-keep public class * extends android.inputmethodservice.InputMethodService {{ public *; }}
-keep public class * extends android.app.Activity {{ public *; }}
-keep class org.elman.keyboard.ElmanException {{ <init>(...); }}
-keepclasseswithmembers class * {{ native <methods>; }}
"""


def build_resources(folder: Path) -> None:
    """Write `base.apk`, with manifest and resources, and the Java source of their numbers."""
    manifest = (SAMPLE / "AndroidManifest.xml").read_text(encoding="utf-8")
    # Gradle takes the name and the versions from build.gradle.kts.
    named = manifest.replace("<manifest ", '<manifest package="org.elman.sample" ', 1)
    (folder / "AndroidManifest.xml").write_text(named, encoding="utf-8")
    succeed(["aapt2", "compile", "--dir", SAMPLE / "res", "-o", folder / "resources.zip"])
    versions = f"--min-sdk-version {OLDEST_API} --target-sdk-version {OLDEST_API}"
    versions += " --version-code 1 --version-name 1.0"
    command = ["aapt2", "link", "-I", ANDROID, "--manifest", folder / "AndroidManifest.xml"]
    command += [*versions.split(), "--java", folder / "java", "-o", folder / "base.apk"]
    succeed([*command, folder / "resources.zip"])


def compile_java(classes: Path, paths: list[Path]) -> None:
    """Compile Java sources to a folder, as ProGuard and dx can read them."""
    succeed(["javac", "--release", "8", "-Xlint:-options", "-d", classes, *paths])


def compile_kotlin(folder: Path) -> None:
    """Compile the wrapper, the dictionary for LatinIME and the sample to `classes`."""
    compile_java(folder / "classes", sorted((folder / "java").rglob("*.java")))
    compile_java(folder / "latinime", sorted((HERE / "standins/latinime").rglob("*.java")))
    paths = [*MOBILE.glob("android/*.kt"), *MOBILE.glob("latinime/*.kt"), *SAMPLE.rglob("*.kt")]
    used = [ANDROID, RUNTIME, folder / "classes", folder / "latinime"]
    command = ["bash", KOTLIN / "bin/kotlinc", *KOTLIN_FLAGS, "-cp", ":".join(map(str, used))]
    succeed([*command, "-d", folder / "classes", *sorted(paths)])


def build_native(folder: Path, *options: str) -> None:
    """Build `libelman_jni.so` for this machine, as Gradle does for Android."""
    compiler = shutil.which("javac")
    assert compiler is not None
    headers = Path(compiler).resolve().parents[1] / "include"
    flags = f"{' '.join(STRICT)} -I{headers} -I{headers}/linux"
    command = ["cmake", "-S", MOBILE / "android", "-B", folder, f"-DCMAKE_C_FLAGS={flags}"]
    succeed([*command, "-DCMAKE_C_COMPILER=gcc", *options])
    succeed(["cmake", "--build", folder, "--parallel", "2"])


def build_package(folder: Path, model: Path) -> Path:
    """An APK from `classes`, the resources and a model, without the native part: signed."""
    (folder / "rules.pro").write_text(RULES)
    succeed(["proguard", f"@{folder / 'rules.pro'}"])
    dexer = ["java", "-cp", DX, "com.android.dx.command.Main", "--dex"]
    dexer += [f"--min-sdk-version={OLDEST_API}", f"--output={folder / 'classes.dex'}"]
    succeed([*dexer, folder / "small.jar"])
    with zipfile.ZipFile(folder / "base.apk", "a") as package:
        package.write(folder / "classes.dex", "classes.dex", zipfile.ZIP_DEFLATED)
        package.write(model, "assets/model.tflite", zipfile.ZIP_STORED)
    signed = folder / "sample.apk"
    succeed(["zipalign", "-f", "4", folder / "base.apk", signed])
    sign(signed, folder / "key.p12")
    return signed


def sign(package: Path, store: Path) -> None:
    """Sign a package with a new key."""
    key = "-alias sample -keyalg RSA -keysize 2048 -validity 1 -dname CN=sample"
    command = ["keytool", "-genkeypair", "-storetype", "PKCS12", "-storepass", PASSWORD]
    succeed([*command, "-keystore", store, *key.split()])
    command = ["apksigner", "sign", "--ks", store, "--ks-pass", f"pass:{PASSWORD}"]
    succeed([*command, "--min-sdk-version", OLDEST_API, package])
