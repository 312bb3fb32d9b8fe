"""A helper with a few words, in place of the model and the profile."""

import re

from export.keyboard.results import Correction, Edit

WORDS = ["how", "hello", "help", "are", "area", "you", "your", "because", "Rajesh"]
NEXT = ["you", "are", "how"]
# The word before comes with the typed one only where it is revised.
SLIPS = {"no teh": "on the", "teh": "the", "becuas": "because", "be cause": "because"}


class FakeHelper:
    """Records what is learned and kept; suggests `WORDS`, and corrects `SLIPS`."""

    def __init__(self):
        self.learned, self.kept, self.contexts = [], [], []

    def predict(self, text):
        self.contexts.append(text)
        prefix = prefix_of(text)
        if not prefix:
            return list(NEXT)
        return [word for word in WORDS if word.startswith(prefix) and word != prefix][:3]

    def correct(self, text):
        return [
            Correction(word, len(slip), -1.0, 0.9, False, True)
            for slip, word in SLIPS.items()
            if re.search(rf"(^|\W){slip}$", text)
        ]

    def place(self, before, after, word):
        rest = len(re.match(r"\w*", after).group()) if prefix_of(before) else 0
        found = after[rest : rest + 1] == " "
        kind = "found" if found else "brought"
        return Edit(len(prefix_of(before)), rest + found, f"{word} ", 0, kind)

    def react(self, before, space, typed):
        if typed == " ":
            return Edit(0, 0, "")
        return Edit(1, 0, typed) if typed in ".,!?" else None

    def learn(self, text):
        self.learned.append(text)

    def keep(self, word):
        self.kept.append(word)


def prefix_of(text):
    return re.search(r"\w*$", text).group()
