"""Coverage-guided fuzzing of the text rules in Python: `python -m tests.faults.fuzz_text FOLDER`.

FOLDER keeps the texts that led somewhere new, as UTF-8; further arguments go to libFuzzer, on which
Atheris is built. Ends with a status other than 0 where a property does not hold.
"""

import sys

import atheris

with atheris.instrument_imports(include=["training"], enable_loader_override=False):
    from training.text.rules import SEGMENTATIONS, fold, join, normalise, segments, split, typed


def check(data: bytes) -> None:
    """What must hold of any text: `ValueError` if it does not."""
    text = data.decode("utf-8", "replace")
    normalised = normalise(text)
    require(normalise(normalised) == normalised, "normalising twice is normalising once")
    tokens = split(text)
    require(split(join(tokens)) == tokens, "tokens that are joined split into the same")
    require(all(map(fold, tokens)), "no token folds into nothing")
    for segmentation in SEGMENTATIONS:
        segments(text, segmentation)
        typed(text, segmentation)


def require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"it does not hold that {what}")


if __name__ == "__main__":
    atheris.enabled_hooks.add("RegEx")
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
