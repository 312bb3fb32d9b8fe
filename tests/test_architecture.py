"""The tables of files to change in `docs/ARCHITECTURE.md` are short, and name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (.+)\n((?:(?!^##).*\n)*)", TEXT, re.MULTILINE))
# The most files that a change may take.
MOST = {
    "The network's cell or activation": 5,
    "A generation setting": 3,
    "A corpus": 2,
    "A metric": 2,
}


def files_of(section: str) -> list[str]:
    """The files in the first column of a section's table."""
    rows = re.findall(r"^\| (?!file |-)(.+?) \|", SECTIONS[section], re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("section", MOST)
def test_a_change_takes_few_files(section):
    assert 0 < len(files_of(section)) <= MOST[section]


def test_every_link_leads_to_a_file():
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert len(targets) > 20
    assert not [target for target in targets if not (ROOT / "docs" / target).exists()]


def mentioning(word: str, *tops: str) -> set[str]:
    """The files of the product that have a word."""
    paths = [path for top in tops for path in (ROOT / top).rglob("*") if path.is_file()]
    sources = (".py", ".js", ".mjs", ".html")
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.suffix in sources and "dist" not in path.parts
        if re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("word", ["top_p", "topP", "TOP_P"])
def test_a_setting_is_named_only_where_the_table_says(word):
    found = mentioning(word, "training", "web", "scripts", "export")
    makefile = {"Makefile"} if re.search(rf"\b{word}\b", (ROOT / "Makefile").read_text()) else set()
    assert found | makefile <= set(files_of("A generation setting"))


def test_the_activation_of_the_cell_is_applied_by_the_cell_alone():
    """A sign that training and the copies leave the step to `cell.py`."""
    calls = mentioning(r"activation\(", "training", "export")
    assert calls == {"training/network/cell.py"}
