"""Fixtures: the unpacked Debian package, and a desktop session in which it is typed on."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from export import debian

HERE = Path(__file__).resolve().parent
NEEDED = ("dbus-run-session", "ibus-daemon", "xvfb-run", "xdotool", "dpkg-deb")
# Not the virtual environment's Python, which has no GObject Introspection.
SYSTEM_PYTHON = "/usr/bin/python3"


class Desktop:
    """A desktop session with a home folder.

    Args:
        prefix: The unpacked package.
        home: The home folder.
        variables: Further variables of the session's environment.

    Attributes:
        shown: What the window and the panel showed last; `session.py` describes it.
    """

    def __init__(self, prefix: Path, home: Path, **variables: str):
        self.home, self.prefix = home, prefix
        command = ["dbus-run-session", "--", "xvfb-run", "--auto-servernum"]
        self._errors = (home / "errors.txt").open("w+")
        self._process = subprocess.Popen(
            [*command, SYSTEM_PYTHON, str(HERE / "session.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(prefix, home) | variables,
        )
        self.shown = self._answer()

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        finally:
            self._process.kill()
            self._process.stdout.close()
            self._errors.close()

    def send(self, *command: object) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        self.shown = self._answer()
        return self.shown

    def keys(self, *keys: str) -> dict[str, Any]:
        return self.send("keys", *keys)

    def type(self, text: str) -> dict[str, Any]:
        names = {" ": "space", ".": "period", "\n": "Return", "'": "apostrophe"}
        return self.keys(*(names.get(character, character) for character in text))

    def fresh(self, entry: str = "plain") -> None:
        """Empty all entries, and give one the focus."""
        self.send("focus", "hidden")
        self.send("clear")
        self.send("focus", entry)

    def errors(self) -> str:
        """What the programs in the session printed on standard error."""
        return Path(self._errors.name).read_text()

    @property
    def text(self) -> str:
        return self.shown["texts"]["plain"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, f"the session ended:\n{self.errors()}"
        return json.loads(line)


def environment(prefix: Path, home: Path) -> dict[str, str]:
    """The variables of a session that has nothing to do with the user's own."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return {
        "HOME": str(home),
        "PATH": f"{prefix / 'usr/bin'}:{os.defpath}:/usr/sbin",
        "LANG": "C.UTF-8",
        "XDG_RUNTIME_DIR": str(runtime),
        "IBUS_COMPONENT_PATH": str(prefix / "usr/share/ibus/component"),
        "GTK_IM_MODULE": "ibus",
        "GSETTINGS_BACKEND": "memory",
        "NO_AT_BRIDGE": "1",
    }


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a package, and let its component name the unpacked programs."""
    subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
    component = folder / "usr/share/ibus/component/elman.xml"
    text = component.read_text()
    for path in ("/usr/libexec/", "/usr/bin/", "/usr/share/icons/"):
        text = text.replace(f">{path}", f">{folder}{path}")
    component.write_text(text)
    return folder


@pytest.fixture(scope="session")
def package(exported: Path, once) -> Path:
    """The Debian package with the tiny model."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    assert not missing, f"{missing} are not installed; run sh scripts/setup_desktop.sh"

    def build(folder: Path) -> None:
        model, card = exported / "model.tflite", exported / "model_card.md"
        data = debian.debian_package(model.read_bytes(), card.read_bytes())
        (folder / debian.NAME).write_bytes(data)

    return once("package", build) / debian.NAME


@pytest.fixture(scope="session")
def prefix(package: Path, once) -> Path:
    return once("prefix", lambda folder: unpack(package, folder))


@pytest.fixture
def desktop(prefix: Path, tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(prefix, tmp_path)
    yield desktop
    desktop.close()
