"""The page as an app: installable, works offline after the first visit, and updates itself."""

import json
import shutil
from pathlib import Path
from urllib.parse import urljoin

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.exports import change_manifest
from tests.web.conftest import listen, ready
from tests.web.pages import generate, look, open_tab, score, typing, until
from web.node import run_node
from web.serve import PageHandler, serving

WEB = Path(__file__).parents[3] / "web"
CONTROLLED = "navigator.serviceWorker.controller !== null"
KEPT = (
    "async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async name => "
    "[name, (await (await caches.open(name)).keys()).length])))"
)


class Recorder(PageHandler):
    """Records the requests that reach the server."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()


@pytest.fixture
def installed(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport={"width": 390, "height": 844})


def visit(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    ready(page)
    until(page, CONTROLLED)
    return page


def test_later_visits_need_no_network(installed: BrowserContext, built_page: Path):
    with serving(built_page) as address:
        visit(installed, address).close()
    # The server is stopped now.
    page = installed.new_page()
    complaints = listen(page, address)
    page.goto(address)
    ready(page)
    typing(page, "how are y")
    generate(page, length=10)
    expect(page.locator("#generate-note")).to_contain_text("Done")
    score(page, "how are you")
    look(page, "how are you")
    open_tab(page, "About")
    expect(page.locator("#about-facts")).to_contain_text("WebAssembly")
    installed.close()
    assert complaints == []


def altered(built_page: Path, exported: Path, folder: Path) -> None:
    """Write a newer version of the page, with another title in its manifest."""
    model = shutil.copytree(exported, folder.parent / "model")
    change_manifest(model, lambda manifest: manifest.update(name="later"))
    run_node(WEB / "build" / "build.mjs", "--model", model, "--out", folder, check=True)


def take_up(page: Page) -> None:
    """Wait for the newer version, which loads without asking if it arrives soon, or accept it."""
    later = page.locator("#about-name", has_text="later")
    offered = page.locator("#update:not([hidden])")
    expect(later.or_(offered).first).to_be_attached()
    if offered.count():
        page.get_by_role("button", name="Reload").click()
    expect(later).to_be_attached()


def test_a_new_version_is_taken_up_and_old_files_go(
    installed: BrowserContext, built_page: Path, exported: Path, tmp_path: Path
):
    folder = shutil.copytree(built_page, tmp_path / "page")
    altered(built_page, exported, tmp_path / "later")
    with serving(folder, handler=Recorder) as address:
        page = visit(installed, address)
        before = page.evaluate(KEPT)
        typing(page, "how are y")
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "later", folder)
        Recorder.asked.clear()
        page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
        # While text is being written, the page must not reload without asking.
        expect(page.locator("#update")).to_be_visible()
        expect(page.locator("#write-text")).to_have_value("how are y")
        page.get_by_role("button", name="Reload").click()
        expect(page.locator("#about-name")).to_have_text("later", use_inner_text=False)
        after = page.evaluate(KEPT)
    installed.close()
    assert len(before) == len(after) == 1
    assert set(before) != set(after)
    assert not any(path.endswith(".bin") for path in Recorder.asked), (
        "unchanged weights were fetched again"
    )


def test_an_update_keeps_the_models_that_were_used(
    installed: BrowserContext, exported: Path, tmp_path: Path
):
    exports = tmp_path / "exports"
    for name in ("first", "second"):
        shutil.copytree(exported, exports / name)
        change_manifest(exports / name, lambda manifest, name=name: manifest.update(name=name))
    folder = tmp_path / "page"

    def build(first: Path) -> None:
        options = ("--model", first, "--also", exports, "--out", folder)
        run_node(WEB / "build" / "build.mjs", *options, check=True)

    build(exports / "first")
    with serving(folder, handler=Recorder) as address:
        page = visit(installed, address)
        open_tab(page, "About")
        page.get_by_label("Available here").select_option("models/second/")
        expect(page.locator("#about-name")).to_have_text("second")
        change_manifest(exports / "first", lambda manifest: manifest.update(name="later"))
        build(exports / "first")
        page.close()
        page = installed.new_page()
        page.goto(f"{address}#about")
        take_up(page)
        Recorder.asked.clear()
        page.get_by_label("Available here").select_option("models/second/")
        expect(page.locator("#about-name")).to_have_text("second")
    installed.close()
    assert not any(path.endswith(".bin") for path in Recorder.asked)


def test_a_new_version_that_another_tab_asked_for_takes_no_text_away(
    installed: BrowserContext, built_page: Path, exported: Path, tmp_path: Path
):
    folder = shutil.copytree(built_page, tmp_path / "page")
    altered(built_page, exported, tmp_path / "later")
    with serving(folder) as address:
        writing = visit(installed, address)
        typing(writing, "how are y")
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "later", folder)
        other = installed.new_page()
        other.goto(address)
        take_up(other)
        expect(writing.locator("#update")).to_be_visible()
        expect(writing.locator("#write-text")).to_have_value("how are y")
        until(writing, "(await caches.keys()).length === 1")
        expect(writing.locator("#write-text")).to_have_value("how are y")
        writing.get_by_role("button", name="Reload").click()
        expect(writing.locator("#about-name")).to_have_text("later", use_inner_text=False)
    installed.close()


class Redirecting(PageHandler):
    """Redirects index.html to the folder, as some hosts do."""

    def do_GET(self) -> None:
        if not self.path.endswith("/index.html"):
            return super().do_GET()
        self.send_response(301)
        self.send_header("Location", "./")
        self.send_header("Content-Length", "0")
        self.end_headers()


def test_a_server_may_redirect_the_page_s_own_file(installed: BrowserContext, built_page: Path):
    with serving(built_page, handler=Redirecting) as address:
        visit(installed, address).close()
        later = installed.new_page()
        later.goto(address)
        ready(later)
    installed.close()


def test_what_is_kept_is_named_by_its_content(installed: BrowserContext, built_page: Path):
    with serving(built_page) as address:
        page = visit(installed, address)
        keys = page.evaluate(
            "async () => (await (await caches.open((await caches.keys())[0])).keys())"
            ".map(request => request.url)"
        )
    installed.close()
    assert any(url.startswith(urljoin(address, "model/vocabulary.txt?")) for url in keys)
    assert all(len(url.split("?")[1]) == 16 for url in keys)


def test_the_page_can_be_installed(built_page: Path):
    manifest = json.loads((built_page / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert manifest["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert "maskable" in {icon.get("purpose") for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        if icon["type"] == "image/png":
            with Image.open(built_page / icon["src"]) as picture:
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
                colours = picture.convert("RGB").getcolors(1_000_000)
                assert colours is not None and len(colours) > 3
