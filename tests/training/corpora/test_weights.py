from pathlib import Path

import pytest

from training.common.errors import UserError
from training.corpora import open_corpus
from training.corpora.weights import Source, sources_of


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("chats/a.txt", "chats/b.txt", "news/a.txt", "novel.txt", "notes:2", "my text.txt"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"This is {name}.")
    return tmp_path


@pytest.mark.parametrize(
    ("corpus", "sources"),
    [
        ("novel.txt", [("novel.txt", 1)]),
        ("novel.txt:3", [("novel.txt", 3)]),
        ("chats/:3 novel.txt:1", [("chats/", 3), ("novel.txt", 1)]),
        ("chats/ novel.txt", [("chats/", 1), ("novel.txt", 1)]),
        ("chats/*.txt:2 novel.txt", [("chats/*.txt", 2), ("novel.txt", 1)]),
        ("notes:2", [("notes:2", 1)]),
        ("notes:2:3", [("notes:2", 3)]),
        ("chats/:2 notes:2", [("chats/", 2), ("notes:2", 1)]),
        ("my text.txt", [("my text.txt", 1)]),
        ("my text.txt:2", [("my text.txt", 2)]),
        ("'my text.txt':2 novel.txt", [("my text.txt", 2), ("novel.txt", 1)]),
        ("it's gone.txt", [("it's gone.txt", 1)]),
        ("no such.txt", [("no such.txt", 1)]),
    ],
)
def test_sources_stand_between_spaces_with_their_weights(corpus, sources):
    assert sources_of(corpus) == [Source(*source) for source in sources]


@pytest.mark.parametrize("weight", ["0", "1001"])
def test_a_weight_out_of_range_is_refused(weight):
    with pytest.raises(UserError, match=f"CORPUS=novel.txt:{weight} must be .* from 1 to 1000"):
        open_corpus(f"novel.txt:{weight}")


def test_each_source_is_read_in_turn_under_its_own_name():
    pieces = list(open_corpus("chats/:3 novel.txt news").pieces())
    assert [(piece.document.key, piece.times) for piece in pieces] == [
        ("chats/a.txt#0", 3),
        ("chats/b.txt#0", 3),
        ("novel/novel.txt#0", 1),
        ("news/a.txt#0", 1),
    ]


def test_weights_are_a_part_of_the_content():
    corpora = ("chats novel.txt", "chats:2 novel.txt", "chats novel.txt:2", "chats:2 novel.txt:2")
    assert len({open_corpus(corpus).sha256() for corpus in corpora}) == 4
    assert open_corpus("chats").sha256() == open_corpus("chats:1").sha256()


def test_sources_of_the_same_name_are_told_apart(here):
    (here / "more/chats").mkdir(parents=True)
    (here / "more/chats/a.txt").write_text("More.")
    corpus = open_corpus("chats more/chats")
    assert corpus.name == "chats-chats-2"
    assert [document.key for document in corpus.documents("train")][-1] == "chats-2/a.txt#0"


def test_a_file_in_two_sources_is_refused():
    with pytest.raises(UserError, match="is in two sources .* list it once, with a weight"):
        open_corpus("chats chats/a.txt:2")


def test_what_is_missing_in_a_list_is_named():
    with pytest.raises(UserError, match="^none.txt does not exist"):
        open_corpus("novel.txt none.txt:2")
