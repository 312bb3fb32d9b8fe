"""Random damage to exported files, as disks, cables and incomplete copies cause it.

flip     one bit is flipped
cut      the file is truncated
splice   the rest of the file is that of another model
swap     the whole file is that of another model
"""

import dataclasses
import json
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from export.build import self_test_of
from export.copies.manifest import TAIL_FILE, TFLITE_FILES, listed_files
from export.copies.packing import packed, read_packed
from export.copies.tfjs_files import read_tfjs, write_tfjs
from export.copies.tflite_files import Tflite
from export.proof.runtimes import step_model
from tests.exports import change_manifest
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary

KINDS = ("flip", "flip", "cut", "splice", "swap")


@dataclasses.dataclass(frozen=True)
class Damage:
    """Damage to one file at one place. `page_reader.mjs` implements the same as `applied`."""

    file: str
    kind: str
    place: int
    bit: int

    def applied(self, data: bytes, other: bytes) -> bytes:
        """Return `data` after the damage; `other` is the file of the other model."""
        if self.kind == "flip":
            flipped = bytes([data[self.place] ^ 1 << self.bit])
            return data[: self.place] + flipped + data[self.place + 1 :]
        if self.kind == "cut":
            return data[: self.place]
        kept = self.place if self.kind == "splice" else 0
        return data[:kept] + other[kept:]


def damages(
    folder: Path, other: Path, files: Sequence[str], count: int, kinds: Sequence[str] = KINDS
) -> Iterator[Damage]:
    """Yield `count` random damages, each of which changes its file."""
    generator = random.Random(1)
    contents = {file: ((folder / file).read_bytes(), (other / file).read_bytes()) for file in files}
    while count:
        file = generator.choice(files)
        data, exchanged = contents[file]
        place, bit = generator.randrange(len(data)), generator.randrange(8)
        damage = Damage(file, generator.choice(kinds), place, bit)
        damaged = damage.applied(data, exchanged)
        # A splice before the first difference would produce the intact other model.
        if damaged != data and (damage.kind == "swap" or damaged != exchanged):
            yield damage
            count -= 1


def other_model(exported: Path, folder: Path) -> Path:
    """Create a valid export of the same shape with other words and weights, without training."""
    shutil.copytree(exported, folder)
    segmentation = json.loads((folder / "manifest.json").read_text())["text"]["segmentation"]
    vocabulary = _other_words(folder / "vocabulary.txt", segmentation)
    tail = _other_tail(folder / TAIL_FILE)
    for name in TFLITE_FILES:
        _other_tflite(folder / name, vocabulary, tail)
    _other_tfjs(folder / "tfjs")
    golden = json.loads((folder / "golden.json").read_text())
    (folder / "golden.json").write_text(json.dumps(golden, indent=1))
    for path in filter(Path.is_file, (folder / "saved_model").rglob("*")):
        path.write_bytes(path.read_bytes()[::-1])
    files = listed_files(folder)
    change_manifest(folder, lambda manifest: manifest.update(name="other", files=files))
    return folder


def _other_words(path: Path, segmentation: str) -> Vocabulary:
    entries = list(Vocabulary.load(path, segmentation).entries)
    vocabulary = Vocabulary([*entries[:-1], entries[-1] + "z"], segmentation)
    vocabulary.save(path)
    return vocabulary


def _other_tail(path: Path) -> bytes:
    tail = Tail.of(path.read_bytes())
    path.write_bytes(Tail(tail.words[:-1], tail.unknown).to_bytes())
    return path.read_bytes()


def _other_tflite(path: Path, vocabulary: Vocabulary, tail: bytes) -> None:
    content = read_packed(path)
    model = Tflite.of(content.data)
    weights = max(model.model.buffers, key=lambda b: 0 if b.data is None else len(b.data))
    weights.data = np.roll(np.asarray(weights.data, np.uint8), 4096)
    data, test = model.packed(), content.self_test
    test = self_test_of(step_model(data), test.ids.tolist(), test.tolerance)
    facts = {**content.facts, "vocabulary_sha256": vocabulary.digest}
    path.write_bytes(packed(data, facts, vocabulary, test, tail))


def _other_tfjs(folder: Path) -> None:
    model = read_tfjs(folder)
    halved = {name: array / 2 for name, array in model.weights.items() if array.dtype.kind == "f"}
    model.weights.update({name: array.astype(np.float32) for name, array in halved.items()})
    write_tfjs(model, folder, lambda _name, shape: len(shape) == 2)
