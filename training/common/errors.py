"""Mistakes that a user can mend, and how a command reports them."""

import io
import sys
from collections.abc import Callable, Sequence

from training.common.stopping import listen, was_told

USER_ERROR_STATUS = 2
INTERRUPTED_STATUS = 130


class UserError(Exception):
    """Input that cannot be used. The message is one line: what was wrong and what to do."""


def command(main: Callable[[Sequence[str] | None], int | None]) -> None:
    """Run `main` as a program and exit: 0, or 2 with one line for a `UserError`, 130 for Ctrl-C.

    SIGTERM is Ctrl-C, so that nothing half-made is left behind.
    """
    listen()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files, and what was typed, need not be UTF-8.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = main(None) or 0
    except (Exception, KeyboardInterrupt) as error:
        # What a library raises after it was interrupted is no fault of its own.
        if isinstance(error, KeyboardInterrupt) or was_told():
            print("stopped", file=sys.stderr)
            status = INTERRUPTED_STATUS
        elif isinstance(error, UserError):
            print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
            status = USER_ERROR_STATUS
        else:
            raise
    raise SystemExit(status)
