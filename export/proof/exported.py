"""An exported folder, read file by file: each is what the manifest says that it is, or is refused.

What was checked is what is used: no path is read a second time.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

from export.copies.manifest import read_manifest
from export.copies.packing import Packed, packed_of
from export.copies.tfjs_files import GraphModel, read_tfjs
from export.proof.runtimes import StepModel, open_saved_model
from training.common.errors import UserError
from training.text.vocabulary import Vocabulary


class Exported:
    """The copies in a folder and what lies beside them.

    Every method raises `UserError`, which names the file and says what to do, where a file is
    missing, cut, exchanged or damaged.
    """

    def __init__(self, folder: Path):
        """Read the manifest; `UserError` as `read_manifest` says."""
        self.folder, self.manifest = folder, read_manifest(folder)

    def bytes_of(self, name: str) -> bytes:
        """The bytes of a file that the manifest lists, of the size and the SHA-256 that it says."""
        path, entry = self.folder / name, self.manifest["files"].get(name)
        if entry is None:
            raise UserError(f"the manifest does not list {path}; export again")
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UserError(f"{path} cannot be read ({error.strerror}); export again") from error
        if len(data) != entry["bytes"]:
            raise UserError(
                f"{path} has {len(data)} bytes, and the manifest says {entry['bytes']}: "
                "it was cut off or exchanged; export again"
            )
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise UserError(f"{path} is damaged: its SHA-256 is not the manifest's; export again")
        return data

    def golden(self) -> dict[str, Any]:
        """The golden record."""
        return json.loads(self.bytes_of("golden.json"))

    def vocabulary(self) -> Vocabulary:
        """The entries by id."""
        data, segmentation = self.bytes_of("vocabulary.txt"), self.manifest["text"]["segmentation"]
        return Vocabulary.of(data, segmentation, self.folder / "vocabulary.txt")

    def tflite(self, name: str) -> Packed:
        """A LiteRT copy with what it carries."""
        return packed_of(self.bytes_of(name), self.folder / name)

    def tfjs(self) -> GraphModel:
        """The TensorFlow.js copy."""
        return read_tfjs(self.folder / "tfjs", lambda name: self.bytes_of(f"tfjs/{name}"))

    def saved_model(self) -> StepModel:
        """The SavedModel in TensorFlow, which reads a folder: a private one, of checked bytes."""
        names = [name for name in self.manifest["files"] if name.startswith("saved_model/")]
        with tempfile.TemporaryDirectory() as private:
            for name in names:
                path = Path(private, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.bytes_of(name))
            return open_saved_model(Path(private, "saved_model"))
