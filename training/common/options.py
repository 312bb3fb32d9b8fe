"""Command-line options and the make variables that set them.

This module uses only the standard library, because `scripts/check_variables.py` checks make
variables with the same rules before anything is installed.
"""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from training.common.errors import UserError

LARGEST_SEED = 2**53 - 1
"""JavaScript, which reads the seed in the manifest, cannot represent larger integers exactly."""
LONGEST_NAME = 200
"""Of a run. File systems allow 255 bytes, and the names of temporary folders are longer."""


class Parser(argparse.ArgumentParser):
    """An argument parser that shows examples in its help and reports errors in one line."""

    def __init__(self, program: str, description: str, examples: str):
        super().__init__(
            prog=f"python -m {program}",
            description=description,
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        """Raise a one-line `UserError` that points to `--help`, instead of printing the usage."""
        raise UserError(f"{message} (see {self.prog} --help)")


@dataclass(frozen=True)
class Option:
    """The accepted values of an option, to be passed to `add_argument` as `type=`.

    Error messages name the make variable and the option: "TOKENS (--tokens) must be ...".

    Args:
      variable: Name of the make variable.
      expected: Description of the accepted values, for error messages.
      parse: Converts the text to a value; raises `ValueError` if it cannot.
      accepts: Returns whether a value is accepted.
    """

    variable: str
    expected: str
    parse: Callable[[str], Any]
    accepts: Callable[[Any], bool]

    @property
    def flag(self) -> str:
        """The command-line option: `--top-k` for `TOP_K`."""
        return "--" + self.variable.lower().replace("_", "-")

    def __call__(self, text: str) -> Any:
        """Return the value of `text`. Raises `UserError` if it is not accepted."""
        try:
            value = self.parse(text)
        except ValueError:
            value = None
        if value is None or not self.accepts(value):
            raise UserError(f"{self.variable} ({self.flag}) must be {self.expected}, not {text!r}")
        return value


TOKENS = Option(
    "TOKENS", "a whole number from 1 to 100000", int, lambda number: 1 <= number <= 100_000
)
SEGMENTATION = Option(
    "SEGMENTATION",
    "message, sentence or line",
    str,
    # "" means that the segmentation is detected from the text.
    lambda segmentation: segmentation in ("", "message", "sentence", "line"),
)
PROCESSES = Option(
    "PROCESSES",
    "a whole number from 1 to 1024 (0: one for each processor)",
    int,
    lambda number: 0 <= number <= 1_024,
)
PORT = Option("PORT", "a whole number from 0 to 65535", int, lambda port: 0 <= port <= 65535)
WORKERS = Option(
    "WORKERS",
    "a whole number from 1 to 64",
    # make gives an empty text where nothing is asked for.
    lambda text: int(text or 1),
    lambda number: 1 <= number <= 64,
)
PART = Option("PART", "test or valid", str, lambda part: part in ("test", "valid"))
RANKINGS = ("total", "word")
"""Ways to rank sentences: by total log-probability, or by its mean per token."""
RANK = Option("RANK", "total or word", str, lambda rank: rank in RANKINGS)
RUN = Option(
    "RUN",
    f"a name of up to {LONGEST_NAME} letters, digits, '.', '-' and '_' that starts with a letter "
    "or digit",
    str,
    lambda name: (
        re.fullmatch("[A-Za-z0-9][A-Za-z0-9._-]*", name) is not None and len(name) <= LONGEST_NAME
    ),
)
