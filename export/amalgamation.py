"""The C library as one file, `elman.c`, beside its header `elman.h`: for `make dist`.

The file contains the sources in `core/` except the one for LiteRT, one after another, with each
internal header where it is first included. It compiles with any C11 compiler:

    cc -std=c11 -O3 -ffp-contract=off -c elman.c
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from export.copies.manifest import ELMAN_VERSION
from export.keyboard.c_library import CORE, ROOT

LICENCES = ("LICENSE", "licences/Unicode.txt")
FOLDERS = (
    *("common", "text", "model", "network", "profile", "mixing", "correction", "session"),
    "replacing",
)
WITHOUT = ("network/litert.c",)
PUBLIC = "elman.h"
INCLUDE = re.compile(r'^#include "(.+)"$', re.MULTILINE)
DEFINE = re.compile(r"^#define (\w+)", re.MULTILINE)
FUNCTION = re.compile(r"^(?:[A-Z_]+\(.*\)\n)?static [\w *]*?(\w+)\(", re.MULTILINE)
GUARD = re.compile(r"#ifndef (\w+_H)\n#define \1\n(.*)\n#endif\n*\Z", re.DOTALL)
HEAD = """\
/*
 * Elman {version}: the library for keyboards in one file. `elman.h` documents how to use it.
 *
 * Made by `make dist` from the folder `core`. Compile it with any C11 compiler:
 *
 *   cc -std=c11 -O3 -ffp-contract=off -c elman.c
 */
/* For `fsync` and file locks in profile/files.c. */
#define _DEFAULT_SOURCE
"""


def amalgamation(core: Path = CORE) -> str:
    """The text of `elman.c`.

    Raises `ValueError` if two sources have private functions with the same name, which would clash
    in one file.
    """
    paths = sources(core)
    _check_names([path.read_text(encoding="utf-8") for path in paths])
    included: set[str] = {PUBLIC}
    parts = [HEAD.format(version=ELMAN_VERSION), *_licences()]
    parts.append(f'#include "{PUBLIC}"\n')
    for path in paths:
        parts.append(_source(path, core, included))
    return "\n".join(parts)


def sources(core: Path = CORE) -> list[Path]:
    """The sources of the library without LiteRT."""
    inner = [path for folder in FOLDERS for path in sorted((core / folder).glob("*.c"))]
    left_out = [core / name for name in WITHOUT]
    return [path for path in [*inner, core / "elman.c"] if path not in left_out]


def _licences() -> list[str]:
    texts = [(ROOT / name).read_text(encoding="utf-8").strip() for name in LICENCES]
    return ["/*\n" + text.replace("*/", "* /") + "\n*/\n" for text in texts]


def _source(path: Path, core: Path, included: set[str]) -> str:
    """A source with the headers not yet included. Its macros are undefined at its end."""
    text = path.read_text(encoding="utf-8")
    ends = "".join(f"#undef {name}\n" for name in dict.fromkeys(DEFINE.findall(text)))
    title = path.relative_to(core).as_posix()
    return f"/* -- {title} -- */\n\n{_with_headers(text, core, included)}{ends}"


def _with_headers(text: str, core: Path, included: set[str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in included:
            return ""
        included.add(name)
        header = (core / name).read_text(encoding="utf-8")
        guarded = GUARD.search(header)
        if guarded is None:
            raise ValueError(f"{name} has no include guard")
        return _with_headers(header[: guarded.start()] + guarded.group(2), core, included)

    return INCLUDE.sub(replaced, text)


def _check_names(texts: list[str]) -> None:
    counts = Counter(name for text in texts for name in set(FUNCTION.findall(text)))
    shared = sorted(name for name, count in counts.items() if count > 1)
    if shared:
        raise ValueError(
            f"two sources have private functions with the same name: {', '.join(shared)}"
        )
