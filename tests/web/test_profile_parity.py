"""A profile of C, WebAssembly and Python is the same, byte for byte."""

import hashlib
import json
import random
from typing import Any

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.profile import Profile
from tests.core.falling import Falling
from tests.texts import random_text
from training.text.vocabulary import Vocabulary
from web.node import REPOSITORY, run_node

LEARNED = 100_000
PROGRAM = """
import { readFileSync } from 'node:fs';
import { loadCore } from './web/engine/core/core.js';
import { Profile } from './web/engine/core/profile.js';
await loadCore();
const digest = async (bytes) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
const { texts, more } = JSON.parse(readFileSync(0, 'utf8'));
const profile = new Profile();
for (const text of texts) profile.learn(text);
const found = [await digest(profile.bytes())];
profile.forget(profile.words()[100].word);
const other = new Profile();
for (const text of more) other.learn(text);
other.merge(profile.bytes());
found.push(await digest(other.bytes()), profile.totals().clock);
console.log(JSON.stringify(found));
"""

SUGGESTING = """
import { readFileSync } from 'node:fs';
import { constantEngine } from './tests/web/engine/fake_model.mjs';
import { Profile } from './web/engine/core/profile.js';
const { entries, texts, contexts } = JSON.parse(readFileSync(0, 'utf8'));
const engine = constantEngine(entries, 'message', (_, id) => -id);
const profile = new Profile();
engine.use(profile);
for (const text of texts) profile.learn(text);
const found = [];
for (const context of contexts)
  found.push((await engine.predict(context, 9)).map(({ word }) => word));
console.log(JSON.stringify(found));
"""
ENTRIES = ["</s>", "<unk>", ".", "a", "at", "I", "see", "the", "we", "you"]


def texts(words: int) -> list[str]:
    """Messages of common and rare words, and some of any characters."""
    generator = random.Random(10)
    found = []
    for _ in range(words // 10):
        chosen = [int(40_000 ** generator.random()) for _ in range(10)]
        found.append(" ".join("".join(chr(97 + int(d)) for d in str(n)) for n in chosen))
    extra = (random_text(generator).encode("utf-8", "replace").decode() for _ in range(500))
    return [*found, *extra]


def test_native_code_and_webassembly_give_equal_bytes():
    learned, more = texts(LEARNED), texts(500)
    with Profile(build()) as profile, Profile(build()) as other:
        for text in learned:
            profile.learn(text)
        expected = [hashlib.sha256(profile.to_bytes()).hexdigest()]
        profile.forget(profile.words()[100].word)
        for text in more:
            other.learn(text)
        other.merge(profile.to_bytes())
        expected.append(hashlib.sha256(other.to_bytes()).hexdigest())
        clock = profile.totals().clock
    assert clock >= LEARNED
    assert run(PROGRAM, {"texts": learned, "more": more}) == [*expected, clock]


def test_native_code_and_webassembly_suggest_the_same_words():
    generator = random.Random(12)
    words = [*ENTRIES[2:], "yes", "zoe", "zebra"]
    messages = [" ".join(generator.choices(words, k=6)) for _ in range(300)]
    contexts = [message[: generator.randrange(1, len(message))] for message in messages]
    keyboard = CKeyboard.of_network(build(), Falling(len(ENTRIES)), Vocabulary(ENTRIES, "message"))
    with Profile(build()) as profile, keyboard:
        keyboard.use(profile)
        for message in messages:
            profile.learn(message)
        suggestions = [keyboard.predict(context, k=9) for context in contexts]
        keyboard.use(None)
    expected = [[each.word for each in found] for found in suggestions]
    likelihoods = [[each.log_probability for each in found] for found in suggestions]
    assert sum(found != sorted(found, reverse=True) for found in likelihoods) > 100
    given = {"entries": ENTRIES, "texts": messages, "contexts": contexts}
    assert run(SUGGESTING, given) == expected


def run(program: str, given: dict[str, list[str]]) -> Any:
    """What a program in JavaScript prints for its input."""
    ran = run_node(
        *("--input-type=module", "-e", program),
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
