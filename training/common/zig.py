"""The Zig compiler, which the `ziglang` wheel brings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def zig() -> Path | None:
    """The compiler; None if its wheel is not installed."""
    found = find_spec("ziglang")
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations)), "zig")
