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

# First 12 digits of the SHA-256 of lower-case words that a keyboard should never suggest, so that
# they need not be spelled here. One more: `printf %s WORD | sha256sum | cut -c1-12`.
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
    """One document a conversation, one text a message, in the order in which they were sent."""

    name = "chitchat"
    segmentation = "message"
    licence = "MIT (chitchat-dataset 0.9.0)"
    recipe = "chitchat-1"
    notes = ()

    def __init__(self, path: Path | None = None):
        """`path` is the package's `dataset.json`; without one it is looked for."""
        self._path = path or installed_dataset()
        self._digest = sha256_of(self._path)

    def documents(self, part: Part) -> Iterator[Document]:
        """The conversations of one part that have a message left."""
        return (document for document in self._conversations if part_of(document.key) == part)

    def held_out(self, part: Part) -> bool:
        """Whether any conversation falls into this part."""
        return any(True for _ in self.documents(part))

    def split(self) -> str:
        """How the parts were chosen."""
        return "5% of the conversations each, by the md5 of their ids"

    def sha256(self) -> str:
        """Digest of the data file; `UserError` if it was changed since the corpus was opened."""
        if sha256_of(self._path) != self._digest:
            raise UserError(f"{self._path} was changed while it was read; run the command again")
        return self._digest

    @cached_property
    def _conversations(self) -> list[Document]:
        # One JSON value: it is parsed whole, and only the messages are kept (20 MB).
        conversations = read_json(self._path)
        documents = [Document(key, messages(value)) for key, value in conversations.items()]
        return [document for document in documents if document.texts]


def installed_dataset() -> Path:
    """Where the package's data file lies. The package is not imported: that needs the network."""
    found = importlib.util.find_spec("chitchat_dataset")
    for folder in (found.submodule_search_locations or []) if found else []:
        if (path := Path(folder, "dataset.json")).is_file():
            return path
    raise UserError("the package chitchat-dataset is not installed; run `make setup`")


def messages(conversation: dict[str, Any]) -> list[str]:
    """The messages of a conversation that are fit to learn from, white space made plain."""
    texts = (" ".join(m["text"].split()) for turn in conversation["messages"] for m in turn)
    return [text for text in texts if is_fit(text)]


def is_fit(text: str) -> bool:
    """Whether a message is neither empty, endless, repetitive, an address nor abusive."""
    words = text.lower().split()
    if not 1 <= len(words) <= LONGEST_MESSAGE or ADDRESS.search(text):
        return False
    if len(words) >= REPETITIVE_FROM and len(set(words)) < LEAST_DISTINCT * len(words):
        return False
    return not any(is_slur(word) for word in WORD.findall(text.lower()))


@lru_cache(maxsize=1 << 17)
def is_slur(word: str) -> bool:
    """Whether a lower-case word is on the list."""
    return hashlib.sha256(word.encode()).hexdigest()[:12] in SLURS
