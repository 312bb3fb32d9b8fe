"""One interface over real browsers. Each class below it speaks the protocol of its browser.

A `Browser` is one window with one page. Everything a test does goes through a handful of methods,
so that the same test runs in every browser.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 60
ANSWER_SECONDS = 120
# The names that WebDriver gives to keys without a character of their own.
_KEYS = {
    "Alt": "\ue00a",
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "Backspace": "\ue003",
    "Control": "\ue009",
    "End": "\ue010",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Home": "\ue011",
    "Shift": "\ue008",
    "Tab": "\ue004",
}


class Browser(ABC):
    """A window of a real browser. Whatever must end with it is left to `self.ending`."""

    name: str
    version: str
    has_undo = True

    def __init__(self) -> None:
        with contextlib.ExitStack() as ending:
            self.ending = ending
            self.start()
            # It started: everything stays until `close`.
            self.ending = ending.pop_all()

    @abstractmethod
    def start(self) -> None:
        """Start the browser with an empty page."""

    @abstractmethod
    def open(self, address: str) -> None:
        """Load a page and wait until it is complete."""

    @abstractmethod
    def reload(self) -> None:
        """Load the page again and wait until it is complete."""

    @abstractmethod
    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of an asynchronous function gives; it finds the arguments in `args`."""

    @abstractmethod
    def press(self, *chords: str) -> None:
        """Press keys one after another: "a", "Tab", "Control+z"."""

    @abstractmethod
    def click(self, selector: str) -> None:
        """Click into the middle of an element."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Give the page this many CSS pixels."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """What the window shows, as PNG."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """The errors that the page has written to the console so far."""

    def close(self) -> None:
        """End the browser and delete what it wrote."""
        self.ending.close()

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        self.press(*text)

    def undo(self) -> None:
        """Take back the last change of a text, as the browser's own command does."""
        self.press("Control+z")

    def until(self, condition: str, seconds: float = 30) -> None:
        """Wait for a JavaScript expression to become true."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({condition});"):
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name} waited {seconds} s in vain for: {condition}")
            time.sleep(0.03)

    def middle_of(self, selector: str) -> tuple[int, int]:
        """The centre of an element that was scrolled into view, in CSS pixels."""
        x, y = self.run(
            "const found = document.querySelector(args[0]);"
            "found.scrollIntoView({block: 'center'});"
            "const box = found.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round);",
            selector,
        )
        return x, y


def key_actions(chords: Sequence[str]) -> list[dict[str, Any]]:
    """The chords as a source of input, the same in WebDriver and in WebDriver BiDi."""
    actions = []
    for chord in chords:
        names = [chord] if len(chord) == 1 else chord.split("+")
        values = [_KEYS.get(name, name) for name in names]
        actions += [{"type": "keyDown", "value": value} for value in values]
        actions += [{"type": "keyUp", "value": value} for value in reversed(values)]
    return [{"type": "key", "id": "keyboard", "actions": actions}]


def click_actions(place: tuple[int, int]) -> list[dict[str, Any]]:
    """A click, as a source of input."""
    x, y = place
    actions = [
        {"type": "pointerMove", "x": x, "y": y},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "actions": actions}]


class Program:
    """A program that listens on a port of this computer, with a home folder of its own."""

    def __init__(
        self, command: Sequence[str], port: int, home: Path, environment: Mapping[str, str]
    ):
        self.home = home
        if not shutil.which(command[0]):
            raise RuntimeError(f"there is no {command[0]}; run: sh scripts/setup_browsers.sh")
        with (home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), **environment},
                start_new_session=True,
            )
        self._wait_for(port)

    def _wait_for(self, port: int) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            time.sleep(0.05)
        self.stop()
        log = (self.home / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{self._process.args} did not start:\n{log[-2000:]}")

    def stop(self) -> None:
        """End it with all that it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)


@contextlib.contextmanager
def home_folder() -> Iterator[Path]:
    """A home folder for one browser, which may still write while it ends."""
    with tempfile.TemporaryDirectory(prefix="elman-browser-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
