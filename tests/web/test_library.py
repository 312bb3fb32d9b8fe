"""The engine as a library: packed by npm, with types, and used by a page in ten lines."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import listen
from web.node import NODE, run_node

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
PROGRAM = """
import { readFile } from 'node:fs/promises';
import { open } from 'elman';
const engine = await open(async (path) => {
  const bytes = await readFile(`${process.argv[2]}/${path}`);
  return new Uint8Array(bytes).buffer;
});
const words = await engine.predict('how are ');
const { perplexity } = await engine.score('how are you');
console.log(JSON.stringify({ words: words.map(({ word }) => word), perplexity }));
"""
TYPED = """
import { open, type Engine } from 'elman';
const engine: Engine = await open('https://example.org/model/');
const [first] = await engine.predict('how are ', 1);
export const word: string = first.word;
// @ts-expect-error a probability is no text
export const wrong: string = first.probability;
"""


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the packed library and its dependencies installed."""
    folder = tmp_path_factory.mktemp("user")
    npm = next(NODE.parent.parent.glob("lib/node_modules/npm/bin/npm-cli.js"))
    run_node(
        *(npm, "pack", "--pack-destination", folder, "--silent"),
        cwd=WEB / "engine",
        check=True,
        capture_output=True,
        env={"PATH": f"{ROOT / 'node_modules' / '.bin'}:/usr/bin:/bin"},
    )
    modules = folder / "node_modules"
    modules.mkdir()
    archive = next(folder.glob("elman-*.tgz"))
    subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
    (folder / "package").rename(modules / "elman")
    for name in ("@noble", "@tensorflow", "fflate", "@types", "typescript", "@typescript"):
        (modules / name).symlink_to(ROOT / "node_modules" / name)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def test_the_package_holds_the_engine_and_nothing_of_the_page(user: Path):
    names = {path.name for path in (user / "node_modules" / "elman").rglob("*")}
    assert {"index.js", "engine.js", "model.js", "core.js", "core.wasm"} <= names
    assert not names & {"ui.js", "main.js", "replay.js", "example.js", "host.js", "page"}


def test_ten_lines_in_node_predict_and_score(user: Path, exported: Path):
    (user / "program.mjs").write_text(PROGRAM)
    ran = run_node("program.mjs", exported, cwd=user, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout.splitlines()[-1])
    assert answer["words"][0] == "you"
    assert answer["perplexity"] > 1


def test_its_types_help_and_object(user: Path):
    (user / "typed.ts").write_text(TYPED)
    options = ("--strict", "--noEmit", "--module", "nodenext", "--target", "es2024")
    ran = run_node(
        ROOT / "node_modules" / "typescript" / "bin" / "tsc",
        *(*options, "--skipLibCheck", "--types", "node", "typed.ts"),
        cwd=user,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout


def test_the_example_page_suggests_five_words(browser: Browser, address: str):
    assert len((WEB / "page" / "example.js").read_text(encoding="utf-8").splitlines()) <= 10
    page = browser.new_page(service_workers="block")
    complaints = listen(page, address)
    page.goto(f"{address}example.html")
    words = page.locator("#words")
    expect(words).to_contain_text("·")
    page.get_by_label("Your text").press_sequentially("how are y")
    expect(words).to_contain_text("you")
    assert complaints == []
    page.close()


def test_the_versions_are_one(user: Path):
    ours = json.loads((WEB / "engine" / "package.json").read_text(encoding="utf-8"))
    roots = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert ours["version"] == roots["version"]
    assert ours["dependencies"] == roots["dependencies"]
