"""Modify exports together with their manifests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from export.copies.manifest import digest_of
from training.common.files import write_json


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the manifest of an export and update its digest."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    write_json(path, {**manifest, "digest": digest_of(manifest)})
