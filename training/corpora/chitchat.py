"""The default corpus: two-person chats from the `chitchat-dataset` package (MIT)."""

import hashlib
import importlib.util
import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from training.common.errors import UserError
from training.common.files import read_json, sha256_of
from training.corpora.base import Document, Part, part_of

LONGEST_MESSAGE = 60
REPETITIVE_FROM = 4
LEAST_DISTINCT = 0.4
ADDRESS = re.compile(r"https?:|www\.|@|\w\.(?:com|org|net|gov|edu|io|tv)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")

# Lower-case words that a keyboard should never suggest. To avoid spelling them out, the list holds
# the first 12 digits of their SHA-256: `printf %s WORD | sha256sum | cut -c1-12`.
SLUR_DIGESTS = """
    044eb98b1876 0515b9e67e0e 08a841e99678 0ce875d62007 11cf8376a157 120f6e5b4ea3
    12e6274e4309 158869a97379 16ea09fc78ca 17a110e53328 17bde8b40646 1e02eec4f109
    22fc75e65a0e 268651b3ece9 27a62b68179c 333f76180929 33740da8a87d 341d56384afc
    3b1e0d7c5dd4 3cc0a581d3bb 402f7ebd9886 448b303c89be 45cd3e1bb472 496ffd3de6ba
    517ae3f73216 566f532d486c 5b3ae48be122 66415f8ce37b 6d1833779e38 7122c9a14ba2
    73118c3720c1 82159dd02870 87d1690e74a1 886d51e97ad7 8f5083e3e5c7 92a9bf818e7e
    94c6d2e10a76 98b52c4b6b7d 9915ba2d8222 a3f89e63505b a77ac6b90734 a7bf072c97a0
    acc96930e3a6 ad6cacf3af98 b3cec2f6ece2 ba5933113125 bb209d506bb8 bb87adf8aa78
    bd331fb1d242 be00f1af522e c1cabb6f6e43 c2c3b68b4883 c2ff7b97a230 c3de533e9b7f
    c74677aba35a cc02032349c8 da0a6b1b9213 daec0c235d31 dc675e448132 e742d17ff490
    e7b98c6aa5b9 eef3bd091670 f9d0d9b18ae9
"""
SLURS = frozenset(SLUR_DIGESTS.split())


class ChitChat:
    """Conversations as documents. Their texts are the messages, in the order they were sent."""

    name = "chitchat"
    segmentation = "message"
    licence = "MIT (chitchat-dataset 0.9.0)"
    recipe = "chitchat-1"
    word_list = "english"
    notes = ()

    def __init__(self, path: Path | None = None):
        """Open `path`, by default the `dataset.json` of the installed package."""
        self._path = path or installed_dataset()
        self._digest = sha256_of(self._path)

    def documents(self, part: Part) -> Iterator[Document]:
        """Return the conversations of one part that have a usable message."""
        return (document for document in self._conversations if part_of(document.key) == part)

    def held_out(self, part: Part) -> bool:
        """Return whether any conversation is in this part."""
        return any(True for _ in self.documents(part))

    def split(self) -> str:
        """Describe how the parts were chosen."""
        return "5% of the conversations each, by the MD5 of their ids"

    def sha256(self) -> str:
        """Return the digest of the data file. Raises `UserError` if it changed after opening."""
        if sha256_of(self._path) != self._digest:
            raise UserError(f"{self._path} changed while it was being read; run the command again")
        return self._digest

    @cached_property
    def _conversations(self) -> list[Document]:
        # The file is a single JSON value, so it is parsed whole; only the messages stay in memory
        # (20 MB).
        conversations = read_json(self._path)
        documents = [Document(key, messages(value)) for key, value in conversations.items()]
        return [document for document in documents if document.texts]


def installed_dataset() -> Path:
    """Find the data file without importing the package, which would access the network."""
    found = importlib.util.find_spec("chitchat_dataset")
    for folder in (found.submodule_search_locations or []) if found else []:
        if (path := Path(folder, "dataset.json")).is_file():
            return path
    raise UserError("the package chitchat-dataset is not installed; run `make setup`")


def messages(conversation: dict[str, Any]) -> list[str]:
    """Return the messages of a conversation that are fit for training, with single spaces."""
    texts = (" ".join(m["text"].split()) for turn in conversation["messages"] for m in turn)
    return [text for text in texts if is_fit(text)]


def is_fit(text: str) -> bool:
    """Return whether a message is fit for training.

    Empty, very long and repetitive messages are not, nor are those with addresses or slurs.
    """
    words = text.lower().split()
    if not 1 <= len(words) <= LONGEST_MESSAGE or ADDRESS.search(text):
        return False
    if len(words) >= REPETITIVE_FROM and len(set(words)) < LEAST_DISTINCT * len(words):
        return False
    return not any(is_slur(word) for word in WORD.findall(text.lower()))


@lru_cache(maxsize=1 << 17)
def is_slur(word: str) -> bool:
    """Return whether a lower-case word is in the list of slurs."""
    return hashlib.sha256(word.encode()).hexdigest()[:12] in SLURS
