"""Print the table of all settings, `docs/SETTINGS.md`: `python -m tools.settings`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from training.common.errors import command
from training.common.options import Parser
from training.network.configuration import PRESETS, Configuration

EXAMPLES = "  python -m tools.settings > docs/SETTINGS.md"
INTRODUCTION = """\
# Settings

The settings that determine the result of a training run. `SET` changes single settings, as in
`make train RUN=wide SET="units=512 epochs=5"`; `PRESET` selects a named set. The defaults are those
of the preset `keyboard`. This page is the output of `python -m tools.settings`.
"""


def main(argv: Sequence[str] | None) -> None:
    """Print the page."""
    Parser("tools.settings", "Print the table of all settings.", EXAMPLES).parse_args(argv)
    print(page(), end="")


def page() -> str:
    """The page in Markdown: a row per setting, and the changes of each preset."""
    settings = [row("setting", "default", "values", "description"), row(*["---"] * 4)]
    settings += (row(*cells) for cells in setting_rows())
    presets = [row("preset", "changes"), row(*["---"] * 2)]
    presets += (row(f"`{name}`", differences(each) or "-") for name, each in PRESETS.items())
    return "\n".join([INTRODUCTION, *settings, "", "## Presets", "", *presets, ""])


def setting_rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield the name, default, values and description of each setting."""
    for field in dataclasses.fields(Configuration):
        if field.name != "preset":
            name, default = f"`{field.name}`", shown(field.default)
            yield name, default, values_of(field), field.metadata["description"]


def values_of(field: dataclasses.Field[object]) -> str:
    """The values that a setting can have."""
    if "range" in field.metadata:
        least, most = field.metadata["range"]
        return f"{shown(least)} to {shown(most)}"
    return ", ".join(field.metadata["choices"]) or "true, false"


def differences(preset: Configuration) -> str:
    """The settings of a preset that differ from the defaults, as written in `SET`."""
    changed = [
        f"`{field.name}={shown(value)}`"
        for field in dataclasses.fields(preset)
        if field.name != "preset" and (value := getattr(preset, field.name)) != field.default
    ]
    return " ".join(changed)


def shown(value: object) -> str:
    """A value as written in `SET`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    command(main)
