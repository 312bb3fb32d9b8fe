"""Coverage-guided fuzzing of the text rules: `python -m tests.faults.text.fuzz_text FOLDER`.

Texts that increase coverage are stored in FOLDER, as UTF-8. Further arguments are passed to
libFuzzer, on which Atheris is built. The exit status is not 0 if a property is violated.
"""

import sys

import atheris

with atheris.instrument_imports(include=["training"], enable_loader_override=False):
    from training.text.rules import SEGMENTATIONS, fold, join, normalise, segments, split, typed


def check(data: bytes) -> None:
    """Check the properties that hold for every text. Raises `ValueError` if one does not."""
    text = data.decode("utf-8", "replace")
    normalised = normalise(text)
    require(normalise(normalised) == normalised, "normalising twice equals normalising once")
    tokens = split(text)
    require(split(join(tokens)) == tokens, "joined tokens split into the same tokens")
    require(all(map(fold, tokens)), "no token folds to an empty string")
    for segmentation in SEGMENTATIONS:
        segments(text, segmentation)
        typed(text, segmentation)


def require(condition: bool, what: str) -> None:
    if not condition:
        raise ValueError(f"property violated: {what}")


if __name__ == "__main__":
    atheris.enabled_hooks.add("RegEx")
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()
