"""Presage, a word predictor for keyboards, with smoothed n-grams trained on the same text.

Debian packages the library and `text2ngram`, which counts n-grams. Presage ends words at
apostrophes and never suggests "don't". It is measured unchanged, and also with a workaround:
apostrophes are replaced by U+2019, which Presage treats as a letter, and restored in its output.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.keyboard.suggesters import MOST_WORDS, Suggester, compiled, unchanged
from benchmarks.ngrams.debian import install
from training.common.display import ProgressDisplay
from training.common.errors import UserError, command
from training.common.files import writing
from training.common.options import Parser
from training.corpora import Corpus
from training.measure.metrics import SUGGESTIONS
from training.text.rules import normalise

PACKAGES = ("presage", "libpresage-dev")
PROFILE = Path("/etc/presage.xml")
HEADER = Path("/usr/include/presage.h")
LONGEST = 3
"""The longest n-grams in Presage's default configuration."""
NGRAMS = "DefaultSmoothedNgramPredictor"
USER_NGRAMS = "UserSmoothedNgramPredictor"
LEARNING = f"{NGRAMS} {USER_NGRAMS} DefaultRecencyPredictor"
"""The predictors of Presage's default configuration, without the one that expands abbreviations."""
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def spelled(text: str) -> str:
    """Replace apostrophes with U+2019 for Presage."""
    return text.replace("'", APOSTROPHE)


def read(word: str) -> str:
    """Restore the apostrophes in a word from Presage."""
    return word.replace(APOSTROPHE, "'")


def require() -> None:
    """Install Presage from Debian if it is missing; `UserError` if that fails."""
    if shutil.which("text2ngram") and HEADER.exists() and PROFILE.exists():
        return
    install("Presage", PACKAGES, "Presage is not installed")


def database(corpus: Corpus, cache: Path, helped: bool) -> Path:
    """Count the n-grams of a corpus's training part, once, into a file in `cache`.

    With `helped`, words with apostrophes are counted whole.

    Raises:
        UserError: If `text2ngram` fails.
    """
    identity = f"{corpus.sha256()} {corpus.recipe} {corpus.segmentation} {helped}"
    key = hashlib.sha256(identity.encode()).hexdigest()[:16]
    path = cache / f"presage-{key}" / "ngrams.db"
    if path.exists():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".presage-", dir=cache) as folder:
        text, made = Path(folder, "train.txt"), Path(folder, "ngrams.db")
        write_training_text(corpus, text, spelled if helped else unchanged)
        with ProgressDisplay("counting n-grams for Presage", LONGEST, "orders") as display:
            for order in range(1, LONGEST + 1):
                count(text, made, order)
                display.update(order)
        path.parent.mkdir(exist_ok=True)
        made.rename(path)
    return path


def write_training_text(corpus: Corpus, path: Path, spelling: Callable[[str], str]) -> None:
    """Write the training part, including rare words, as plain text with a message per line."""
    with writing(path) as stream:
        for document in corpus.documents("train"):
            stream.writelines(spelling(normalise(text)) + "\n" for text in document.texts)


def count(text: Path, path: Path, order: int) -> None:
    """Add the n-grams of one order to a database."""
    call = ["text2ngram", "--lowercase", "--append", "--format", "sqlite"]
    call += ["--ngrams", str(order), "--output", str(path), str(text)]
    result = subprocess.run(call, capture_output=True, text=True)
    if result.returncode:
        raise UserError(f"text2ngram failed: {(result.stderr or result.stdout).strip()[-300:]}")


def profile(ngrams: Path, installed: str, learned: Path | None = None) -> str:
    """Adapt the `installed` configuration: our n-grams, no other predictor, no learning.

    With `learned`, Presage also counts the n-grams of texts that it is told to learn, in that file,
    and prefers words that were typed just before. Then, it does not repeat a suggestion that was
    not taken, which is its default. Otherwise, suggestions do not depend on those shown before.
    """
    values = {
        "PREDICTORS": LEARNING if learned else NGRAMS,
        "ONLINE_LEARNING": "no",
        "SUGGESTIONS": str(SUGGESTIONS if learned else MOST_WORDS),
        "REPEAT_SUGGESTIONS": "no" if learned else "yes",
    }
    for name, value in values.items():
        installed, found = re.subn(
            rf"<{name}>[^<]*</{name}>", f"<{name}>{escape(value)}</{name}>", installed
        )
        if found != 1:
            raise UserError(f"{PROFILE} has {found} {name} entries; reinstall libpresage-data")
    installed = with_database(installed, NGRAMS, ngrams)
    return with_database(installed, USER_NGRAMS, learned) if learned else installed


def with_database(configuration: str, predictor: str, path: Path) -> str:
    """Replace the database of a predictor."""
    place = rf"(<{predictor}>.*?<DBFILENAME>)[^<]*(</DBFILENAME>)"
    return re.sub(
        place, lambda match: match[1] + escape(str(path)) + match[2], configuration, flags=re.DOTALL
    )


def program_in(folder: Path) -> Path:
    """Build the program in `folder`."""
    return compiled("presage_keys.c", folder / "presage_keys", "-lpresage")


def suggester(
    ngrams: Path,
    folder: Path,
    helped: bool,
    program: Path | None = None,
    learned: Path | None = None,
) -> Suggester:
    """Start Presage as a program with its files in `folder`.

    `helped` is as in `database`, `learned` as in `profile`. Without `program`, it is built.
    """
    configuration = folder / f"presage-{helped}.xml"
    installed = PROFILE.read_text(encoding="utf-8")
    configuration.write_text(profile(ngrams.resolve(), installed, learned), encoding="utf-8")
    call: list[str | Path] = [program or program_in(folder), configuration]
    return Suggester(call, spelled, read) if helped else Suggester(call)


def main(argv: Sequence[str] | None) -> None:
    """Install Presage if it is missing."""
    example = "  python -m benchmarks.keyboard.presage"
    Parser("benchmarks.keyboard.presage", "Install Presage from Debian.", example).parse_args(argv)
    require()


if __name__ == "__main__":
    command(main)
