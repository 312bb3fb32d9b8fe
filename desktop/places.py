"""Where the installed files are: beside this package."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "libelman-python.so"
MODEL = ROOT / "model.tflite"
VERSION = ROOT / "version"


def version() -> str:
    """The version of the package."""
    return VERSION.read_text(encoding="ascii").strip()
