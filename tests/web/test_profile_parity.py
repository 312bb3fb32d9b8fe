"""A profile of C, WebAssembly and Python is the same, byte for byte."""

import hashlib
import json
import random

from export.keyboard.c_library import build
from export.keyboard.profile import Profile
from tests.texts import random_text
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
    ran = run_node(
        *("--input-type=module", "-e", PROGRAM),
        input=json.dumps({"texts": learned, "more": more}),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [*expected, clock]
