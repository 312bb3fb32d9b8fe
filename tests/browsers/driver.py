"""A common interface to several browsers; subclasses implement the protocol of each browser.

A `Browser` is one window with one page. Tests use only its few methods, so that the same test runs
in every browser.
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
# The code points that WebDriver assigns to keys that produce no character.
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
    """A browser window. Register everything that must end with it in `self.ending`."""

    name: str
    version: str
    has_undo = True

    def __init__(self) -> None:
        with contextlib.ExitStack() as ending:
            self.ending = ending
            self.start()
            # The browser has started: keep everything until `close`.
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
        """Run the body of an async function, with the arguments in `args`. Return its result."""

    @abstractmethod
    def press(self, *chords: str) -> None:
        """Press keys one after another: "a", "Tab", "Control+z"."""

    @abstractmethod
    def click(self, selector: str) -> None:
        """Click the middle of an element."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Set the size of the page in CSS pixels."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """An image of the window, as PNG."""

    @abstractmethod
    def complaints(self) -> list[str]:
        """The errors on the console so far."""

    def close(self) -> None:
        """Close the browser and delete its files."""
        self.ending.close()

    def type(self, text: str) -> None:
        """Type a text, key by key."""
        self.press(*text)

    def undo(self) -> None:
        """Undo the last change of a text with the browser's own command."""
        self.press("Control+z")

    def until(self, condition: str, seconds: float = 30) -> None:
        """Wait for a JavaScript expression to become true."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({condition});"):
            if time.monotonic() > end:
                raise TimeoutError(f"{self.name}: not true after {seconds} s: {condition}")
            time.sleep(0.03)

    def middle_of(self, selector: str) -> tuple[int, int]:
        """Scroll an element into view, wait until it rests, and return its centre in CSS pixels."""
        x, y = self.run(
            "const found = document.querySelector(args[0]);"
            "found.scrollIntoView({block: 'center'});"
            "const place = () => {"
            "  const box = found.getBoundingClientRect();"
            "  return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round);"
            "};"
            # An element that moves after its place was read would not be hit.
            "let [before, now] = ['', place()];"
            "while (String(before) !== String(now)) {"
            "  await new Promise(requestAnimationFrame);"
            "  [before, now] = [now, place()];"
            "}"
            "return now;",
            selector,
        )
        return x, y


def key_actions(chords: Sequence[str]) -> list[dict[str, Any]]:
    """Input actions for chords, in the form shared by WebDriver and WebDriver BiDi."""
    actions = []
    for chord in chords:
        names = [chord] if len(chord) == 1 else chord.split("+")
        values = [_KEYS.get(name, name) for name in names]
        actions += [{"type": "keyDown", "value": value} for value in values]
        actions += [{"type": "keyUp", "value": value} for value in reversed(values)]
    return [{"type": "key", "id": "keyboard", "actions": actions}]


def click_actions(place: tuple[int, int]) -> list[dict[str, Any]]:
    """Input actions for a click."""
    x, y = place
    actions = [
        {"type": "pointerMove", "x": x, "y": y},
        {"type": "pointerDown", "button": 0},
        {"type": "pointerUp", "button": 0},
    ]
    return [{"type": "pointer", "id": "mouse", "actions": actions}]


class Program:
    """A program that listens on a local port and has its own home folder."""

    def __init__(
        self, command: Sequence[str], port: int, home: Path, environment: Mapping[str, str]
    ):
        self.home = home
        if not shutil.which(command[0]):
            raise RuntimeError(f"{command[0]} is not installed; run: sh scripts/setup_browsers.sh")
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
        """Terminate the program and all its child processes."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(10)


@contextlib.contextmanager
def home_folder() -> Iterator[Path]:
    """A temporary home folder for a browser, which may still write to it while closing."""
    with tempfile.TemporaryDirectory(prefix="elman-browser-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def free_port() -> int:
    """A port that is currently free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
