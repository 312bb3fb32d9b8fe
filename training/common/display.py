"""Console output: messages, tables, and progress as a bar in a terminal or lines in a log file."""

import contextlib
import math
import time
from collections.abc import Iterable
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

# In a log file (no terminal), progress is printed as one line this often.
SECONDS_BETWEEN_LINES = 30.0

# Show user input verbatim: "[really]" is not markup and ":100:" is not an emoji.
STYLE: dict[str, Any] = {"highlight": False, "soft_wrap": True, "markup": False, "emoji": False}

console = Console(**STYLE)


def say(message: str) -> None:
    """Print one line for the user."""
    console.print(message)


def table(
    title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]], narrow: bool = False
) -> None:
    """Print a table: the first column left-aligned, the others right-aligned.

    Args:
      title: Printed above the table.
      columns: The column headings.
      rows: The cells of each row.
      narrow: Whether to leave out the lines between columns. Nothing is cut off.
    """
    drawn = Table(title=title, title_justify="left", header_style="bold")
    if narrow:
        drawn.box, drawn.show_edge, drawn.padding = SIMPLE_HEAD, False, (0, 0, 0, 0)
    for index, column in enumerate(columns):
        justify = "left" if index == 0 else "right"
        drawn.add_column(column, justify=justify, overflow="fold" if narrow else "ellipsis")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    console.print(drawn)


class ProgressDisplay:
    """Shows progress, rate and time left.

    Args:
      what: Name of the task.
      total: Number of units in the whole task, or None if unknown.
      unit: Plural name of a unit, such as "tokens".
      done: Number of units already done; above 0 when work is resumed.
    """

    def __init__(self, what: str, total: int | None, unit: str, done: int = 0):
        self._what, self._total, self._unit = what, total, unit
        self._begun, self._first, self._spoken = time.monotonic(), done, time.monotonic()
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._done = done

    def __enter__(self) -> "ProgressDisplay":
        if console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TextColumn("{task.fields[note]}", markup=False),
                TimeRemainingColumn(compact=True),
                console=console,
                transient=True,
            )
            self._task = self._bar.add_task(
                self._what, total=self._total, completed=self._done, note=""
            )
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, note: str = "") -> None:
        """Set the number of units done, with a `note` such as the loss."""
        self._done = done
        text = f"{note}  {self.rate():,.0f} {self._unit}/s".strip()
        if self._bar is not None:
            self._bar.update(self._task, completed=done, note=text)
        elif time.monotonic() - self._spoken > SECONDS_BETWEEN_LINES:
            self._spoken = time.monotonic()
            say(f"{self._what} {self._share()} {text}{self._time_left()}")

    def rate(self) -> float:
        """Return the units per second since the display was created."""
        return (self._done - self._first) / max(1e-9, time.monotonic() - self._begun)

    def _share(self) -> str:
        return f"{self._done / self._total:4.0%}" if self._total else f"{self._done:,}"

    def _time_left(self) -> str:
        if not self._total or self.rate() <= 0:
            return ""
        seconds = math.ceil((self._total - self._done) / self.rate())
        return f"  {seconds // 60}:{seconds % 60:02d} left"


class PassDisplay:
    """Shows several passes over a text, one after another, each in its own display.

    Args:
      units: The unit of each pass that does not count in `unit`.
      unit: The unit of all other passes.

    Example:
      >>> with PassDisplay({"encoding": "tokens"}, "KB") as progress:
      ...     progress(10, 100, "encoding")
    """

    def __init__(self, units: dict[str, str], unit: str):
        self._units, self._unit = units, unit
        self._what = ""
        self._display = contextlib.ExitStack()
        self._shown: ProgressDisplay | None = None

    def __enter__(self) -> "PassDisplay":
        return self

    def __exit__(self, *_: object) -> None:
        self._display.close()

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """Show that `done` of `total` units of the pass `what` are done."""
        if self._shown is None or what != self._what:
            self._display.close()
            self._what = what
            shown = ProgressDisplay(what, total, self._units.get(what, self._unit), done)
            self._shown = self._display.enter_context(shown)
        self._shown.update(done)
