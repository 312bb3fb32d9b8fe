"""A corpus that changes while it is being read is refused, and nothing is stored."""

import json
from pathlib import Path

import pytest

from tests.faults.trials import content
from training.common.errors import UserError
from training.corpora import Corpus, open_corpus
from training.corpora.chitchat import ChitChat
from training.data.prepare import prepare
from training.text.vocabulary import WrittenForms

CHANGES = {
    "appended to": lambda path: path.write_text(path.read_text() + "\n\nOne more document."),
    "cut": lambda path: path.write_text(path.read_text()[:2000]),
    "replaced": lambda path: path.write_text(path.read_text()[::-1]),
    "one letter": lambda path: path.write_text(path.read_text().replace("e", "o", 1)),
}


@pytest.fixture
def change_between_passes(monkeypatch):
    """Call it with an action to run after the words are counted and before they are encoded."""

    def at(event) -> None:
        def vocabulary(forms: WrittenForms, *arguments):
            event()
            return original(forms, *arguments)

        original = WrittenForms.vocabulary
        monkeypatch.setattr(WrittenForms, "vocabulary", vocabulary)

    yield at


def prepare_in(folder: Path, corpus: Corpus):
    """Prepare into `folder/cache`."""
    return prepare(corpus, 500, 1, folder / "cache")


def corpus_at(folder: Path, kind: str, text: str) -> tuple[Corpus, Path]:
    """Create a corpus. Returns it with the file that will change."""
    if kind == "chats":
        messages = [[{"text": line}] for line in text.splitlines()]
        chats = {f"{n}": {"messages": messages[n : n + 20]} for n in range(0, 600, 20)}
        (folder / "dataset.json").write_text(json.dumps(chats))
        return ChitChat(folder / "dataset.json"), folder / "dataset.json"
    if kind == "ready-made":
        for part in ("train", "valid"):
            (folder / f"{part}.txt").write_text(text)
        return open_corpus(str(folder)), folder / "train.txt"
    documents = text if kind == "documents" else text.replace("\n\n", "\n")
    (folder / "text.txt").write_text(documents)
    return open_corpus(str(folder / "text.txt")), folder / "text.txt"


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["documents", "sentences", "ready-made", "chats"])
def test_a_text_that_changes_between_the_passes_is_refused(
    tmp_path, own_text, change_between_passes, kind, change
):
    corpus, path = corpus_at(tmp_path, kind, own_text.read_text())
    corpus.held_out("valid")
    change_between_passes(lambda: CHANGES[change](path))
    with pytest.raises(UserError, match="changed while it was being read; run the command"):
        prepare_in(tmp_path, corpus)
    assert content(tmp_path / "cache") == {}


def test_a_text_that_vanishes_between_the_passes_is_named(
    tmp_path, own_text, change_between_passes
):
    corpus, path = corpus_at(tmp_path, "documents", own_text.read_text())
    change_between_passes(path.unlink)
    with pytest.raises(UserError, match="cannot read .*text.txt"):
        prepare_in(tmp_path, corpus)
    assert content(tmp_path / "cache") == {}


def test_the_next_preparation_is_of_the_changed_text(
    tmp_path, own_text, change_between_passes, monkeypatch
):
    corpus, path = corpus_at(tmp_path, "documents", own_text.read_text())
    change_between_passes(lambda: CHANGES["appended to"](path))
    with pytest.raises(UserError):
        prepare_in(tmp_path, corpus)
    monkeypatch.undo()
    prepared = prepare_in(tmp_path, open_corpus(str(path)))
    fresh = prepare_in(tmp_path / "fresh", open_corpus(str(path)))
    assert content(prepared.folder) == content(fresh.folder)
