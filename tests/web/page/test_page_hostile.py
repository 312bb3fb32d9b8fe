"""Hostile or broken input is displayed as text or rejected with a message, and never executed."""

import hashlib
import json
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.exports import change_manifest
from tests.web.conftest import ready
from tests.web.pages import generate, generated, open_tab, score, typing, until
from web.serve import serving

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def open_altered(browser: Browser, folder: Path, expected: str) -> None:
    """A broken page shows the reason, and makes no requests to other hosts."""
    with serving(folder) as address:
        page = browser.new_page(service_workers="block")
        page.goto(address)
        expect(page.locator("#status")).to_contain_text(expected)
        expect(page.locator("#suggestions [role=option]:visible")).to_have_count(0)
        page.close()


def test_markup_is_shown_as_text_in_every_tab(page: Page):
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    generate(page, length=3, prompt=MARKUP)
    expect(page.locator("#generated")).to_contain_text(MARKUP)
    score(page, MARKUP)
    open_tab(page, "(Look )?inside")
    page.get_by_label("Text to inspect").fill(MARKUP)
    expect(page.locator("#unrolled .x .token").nth(1)).to_be_visible()
    expect(page.locator("main img, main script")).to_have_count(0)


def test_ten_million_characters_do_not_stop_the_page(page: Page):
    page.evaluate("document.querySelector('#write-text').focus()")
    page.evaluate("document.execCommand('insertText', false, 'a'.repeat(1e7))")
    page.locator("#write-text").fill("how are y")
    expect(page.locator("#suggestions .word").first).to_have_text(re.compile("^y"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("temperature=1e999", "temperature must be from 0 to 2"),
        ("length=999999999", "length must be a whole number from 1 to 5000"),
        ("seed=<b>1</b>", "seed must be a whole number"),
        ("prompt=" + "a" * 30_000, "the prompt is too long"),
    ],
)
def test_a_hostile_link_is_refused_in_words(page: Page, query: str, said: str):
    page.evaluate("query => { location.hash = `generate?${query}`; }", query)
    expect(page.locator("#generate-note")).to_contain_text(said)
    expect(page.locator("#generated")).to_be_hidden()


def test_markup_in_a_link_is_only_text(page: Page):
    page.evaluate(
        "query => { location.hash = `generate?length=3&${query}`; }", f"prompt={quote(MARKUP)}"
    )
    expect(page.locator("#generate-note")).to_contain_text("Done")
    assert generated(page).startswith(MARKUP)
    expect(page.locator("#generated img")).to_have_count(0)


def test_a_link_made_with_another_model_says_so(page: Page):
    page.evaluate("location.hash = 'generate?prompt=you&model=0123456789ab'")
    expect(page.locator("#generate-note")).to_contain_text("made with a different model")


def reseal(page_folder: Path, path: str, content: bytes) -> None:
    """Change a file of the model and its manifest entry, as an attacker would."""
    (page_folder / "model" / path).write_bytes(content)

    def change(manifest: dict[str, Any]) -> None:
        manifest["files"][path] = {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }

    rewrite(page_folder, change)


def rewrite(page_folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    change_manifest(page_folder / "model", change)


def test_a_vocabulary_of_markup_is_shown_as_text(browser: Browser, copy: Path):
    lines = (copy / "model" / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    # Words only get longer, so they stay sorted.
    hostile = [*lines[:2], *(f"{word}<img/src=x/onerror=alert(1)>" for word in lines[2:])]
    text = "\n".join(hostile[:2] + sorted(hostile[2:], key=str.casefold)) + "\n"
    reseal(copy, "vocabulary.txt", text.encode())
    with serving(copy) as address:
        page = browser.new_page(service_workers="block")
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto(address)
        expect(
            page.locator("#suggestions .word:visible").or_(page.locator("#status.failed")).first
        ).to_be_visible()
        expect(page.locator("main img")).to_have_count(0)
        page.close()


def test_weights_that_are_no_numbers_are_refused_in_words(browser: Browser, copy: Path):
    weights = next((copy / "model" / "tfjs").glob("*.bin"))
    content = bytearray(weights.read_bytes())
    start, length = place_of(copy, "output_bias")
    content[start : start + length] = np.full(length // 4, np.nan, "<f4").tobytes()
    reseal(copy, f"tfjs/{weights.name}", bytes(content))
    open_altered(browser, copy, "its weights are damaged")


def place_of(page_folder: Path, name: str) -> tuple[int, int]:
    """The offset and size in bytes of a float32 tensor in the file of weights."""
    topology = json.loads((page_folder / "model" / "tfjs" / "model.json").read_text("utf-8"))
    start = 0
    for tensor in topology["weightsManifest"][0]["weights"]:
        length = math.prod(tensor["shape"]) * (1 if "quantization" in tensor else 4)
        if tensor["name"].endswith(f"/{name}"):
            return start, length
        start += length
    raise AssertionError(f"no tensor {name}")


def test_wrong_shapes_are_refused_in_words(browser: Browser, copy: Path):
    def change(manifest: dict[str, Any]) -> None:
        manifest["network"].update(layers=1, units=7)
        copy = manifest["artifacts"]["tfjs"]
        for tensor in copy["inputs"] + copy["outputs"]:
            if tensor["role"] == "state":
                tensor["shape"] = [1, 1, 7]

    rewrite(copy, change)
    open_altered(browser, copy, "The model does not run in this browser")


@pytest.mark.parametrize("shape", [[-1, 1, 64], ["a", 1, 2], [10**12, 1, 64], []])
def test_impossible_shapes_are_refused_in_words(browser: Browser, copy: Path, shape: list[Any]):
    def change(manifest: dict[str, Any]) -> None:
        for tensor in manifest["artifacts"]["tfjs"]["inputs"]:
            tensor["shape"] = shape

    rewrite(copy, change)
    open_altered(browser, copy, "manifest.json lacks fields that the page needs")


def test_a_name_of_ten_megabytes_is_no_blank_page(browser: Browser, copy: Path):
    rewrite(copy, lambda manifest: manifest.update(name=MARKUP * 200_000))
    with serving(copy) as address:
        page = browser.new_page(service_workers="block")
        page.goto(f"{address}#about")
        ready(page)
        expect(page.locator("#about-name")).to_contain_text("<img src=x")
        assert len(page.locator("#about-name").inner_text()) < 1000
        page.close()


def test_a_model_that_reads_files_elsewhere_is_refused(browser: Browser, copy: Path):
    topology = copy / "model" / "tfjs" / "model.json"
    text = re.sub(r'"group1-[^"]*"', '"../../../secret.bin"', topology.read_text("utf-8"))
    reseal(copy, "tfjs/model.json", text.encode())
    open_altered(browser, copy, "manifest.json does not list tfjs/../../../secret.bin")


def test_a_script_that_came_into_the_page_does_not_run(browser: Browser, address: str):
    page = browser.new_page(service_workers="block")
    page.goto(address)
    ready(page)
    page.evaluate(
        "document.addEventListener('securitypolicyviolation', event => { "
        "(globalThis.blocked ??= []).push(event.violatedDirective); });"
        "const script = document.createElement('script');"
        "script.textContent = 'globalThis.ran = true';"
        "document.body.append(script);"
        "document.body.insertAdjacentHTML("
        "'beforeend', '<img src=x onerror=\"globalThis.ran = true\">')"
    )
    until(page, "globalThis.blocked?.length >= 2")
    assert page.evaluate("globalThis.ran") is None
    page.close()


def test_damaged_weights_are_refused_in_words(browser: Browser, copy: Path):
    weights = next((copy / "model" / "tfjs").glob("*.bin"))
    weights.write_bytes(bytes([weights.read_bytes()[0] ^ 1]) + weights.read_bytes()[1:])
    open_altered(browser, copy, "is damaged: its SHA-256 does not match the manifest")


def test_the_vocabulary_of_another_model_is_refused_in_words(browser: Browser, copy: Path):
    vocabulary = copy / "model" / "vocabulary.txt"
    vocabulary.write_bytes(vocabulary.read_bytes().replace(b"\nthe\n", b"\nthf\n"))
    open_altered(
        browser, copy, "vocabulary.txt is damaged: its SHA-256 does not match the manifest"
    )


def test_a_manifest_with_one_other_bit_is_refused_in_words(browser: Browser, copy: Path):
    manifest = copy / "model" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"seed": 1', '"seed": 0'))
    open_altered(browser, copy, "manifest.json was changed after the export")


def test_a_vocabulary_cut_short_is_refused_in_words(browser: Browser, copy: Path):
    vocabulary = copy / "model" / "vocabulary.txt"
    vocabulary.write_bytes(vocabulary.read_bytes()[:-5])
    open_altered(browser, copy, "vocabulary.txt has")


def test_a_missing_manifest_is_said_in_words(browser: Browser, copy: Path):
    (copy / "model" / "manifest.json").unlink()
    open_altered(browser, copy, "manifest.json could not be read (the server answered 404)")


def test_a_manifest_of_a_later_format_is_refused_in_words(browser: Browser, copy: Path):
    manifest = copy / "model" / "manifest.json"
    manifest.write_text(
        re.sub(r'"format": *2', '"format": 99', manifest.read_text("utf-8"), count=1)
    )
    open_altered(browser, copy, "manifest.json has format 99, but this page reads format 2")


def test_without_webassembly_the_page_works_and_says_so(browser: Browser, copy: Path):
    shutil.rmtree(copy / "wasm")
    with serving(copy) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#status")).to_contain_text("plain JavaScript")
        expect(page.locator("#suggestions [role=option]:visible")).to_have_count(3)
        typing(page, "how are y")
        page.close()
