"""Drives two versions of WebKit with WebDriver: current WebKitGTK, and WPE as old as Safari 16."""

import base64
import contextlib
import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.browsers.driver import (
    ANSWER_SECONDS,
    Browser,
    Program,
    click_actions,
    free_port,
    home_folder,
    key_actions,
)

_MILLISECONDS = 1000 * ANSWER_SECONDS
# WebKit's driver does not report console messages, so collect them in the page.
_LISTEN = """
globalThis.complaints = [];
const hear = text => globalThis.complaints.push(String(text));
addEventListener('error', event => hear(event.message ?? event.target.outerHTML), true);
addEventListener('unhandledrejection', event => hear(event.reason));
addEventListener('securitypolicyviolation', event => hear(event.violatedDirective));
const before = console.error;
console.error = (...said) => { hear(said.join(' ')); before.apply(console, said); };
"""


class WebDriver(Browser):
    """A browser behind a WebDriver server."""

    driver: str
    options_key: str
    arguments: tuple[str, ...] = ()

    def start(self) -> None:
        self._heard: list[str] = []
        home, port = self.ending.enter_context(home_folder()), free_port()
        self._address = f"http://127.0.0.1:{port}"
        command = [self.driver, f"--port={port}"]
        self.ending.callback(Program(command, port, home, self.environment()).stop)
        options = {"binary": self.binary(), "args": ["--automation", *self.arguments]}
        wanted = {"alwaysMatch": {self.options_key: options}}
        started = self._ask("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{started['sessionId']}"
        self.ending.callback(self._quit)
        self.version = started["capabilities"]["browserVersion"]
        self._post("/timeouts", script=_MILLISECONDS, pageLoad=_MILLISECONDS)

    def environment(self) -> dict[str, str]:
        """Environment variables in addition to the home folder."""
        return {"LIBGL_ALWAYS_SOFTWARE": "1"}

    def binary(self) -> str:
        """The browser's program file."""
        raise NotImplementedError

    def _quit(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._ask("DELETE", self._session)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(f"{path}: {error.read()[:2000].decode()}") from None

    def _post(self, path: str, **parameters: Any) -> Any:
        return self._ask("POST", self._session + path, parameters)

    def open(self, address: str) -> None:
        self._load("/url", url=address)

    def reload(self) -> None:
        self._load("/refresh")

    def _load(self, path: str, **parameters: Any) -> None:
        self._heard = self.complaints()
        self._post(path, **parameters)
        self.run(_LISTEN)

    def run(self, script: str, *arguments: Any) -> Any:
        wrapped = (
            "const args = JSON.parse(arguments[0]); const done = arguments[1];"
            f"(async () => {{ {script} }})().then("
            "found => done(JSON.stringify({found: found === undefined ? null : found})),"
            "error => done(JSON.stringify({error: String(error)})));"
        )
        text = self._post("/execute/async", script=wrapped, args=[json.dumps(arguments)])
        answer = json.loads(text)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["found"]

    def press(self, *chords: str) -> None:
        self._post("/actions", actions=key_actions(chords))

    def click(self, selector: str) -> None:
        self._post("/actions", actions=click_actions(self.middle_of(selector)))

    def undo(self) -> None:
        # The key for undo is handled by the embedding program, and MiniBrowser does not handle it.
        self.run("document.execCommand('undo');")

    def resize(self, width: int, height: int) -> None:
        # The window is larger than the page because of its frame.
        self._post("/window/rect", width=width, height=height)
        inner = self.run("return [innerWidth, innerHeight];")
        self._post("/window/rect", width=2 * width - inner[0], height=2 * height - inner[1])
        self.until(f"innerWidth === {width}", 5)

    def screenshot(self) -> bytes:
        return base64.b64decode(self._ask("GET", self._session + "/screenshot"))

    def complaints(self) -> list[str]:
        return self._heard + self.run("return globalThis.complaints ?? [];")


class WebKit(WebDriver):
    """WebKitGTK, on a virtual screen."""

    name = "WebKitGTK"
    driver = "WebKitWebDriver"
    options_key = "webkitgtk:browserOptions"

    def environment(self) -> dict[str, str]:
        display = self.ending.enter_context(screen())
        quiet = {"NO_AT_BRIDGE": "1", "GDK_BACKEND": "x11", "DISPLAY": display}
        return {**super().environment(), **quiet}

    def binary(self) -> str:
        found = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
        if not found:
            raise RuntimeError(
                "MiniBrowser of WebKitGTK 4.1 is not installed; run: sh scripts/setup_browsers.sh"
            )
        return str(found[0])


class Wpe(WebDriver):
    """WPE WebKit 2.38, headless: the oldest WebKit that the page supports."""

    name = "WPE WebKit"
    driver = "WPEWebDriver"
    options_key = "wpe:browserOptions"
    arguments = ("--platform=headless",)
    has_undo = False

    def binary(self) -> str:
        return "cog"

    def resize(self, width: int, height: int) -> None:
        raise NotImplementedError("a headless cog window cannot be resized")


@contextlib.contextmanager
def screen():
    """Start a virtual screen; yields its display name."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1400x24"]
    process = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
    )
    os.close(write)
    try:
        with os.fdopen(read) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
