"""The lists of the text rules as JavaScript: `web/engine/rules.js`, formatted as prettier would."""

from collections.abc import Iterable

from tools.tables.lists_c import SINGLE_POINTS
from training.text import lists

WIDTH = 100
HEADING = """\
/**
 * The lists behind the text rules, which `training/text/rules.py` states. Made by
 * tools/tables/lists_javascript.py from training/text/lists.py.
 */
"""
NAMES = (
    "RULES_VERSION", "DASH", "ELLIPSIS", "ZERO_WIDTH_JOINER", "REPLACED", "IGNORED", "EMOTICONS",
    "LONGEST_EMOTICON", "DASHES", "LINE_ENDS", "TERMINATORS", "WIDE_TERMINATORS", "CLOSERS",
    "ABBREVIATIONS", "OPENING", "CURRENCY", "GLUED", "CLOSING_BRACKETS", "WIDE_PUNCTUATION",
    "PLAIN_LETTERS", "FIRST_ACCENT", "LAST_ACCENT", "ELISION_BEFORE", "LONGEST_ELIDED",
    "SHORTEST_REST", "MARKS", "WIDE_MARKS", "CLOSED_QUOTES",
)  # fmt: skip


def source() -> str:
    """The whole module."""
    return HEADING + "\n" + "".join(map(statement, NAMES))


def statement(name: str) -> str:
    """A list with its name."""
    return f"export const {name} = {value(name)};\n".replace("= \n", "=\n")


def value(name: str) -> str:
    """A list as JavaScript: a number, a string, a Set or a Map."""
    content = getattr(lists, name)
    if name in SINGLE_POINTS:
        return hex(ord(content))
    if isinstance(content, int):
        return str(content)
    room = WIDTH - len(f"export const {name} = ;")
    if isinstance(content, str):
        return text(content, room)
    if isinstance(content, dict):
        items = [f"  [{quoted(old)}, {quoted(new)}],\n" for old, new in sorted(content.items())]
        return f"new Map([\n{''.join(items)}])"
    return members(content, room)


def members(items: Iterable[str], room: int) -> str:
    """A Set of strings."""
    items = sorted(items)
    if all(len(item) == 1 for item in items):
        return f"new Set({quoted(''.join(items))})"
    joined = " ".join(items)
    split = ".split(' ')"
    if len(f"new Set({quoted(joined)}{split})") <= room:
        return f"new Set({quoted(joined)}{split})"
    if len(quoted(joined) + split) + 3 <= WIDTH:
        return f"new Set(\n  {quoted(joined)}{split},\n)"
    pieces = pieces_of(items, WIDTH - 8)
    lines = " +\n".join(f"    {quoted(piece)}" for piece in pieces)
    return f"new Set(\n  (\n{lines}\n  ){split},\n)"


def text(content: str, room: int) -> str:
    """A string, which may need a line of its own or several."""
    if len(quoted(content)) <= room:
        return quoted(content)
    pieces = [""]
    for character in content:
        if len(quoted(pieces[-1] + character)) > WIDTH - 6:
            pieces.append("")
        pieces[-1] += character
    return "\n  " + " +\n  ".join(map(quoted, pieces))


def pieces_of(items: Iterable[str], width: int) -> list[str]:
    """Words with spaces between them and behind all but the last, in pieces that fit."""
    pieces = [""]
    for item in items:
        if len(quoted(f"{pieces[-1]}{item} ")) > width:
            pieces.append("")
        pieces[-1] += f"{item} "
    pieces[-1] = pieces[-1][:-1]
    return pieces


def quoted(content: str) -> str:
    """A string literal in ASCII, in the quotes that need fewer backslashes."""
    quote = '"' if content.count("'") > content.count('"') else "'"
    return quote + "".join(escaped(character, quote) for character in content) + quote


def escaped(character: str, quote: str) -> str:
    """A character inside a string literal."""
    if character in (quote, "\\"):
        return f"\\{character}"
    if character.isascii() and character.isprintable():
        return character
    return {"\n": "\\n", "\r": "\\r"}.get(character, f"\\u{ord(character):04x}")
