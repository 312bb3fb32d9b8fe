"""Reliable handling of Ctrl-C and SIGTERM.

Both raise `KeyboardInterrupt`. Python ignores an exception inside `__del__`, which TensorFlow's
converter calls often, so the program would continue. The signal is therefore also recorded, and
nothing is committed after it: code that is about to commit a file or folder calls `stop_if_told`.
"""

import signal
from types import FrameType

_told = False


def listen() -> None:
    """Handle SIGTERM like Ctrl-C from now on, and record both."""
    signal.signal(signal.SIGTERM, _note)
    # A shell makes background processes ignore Ctrl-C; leave that unchanged.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _note)


def was_told() -> bool:
    """Return whether Ctrl-C or SIGTERM was received since `listen`."""
    return _told


def stop_if_told() -> None:
    """Raise `KeyboardInterrupt` if Ctrl-C or SIGTERM was received earlier."""
    if _told:
        raise KeyboardInterrupt


def _note(number: int, frame: FrameType | None) -> None:
    global _told
    _told = True
    signal.default_int_handler(number, frame)
