"""Ctrl-C and SIGTERM, which nothing may swallow.

Both raise `KeyboardInterrupt` wherever the program is. Where that is inside a `__del__`, of which
TensorFlow's converter runs many at once, Python ignores the exception and the work goes on; so it
is noted as well, and whoever is about to put a file or a folder in its place asks first.
"""

import signal
from types import FrameType

_told = False


def listen() -> None:
    """From now on SIGTERM is Ctrl-C, and neither is forgotten."""
    signal.signal(signal.SIGTERM, _note)
    # A shell lets what it runs in the background ignore Ctrl-C, which is to stay so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _note)


def was_told() -> bool:
    """Whether Ctrl-C or SIGTERM came since `listen`."""
    return _told


def stop_if_told() -> None:
    """Raise `KeyboardInterrupt` if the program was told to stop and goes on nevertheless."""
    if _told:
        raise KeyboardInterrupt


def _note(number: int, frame: FrameType | None) -> None:
    global _told
    _told = True
    signal.default_int_handler(number, frame)
