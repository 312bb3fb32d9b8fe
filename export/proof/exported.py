"""Reads an exported folder, checking each file against the manifest.

The bytes that were checked are the bytes that are used: no file is read twice.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from export.copies.manifest import TAIL_FILE, read_manifest
from export.copies.packing import Packed, packed_of
from export.copies.tfjs_files import GraphModel, read_tfjs
from export.proof.runtimes import StepModel, open_saved_model
from training.common.errors import UserError
from training.text.tail import Tail
from training.text.vocabulary import Vocabulary


class Exported:
    """An exported folder: the copies, the golden record and the vocabulary.

    Args:
        folder: The folder, such as `exported/keyboard`.

    Raises:
        UserError: From the constructor and every method, if a file is missing, truncated, replaced
            or damaged. The message names the file and says what to do.

    Example:
        >>> exported = Exported(Path("exported/keyboard"))
        >>> exported.vocabulary().entry(0)
        '</s>'
    """

    def __init__(self, folder: Path):
        """Read the manifest; raises the errors of `read_manifest`."""
        self.folder, self.manifest = folder, read_manifest(folder)

    def bytes_of(self, name: str) -> bytes:
        """Read a file, checking that its size and SHA-256 match the manifest."""
        path, entry = self.folder / name, self.manifest["files"].get(name)
        if entry is None:
            raise UserError(f"the manifest does not list {path}; export again")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UserError(f"{path} cannot be read ({error.strerror}); export again") from error
        if len(data) != entry["bytes"]:
            raise UserError(
                f"{path} has {len(data)} bytes, but the manifest says {entry['bytes']}: "
                "it was truncated or replaced; export again"
            )
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise UserError(f"{path} is damaged: its SHA-256 is not the expected one; export again")
        return data

    def golden(self) -> dict[str, Any]:
        """Read the golden record."""
        return json.loads(self.bytes_of("golden.json"))

    def vocabulary(self) -> Vocabulary:
        """Read the vocabulary."""
        data, segmentation = self.bytes_of("vocabulary.txt"), self.manifest["text"]["segmentation"]
        return Vocabulary.of(data, segmentation, self.folder / "vocabulary.txt")

    def tail(self) -> Tail:
        """Read the tail words; none if the export has none."""
        path = self.folder / TAIL_FILE
        if TAIL_FILE not in self.manifest["files"]:
            return Tail()
        try:
            tail = Tail.of(self.bytes_of(TAIL_FILE))
            tail.check(self.vocabulary())
        except ValueError as error:
            raise UserError(f"{path}: {error}; export again") from error
        return tail

    def tflite(self, name: str) -> Packed:
        """Read a LiteRT copy and its metadata."""
        return packed_of(self.bytes_of(name), self.folder / name)

    def tfjs(self) -> GraphModel:
        """Read the TensorFlow.js copy."""
        return read_tfjs(self.folder / "tfjs", lambda name: self.bytes_of(f"tfjs/{name}"))

    def saved_model(self) -> StepModel:
        """Load the SavedModel in TensorFlow, from a temporary folder of checked files."""
        names = [name for name in self.manifest["files"] if name.startswith("saved_model/")]
        with tempfile.TemporaryDirectory() as private:
            for name in names:
                path = Path(private, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.bytes_of(name))
            return open_saved_model(Path(private, "saved_model"))
