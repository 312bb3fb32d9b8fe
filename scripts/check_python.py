"""Check that this Python can run Elman, before anything is installed.

Prints nothing if it can; otherwise prints the reason and exits with status 1. The check takes about
a second and needs only the standard library. Its syntax works in every Python since 2.7, so that an
old one can report that it is too old.

The version alone is not enough: Python 3.11.0 to 3.11.4 match some regular expressions incorrectly
(python/cpython#106052). So the text rules are run on the cases shared by all implementations.
"""

import json
import os
import platform
import sys
import unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CASES = os.path.join(ROOT, "tests", "fixtures", "text_cases.json")


def problem():
    """Why this Python cannot be used, or an empty string."""
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        return "is not 3.11 or 3.12"
    wrong = wrong_texts()
    if not wrong:
        return ""
    return "gets " + str(len(wrong)) + " of the text cases wrong, such as " + ascii(wrong[0])


def wrong_texts():
    """The texts of the shared cases for which this Python gives wrong results."""
    sys.path.insert(0, ROOT)
    # unicodedata2 may not be installed yet. This Python knows all characters in the cases.
    sys.modules["unicodedata2"] = unicodedata
    from training.text.rules import fold, is_word, join, normalise, segments, split, typed

    def listed(found):
        return [{"tokens": segment.tokens, "complete": segment.complete} for segment in found]

    def is_typed(case):
        found = typed(case["text"], case["segmentation"])
        return (listed(found.segments), found.prefix) == (case["segments"], case["prefix"])

    checks = {
        "normalise": lambda case: normalise(case["text"]) == case["normalised"],
        "split": lambda case: (
            split(case["text"]) == case["tokens"] and join(case["tokens"]) == case["joined"]
        ),
        "fold": lambda case: fold(case["token"]) == case["folded"],
        "is_word": lambda case: is_word(case["token"]) is case["is_word"],
        "segments": lambda case: (
            listed(segments(case["text"], case["segmentation"])) == case["segments"]
        ),
        "typed": is_typed,
    }
    with open(CASES, encoding="ascii") as stream:
        cases = json.load(stream)
    return [
        case.get("text", case.get("token"))
        for section, is_right in checks.items()
        for case in cases[section]
        if not is_right(case)
    ]


if __name__ == "__main__":
    found = problem()
    if found:
        program = os.path.realpath(sys.executable)
        print("Python " + platform.python_version() + " (" + program + ") " + found)
    sys.exit(bool(found))
