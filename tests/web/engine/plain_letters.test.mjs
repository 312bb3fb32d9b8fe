import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { typed } from '../../../web/engine/core/text.js';
import { Vocabulary } from '../../../web/engine/core/vocabulary.js';
import { constantEngine } from './fake_model.mjs';

/** Without words past a slip. */
const EXACT = { exact: true };

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/keyboard_cases.json', import.meta.url), 'utf8'),
);
const shared = new Vocabulary(cases.entries, 'message');

/**
 * The entries that a prefix finds, in the order of their ids.
 *
 * @param {string} prefix
 * @param {import('../../../web/engine/core/text.js').Segmentation} [segmentation]
 * @param {string[]} [entries]
 */
async function found(prefix, segmentation = 'message', entries = cases.entries) {
  const suggestions = await constantEngine(entries, segmentation).predict(prefix, 64, EXACT);
  return suggestions.map(({ id }) => entries[id]);
}

/**
 * The words of a model whose logits fall in the order of `order`; entries that it lacks come last.
 *
 * @param {string[]} order
 * @param {string} text
 * @param {number} [count]
 */
async function suggested(order, text, count) {
  const logit = (/** @type {string} */ entry) => -(order.indexOf(entry) + 1 || 99);
  return await constantEngine(cases.entries, 'message', logit).predict(text, count, EXACT);
}

test('a prefix finds the words that the case says, of equal ones the first', async () => {
  const letters = (/** @type {string} */ word) => word.toLowerCase().replaceAll("'", '');
  for (const [prefix, words] of cases.completions) {
    // Characters of scripts without spaces are words of their own.
    if (typed(prefix, 'message').prefix === '') continue;
    // A word that was typed in full is not suggested.
    const left = words.filter((/** @type {string} */ word) => word !== prefix);
    const firsts = left.filter(
      (/** @type {string} */ word, /** @type {number} */ place) =>
        left.findIndex((/** @type {string} */ one) => letters(one) === letters(word)) === place,
    );
    assert.deepEqual(await found(prefix), firsts, prefix);
  }
});

test('spelling costs what the case says', () => {
  for (const [word, nats] of cases.spelling) {
    assert.ok(Math.abs(shared.spellingNats(word) - nats) < 1e-8, word);
  }
});

test('ready-made tokens are found only as they are written', async () => {
  const ready = ['</s>', '<unk>', "don't", 'dont', 'd\u00e9j\u00e0'];
  assert.deepEqual(await found('dont', 'line', ready), []);
  assert.deepEqual(await found('d\u00e9', 'line', ready), ['d\u00e9j\u00e0']);
  assert.deepEqual(await found('deja', 'line', ready), []);
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
