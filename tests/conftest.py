"""What the tests share: one tiny model, trained once on a small part of the real chat corpus."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from training.arguments import DEFAULT_CORPUS
from training.configuration import Configuration, preset
from training.corpora import open_corpus
from training.corpora.base import Corpus, Document, Part
from training.prepare import Prepared, prepare
from training.quiet import load_tensorflow
from training.run import Run

ROOT = Path(__file__).resolve().parent.parent
TRAINING_CONVERSATIONS = 500
HELD_OUT_CONVERSATIONS = 25

load_tensorflow(Configuration().threads)


class BeginningOf:
    """The first conversations of each part of a corpus."""

    def __init__(self, corpus: Corpus):
        self._corpus = corpus
        self.name, self.unit, self.licence = corpus.name, corpus.unit, corpus.licence
        self.recipe = f"{corpus.recipe}, first {TRAINING_CONVERSATIONS} conversations"
        self.split = corpus.split

    def documents(self, part: Part) -> Iterator[Document]:
        limit = TRAINING_CONVERSATIONS if part == "train" else HELD_OUT_CONVERSATIONS
        return itertools.islice(self._corpus.documents(part), limit)

    def held_out(self, part: Part) -> bool:
        return self._corpus.held_out(part)

    def sha256(self) -> str:
        return self._corpus.sha256()


@pytest.fixture(scope="session")
def tiny_configuration() -> Configuration:
    return preset("tiny")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, tiny_configuration) -> Prepared:
    """500 chats to train on and 25 of each held-out part, as ids."""
    corpus = BeginningOf(open_corpus(DEFAULT_CORPUS))
    folder = tmp_path_factory.mktemp("prepared")
    return prepare(corpus, tiny_configuration.vocabulary_size, 2, folder)


@pytest.fixture(scope="session")
def own_text(tmp_path_factory: pytest.TempPathFactory, prepared) -> Path:
    """Fifty chats as a plain text: a line a message, a blank line between documents."""
    documents = [document for part in ("valid", "test") for document in prepared.texts(part)]
    path = tmp_path_factory.mktemp("text") / "chats.txt"
    path.write_text("\n\n".join("\n".join(document.texts) for document in documents))
    return path


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, prepared, tiny_configuration) -> Run:
    """A finished run of the preset `tiny`."""
    from training.train import train_run

    run = Run(tmp_path_factory.mktemp("runs") / "tiny")
    assert train_run(run, tiny_configuration, prepared) == 0
    return run


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, trained) -> Path:
    """The exported folder of the tiny run, made by the real command."""
    folder = tmp_path_factory.mktemp("exported") / "tiny"
    subprocess.run(
        [sys.executable, "-m", "export", "tiny", "--runs", str(trained.folder.parent)]
        + ["--output", str(folder)],
        cwd=ROOT,
        check=True,
    )
    return folder
