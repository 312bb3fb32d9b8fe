"""Results that are kept in benchmarks/results, where the documentation quotes them."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.common.errors import UserError

RESULTS = Path(__file__).resolve().parents[1] / "results"


def check_kept(
    parser: argparse.ArgumentParser, arguments: argparse.Namespace, *limits: str
) -> None:
    """Raise `UserError` if `--keep` would replace a result by one with other limits."""
    changed = [name for name in limits if getattr(arguments, name) != parser.get_default(name)]
    if arguments.keep and changed:
        raise UserError(
            f"--keep replaces the result in the documentation, which has the usual --{changed[0]}; "
            f"leave out --keep or --{changed[0]}"
        )
