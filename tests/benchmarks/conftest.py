"""KenLM's programs, built once in the folder that the benchmark uses.

Tests that use the programs of other software run only with `make test-benchmarks`.
"""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.ngrams import kenlm_build
from benchmarks.ngrams.kenlm import estimate
from benchmarks.ngrams.tokens import write_text_of

VOCABULARY_SIZE = 30
OF_RIVALS = {"programs", "presage_ngrams", "booster_packages", "spell_checker", "package"}
"""The fixtures that build, start, download or count with the programs of others."""


def pytest_itemcollected(item: pytest.Item) -> None:
    if isinstance(item, pytest.Function) and OF_RIVALS.intersection(item.fixturenames):
        item.add_marker("rivals")


@pytest.fixture(scope="session")
def programs() -> kenlm_build.Programs:
    return kenlm_build.programs()


@pytest.fixture(scope="session")
def small_ids() -> np.ndarray:
    """400 segments in which each word depends on the previous one; id 29 never occurs."""
    random = np.random.default_rng(3)
    ids = []
    for _ in range(400):
        token = int(random.integers(1, 29))
        for _ in range(random.integers(1, 9)):
            ids.append(token)
            token = 1 + (token * 2 + int(random.zipf(1.7))) % 28
        ids.append(0)
    return np.array(ids, np.uint16)


@pytest.fixture(scope="session")
def arpa(tmp_path_factory, programs, small_ids):
    """A function that returns the ARPA file of an order for the small text."""
    folder: Path = tmp_path_factory.mktemp("arpa")

    def of_order(order: int) -> Path:
        path = folder / f"{order}.arpa"
        if not path.exists():
            text = folder / "text"
            write_text_of(small_ids, VOCABULARY_SIZE, text)
            estimate(text, order, path, programs)
        return path

    return of_order
