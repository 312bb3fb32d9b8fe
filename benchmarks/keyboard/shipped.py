"""The C library with the exported model of a run."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison.contenders import export_of
from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from training.network.run import Run


@contextlib.contextmanager
def shipped_keyboard(run: Run, exports: Path) -> Iterator[tuple[CKeyboard, Path]]:
    """Yield a keyboard with the built-in network and the model of a run, and its shared library.

    Raises:
        UserError: If there is no export of the run in `exports`, or it is of other weights.
    """
    data = export_of(run, exports / run.name).tflite("model.tflite").data
    with tempfile.TemporaryDirectory(prefix="elman-keyboard-") as folder:
        model, library = Path(folder, "model.tflite"), build(Path(folder, "library"), litert=False)
        model.write_bytes(data)
        with CKeyboard(library, model) as keyboard:
            yield keyboard, library
