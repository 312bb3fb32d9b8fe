"""Tables for the terminal and as Markdown, and the description of the machine."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from training.common.display import table
from training.common.files import write_text

MEGABYTE = 1_000_000
NOTHING = "–"


@dataclass(frozen=True)
class Cell:
    """A formatted figure, with its margin of error and the bounds of its interval."""

    value: str
    margin: str = ""
    bounds: str = ""


@dataclass(frozen=True)
class Table:
    """A title, the names of the columns, and rows of cells."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]

    def show(self) -> None:
        """Print the table within 80 columns, with margins below the figures."""
        rows = [[f"{cell.value}\n{cell.margin}".rstrip() for cell in row] for row in self.rows]
        table(self.title, self.columns, rows)

    def markdown(self) -> str:
        """Format the table as Markdown, with bounds instead of margins."""
        rows = [
            [f"{cell.value}<br>{cell.bounds}".removesuffix("<br>") for cell in row]
            for row in self.rows
        ]
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, rule, *rows)]
        return f"## {self.title}\n\n" + "\n".join(lines) + "\n"


def machine() -> str:
    """Describe processor, cores and Python in one line."""
    model = platform.processor() or platform.machine()
    listing = Path("/proc/cpuinfo")
    for line in listing.read_text(encoding="utf-8").splitlines() if listing.exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return (
        f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    )


def write_markdown(path: Path, title: str, tables: list[Table], sentences: list[str]) -> None:
    """Write the tables, and the sentences about them, to a file."""
    body = "\n".join(item.markdown() for item in tables)
    notes = "\n".join(f"- {sentence}" for sentence in sentences)
    write_text(path, f"# {title}\n\n{body}\n{notes}\n")
