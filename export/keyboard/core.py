"""The C library in `core/` with its network, called through `ctypes`."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, Self

import numpy as np

from export.keyboard.interface import (
    FLOATS,
    NetworkStructure,
    StepFunction,
    SuggestionStructure,
    sized,
)
from export.keyboard.results import LibraryError
from export.keyboard.session import MOST_SUGGESTIONS, KeyboardSession
from training.measure.evaluation import Model
from training.text.vocabulary import Vocabulary


class CKeyboard(KeyboardSession):
    """A keyboard whose network can run in Python, or be stepped from Python.

    Raises:
        LibraryError: If the library rejects the file or a call. All methods can raise it.

    Example:
        >>> with CKeyboard(build(), Path("exported/keyboard/model.tflite")) as keyboard:
        ...     logits, state = keyboard.step(0, np.zeros(keyboard.sizes()[1], np.float32))
    """

    @classmethod
    def of_network(
        cls, library: Path, model: Model, vocabulary: Vocabulary, tail: bytes = b""
    ) -> Self:
        """Use a network that runs in Python; its state has the shape [layers, 1, units].

        `tail` holds the bytes of the tail words.
        """
        keyboard = cls.__new__(cls)
        keyboard._begin(library)
        layers, _, units = model.zero_state().shape
        keyboard._step = StepFunction(keyboard._step_of(model))
        network = NetworkStructure(None, layers, units, model.vocabulary_size, keyboard._step, None)
        entries = "".join(f"{entry}\n" for entry in vocabulary.entries).encode()
        segmentation = vocabulary.segmentation.encode()
        created = ctypes.byref(keyboard._model)
        keyboard._call(
            "open_network", ctypes.byref(network), segmentation, entries, len(entries), created
        )
        keyboard._start(tail)
        return keyboard

    def features(self) -> np.ndarray:
        """The features by which the last suggestions were ranked, [words, features].

        `elman_feature` in `core/mixing/reranking.h` lists them. Without a profile, there are none.
        """
        found, count, size = ctypes.POINTER(ctypes.c_double)(), ctypes.c_size_t(), ctypes.c_size_t()
        places = (ctypes.byref(each) for each in (found, count, size))
        self._call("python_features", self._session, *places)
        return np.ctypeslib.as_array(found, (count.value, size.value)).copy()

    def sizes(self) -> tuple[int, tuple[int, int, int]]:
        """The size of the vocabulary, and the shape of the state, [layers, 1, units]."""
        facts = self._library.functions.elman_model_facts(self._model)
        return facts.vocabulary_size, (facts.layers, 1, facts.units)

    def step(self, token_id: int, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits float32 [vocabulary] after a token, and the next state, shaped like `state`."""
        logits = np.empty(self.sizes()[0], np.float32)
        state = np.ascontiguousarray(state, np.float32)
        after = np.empty_like(state)
        self._call("python_step", self._model, token_id, *map(_pointer, (state, logits, after)))
        return logits, after

    def context_ids(self, text: str) -> list[int]:
        """The ids of the context after a finished text."""
        ids, count = ctypes.POINTER(ctypes.c_int32)(), ctypes.c_size_t()
        found = (ctypes.byref(ids), ctypes.byref(count))
        self._call("python_context", self._session, *sized(text), *found)
        return ids[: count.value]

    def key_times(self, text: str, k: int = 3) -> list[int]:
        """Nanoseconds of predicting after each character of `text`."""
        found, count = (SuggestionStructure * MOST_SUGGESTIONS)(), ctypes.c_size_t()
        results = (k, found, ctypes.byref(count))
        texts = [sized(text[:end]) for end in range(1, len(text) + 1)]
        return [self._call("predict", self._session, *each, None, *results) for each in texts]

    def step_times(self, repeat: int, with_logits: bool = True) -> list[int]:
        """Nanoseconds of each of `repeat` steps of the network."""
        size, shape = self.sizes()
        state, logits = np.zeros(shape, np.float32), np.empty(size, np.float32)
        arrays = _pointer(state), _pointer(logits) if with_logits else None, _pointer(state)
        return [
            self._call("python_step", self._model, place * 7919 % size, *arrays)
            for place in range(repeat)
        ]

    # -- calls -------------------------------------------------------------------------------------

    def _begin(self, library: Path) -> None:
        super()._begin(library)
        self._failure: Exception | None = None
        self._step: Any = None

    def _call(self, name: str, *arguments: object) -> int:
        """Call a function of the library; an exception in Python's network is the error's cause."""
        try:
            return super()._call(name, *arguments)
        except LibraryError as error:
            failure, self._failure = self._failure, None
            raise error from failure

    def _step_of(self, model: Model) -> Any:
        shape = model.zero_state().shape

        def step(_host: object, token_id: int, state: Any, logits: Any, after: Any) -> int:
            try:
                before = np.ctypeslib.as_array(state, shape) if state else model.zero_state()
                rows, found = model.run(np.array([token_id], np.int32), before.copy())
                if logits:
                    np.ctypeslib.as_array(logits, (model.vocabulary_size,))[:] = rows[0]
                if after:
                    np.ctypeslib.as_array(after, shape)[:] = found
            except Exception as error:
                # An exception cannot pass through C.
                self._failure = error
                return 1
            return 0

        return step


def _pointer(array: np.ndarray) -> Any:
    return array.ctypes.data_as(FLOATS)
