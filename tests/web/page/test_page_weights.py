"""The page's quantized weights: close to the float model, and the same results as in Node.js."""

import json
import math
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from export.proof.figures import documents_of
from tests.web.pages import until
from web.node import run_node

ROOT = Path(__file__).parents[3]
PARITY_POSITIONS = 1000
PROGRAM = """
import { readJson } from './web/replay/../command.mjs';
import { openModel } from './web/replay/node_model.mjs';
import { likeliestAlong } from './web/replay/replay.js';
const [folder, file] = process.argv.slice(1);
const { model } = await openModel(folder);
console.log(JSON.stringify(await likeliestAlong(model, await readJson(file), 3)));
"""


@pytest.fixture(scope="module")
def documents(prepared) -> list[list[int]]:
    return documents_of(prepared)


def in_page(browser: Browser, address: str, call: str, argument: object) -> object:
    page: Page = browser.new_page(service_workers="block")
    page.goto(f"{address}replay.html")
    until(page, "'evaluateDocuments' in globalThis")
    result = page.evaluate(call, argument)
    page.close()
    return result


def test_the_perplexity_in_the_page_is_that_of_the_float_model(
    browser: Browser, address: str, exported: Path, documents: list[list[int]]
):
    sums = in_page(browser, address, "documents => evaluateDocuments(documents)", documents)
    perplexity = math.exp(sums["negative_log_probability"] / sums["tokens"])
    manifest = json.loads((exported / "manifest.json").read_text(encoding="utf-8"))
    figures = manifest["artifacts"]["tfjs"]["metrics"]
    assert (sums["backend"], sums["tokens"]) == ("wasm", figures["tokens"])
    assert perplexity == pytest.approx(figures["float32_perplexity"], rel=0.01)
    assert sums["among_first"] / sums["words"] == pytest.approx(figures["top3"], abs=0.002)


def test_the_likeliest_three_are_those_of_node(
    browser: Browser, address: str, exported: Path, documents: list[list[int]], tmp_path: Path
):
    ids = [token_id for document in documents for token_id in document][:PARITY_POSITIONS]
    file = tmp_path / "ids.json"
    file.write_text(json.dumps(ids))
    ran = run_node(
        *("--input-type=module", "-e", PROGRAM, exported, file),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(ids) == PARITY_POSITIONS
    assert in_page(browser, address, "ids => likeliestThree(ids)", ids) == json.loads(ran.stdout)
