"""Execute a notebook, and compare what its cells print with what they printed before."""

import math
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

Notebook = Any
NUMBER = re.compile(r"(-?\d+\.\d+(?:e[-+]\d+)?|\d+)")
SECONDS_PER_CELL = 240


def executed(path: Path) -> Notebook:
    """Return a copy of a notebook, executed from top to bottom; an error in a cell is raised."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in code_cells(notebook):
        # Times would differ in every execution.
        cell.metadata.pop("execution", None)
    return notebook


def code_cells(notebook: Notebook) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def text_of(cell: Any) -> str:
    """Return everything that a cell printed."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def pictures_of(cell: Any) -> int:
    """Return the number of pictures that a cell drew."""
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


def same(kept: str, now: str) -> bool:
    """Whether two texts differ at most in the third digit of a number."""
    before, after = NUMBER.split(kept), NUMBER.split(now)
    return len(before) == len(after) and all(map(_same_part, before, after))


def _same_part(before: str, after: str) -> bool:
    if NUMBER.fullmatch(before) and NUMBER.fullmatch(after):
        return math.isclose(float(before), float(after), rel_tol=0.01, abs_tol=0.002)
    return before == after
