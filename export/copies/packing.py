"""One file for a keyboard: a `.tflite` with its vocabulary, facts and a self-test inside.

Metadata buffers of the flatbuffer hold

    elman.vocabulary   the bytes of `vocabulary.txt`
    elman.tail         tail words, in the format of `Tail.to_bytes`; optional
    elman.facts        lines of `key value` in UTF-8: the part of the manifest that a keyboard needs
    elman.self_test    little-endian: uint32 steps, uint32 top, float32 tolerance, int32
                       ids [steps], int32 most likely ids [steps, top], float32 logits [steps, top]

The flatbuffer is followed by the magic word `ELMANEND` and the SHA-256 (32 bytes) of all bytes
before that word. TensorFlow Lite runtimes ignore them, so the file loads everywhere.
"""

from __future__ import annotations

import dataclasses
import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np

from export.copies.tflite_files import Tflite
from training.common.errors import UserError
from training.text.rules import RULES_VERSION, SEGMENTATIONS
from training.text.tail import Tail
from training.text.vocabulary import END, UNKNOWN, Vocabulary

FORMAT = 2
MAGIC = b"ELMANEND"
DIGEST_BYTES = 32
TRAILER_BYTES = len(MAGIC) + DIGEST_BYTES
VOCABULARY, FACTS, SELF_TEST = "elman.vocabulary", "elman.facts", "elman.self_test"
TAIL = "elman.tail"
NUMBERS = (
    "format", "rules_version", "layers", "units", "embedding_size", "vocabulary_size",
    "parameters", "end", "unknown",
)  # fmt: skip
WORDS = (
    "segmentation", "activation", "inputs", "outputs", "vocabulary_sha256", "name", "licence",
    "elman_version",
)  # fmt: skip
KNOWN = {"format": FORMAT, "rules_version": RULES_VERSION, "end": END, "unknown": UNKNOWN}
"""The values that a readable file must have: other rules or special ids mean different tokens."""
_HEAD = struct.Struct("<IIf")


@dataclasses.dataclass(frozen=True)
class SelfTest:
    """The expected output of a file. A reader that computes anything else must refuse the file.

    `ids` [steps] are fed one by one, from a state of zeros; `top_ids` and `logits` [steps, top] are
    the most likely ids and their logits at each step. Logits may differ by `tolerance`, since
    runtimes round at different points.
    """

    tolerance: float
    ids: np.ndarray
    top_ids: np.ndarray
    logits: np.ndarray

    def to_bytes(self) -> bytes:
        """The content of the metadata buffer."""
        head = _HEAD.pack(*self.top_ids.shape, self.tolerance)
        integers = np.concatenate([self.ids, self.top_ids.ravel()]).astype("<i4")
        return head + integers.tobytes() + self.logits.astype("<f4").tobytes()

    @classmethod
    def of(cls, data: bytes) -> SelfTest:
        """Parse the buffer; `ValueError` if its size does not match its header."""
        if len(data) < _HEAD.size:
            raise ValueError("its self-test is truncated")
        steps, top, tolerance = _HEAD.unpack_from(data)
        if not steps or not top or len(data) != _HEAD.size + 4 * steps * (1 + 2 * top):
            raise ValueError("its self-test is truncated")
        ids = np.frombuffer(data, "<i4", steps, _HEAD.size)
        top_ids = np.frombuffer(data, "<i4", steps * top, _HEAD.size + 4 * steps)
        logits = np.frombuffer(data, "<f4", steps * top, _HEAD.size + 4 * steps * (1 + top))
        return cls(tolerance, ids, top_ids.reshape(steps, top), logits.reshape(steps, top))


@dataclasses.dataclass(frozen=True)
class Packed:
    """The checked contents of a sealed file. `data` holds its bytes, for a runtime."""

    data: bytes
    facts: dict[str, Any]
    vocabulary: Vocabulary
    self_test: SelfTest
    tail: Tail = Tail()


def seal(data: bytes) -> bytes:
    """`data`, followed by the magic word and its digest."""
    return data + MAGIC + hashlib.sha256(data).digest()


def check_seal(data: bytes) -> None:
    """Raise `ValueError` unless `data` ends with the magic word and the right digest."""
    content, trailer = data[:-TRAILER_BYTES], data[-TRAILER_BYTES:]
    if not trailer.startswith(MAGIC):
        raise ValueError("it is truncated or was made by an older version: it has no digest")
    if hashlib.sha256(content).digest() != trailer[len(MAGIC) :]:
        raise ValueError("it is damaged: its SHA-256 differs from the one at its end")


def read_sealed(path: Path) -> bytes:
    """Read the bytes of a `.tflite` file; `UserError` if its digest is wrong."""
    try:
        data = path.read_bytes()
        check_seal(data)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise UserError(f"{path}: {error}; export again") from error
    return data


def facts_of(
    model: Tflite,
    network: dict[str, Any],
    text: dict[str, Any],
    vocabulary: Vocabulary,
    origin: dict[str, str],
) -> dict[str, Any]:
    """The facts of a file, in the order in which they are written.

    `network` and `text` are as in the manifest, `text` with the special ids. `origin` holds `name`,
    `licence` and `elman_version`.
    """
    return {
        "format": FORMAT,
        **text,
        **network,
        "inputs": " ".join(tensor.name for tensor in model.inputs()),
        "outputs": " ".join(tensor.name for tensor in model.outputs()),
        "vocabulary_sha256": vocabulary.digest,
        **origin,
    }


def packed(
    data: bytes,
    facts: dict[str, Any],
    vocabulary: Vocabulary,
    test: SelfTest,
    tail: bytes = b"",
) -> bytes:
    """Pack and seal the model in `data`, which may be packed and sealed already.

    `tail` holds the bytes of the tail words, if any.
    """
    model = Tflite.of(data)
    lines = [f"{key} {' '.join(str(value).split())}\n" for key, value in facts.items()]
    model.set_metadata(FACTS, "".join(lines).encode())
    model.set_metadata(VOCABULARY, vocabulary.text.encode())
    model.set_metadata(SELF_TEST, test.to_bytes())
    if tail:
        model.set_metadata(TAIL, tail)
    else:
        model.remove_metadata(TAIL)
    return seal(model.packed())


def read_packed(path: Path) -> Packed:
    """Read a packed file; `UserError` if it is damaged, incomplete or from another version."""
    return packed_of(read_sealed(path), path)


def packed_of(data: bytes, path: Path) -> Packed:
    """Read the bytes of a packed file. Errors are those of `read_packed`, and name `path`."""
    try:
        return unpacked(data)
    except ValueError as error:
        raise UserError(f"{path}: {error}; export again") from error


def unpacked(data: bytes) -> Packed:
    """Read sealed bytes; `ValueError` if something is missing or inconsistent."""
    check_seal(data)
    try:
        model = Tflite.of(data)
    except Exception as error:
        # The generated classes raise many kinds of exceptions on damaged offsets.
        raise ValueError(f"it is not a TensorFlow Lite model ({error})") from error
    buffers = {name: model.metadata(name) for name in (FACTS, VOCABULARY, SELF_TEST)}
    for name, buffer in buffers.items():
        if buffer is None:
            raise ValueError(f"it does not contain {name}")
    facts = parsed_facts(buffers[FACTS] or b"")
    entries = (buffers[VOCABULARY] or b"").decode().removesuffix("\n").split("\n")
    vocabulary = Vocabulary(entries, facts["segmentation"])
    self_test = SelfTest.of(buffers[SELF_TEST] or b"")
    _check_agreement(model, facts, vocabulary, self_test)
    tail = Tail.of(model.metadata(TAIL) or b"")
    tail.check(vocabulary)
    return Packed(data, facts, vocabulary, self_test, tail)


def parsed_facts(data: bytes) -> dict[str, Any]:
    """Parse facts; `ValueError` if a value is unsupported or missing."""
    pairs = [line.partition(" ") for line in data.decode().splitlines()]
    found: dict[str, Any] = {key: value for key, _, value in pairs}
    for key, known in KNOWN.items():
        if found.get(key) != str(known):
            raise ValueError(f"its {key} is {found.get(key)}, but this version reads {known}")
    missing = [key for key in (*NUMBERS, *WORDS) if key not in found]
    if missing:
        raise ValueError(f"its facts lack {', '.join(missing)}")
    if found["segmentation"] not in SEGMENTATIONS:
        raise ValueError(
            f"its segmentation is {found['segmentation']!r}, "
            f"expected one of {', '.join(SEGMENTATIONS)}"
        )
    return {**found, **{key: int(found[key]) for key in NUMBERS}}


def _check_agreement(
    model: Tflite, facts: dict[str, Any], vocabulary: Vocabulary, self_test: SelfTest
) -> None:
    size, state = facts["vocabulary_size"], [facts["layers"], 1, facts["units"]]
    expected = {"token": [1], "state": state, "logits": [1, size], "next_state": state}
    for tensor in [*model.inputs(), *model.outputs()]:
        if expected.get(tensor.name) != tensor.shape:
            raise ValueError(f"its tensor {tensor.name} has the shape {tensor.shape}")
    for side, tensors in (("inputs", model.inputs()), ("outputs", model.outputs())):
        if facts[side] != " ".join(tensor.name for tensor in tensors):
            raise ValueError(f"its {side} are not {facts[side]}")
    if len(vocabulary) != size or vocabulary.digest != facts["vocabulary_sha256"]:
        raise ValueError("its vocabulary is not the one that it was made with")
    named = np.concatenate([self_test.ids, self_test.top_ids.ravel()])
    if named.min() < 0 or named.max() >= size:
        raise ValueError("its self-test names ids that do not exist")
