"""The structures and functions of `core/elman.h` for `ctypes`."""

from __future__ import annotations

import ctypes
import re
import time
from functools import cache
from pathlib import Path

from export.keyboard.results import LibraryError

LONGEST_WORD = 80
"""`ELMAN_LONGEST_WORD`, in bytes of UTF-8."""
WORD_CAPACITY = 3 * LONGEST_WORD + 8
EDIT_CAPACITY = 3 * WORD_CAPACITY
CORRECTION_CAPACITY = 3 * WORD_CAPACITY
SLIP_COSTS = (
    *("neighbour", "substitution", "vowel", "omission", "insertion", "brush"),
    *("transposition", "doubling", "undoubling", "mark", "extra_mark"),
    *("accent", "capital", "missing_space", "extra_space", "moved_space", "variant"),
    *("touch_sigma", "context", "spelling", "unknown", "name", "stem", "limit", "completion"),
    *("certain", "certain_known", "certain_unknown", "certain_revised", "slip_rate", "adaptation"),
)
"""The costs of `elman_slip_costs`, in their order."""
FLOATS = ctypes.POINTER(ctypes.c_float)
StepFunction = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_int32, FLOATS, FLOATS, FLOATS
)
"""The type of `step` in `elman_network`."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class ErrorStructure(ctypes.Structure):
    """`elman_error`."""

    _fields_ = (("status", ctypes.c_int), ("message", ctypes.c_char * 256))


class FactsStructure(ctypes.Structure):
    """`elman_facts`."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("licence", ctypes.c_char_p),
        ("elman_version", ctypes.c_char_p),
        ("vocabulary_size", ctypes.c_int32),
        ("layers", ctypes.c_int32),
        ("units", ctypes.c_int32),
    )


class LimitsStructure(ctypes.Structure):
    """`elman_session_options`."""

    _fields_ = (("text_bytes", ctypes.c_size_t), ("context_tokens", ctypes.c_size_t))


class OptionsStructure(ctypes.Structure):
    """`elman_options`."""

    _fields_ = tuple((name, ctypes.c_bool) for name in ("punctuation", "ignore_blocklist", "exact"))


class SuggestionStructure(ctypes.Structure):
    """`elman_suggestion`."""

    _fields_ = (
        ("word", ctypes.c_char * WORD_CAPACITY),
        ("log_probability", ctypes.c_double),
        ("share", ctypes.c_double),
        ("id", ctypes.c_int32),
    )


class CandidateStructure(ctypes.Structure):
    """`elman_candidate`."""

    _fields_ = (
        ("log_probability", ctypes.c_double),
        ("tokens", ctypes.c_int32),
        ("unknown", ctypes.c_int32),
    )


class TouchStructure(ctypes.Structure):
    """`elman_touch`."""

    _fields_ = (("x", ctypes.c_float), ("y", ctypes.c_float))


class CorrectionStructure(ctypes.Structure):
    """`elman_correction`."""

    _fields_ = (
        ("text", ctypes.c_char * CORRECTION_CAPACITY),
        ("replaces", ctypes.c_size_t),
        ("log_probability", ctypes.c_double),
        ("share", ctypes.c_double),
        ("is_literal", ctypes.c_bool),
        ("is_certain", ctypes.c_bool),
    )


class CostsStructure(ctypes.Structure):
    """`elman_slip_costs`."""

    _fields_ = tuple((name, ctypes.c_double) for name in SLIP_COSTS)


class EditStructure(ctypes.Structure):
    """`elman_edit`."""

    _fields_ = (
        ("before", ctypes.c_size_t),
        ("after", ctypes.c_size_t),
        ("back", ctypes.c_size_t),
        ("space", ctypes.c_int),
        ("text", ctypes.c_char * EDIT_CAPACITY),
    )


class NetworkStructure(ctypes.Structure):
    """`elman_network`. Python needs no `close`."""

    _fields_ = (
        ("host", ctypes.c_void_p),
        ("layers", ctypes.c_int32),
        ("units", ctypes.c_int32),
        ("vocabulary_size", ctypes.c_int32),
        ("step", StepFunction),
        ("close", ctypes.c_void_p),
    )


class LearnedWordStructure(ctypes.Structure):
    """`elman_learned_word`."""

    _fields_ = (
        ("word", ctypes.c_char * (LONGEST_WORD + 1)),
        ("count", ctypes.c_uint32),
        ("last", ctypes.c_uint32),
    )


class TotalsStructure(ctypes.Structure):
    """`elman_profile_totals`."""

    _fields_ = (
        ("bytes", ctypes.c_size_t),
        ("words", ctypes.c_uint32),
        ("clock", ctypes.c_uint32),
    )


@cache
def load(library: Path) -> ctypes.CDLL:
    """The library at a path, whose functions know the types of their arguments."""
    loaded = ctypes.CDLL(str(library.resolve()))
    size, pointer, text = ctypes.c_size_t, ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_size_t)
    arguments = {
        "open": (ctypes.c_char_p, pointer, pointer),
        "open_network": (pointer, ctypes.c_char_p, *text, pointer),
        "set_tail": (pointer, *text),
        "close": (pointer,),
        "block": (pointer, *text, pointer),
        "session_create": (pointer, pointer, pointer),
        "session_free": (pointer,),
        "predict": (pointer, *text, pointer, size, pointer, pointer),
        "predict_apart": (pointer, *text, *text, pointer, size, pointer, pointer),
        "correct": (pointer, *text, pointer, size, pointer, size, pointer, pointer),
        "session_layout": (pointer, *text),
        "session_costs": (pointer, pointer),
        "rescore": (pointer, *text, pointer, size, pointer),
        "read": (pointer, *text, size, pointer),
        "place": (pointer, *text, ctypes.c_char_p, pointer),
        "take": (pointer, *text, *text, pointer, pointer),
        "react": (pointer, *text, ctypes.c_int, *text, pointer, pointer),
        "profile_open": (ctypes.c_char_p, pointer),
        "profile_open_bytes": (*text, pointer),
        "profile_close": (pointer,),
        "profile_save": (pointer, ctypes.c_char_p),
        "profile_bytes": (pointer, pointer, size, pointer),
        "profile_merge": (pointer, *text),
        "profile_words": (pointer, size, pointer, size, pointer),
        "profile_measure": (pointer, pointer),
        "profile_clear": (pointer,),
        "learn": (pointer, *text),
        "forget": (pointer, *text),
        "remember": (pointer, *text),
        "keep": (pointer, *text),
        "session_use": (pointer, pointer),
        "python_step": (pointer, ctypes.c_int32, FLOATS, FLOATS, FLOATS),
        "python_context": (pointer, *text, pointer, pointer),
        "python_features": (pointer, pointer, pointer, pointer),
    }
    for name, types in arguments.items():
        getattr(loaded, f"elman_{name}").argtypes = (*types, pointer)
    loaded.elman_model_facts.argtypes, loaded.elman_model_facts.restype = [pointer], FactsStructure
    loaded.elman_default_slip_costs.restype = CostsStructure
    loaded.elman_session_steps.argtypes = [pointer]
    loaded.elman_session_steps.restype = ctypes.c_uint64
    return loaded


class Library:
    """The functions of the library at a path."""

    def __init__(self, path: Path):
        self.functions = load(path)
        self._error = ErrorStructure()

    def call(self, name: str, *arguments: object) -> int:
        """Call `elman_<name>` and return how many nanoseconds it took.

        Raises:
            LibraryError: If the function fails.
        """
        function, error = getattr(self.functions, f"elman_{name}"), ctypes.byref(self._error)
        start = time.perf_counter_ns()
        status = function(*arguments, error)
        taken = time.perf_counter_ns() - start
        if status:
            raise LibraryError(self._error.message.decode("utf-8", "replace"), status)
        return taken


def utf8(text: str | bytes) -> bytes:
    """UTF-8, with U+FFFD for each half of a surrogate pair, which UTF-8 cannot express."""
    return text if isinstance(text, bytes) else _LONE_SURROGATE.sub("\ufffd", text).encode()


def sized(text: str | bytes) -> tuple[bytes, int]:
    """The bytes of a text and their number, as most functions take them."""
    data = utf8(text)
    return data, len(data)
