#!/bin/sh
# Find or install the programs for `make test-mobile`: the system's, or Debian's packages. What cannot be
# installed as a package goes to cache/mobile: a dexer and the Android API that dexers and compilers read
# (two Debian packages that the current Debian lacks), the Kotlin compiler, and LiteRT for aarch64.
set -eu

cache=cache/mobile
packages="default-jdk-headless aapt zipalign apksigner proguard-cli qemu-user
libc6-arm64-cross libstdc++6-arm64-cross gcc-mingw-w64-x86-64-win32 cmake"
programs="javac keytool aapt aapt2 zipalign apksigner proguard qemu-aarch64 qemu-arm qemu-riscv64
x86_64-w64-mingw32-gcc-win32 cmake gcc"

fail() {
    echo "error: $1" >&2
    exit 2
}

missing() {
    for name in $programs; do
        command -v "$name" >/dev/null || printf ' %s' "$name"
    done
    for library in libc.so.6 libstdc++.so.6; do
        [ -e "/usr/aarch64-linux-gnu/lib/$library" ] || printf ' %s' "$library (aarch64)"
    done
}

if [ -n "$(missing)" ]; then
    echo "installing Java, Android's tools, QEMU and MinGW for the tests (about two minutes)"
    # shellcheck disable=SC2086
    reason=$(sh "$(dirname "$0")/apt.sh" $packages gcc libc6-dev) || true
    lacking=$(missing)
    [ -z "$lacking" ] || fail "make test-mobile needs$lacking; install them, for example with: apt-get install $(echo $packages)${reason:+ ($reason)}"
fi

# Unpack the Debian package with the path $2 in the archive and the SHA-256 $3 to cache/mobile/$1.
unpacked() {
    [ -e "$cache/$1/complete" ] && return
    rm -rf "$cache/$1" "$cache/$1.deb"
    for mirror in $(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u); do
        /usr/lib/apt/apt-helper -qq download-file "${mirror%/}/$2" "$cache/$1.deb" "SHA256:$3" 2>/dev/null && break
    done
    [ -e "$cache/$1.deb" ] || fail "make test-mobile needs $(basename "$2"), which no Debian archive of /etc/apt has; download it, unpack it with dpkg-deb -x to $cache/$1, and create the file $cache/$1/complete"
    dpkg-deb -x "$cache/$1.deb" "$cache/$1"
    rm "$cache/$1.deb"
    touch "$cache/$1/complete"
}

mkdir -p "$cache"
unpacked android-23 pool/main/a/android-framework-23/libandroid-23-java_6.0.1+r72-6_all.deb \
    8af1b6df556971dda0a6da3536ea526a838e0c363afcdd454213d8bce94793e3
unpacked dx pool/main/a/android-platform-dalvik/dalvik-exchange_10.0.0+r36-1_all.deb \
    8fc128db7c27253d963eb9b33de79b197162a4749d2ba69019b2fd0664cbd7fe

if ! cmp -s tests/mobile/kotlin/package-lock.json "$cache/kotlin/complete"; then
    echo "installing the Kotlin compiler for the tests"
    rm -rf "$cache/kotlin"
    mkdir "$cache/kotlin"
    cp tests/mobile/kotlin/package*.json "$cache/kotlin"
    npm ci --prefix "$cache/kotlin" --no-audit --no-fund --loglevel=error ||
        fail "the Kotlin compiler could not be installed; see above, then run the same command again"
    cp tests/mobile/kotlin/package-lock.json "$cache/kotlin/complete"
fi

# The version and the digests in requirements.txt hold for LiteRT on every processor.
awk '/^ai-edge-litert==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements.txt >"$cache/litert.txt"
if ! cmp -s "$cache/litert.txt" "$cache/litert-aarch64/complete"; then
    rm -rf "$cache/litert-aarch64"
    python -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --implementation cp --python-version 3.11 --platform manylinux_2_27_aarch64 \
        --require-hashes -r "$cache/litert.txt" -d "$cache/litert-aarch64" ||
        fail "LiteRT for aarch64 could not be downloaded; see above, then run the same command again"
    python -m zipfile -e "$cache"/litert-aarch64/*.whl "$cache/litert-aarch64"
    rm "$cache"/litert-aarch64/*.whl
    cp "$cache/litert.txt" "$cache/litert-aarch64/complete"
fi
