"""The About panel: facts about the model, its checksums, and opening other models."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.exports import change_manifest
from tests.web.conftest import listen, ready
from tests.web.pages import open_tab, suggestions, typing, until
from web.node import run_node
from web.serve import serving

WEB = Path(__file__).parents[3] / "web"
READ = ("manifest.json", "vocabulary.txt", "tail.bin", "tfjs")


def renamed(exported: Path, folder: Path, name: str) -> Path:
    """A copy of the exported files that a page reads, with another name in the manifest."""
    folder.mkdir(parents=True)
    for part in READ:
        source = exported / part
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, folder / part)
    change_manifest(folder, lambda manifest: manifest.update(name=name))
    return folder


def zipped(folder: Path, file: Path, *, inside: str = "") -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{inside}{path.relative_to(folder)}")
    return file


@pytest.mark.every_size
def test_it_names_the_model_its_source_and_its_figures(page: Page, exported: Path):
    open_tab(page, "About")
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    about = page.locator("#about")
    expect(about).to_contain_text(manifest["name"])
    expect(about).to_contain_text(manifest["created_from"]["licence"])
    expect(about).to_contain_text(f"{manifest['network']['parameters']:,}")
    figures = manifest["artifacts"]["tfjs"]["metrics"]
    expect(about).to_contain_text(f"{figures['perplexity']:.2f}")
    expect(about).to_contain_text(f"{figures['top3']:.2%}")
    for title in ("Perplexity", "Perplexity, float model", "Top-1 accuracy", "Top-3 accuracy"):
        expect(about.get_by_text(title, exact=True)).to_be_visible()


def test_every_file_it_runs_is_named_with_its_verified_checksum(page: Page, exported: Path):
    open_tab(page, "About")
    files = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))["files"]
    rows = page.locator("#about-files li")
    expect(rows).to_have_count(sum(path.startswith(("tfjs/", "voc", "tail")) for path in files))
    expect(rows.filter(has_text="vocabulary.txt")).to_contain_text(
        files["vocabulary.txt"]["sha256"][:16]
    )
    expect(rows.filter(has_text="verified")).to_have_count(rows.count())


def test_it_says_what_runs_and_how_fast(page: Page):
    open_tab(page, "About")
    expect(page.locator("#about-facts")).to_contain_text("WebAssembly")
    page.get_by_role("button", name="Measure").click()
    expect(page.locator("#about-milliseconds")).to_have_text(re.compile(r"^\d+\.\d\d$"))
    expect(page.locator("#status")).to_be_hidden()


@pytest.fixture(scope="module")
def choice(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A page with two models to choose from, and its folder."""
    folder = tmp_path_factory.mktemp("choice")
    exports = folder / "exports"
    first = renamed(exported, exports / "first", "first")
    renamed(exported, exports / "second", "second")
    (exports / "broken").mkdir()
    page = folder / "page"
    run_node(
        WEB / "build" / "build.mjs", "--model", first, "--also", exports, "--out", page, check=True
    )
    with serving(page) as address:
        yield address, folder


def test_another_model_beside_the_page_can_be_chosen(browser: Browser, choice: tuple[str, Path]):
    page = browser.new_page(service_workers="block")
    complaints = listen(page, choice[0])
    page.goto(f"{choice[0]}#about")
    ready(page)
    expect(page.locator("#model-choice option:not([hidden])")).to_have_count(2)
    page.get_by_label("Available here").select_option("models/second/")
    expect(page.locator("#about-name")).to_have_text("second")
    open_tab(page, "Write")
    typing(page, "how are y")
    assert len(suggestions(page)) == 3
    page.close()
    assert complaints == []


def test_what_runs_on_a_model_stops_when_another_one_takes_its_place(
    browser: Browser, choice: tuple[str, Path]
):
    page = browser.new_page(service_workers="block")
    complaints = listen(page, choice[0])
    page.goto(f"{choice[0]}#about")
    ready(page)
    open_tab(page, "Score")
    # A single line that takes much longer than opening the other model.
    page.get_by_label("Text to score").fill("how are you " * 2_000)
    page.get_by_role("button", name="Score", exact=True).click()
    open_tab(page, "About")
    page.get_by_role("button", name="Measure").click()
    page.get_by_label("Available here").select_option("models/second/")
    expect(page.locator("#about-name")).to_have_text("second")
    expect(page.get_by_role("button", name="Measure")).to_be_enabled()
    page.wait_for_timeout(300)
    expect(page.locator("#status")).to_be_hidden()
    page.close()
    assert complaints == []


def test_of_two_choices_the_later_one_stays(browser: Browser, choice: tuple[str, Path]):
    page = browser.new_page(service_workers="block")
    page.goto(f"{choice[0]}#about")
    ready(page)
    open_choice = page.get_by_label("Available here")
    open_choice.select_option("models/second/")
    expect(page.locator("#about-name")).to_have_text("second")
    held: list[Route] = []
    page.route(re.compile(r"/model/tfjs/.*\.bin"), lambda route: held.append(route))
    open_choice.select_option("model/")
    until(page, "document.querySelector('#open-note').textContent.startsWith('Opening model/')")
    while not held:
        page.wait_for_timeout(10)
    open_choice.select_option("models/second/")
    expect(page.locator("#open-note")).to_contain_text("second is loaded")
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    expect(page.locator("#about-name")).to_have_text("second")
    page.close()


@pytest.mark.parametrize("inside", ["", "exported/own/"])
def test_an_exported_zip_from_the_disk_is_opened(
    page: Page, exported: Path, tmp_path: Path, inside: str
):
    file = zipped(renamed(exported, tmp_path / "own", "own"), tmp_path / "own.zip", inside=inside)
    open_tab(page, "About")
    page.locator("#open-zip").set_input_files(file)
    expect(page.locator("#open-note")).to_have_text("own is loaded and used in all tabs.")
    expect(page.locator("#about-name")).to_have_text("own")
    open_tab(page, "Write")
    typing(page, "how are y")


def test_an_exported_folder_from_the_disk_is_opened(page: Page, exported: Path, tmp_path: Path):
    folder = renamed(exported, tmp_path / "own", "own")
    open_tab(page, "About")
    page.locator("#open-folder").set_input_files(folder)
    expect(page.locator("#open-note")).to_have_text("own is loaded and used in all tabs.")


def refused(page: Page, file: Path, reason: str) -> None:
    open_tab(page, "About")
    name = page.locator("#about-name").inner_text()
    page.locator("#open-zip").set_input_files(file)
    expect(page.locator("#open-note")).to_contain_text(reason)
    expect(page.locator("#open-note")).to_contain_text("The previous model stays in use.")
    expect(page.locator("#about-name")).to_have_text(name)
    open_tab(page, "Write")
    typing(page, "how are y")


def test_a_file_that_is_no_zip_is_refused_in_words(page: Page, tmp_path: Path):
    file = tmp_path / "text.zip"
    file.write_bytes(b"no zip at all " * 1000)
    refused(page, file, "It contains no manifest.json.")


def test_a_zip_cut_short_is_refused_in_words(page: Page, exported: Path, tmp_path: Path):
    file = zipped(renamed(exported, tmp_path / "own", "own"), tmp_path / "own.zip")
    file.write_bytes(file.read_bytes()[:-5000])
    refused(page, file, "This zip file cannot be read.")


def test_a_changed_file_is_refused_by_its_checksum(page: Page, exported: Path, tmp_path: Path):
    folder = renamed(exported, tmp_path / "own", "own")
    weights = next((folder / "tfjs").glob("*.bin"))
    weights.write_bytes(bytes([weights.read_bytes()[0] ^ 1]) + weights.read_bytes()[1:])
    refused(page, zipped(folder, tmp_path / "own.zip"), "its SHA-256 does not match the manifest")
