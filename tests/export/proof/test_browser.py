"""Replaying a golden record in a real browser."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest

from export.proof import browser
from export.proof.browser import chromium_path, replay_in_chromium
from training.common.errors import UserError
from web.node import run_node

WEB = Path(__file__).parents[3] / "web"


@pytest.fixture(scope="module")
def golden(exported: Path) -> dict:
    return json.loads((exported / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page_folder(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page") / "built"
    run_node(WEB / "build" / "build.mjs", "--model", exported, "--out", folder, check=True)
    return folder


def test_a_browser_is_found_on_this_machine():
    path = chromium_path()
    assert path is not None
    assert Path(path).exists()


def test_chromium_and_node_compute_the_same(
    exported: Path, page_folder: Path, golden: dict, tmp_path: Path
):
    out = tmp_path / "node.json"
    arguments = (exported, exported / "golden.json", out)
    run_node(WEB / "replay" / "replay_node.mjs", *arguments, check=True)
    in_node = json.loads(out.read_text(encoding="utf-8"))
    in_chromium = replay_in_chromium(page_folder, golden)
    assert in_chromium["backend"] == in_node["backend"] == "wasm"
    assert in_chromium["greedy"] == in_node["greedy"]
    assert in_chromium["text_ids"] == in_node["text_ids"]
    assert in_chromium["trace"]["top_ids"] == in_node["trace"]["top_ids"]


def test_a_page_that_does_not_open_is_one_error(monkeypatch, tmp_path: Path):
    # Browsers refuse to open port 9.
    refused = contextlib.nullcontext("http://127.0.0.1:9/")
    monkeypatch.setattr(browser, "serving", lambda _folder: refused)
    with pytest.raises(UserError, match=r"replay in Chromium failed: .*ERR_UNSAFE_PORT"):
        replay_in_chromium(tmp_path, {})


def test_a_page_that_cannot_load_its_model_is_one_error(
    page_folder: Path, golden: dict, tmp_path: Path
):
    broken = shutil.copytree(page_folder, tmp_path / "broken")
    (broken / "model" / "vocabulary.txt").write_text("</s>\n")
    # Otherwise the server would send the older compressed copy.
    (broken / "model" / "vocabulary.txt.gz").unlink(missing_ok=True)
    with pytest.raises(UserError, match=r"replay in Chromium failed: .*vocabulary\.txt"):
        replay_in_chromium(broken, golden)
