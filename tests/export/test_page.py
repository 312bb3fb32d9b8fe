"""`python -m export.page`: which page it builds, where, and that it serves it only on request."""

from pathlib import Path

import pytest

from export import page
from training.common.errors import UserError


@pytest.fixture
def built(monkeypatch) -> list[tuple[Path, Path, Path | None]]:
    """The arguments of each build: the export, the page's folder, the folder of more exports."""
    calls = []
    monkeypatch.setattr(page, "build_page", lambda *arguments: calls.append(arguments))
    return calls


@pytest.fixture
def served(monkeypatch) -> list[tuple[Path, int, str]]:
    calls = []
    monkeypatch.setattr(page, "serve", lambda *arguments: calls.append(arguments))
    return calls


def test_the_page_of_the_default_run_is_built_and_not_served(built, served, capsys):
    page.main([])
    assert built == [(Path("exported/keyboard"), Path("web/dist/keyboard"), None)]
    assert served == []
    assert capsys.readouterr().out == "the page is in web/dist/keyboard\n"


@pytest.mark.parametrize(
    ("given", "exported"),
    [
        (["--run", "novel"], "exported/novel"),
        (["--corpus", "novel.txt"], "exported/keyboard-novel"),
        (["--preset", "best", "--exports", "kept"], "kept/best"),
        (["--exported", "any/folder"], "any/folder"),
    ],
)
def test_the_run_is_found_as_every_command_finds_it(built, given, exported):
    page.main(given)
    [(model, folder, _)] = built
    assert (model, folder) == (Path(exported), Path("web/dist", Path(exported).name))


def test_it_is_served_where_it_was_built(built, served, tmp_path):
    page.main(["--output", str(tmp_path), "--also", "exported", "--serve", "--port", "0"])
    assert built == [(Path("exported/keyboard"), tmp_path, Path("exported"))]
    assert served == [(tmp_path, 0, "127.0.0.1")]


def test_a_page_that_cannot_be_built_is_not_served(served, tmp_path):
    with pytest.raises(UserError, match="the page cannot be built: .*none"):
        page.main(["--exported", str(tmp_path / "none"), "--output", str(tmp_path), "--serve"])
    assert served == []
