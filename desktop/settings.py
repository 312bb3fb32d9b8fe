"""The settings: one file in the user's configuration folder, which every window follows."""

from __future__ import annotations

import configparser
import dataclasses
from collections.abc import Callable
from pathlib import Path

from export.keyboard.stored import user_folder
from training.common.errors import UserError
from training.common.files import write_text

SECTION = "elman"


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the user has switched on.

    Attributes:
        learning: Learn from what is typed.
        correction: Let Space correct slips.
        private: Neither use nor change what was learned, for the time being.
    """

    learning: bool = True
    correction: bool = True
    private: bool = False


NAMES = tuple(field.name for field in dataclasses.fields(Settings))


def settings_path() -> Path:
    """`elman/settings.ini` in the user's configuration folder."""
    return user_folder("XDG_CONFIG_HOME", ".config") / "elman" / "settings.ini"


def read_settings(path: Path) -> Settings:
    """Read a file of settings. What it does not mention has its default.

    Raises:
        UserError: If the file cannot be read, or a value is neither yes nor no.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), str(path))
        section = parser[SECTION] if parser.has_section(SECTION) else parser["DEFAULT"]
        found = {name: bool(section.getboolean(name)) for name in NAMES if name in section}
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, configparser.Error) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"cannot use {path} ({reason}); correct it or delete it") from None
    return Settings(**found)


def write_settings(path: Path, settings: Settings) -> None:
    """Replace a file of settings; `UserError` if it cannot be written."""
    values = dataclasses.asdict(settings).items()
    lines = [f"{name} = {'yes' if value else 'no'}\n" for name, value in values]
    write_text(path, f"[{SECTION}]\n{''.join(lines)}")


class SettingsFile:
    """The settings in a file, which other programs may change, too.

    Args:
        path: The file, which need not exist.
        log: Called with one line if the file cannot be used. The settings then stay as they were.
    """

    def __init__(self, path: Path, log: Callable[[str], None]):
        self.path = path
        self.current = Settings()
        self._log = log
        self._seen: object = None
        self.refresh()

    def refresh(self) -> bool:
        """Read the file if it changed; return whether the settings are different now."""
        state, before = state_of(self.path), self.current
        if state == self._seen and state is not None:
            return False
        self._seen = state
        try:
            self.current = read_settings(self.path)
        except UserError as error:
            self._log(str(error))
        return self.current != before

    def change(self, name: str, value: bool) -> None:
        """Change a setting and save; `UserError` if the file cannot be written.

        What other programs changed meanwhile is kept.
        """
        self.refresh()
        self.current = dataclasses.replace(self.current, **{name: value})
        write_settings(self.path, self.current)
        self._seen = state_of(self.path)


def state_of(path: Path) -> tuple[int, int, int] | None:
    """What changes with a file: its number, time and size; None if it does not exist."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
