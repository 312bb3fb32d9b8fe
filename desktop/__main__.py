"""The program that IBus starts: `ibus-engine-elman --ibus`."""

from __future__ import annotations

import argparse
import sys
import syslog
from collections.abc import Sequence
from itertools import count

import gi

gi.require_version("IBus", "1.0")
from gi.repository import GLib, IBus  # noqa: E402

from desktop.engine import ElmanEngine, SilentEngine  # noqa: E402
from desktop.memory import memory_path  # noqa: E402
from desktop.places import LIBRARY, MODEL, version  # noqa: E402
from desktop.program import run  # noqa: E402
from desktop.settings import settings_path  # noqa: E402
from desktop.shared import Shared  # noqa: E402
from training.common.errors import UserError  # noqa: E402

BUS_NAME = "org.freedesktop.IBus.Elman"
ENGINE = "elman"
PATH = "/org/freedesktop/IBus/Elman/Engine"


class Log:
    """Writes each message once, as one line, to the system log and to standard error.

    IBus hides the standard error of its engines unless it runs with `--verbose`.
    """

    def __init__(self):
        syslog.openlog("ibus-elman", 0, syslog.LOG_USER)
        self._printed: set[str] = set()

    def __call__(self, message: str) -> None:
        """Write a message."""
        line = " ".join(message.split())
        if line not in self._printed:
            self._printed.add(line)
            syslog.syslog(syslog.LOG_WARNING, line)
            print(f"ibus-elman: {line}", file=sys.stderr, flush=True)


class Factory(IBus.Factory):
    """Creates an engine for each window, or one for all: IBus decides.

    Args:
        bus: The connection to IBus.
        log: Called with one line if the model cannot be opened.
    """

    __gtype_name__ = "ElmanFactory"

    def __init__(self, bus: IBus.Bus, log: Log):
        super().__init__(connection=bus.get_connection(), object_path=IBus.PATH_FACTORY)
        self._bus = bus
        self._numbers = count(1)
        self._problem = ""
        self._shared: Shared | None = None
        try:
            self._shared = Shared(LIBRARY, MODEL, memory_path(), settings_path(), log)
        except UserError as error:
            self._problem = f"Elman cannot suggest words: {error}"
            log(self._problem)

    def do_create_engine(self, name: str) -> IBus.Engine:
        """Create an engine."""
        path = f"{PATH}/{next(self._numbers)}"
        if self._shared is None:
            return SilentEngine(self._bus, path, self._problem)
        return ElmanEngine(self._bus, path, self._shared)


def main(arguments: Sequence[str]) -> int:
    """Run until IBus ends."""
    parser = argparse.ArgumentParser("ibus-engine-elman", description="The Elman input method.")
    parser.add_argument("--ibus", action="store_true", help="IBus started this program")
    parser.add_argument("--version", action="version", version=version())
    given = parser.parse_args(arguments)
    IBus.init()
    bus = IBus.Bus()
    if not bus.is_connected():
        raise UserError("IBus is not running; start it with `ibus-daemon --xim --daemonize`")
    loop = GLib.MainLoop()
    bus.connect("disconnected", lambda _: loop.quit())
    factory = Factory(bus, Log())
    _register(bus, given.ibus)
    loop.run()
    factory.destroy()
    return 0


def _register(bus: IBus.Bus, started_by_ibus: bool) -> None:
    """Tell IBus that the engine is here; one that was started by hand describes itself."""
    if started_by_ibus:
        bus.request_name(BUS_NAME, 0)
        return
    component = IBus.Component(name=BUS_NAME, description="Elman", version=version())
    component.add_engine(IBus.EngineDesc(name=ENGINE, longname="Elman", language="en"))
    bus.register_component(component)


if __name__ == "__main__":
    run(main)
