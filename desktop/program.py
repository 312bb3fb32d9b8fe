"""How the programs report problems that the user can solve."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from training.common.errors import UserError


def run(main: Callable[[Sequence[str]], int]) -> None:
    """Run a program and exit: with status 2 and one line on standard error after a `UserError`."""
    try:
        status = main(sys.argv[1:])
    except UserError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        status = error.status
    raise SystemExit(status)
