"""Scripts without spaces between words, which the text rules cannot split into words."""

import re
from collections.abc import Iterable

from training.common.errors import UserError
from training.text.unicode_tables import character_class

MOST_UNSPACED = 0.1
"""Share of letters. A few quoted words in a text in another language do no harm."""
UNSPACED = {
    "Thai": "\u0e01-\u0e5b",
    "Lao": "\u0e81-\u0edf",
    "Burmese": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "Khmer": "\u1780-\u17ff",
}

_LETTER = re.compile(f"[{character_class('letter', 'wide')}]")
_OF_SCRIPT = {name: re.compile(f"[{ranges}]") for name, ranges in UNSPACED.items()}


def refuse_unspaced(name: str, texts: Iterable[str]) -> None:
    """Raise `UserError` if at least a tenth of the letters are Thai, Lao, Burmese or Khmer."""
    letters, counts = 0, dict.fromkeys(UNSPACED, 0)
    for text in texts:
        of_text = "".join(_LETTER.findall(text))
        letters += len(of_text)
        for script, pattern in _OF_SCRIPT.items():
            counts[script] += len(pattern.findall(of_text))
    unspaced = sum(counts.values())
    if unspaced and unspaced >= MOST_UNSPACED * letters:
        script = max(counts, key=lambda each: counts[each])
        raise UserError(
            f"{name} is written in {script}, which has no spaces between words, so whole phrases "
            "would become vocabulary entries; put a space between words and one sentence on each "
            "line, and set SEGMENTATION=line"
        )
