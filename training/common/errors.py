"""Errors that a user can fix, and how commands report them."""

import io
import sys
from collections.abc import Callable, Sequence

from training.common.stopping import listen, was_told

USER_ERROR_STATUS = 2
INTERRUPTED_STATUS = 130


class UserError(Exception):
    """Unusable input. The message is one line: what was wrong; what to do."""

    status = USER_ERROR_STATUS


def command(main: Callable[[Sequence[str] | None], int | None]) -> None:
    """Run `main` as a program and exit with its status.

    The status is 2 after a `UserError`, which is printed as one line, and 130 after Ctrl-C. SIGTERM
    is handled like Ctrl-C, so that it leaves no incomplete files behind.
    """
    listen()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # File names and arguments are not necessarily valid UTF-8.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = main(None) or 0
    except (Exception, KeyboardInterrupt) as error:
        # An interrupted library can raise any exception; report that as the interruption it is.
        if isinstance(error, KeyboardInterrupt) or was_told():
            print("stopped", file=sys.stderr)
            status = INTERRUPTED_STATUS
        elif isinstance(error, UserError):
            print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
            status = error.status
        else:
            raise
    raise SystemExit(status)
