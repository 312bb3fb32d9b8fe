"""Corrections of C and WebAssembly are the same."""

import json
import random

import pytest

from export.keyboard.c_library import build
from export.keyboard.core import CKeyboard
from export.keyboard.results import Correction
from tests.core.drawn import Drawn
from tests.core.test_corrections import drawn_touches, drawn_typed, drawn_words
from training.text.rules import fold
from training.text.vocabulary import Vocabulary
from web.node import REPOSITORY, run_node

VOCABULARIES = 200
PROGRAM = """
import { readFileSync } from 'node:fs';
import { loadCore } from './web/engine/core/core.js';
import { Engine } from './web/engine/engine.js';
import { Vocabulary } from './web/engine/core/vocabulary.js';
await loadCore();
const found = [];
for (const { entries, logits, before, text, touches } of JSON.parse(readFileSync(0, 'utf8'))) {
  const vocabulary = new Vocabulary(entries, 'message');
  const step = () => ({ logits: Float32Array.from(logits), state: new Float32Array(1) });
  const model = { step, advance: () => new Float32Array(1), zeroState: () => new Float32Array(1) };
  const engine = new Engine(model, vocabulary);
  const given = touches.map((touch) => touch ?? undefined);
  for (const earlier of before) await engine.correct(earlier, 8);
  found.push(await engine.correct(text, 8, { touches: given }));
  engine.dispose();
}
console.log(JSON.stringify(found));
"""


def cases() -> list[dict]:
    """Words, a network and what was typed, with readings of one word and of two.

    Some slips before it make further ones more likely.
    """
    generator, found = random.Random(5), []
    for seed in range(VOCABULARIES):
        words = drawn_words(generator)
        entries = ["</s>", "<unk>", *sorted(words, key=fold)]
        typed = drawn_typed(generator, words)
        if seed % 2:
            typed += drawn_typed(generator, words)
        touches = drawn_touches(generator, typed) if seed % 3 else []
        given = [touch and {"x": touch[0], "y": touch[1]} for touch in touches]
        earlier = [drawn_typed(generator, words) for _ in range(seed % 4)]
        before = [" ".join(earlier[: count + 1]) for count in range(len(earlier))]
        found.append(
            {
                "entries": entries,
                "logits": Drawn(len(entries), seed).logits.tolist(),
                "before": before,
                "text": " ".join([*earlier, typed]),
                "touches": given,
            }
        )
    return found


def native(case: dict, seed: int) -> list[Correction]:
    """The corrections of the C library."""
    network = Drawn(len(case["entries"]), seed)
    touches = [touch and (touch["x"], touch["y"]) for touch in case["touches"]]
    with CKeyboard.of_network(build(), network, Vocabulary(case["entries"], "message")) as keyboard:
        for earlier in case["before"]:
            keyboard.correct(earlier, k=8)
        return keyboard.correct(case["text"], touches, k=8)


def test_native_code_and_webassembly_correct_alike():
    drawn = cases()
    ran = run_node(
        *("--input-type=module", "-e", PROGRAM),
        input=json.dumps(drawn),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    )
    assert ran.returncode == 0, ran.stderr
    for seed, (case, found) in enumerate(zip(drawn, json.loads(ran.stdout), strict=True)):
        expected = native(case, seed)
        assert [each["text"] for each in found] == [each.text for each in expected]
        for one, other in zip(found, expected, strict=True):
            assert (one["replaces"], one["literal"], one["certain"]) == (
                other.replaces,
                other.is_literal,
                other.is_certain,
            )
            assert one["logProbability"] == pytest.approx(other.log_probability, abs=1e-5)
            assert one["share"] == pytest.approx(other.share, abs=1e-5)
    assert any(" " in each["text"] for each in sum(json.loads(ran.stdout), []))
