"""Generates the tables that the text rules use in each language.

    python -m tools.tables

writes the lists of `training/text/lists.py`, and tables of Unicode 15.0.0 from the package
unicodedata2, so that no implementation depends on the Unicode version of its platform.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import unicodedata2 as unicodedata

from tools.tables import c_source, encoded, lists_c
from training.common.errors import UserError, command
from training.common.files import write_text
from training.common.options import Parser

ROOT = Path(__file__).resolve().parents[2]


def main(argv: Sequence[str] | None) -> None:
    """Write all files; `UserError` for any other Unicode version."""
    description = "Generate the tables of the text rules for Python and C."
    Parser("tools.tables", description, "  python -m tools.tables").parse_args(argv)
    if unicodedata.unidata_version != encoded.UNICODE_VERSION:
        raise UserError(
            f"unicodedata2 has Unicode {unicodedata.unidata_version}, but the tables need "
            f"{encoded.UNICODE_VERSION}; install unicodedata2=={encoded.UNICODE_VERSION}"
        )
    for name, text in files().items():
        write_text(ROOT / name, text)


def files() -> dict[str, str]:
    """The content of every file, by its path in the project."""
    tables = encoded.build()
    return {
        "training/text/unicode_tables.json": json.dumps(tables, indent=2) + "\n",
        "core/text/unicode.c": c_source.source(encoded.UNICODE_VERSION),
        "core/text/lists.h": lists_c.header(),
        "core/text/lists.c": lists_c.source(),
    }


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, Unicode {unicodedata.unidata_version}")
    command(main)
