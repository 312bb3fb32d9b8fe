"""Drives Chromium with Playwright."""

import json
from typing import Any

from playwright.sync_api import ConsoleMessage, sync_playwright

from export.proof.browser import chromium
from tests.browsers.driver import Browser


class Chromium(Browser):
    """The Chromium in which exports are verified, headless."""

    name = "Chromium"

    def start(self) -> None:
        self._complaints: list[str] = []
        playwright = self.ending.enter_context(sync_playwright())
        browser = self.ending.enter_context(chromium(playwright))
        self.version = browser.version
        self._page = browser.new_context().new_page()
        self._page.on("console", self._heard)
        self._page.on("pageerror", lambda error: self._complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(message.text)

    def open(self, address: str) -> None:
        self._page.goto(address)

    def reload(self) -> None:
        self._page.reload()

    def run(self, script: str, *arguments: Any) -> Any:
        function = (
            f"async args => {{ const found = await (async () => {{ {script} }})();"
            "return JSON.stringify(found === undefined ? null : found); }"
        )
        return json.loads(self._page.evaluate(function, list(arguments)))

    def press(self, *chords: str) -> None:
        for chord in chords:
            self._page.keyboard.press(chord)

    def click(self, selector: str) -> None:
        self._page.mouse.click(*self.middle_of(selector))

    def resize(self, width: int, height: int) -> None:
        self._page.set_viewport_size({"width": width, "height": height})

    def screenshot(self) -> bytes:
        return self._page.screenshot()

    def complaints(self) -> list[str]:
        return list(self._complaints)
