"""Messages of writers: a file with a line `{"writer": 3, "text": "see you at 5"}` for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.common.files import read_lines

FORM = '{"writer": 3, "text": "see you at 5"}'


def read_messages(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the writer and the text of each line.

    Raises:
      UserError: If the file cannot be read. The number of a bad line is named.
    """
    for number, line in enumerate(read_lines(path), start=1):
        yield _parsed(line, f"{path}, line {number}")


def _parsed(line: str, place: str) -> tuple[str, str]:
    try:
        value: Any = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise UserError(f"{place} is not JSON; each line must look like {FORM}") from None
    found = value if isinstance(value, dict) else {}
    writer, text = found.get("writer"), found.get("text")
    if isinstance(writer, bool) or not isinstance(writer, int | str) or not isinstance(text, str):
        raise UserError(f"{place} has no writer or no text; each line must look like {FORM}")
    return str(writer), text
