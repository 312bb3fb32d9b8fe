import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Engine } from '../../../web/engine/engine.js';
import { plain } from '../../../web/engine/plain-letters.js';
import { fold } from '../../../web/engine/text.js';
import { Vocabulary } from '../../../web/engine/vocabulary.js';

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/keyboard_cases.json', import.meta.url), 'utf8'),
);
const shared = new Vocabulary(cases.entries, 'message');

/**
 * @param {Vocabulary} vocabulary
 * @param {string} prefix
 */
const found = (vocabulary, prefix) =>
  vocabulary.completions(prefix).map((id) => vocabulary.entry(id));

/**
 * The words of a model whose logits fall in the order of `order`; entries that it lacks come last.
 *
 * @param {string[]} order
 * @param {string} text
 * @param {number} [count]
 */
async function suggested(order, text, count) {
  const logits = Float32Array.from(cases.entries, (entry) => -(order.indexOf(entry) + 1 || 99));
  const model = {
    step: () => ({ logits, state: new Float32Array(1) }),
    advance: () => new Float32Array(1),
    zeroState: () => new Float32Array(1),
  };
  return await new Engine(model, shared, 'message').predict(text, count);
}

test('a prefix finds the words that the case says', () => {
  for (const [prefix, words] of cases.completions) assert.deepEqual(found(shared, prefix), words);
});

test('a token has the plain form that the case says', () => {
  for (const [token, expected] of cases.plain) assert.equal(plain(fold(token)), expected);
});

test('spelling costs what the case says', () => {
  for (const [word, nats] of cases.spelling) {
    assert.ok(Math.abs(shared.spellingNats(word) - nats) < 1e-8, word);
  }
});

test('nothing typed finds every entry', () => {
  assert.deepEqual(found(shared, ''), cases.entries.slice(2));
});

test('ready-made tokens are found only as they are written', () => {
  const ready = new Vocabulary(['</s>', '<unk>', "don't", 'dont', 'd\u00e9j\u00e0'], 'line');
  assert.deepEqual(found(ready, 'dont'), ['dont']);
  assert.deepEqual(found(ready, 'deja'), []);
});

test('a word with its apostrophe takes its place by probability, in the case that was typed', async () => {
  const words = await suggested(['imagine', "I'm"], 'im');
  assert.deepEqual(
    words.map(({ word, replaces, insert }) => [word, replaces, insert]),
    [
      ['imagine', 2, 'imagine '],
      ["I'm", 2, "I'm "],
    ],
  );
  assert.deepEqual((await suggested(['all', "y'all"], 'DON')).map(({ word }) => word)[0], "DON'T");
});

test('probabilities are shares of all words that the letters may become', async () => {
  const words = await suggested(["l'\u00e9cole", 'ecology'], 'eco', 9);
  const sum = words.reduce((total, { probability }) => total + probability, 0);
  assert.equal(words.length, 3);
  assert.ok(Math.abs(sum - 1) < 1e-6);
});

test('of words that differ in an apostrophe the likelier is shown', async () => {
  const one = await suggested(["we're", 'were'], 'we', 9);
  assert.deepEqual(one.map(({ word }) => word).slice(0, 1), ["we're"]);
  const other = await suggested(['were', "we're"], 'we', 9);
  const words = other.map(({ word }) => word);
  assert.equal(words[0], 'were');
  assert.ok(!words.includes("we're"));
});

test('a word typed in full gives way to the one with the apostrophe', async () => {
  const words = await suggested(['dont', "don't"], 'so dont', 9);
  assert.deepEqual(
    words.map(({ word }) => word),
    ["don't"],
  );
});
