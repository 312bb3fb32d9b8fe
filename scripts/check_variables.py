"""Check the variables that a target of make is given: `python3 scripts/check_variables.py TARGET`.

make runs this before it sets up or builds anything, with whatever Python there is, so it needs only
the standard library. Exits with status 2 and one line for a value that cannot be used. A Python
that is too old for the project's modules checks nothing; the commands themselves check again.
"""

import os
import sys
import unicodedata

TARGETS = {
    "train": ("CORPUS", "SET"),
    "evaluate": ("PART",),
    "generate": ("TOKENS", "TEMPERATURE", "TOP_K", "TOP_P", "SEED"),
    "score": ("RANK", "FILE"),
    "benchmark-ngrams": ("PART", "TEXTS"),
    "demo": ("PORT",),
}


def check(variable, text):
    """Raises `UserError` if `text` is no value for `variable`."""
    from training.common import options

    if variable in CHECKS:
        CHECKS[variable](text)
    else:
        getattr(options, variable)(text)


def check_corpus(text):
    """Refuse a CORPUS that is no corpus and no file."""
    from training.corpora import require_corpus

    require_corpus(text)


def check_preset(text):
    """Refuse an unknown PRESET."""
    from training.network.configuration import preset

    if text:
        preset(text)


def check_run(text):
    """Refuse a RUN that is no plain name."""
    from training.common.options import RUN

    if text:
        RUN(text)


def check_settings(text):
    """Refuse a SET with an unknown setting or a value outside its range."""
    from training.network.configuration import Configuration

    Configuration().with_overrides(text.split())


def check_sentences(file):
    """Refuse a FILE that cannot be read, and neither FILE nor TEXT."""
    from training.common.errors import UserError

    if not file and not os.environ.get("TEXT"):
        raise UserError('nothing to score: give a sentence (TEXT="...") or a file (FILE=...)')
    if file not in ("", "-") and not os.access(file, os.R_OK):
        raise UserError("cannot read FILE=" + file + "; give a file with one sentence a line")


def check_texts(text):
    """Refuse TEXTS of which one matches no file."""
    from training.corpora.finding import find_files

    for place in text.split():
        find_files(place)


def check_port(text):
    """Refuse a PORT that is no port or in use."""
    from training.common.options import PORT
    from web.serve import PageHandler, bind

    bind(os.environ.get("HOST") or "127.0.0.1", PORT(text), PageHandler).server_close()


CHECKS = {
    "CORPUS": check_corpus,
    "PRESET": check_preset,
    "RUN": check_run,
    "SET": check_settings,
    "FILE": check_sentences,
    "TEXTS": check_texts,
    "PORT": check_port,
}


def main(target):
    """Check what `target` reads, in the environment, where make puts its variables."""
    # The text rules need unicodedata2, which may not be installed yet; no value depends on it.
    sys.modules.setdefault("unicodedata2", unicodedata)
    from training.common.errors import UserError

    for variable in ("PRESET", "RUN", "SEGMENTATION") + TARGETS.get(target, ()):
        try:
            check(variable, os.environ.get(variable, ""))
        except (UserError, OSError) as error:
            sys.stderr.write("error: " + " ".join(str(error).split()) + "\n")
            sys.exit(2)


if __name__ == "__main__":
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if sys.version_info >= (3, 11):  # noqa: UP036
        main(sys.argv[1])
