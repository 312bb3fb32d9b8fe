"""Shared fixtures: one tiny model, trained once on a small part of the real chat corpus."""

import fcntl
import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from training.arguments import DEFAULT_CORPUS
from training.common.quiet import load_tensorflow
from training.corpora import open_corpus
from training.corpora.base import Corpus, Document, Part
from training.data.prepare import Prepared, prepare
from training.network.configuration import Configuration, preset
from training.network.run import Run
from web.node import build_page

ROOT = Path(__file__).resolve().parent.parent
TRAINING_CONVERSATIONS = 500
HELD_OUT_CONVERSATIONS = 25

load_tensorflow(Configuration().threads)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of the fault tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        long = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


class BeginningOf:
    """The first conversations of each part of a corpus."""

    word_list = "none"

    def __init__(self, corpus: Corpus):
        self._corpus = corpus
        self.name, self.segmentation, self.licence = (
            corpus.name,
            corpus.segmentation,
            corpus.licence,
        )
        self.recipe = f"{corpus.recipe}, first {TRAINING_CONVERSATIONS} conversations"
        self.split = corpus.split

    def documents(self, part: Part) -> Iterator[Document]:
        limit = TRAINING_CONVERSATIONS if part == "train" else HELD_OUT_CONVERSATIONS
        return itertools.islice(self._corpus.documents(part), limit)

    def held_out(self, part: Part) -> bool:
        return self._corpus.held_out(part)

    def sha256(self) -> str:
        return self._corpus.sha256()


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Once:
    """`once(name, make)` returns a folder shared by all workers; the first caller fills it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def once(name: str, make: Callable[[Path], object]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return once


@pytest.fixture(scope="session")
def tiny_configuration() -> Configuration:
    return preset("tiny")


@pytest.fixture(scope="session")
def prepared(once: Once, tiny_configuration) -> Prepared:
    """500 chats for training and 25 for each held-out part, as ids."""
    corpus, size = BeginningOf(open_corpus(DEFAULT_CORPUS)), tiny_configuration.vocabulary_size
    folder = once("prepared", lambda folder: prepare(corpus, size, 2, folder))
    return prepare(corpus, size, 2, folder)


@pytest.fixture(scope="session")
def own_text(once: Once, prepared) -> Path:
    """Fifty chats as plain text: one message per line, a blank line between documents."""

    def write(folder: Path) -> None:
        documents = [document for part in ("valid", "test") for document in prepared.texts(part)]
        text = "\n\n".join("\n".join(document.texts) for document in documents)
        (folder / "chats.txt").write_text(text)

    return once("text", write) / "chats.txt"


@pytest.fixture(scope="session")
def trained(once: Once, prepared, tiny_configuration) -> Run:
    """A finished run with the preset `tiny`."""
    from training.train import train_run

    def train(folder: Path) -> None:
        assert train_run(Run(folder / "tiny"), tiny_configuration, prepared) == 0

    return Run(once("runs", train) / "tiny")


@pytest.fixture(scope="session")
def exported(once: Once, trained) -> Path:
    """The export of the tiny run, created by the real command."""

    def export(folder: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "export", "--run", "tiny", "--runs", str(trained.folder.parent)]
            + ["--output", str(folder / "tiny")],
            cwd=ROOT,
            check=True,
        )

    return once("exported", export) / "tiny"


@pytest.fixture(scope="session")
def built_page(exported: Path, once: Once) -> Path:
    """The page with the model of the tiny run."""

    def build(folder: Path) -> None:
        build_page(exported, folder / "built")

    return once("page", build) / "built"


@pytest.fixture
def breakable(exported: Path, tmp_path: Path) -> Path:
    """A copy of the export that a test may break."""
    return Path(shutil.copytree(exported, tmp_path / "exported"))


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether to run the long form of tests that have a short and a long one."""
    return pytestconfig.getoption("--long")
