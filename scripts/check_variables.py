"""Check the variables for a make target: `python3 scripts/check_variables.py TARGET`.

make runs this before it installs or builds anything, with any Python on the path, so it needs only
the standard library. For a value that cannot be used, it prints one line and exits with status 2. A
Python too old for the project's modules checks nothing; the commands themselves check again.
"""

import os
import sys
import unicodedata

# Stands for all generation settings, which are declared in training/measure/sampling.py.
SAMPLING = "TEMPERATURE, TOP_K, ..."
TARGETS = {
    "train": ("CORPUS", "SET", "PROCESSES", "WORD_LIST", "WORKERS"),
    "evaluate": ("PART",),
    "generate": ("TOKENS", SAMPLING),
    "score": ("RANK", "FILE"),
    "benchmark-ngrams": ("PART", "TEXTS"),
    "demo": ("PORT",),
}


def check(variable, text):
    """Raise `UserError` if `text` is not a valid value for `variable`."""
    from training.common import options

    if variable in CHECKS:
        CHECKS[variable](text)
    else:
        getattr(options, variable)(text)


def check_corpus(text):
    """Refuse a CORPUS that is neither a built-in corpus nor a file."""
    from training.corpora import require_corpus

    require_corpus(text, os.environ.get("FIELD", ""))


def check_processes(text):
    """Refuse PROCESSES outside its range."""
    from training.common.options import PROCESSES

    if text:
        PROCESSES(text)


def check_word_list(text):
    """Refuse a WORD_LIST that is neither a built-in list nor a file."""
    from training.data.word_lists import require_word_list

    require_word_list(text)


def check_preset(text):
    """Refuse an unknown PRESET."""
    from training.network.configuration import preset

    if text:
        preset(text)


def check_run(text):
    """Refuse a RUN that is not a plain name."""
    from training.common.options import RUN

    if text:
        RUN(text)


def check_settings(text):
    """Refuse a SET with an unknown setting or a value outside its range."""
    from training.network.configuration import Configuration

    Configuration().with_overrides(text.split())


def check_sampling(_text):
    """Refuse a generation setting that is out of range."""
    from training.measure.sampling import SamplingOptions

    SamplingOptions.from_environment()


def check_sentences(file):
    """Refuse a FILE that cannot be read, and a call with neither FILE nor TEXT."""
    from training.common.errors import UserError

    if not file and not os.environ.get("TEXT"):
        raise UserError('nothing to score: give a sentence (TEXT="...") or a file (FILE=...)')
    if file not in ("", "-") and not os.access(file, os.R_OK):
        raise UserError("cannot read FILE=" + file + "; give a file with one sentence per line")


def check_texts(text):
    """Refuse TEXTS if any of them matches no file."""
    from training.corpora.finding import find_files, readable

    for place in text.split():
        with readable("TEXTS", place):
            find_files(place)


def check_port(text):
    """Refuse a PORT that is not a port or is in use."""
    from training.common.options import PORT
    from web.serve import PageHandler, bind

    bind(os.environ.get("HOST") or "127.0.0.1", PORT(text), PageHandler).server_close()


CHECKS = {
    "CORPUS": check_corpus,
    "PRESET": check_preset,
    "PROCESSES": check_processes,
    "WORD_LIST": check_word_list,
    "RUN": check_run,
    "SET": check_settings,
    SAMPLING: check_sampling,
    "FILE": check_sentences,
    "TEXTS": check_texts,
    "PORT": check_port,
}


def main(target):
    """Check the variables of `target` in the environment, to which make exports them."""
    # The text rules import unicodedata2, which may not be installed yet. No check depends on it.
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
