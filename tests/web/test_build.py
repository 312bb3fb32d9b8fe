"""The built page is a self-contained folder, and is replaced completely or not at all."""

import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from web.node import run_node

WEB = Path(__file__).parents[2] / "web"


def build(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run_node(WEB / "build" / "build.mjs", *arguments, capture_output=True, text=True)


def test_the_page_has_all_it_needs(built_page: Path):
    files = {str(path.relative_to(built_page)) for path in built_page.rglob("*") if path.is_file()}
    assert {"index.html", "main.js", "styles.css", "model/manifest.json"} <= files
    assert {"model/vocabulary.txt", "model/tfjs/model.json"} <= files
    assert {path for path in files if path.endswith(".wasm")} == {
        "core.wasm",
        "wasm/tfjs-backend-wasm.wasm",
        "wasm/tfjs-backend-wasm-simd.wasm",
    }


def test_the_page_names_no_other_origin(built_page: Path):
    for name in ("index.html", "replay.html", "styles.css"):
        assert not re.search(r"(https?:)?//[a-z]", (built_page / name).read_text(encoding="utf-8"))


def test_the_policy_of_the_page_is_as_strict_as_webassembly_allows(built_page: Path):
    html = (built_page / "index.html").read_text(encoding="utf-8")
    assert "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';" in html
    assert "unsafe-inline" not in html
    assert "'unsafe-eval'" not in html


def test_other_exports_are_listed_and_broken_ones_left_out(exported: Path, tmp_path: Path):
    for name in ("first", "second"):
        shutil.copytree(exported, tmp_path / "exports" / name)
    (tmp_path / "exports" / "broken").mkdir()
    first, page = tmp_path / "exports" / "first", tmp_path / "page"
    assert build("--model", first, "--also", first.parent, "--out", page).returncode == 0
    listed = json.loads((page / "models.json").read_text())
    assert [entry["folder"] for entry in listed] == ["model/", "models/second/"]
    assert (page / "models" / "second" / "tfjs" / "model.json").is_file()


def test_compressed_copies_hold_the_same(built_page: Path):
    copies = list(built_page.rglob("*.gz"))
    assert {"main.js.gz", "vocabulary.txt.gz"} <= {copy.name for copy in copies}
    for copy in copies:
        assert gzip.decompress(copy.read_bytes()) == copy.with_suffix("").read_bytes()


def test_the_service_worker_knows_every_file_by_its_content(built_page: Path):
    worker = (built_page / "service-worker.js").read_text(encoding="utf-8")
    for name in ("index.html", "main.js", "styles.css", "model/vocabulary.txt"):
        assert hashlib.sha256((built_page / name).read_bytes()).hexdigest()[:16] in worker


def test_the_first_visit_is_small_without_the_model(built_page: Path):
    needed = [
        "index.html",
        "main.js",
        "styles.css",
        "core.wasm",
        "wasm/tfjs-backend-wasm-simd.wasm",
    ]
    chunks = [path.name for path in built_page.glob("chunk-*.js")]
    sizes = [(built_page / f"{name}.gz").stat().st_size for name in (*needed, *chunks)]
    assert sum(sizes) < 700_000


def test_a_second_build_replaces_the_first(exported: Path, tmp_path: Path):
    page = tmp_path / "page"
    page.mkdir()
    (page / "stale.js").write_text("old")
    assert build("--model", exported, "--out", page).returncode == 0
    assert not (page / "stale.js").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_what_a_killed_build_left_is_cleared_away_and_that_of_a_living_one_is_not(
    exported: Path, tmp_path: Path
):
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    for owner in (ended.pid, os.getpid()):
        (tmp_path / f".page.{owner}.tmp").mkdir()
    (tmp_path / f".other.{ended.pid}.tmp").mkdir()
    assert build("--model", exported, "--out", tmp_path / "page").returncode == 0
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"page", f".page.{os.getpid()}.tmp", f".other.{ended.pid}.tmp"}


def test_a_missing_model_is_one_line_and_nothing_is_touched(tmp_path: Path):
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("the page of yesterday")
    ran = build("--model", tmp_path / "none", "--out", page)
    assert ran.returncode == 2
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1
    assert (page / "index.html").read_text() == "the page of yesterday"


def test_a_model_without_its_weights_folder_is_refused(exported: Path, tmp_path: Path):
    model = tmp_path / "model"
    shutil.copytree(exported, model, ignore=shutil.ignore_patterns("tfjs", "saved_model"))
    ran = build("--model", model, "--out", tmp_path / "page")
    assert (ran.returncode, "no tfjs" in ran.stderr) == (2, True)


def test_a_page_that_cannot_be_written_is_one_line(exported: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    ran = build("--model", exported, "--out", tmp_path / "file" / "page")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)


def test_options_are_explained(tmp_path: Path):
    ran = build("--modle", tmp_path)
    assert (ran.returncode, "usage: build.mjs" in ran.stderr) == (2, True)
