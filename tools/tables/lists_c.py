"""The lists of the text rules as C: `core/text/lists.h` and `core/text/lists.c`."""

import textwrap
from collections.abc import Iterable, Mapping

from tools.tables.c_source import LINE_WIDTH
from training.text import lists

HEADER = """\
/* Made by tools/tables/lists_c.py from training/text/lists.py. The lists of the text rules. */
#ifndef ELMAN_LISTS_H
#define ELMAN_LISTS_H

#include <stddef.h>
#include <stdint.h>

{defines}

/* A set of code points: runs from `first` to `last`, in order. */
typedef struct {{
  uint32_t first, last;
}} elman_run;

typedef struct {{
  const elman_run *runs;
  size_t count;
}} elman_points;

/* What stands for some code points, in their order. */
typedef struct {{
  uint32_t point;
  const char *text;
}} elman_substitute;

typedef struct {{
  const elman_substitute *items;
  size_t count;
}} elman_substitutes;

{declarations}

#endif
"""
SOURCE = """\
/* Made by tools/tables/lists_c.py from training/text/lists.py. */
#include "text/lists.h"

"""
NUMBERS = ("LONGEST_EMOTICON", "LONGEST_ABBREVIATION", "LONGEST_ELIDED", "SHORTEST_REST")
SINGLE_POINTS = ("ZERO_WIDTH_JOINER", "FIRST_ACCENT", "LAST_ACCENT")
CHARACTERS = ("GLUED", "CLOSING_BRACKETS", "ELISION_BEFORE")  # ASCII, as one string
POINTS = ("IGNORED", "LINE_ENDS", "DASHES", "OPENING", "CURRENCY", "WIDE_PUNCTUATION")
TOKENS = ("EMOTICONS", "TERMINATORS", "WIDE_TERMINATORS", "CLOSERS", "ABBREVIATIONS")
SUBSTITUTES = ("REPLACED", "PLAIN_LETTERS")


def header() -> str:
    """The declarations of all lists, and those that are short."""
    defines = {
        "ELMAN_TEXT_RULES_VERSION": str(lists.RULES_VERSION),
        "ELMAN_DASH": literal(lists.DASH),
        "ELMAN_ELLIPSIS": literal(lists.ELLIPSIS),
        **{f"ELMAN_{name}": hex(ord(getattr(lists, name))) for name in SINGLE_POINTS},
        **{f"ELMAN_{name}": str(getattr(lists, name)) for name in NUMBERS},
        **{f"ELMAN_{name}": literal("".join(sorted(getattr(lists, name)))) for name in CHARACTERS},
    }
    declarations = [f"extern const elman_points elman_{name.lower()};" for name in POINTS]
    declarations += [
        f"extern const elman_substitutes elman_{name.lower()};" for name in SUBSTITUTES
    ]
    declarations += ["", "/* Tokens, behind which there is a null pointer. */"]
    declarations += [f"extern const char *const elman_{name.lower()}[];" for name in TOKENS]
    return HEADER.format(
        defines="\n".join(f"#define {name} {value}" for name, value in defines.items()),
        declarations="\n".join(declarations),
    )


def source() -> str:
    """All other lists."""
    parts = [points(name.lower(), getattr(lists, name)) for name in POINTS]
    parts += [substitutes(name.lower(), getattr(lists, name)) for name in SUBSTITUTES]
    parts += [tokens(name.lower(), getattr(lists, name)) for name in TOKENS]
    return SOURCE + "\n".join(parts)


def literal(text: str) -> str:
    """A string of C.

    Each character beyond ASCII is a separate literal, so that no digit after it belongs to it.
    """
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    if plain.isascii():
        return f'"{plain}"'
    return " ".join(
        f'"{character}"' if character.isascii() else hexadecimal(character) for character in plain
    )


def hexadecimal(character: str) -> str:
    """A character's UTF-8 as a string of C."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in character.encode()) + '"'


def array(declaration: str, items: Iterable[str]) -> str:
    """An array; in one line if it fits."""
    items = list(items)
    line = f"{declaration} = {{{', '.join(items)}}};"
    if len(line) <= LINE_WIDTH:
        return line + "\n"
    together = [item.replace(" ", "\0") for item in items]  # which no item holds
    lines = textwrap.wrap(
        ", ".join(together) + ",",
        LINE_WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join([f"{declaration} = {{", *lines, "};", ""]).replace("\0", " ")


def runs(characters: Iterable[str]) -> list[tuple[int, int]]:
    """The first and last code points of the runs of some characters."""
    found: list[tuple[int, int]] = []
    for point in sorted(map(ord, characters)):
        if found and found[-1][1] == point - 1:
            found[-1] = (found[-1][0], point)
        else:
            found.append((point, point))
    return found


def points(name: str, characters: Iterable[str]) -> str:
    """A set of code points."""
    items = [f"{{{first:#x}, {last:#x}}}" for first, last in runs(characters)]
    return array(f"static const elman_run {name}[]", items) + counted("points", name, len(items))


def substitutes(name: str, texts: Mapping[str, str]) -> str:
    """What stands for some characters."""
    items = [f"{{{ord(old):#x}, {literal(new)}}}" for old, new in sorted(texts.items())]
    made = array(f"static const elman_substitute {name}[]", items)
    return made + counted("substitutes", name, len(items))


def counted(kind: str, name: str, count: int) -> str:
    """An array with its length, which other files see."""
    return f"const elman_{kind} elman_{name} = {{{name}, {count}}};\n"


def tokens(name: str, texts: Iterable[str]) -> str:
    """A list of tokens."""
    items = [*map(literal, sorted(texts)), "NULL"]
    return array(f"const char *const elman_{name}[]", items)
