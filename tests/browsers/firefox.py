"""Drives Firefox with WebDriver BiDi: commands and events over a WebSocket."""

import base64
import json
import time
from typing import Any

from websockets.sync.client import connect

from tests.browsers.driver import (
    ANSWER_SECONDS,
    Browser,
    Program,
    click_actions,
    free_port,
    home_folder,
    key_actions,
)

# Keep the browser from contacting Mozilla's servers.
_PREFERENCES = {
    "remote.prefs.recommended": True,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox(Browser):
    """The installed Firefox, headless."""

    name = "Firefox"

    def start(self) -> None:
        home, port = self.ending.enter_context(home_folder()), free_port()
        lines = [
            f"user_pref({json.dumps(key)}, {json.dumps(value)});"
            for key, value in _PREFERENCES.items()
        ]
        (home / "user.js").write_text("\n".join(lines))
        command = ["firefox-esr", "--no-remote", "--headless", "--profile", str(home)]
        command += [f"--remote-debugging-port={port}", "about:blank"]
        self.ending.callback(Program(command, port, home, {}).stop)
        address = f"ws://127.0.0.1:{port}/session"
        self._socket = self.ending.enter_context(connect(address, max_size=None, open_timeout=30))
        self._sent = 0
        self._complaints: list[str] = []
        self.version = self._send("session.new", capabilities={})["capabilities"]["browserVersion"]
        self._send("session.subscribe", events=["log.entryAdded"])
        self._context = self._send("browsingContext.getTree")["contexts"][0]["context"]

    def _send(self, method: str, **parameters: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            message = json.loads(self._socket.recv(timeout=max(0.1, end - time.monotonic())))
            if message.get("id") != self._sent:
                self._heard(message)
            elif message["type"] == "error":
                raise RuntimeError(f"{method}: {message['message']}")
            else:
                return message["result"]

    def _heard(self, message: dict[str, Any]) -> None:
        entry = message.get("params", {})
        if message.get("method") == "log.entryAdded" and entry["level"] == "error":
            self._complaints.append(str(entry["text"]))

    def _page(self, method: str, **parameters: Any) -> Any:
        return self._send(method, context=self._context, **parameters)

    def open(self, address: str) -> None:
        self._page("browsingContext.navigate", url=address, wait="complete")

    def reload(self) -> None:
        self._page("browsingContext.reload", wait="complete")

    def run(self, script: str, *arguments: Any) -> Any:
        # Pass values as JSON, because the protocol's own serialization is much longer.
        function = (
            "async text => { const args = JSON.parse(text);"
            f"const found = await (async () => {{ {script} }})();"
            "return JSON.stringify(found === undefined ? null : found); }"
        )
        answer = self._send(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def press(self, *chords: str) -> None:
        self._page("input.performActions", actions=key_actions(chords))

    def click(self, selector: str) -> None:
        self._page("input.performActions", actions=click_actions(self.middle_of(selector)))

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height}
        self._page("browsingContext.setViewport", viewport=size)

    def screenshot(self) -> bytes:
        return base64.b64decode(self._page("browsingContext.captureScreenshot")["data"])

    def complaints(self) -> list[str]:
        # Events arrive in order, so all earlier ones have been received after this reply.
        self.run("")
        return list(self._complaints)
