"""One file for a keyboard: a `.tflite` that carries its vocabulary, its facts and a self-test.

Three metadata buffers of the flatbuffer hold

    elman.vocabulary   the bytes of `vocabulary.txt`
    elman.facts        a line a fact, `key value`, in UTF-8: what of the manifest a keyboard needs
    elman.self_test    little-endian: uint32 steps, uint32 top, float32 tolerance, int32
                       ids [steps], int32 likeliest ids [steps, top], float32 logits [steps, top]

and behind the flatbuffer stand the magic word `ELMANEND` and the SHA-256 of all bytes before that
word, 32 bytes. A TensorFlow Lite runtime does not read so far, so the file loads everywhere.
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
from training.text.vocabulary import END, UNKNOWN, Vocabulary

FORMAT = 2
MAGIC = b"ELMANEND"
DIGEST_BYTES = 32
TRAILER_BYTES = len(MAGIC) + DIGEST_BYTES
VOCABULARY, FACTS, SELF_TEST = "elman.vocabulary", "elman.facts", "elman.self_test"
NUMBERS = (
    "format", "rules_version", "layers", "units", "embedding_size", "vocabulary_size",
    "parameters", "end", "unknown",
)  # fmt: skip
WORDS = (
    "segmentation", "activation", "inputs", "outputs", "vocabulary_sha256", "name", "licence",
    "elman_version",
)  # fmt: skip
KNOWN = {"format": FORMAT, "rules_version": RULES_VERSION, "end": END, "unknown": UNKNOWN}
"""What a file must say to be read: another text rule or special id gives other words."""
_HEAD = struct.Struct("<IIf")


@dataclasses.dataclass(frozen=True)
class SelfTest:
    """What this very file computes: a reader that gets something else must not go on.

    `ids` [steps] are fed one by one from zeros; `top_ids` and `logits` [steps, top] are the
    likeliest at each step. Logits may differ by `tolerance`: runtimes round in other places.
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
        """Parse the buffer; `ValueError` where its size is not what its head says."""
        if len(data) < _HEAD.size:
            raise ValueError("its self-test is cut")
        steps, top, tolerance = _HEAD.unpack_from(data)
        if not steps or not top or len(data) != _HEAD.size + 4 * steps * (1 + 2 * top):
            raise ValueError("its self-test is cut")
        ids = np.frombuffer(data, "<i4", steps, _HEAD.size)
        top_ids = np.frombuffer(data, "<i4", steps * top, _HEAD.size + 4 * steps)
        logits = np.frombuffer(data, "<f4", steps * top, _HEAD.size + 4 * steps * (1 + top))
        return cls(tolerance, ids, top_ids.reshape(steps, top), logits.reshape(steps, top))


@dataclasses.dataclass(frozen=True)
class Packed:
    """A sealed file, read once and checked. `data` are its bytes, for a runtime."""

    data: bytes
    facts: dict[str, Any]
    vocabulary: Vocabulary
    self_test: SelfTest


def seal(data: bytes) -> bytes:
    """`data` with the magic word and its digest behind it."""
    return data + MAGIC + hashlib.sha256(data).digest()


def check_seal(data: bytes) -> None:
    """`ValueError` unless `data` ends in a magic word and the right digest."""
    content, trailer = data[:-TRAILER_BYTES], data[-TRAILER_BYTES:]
    if not trailer.startswith(MAGIC):
        raise ValueError("it is cut short, or was made by an older version: it has no digest")
    if hashlib.sha256(content).digest() != trailer[len(MAGIC) :]:
        raise ValueError("it is damaged: its SHA-256 differs from the one at its end")


def read_sealed(path: Path) -> bytes:
    """The bytes of a `.tflite` file whose digest is right; `UserError` otherwise."""
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

    `network`, `text` (with the special ids) as in the manifest; `origin` holds `name`, `licence`
    and `elman_version`.
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


def packed(data: bytes, facts: dict[str, Any], vocabulary: Vocabulary, test: SelfTest) -> bytes:
    """The sealed file of the model in `data`, which may be packed and sealed already."""
    model = Tflite.of(data)
    lines = [f"{key} {' '.join(str(value).split())}\n" for key, value in facts.items()]
    model.set_metadata(FACTS, "".join(lines).encode())
    model.set_metadata(VOCABULARY, vocabulary.text.encode())
    model.set_metadata(SELF_TEST, test.to_bytes())
    return seal(model.packed())


def read_packed(path: Path) -> Packed:
    """Read a packed file; `UserError` where it is damaged, incomplete or of another version."""
    return packed_of(read_sealed(path), path)


def packed_of(data: bytes, path: Path) -> Packed:
    """What the bytes of a packed file carry; `UserError` that names `path` as `read_packed`."""
    try:
        return unpacked(data)
    except ValueError as error:
        raise UserError(f"{path}: {error}; export again") from error


def unpacked(data: bytes) -> Packed:
    """What sealed bytes carry; `ValueError` where something is missing or does not agree."""
    check_seal(data)
    try:
        model = Tflite.of(data)
    except Exception as error:
        # The generated classes fail in many ways on damaged offsets.
        raise ValueError(f"it is not a TensorFlow Lite model ({error})") from error
    buffers = {name: model.metadata(name) for name in (FACTS, VOCABULARY, SELF_TEST)}
    for name, buffer in buffers.items():
        if buffer is None:
            raise ValueError(f"it does not carry {name}")
    facts = parsed_facts(buffers[FACTS] or b"")
    entries = (buffers[VOCABULARY] or b"").decode().removesuffix("\n").split("\n")
    vocabulary = Vocabulary(entries, facts["segmentation"])
    self_test = SelfTest.of(buffers[SELF_TEST] or b"")
    _check_agreement(model, facts, vocabulary, self_test)
    return Packed(data, facts, vocabulary, self_test)


def parsed_facts(data: bytes) -> dict[str, Any]:
    """Facts by name; `ValueError` for those that this version does not know or that are missing."""
    pairs = [line.partition(" ") for line in data.decode().splitlines()]
    found: dict[str, Any] = {key: value for key, _, value in pairs}
    for key, known in KNOWN.items():
        if found.get(key) != str(known):
            raise ValueError(f"its {key} is {found.get(key)}, and this version reads {known}")
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
