"""Finds and starts Chromium, and replays a golden record in it."""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as BrowserError

from training.common.errors import UserError
from web.serve import serving

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Keep a browser that is driven by tests from contacting its vendor's servers.
_QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
REPLAY_TIMEOUT_MILLISECONDS = 300_000
Result = TypeVar("Result")


def chromium_path() -> str | None:
    """The path of the system's Chromium or Chrome, or of Playwright's Chromium, or `None`."""
    return _installed() or _on_a_thread(_bundled)


@contextlib.contextmanager
def chromium(playwright: Playwright, executable: str | None = None) -> Iterator[Browser]:
    """Start a headless Chromium and close it at the end; `UserError` if it does not start."""
    executable = executable or _installed()
    # Chromium cannot use its sandbox when run by root, as in most containers.
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    try:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*_QUIET, *sandbox], headless=True
        )
    except BrowserError as error:
        raise UserError(
            f"Chromium does not start ({error.message.splitlines()[0]}); install chromium, or run "
            "`python -m playwright install chromium`"
        ) from error
    try:
        yield browser
    finally:
        browser.close()


def replay_in_chromium(page_folder: Path, golden: dict[str, Any]) -> dict[str, Any]:
    """Replay `golden` with TensorFlow.js in Chromium, using the files of the built page.

    Returns:
        Raw numbers as described in `web/replay/replay.js`, and `backend`, the one that ran.

    Raises:
        UserError: If there is no browser, or the page reports an error.
    """
    return _on_a_thread(lambda: _replay(page_folder, golden))


def _replay(page_folder: Path, golden: dict[str, Any]) -> dict[str, Any]:
    with (
        serving(page_folder) as address,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        try:
            page = browser.new_page()
            page.set_default_timeout(REPLAY_TIMEOUT_MILLISECONDS)
            page.goto(f"{address}replay.html", wait_until="load")
            return page.evaluate("golden => globalThis.replayGolden(golden)", golden)
        except BrowserError as error:
            raise UserError(
                f"the replay in Chromium failed: {error.message.splitlines()[0]}"
            ) from error


def _installed() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _bundled() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if path and Path(path).exists() else None


def _on_a_thread(task: Callable[[], Result]) -> Result:
    """Run on a new thread: the caller's may already use Playwright's synchronous interface."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(task).result()
