import assert from 'node:assert/strict';
import test from 'node:test';
import { mulberry32 } from '../../../web/engine/random.js';
import { greedy, likeliest, logSoftmax, logSumExp, sample } from '../../../web/engine/sampling.js';

const WORDS = ['</s>', '<unk>', 'cake', 'pie', 'tart'];
/** Probabilities of the words. `<unk>` is the most likely. */
const LOGITS = Float32Array.from([0.1, 0.4, 0.3, 0.15, 0.05], Math.log);

/**
 * @param {import('../../../web/engine/sampling.js').SamplingOptions} options
 * @param {number} coin
 */
const word = (options, coin) => WORDS[sample(LOGITS, options, coin)];

/** @param {import('../../../web/engine/sampling.js').SamplingOptions} options */
function everyWord(options) {
  const coins = Array.from({ length: 1000 }, (_, place) => place / 1000);
  return [...new Set(coins.map((coin) => word(options, coin)))].sort();
}

test('log-softmax returns the logarithms of probabilities that sum to one', () => {
  const sum = logSoftmax(LOGITS).reduce((total, value) => total + Math.exp(value), 0);
  assert.ok(Math.abs(sum - 1) < 1e-12);
});

test('log-softmax does not overflow for large logits', () => {
  assert.ok(logSoftmax([1000, 1000]).every((value) => Math.abs(value + Math.LN2) < 1e-9));
});

test('logSumExp of only impossible words is minus infinity, not NaN', () => {
  assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
});

test('the most likely words are in order', () => {
  assert.deepEqual(
    likeliest(LOGITS, 3).map((id) => WORDS[id]),
    ['<unk>', 'cake', 'pie'],
  );
});

test('ties go to the lower id', () => {
  assert.deepEqual(likeliest([1, 2, 2, 2, 1], 4), [1, 2, 3, 0]);
});

test('likeliest agrees with sorting, for any ids and count', () => {
  const random = mulberry32(5);
  for (let round = 0; round < 200; round += 1) {
    const logits = Array.from({ length: 30 }, () => Math.floor(random() * 8));
    const kept = logits.map(() => random() < 0.5);
    const keep = (/** @type {number} */ id) => kept[id];
    const expected = [...logits.keys()]
      .filter(keep)
      .sort((one, other) => logits[other] - logits[one] || one - other);
    const count = Math.floor(random() * 6);
    assert.deepEqual(likeliest(logits, count, { keep }), expected.slice(0, count));
  }
});

test('greedy returns the most likely word, but never the unknown one', () => {
  assert.equal(WORDS[greedy(LOGITS)], 'cake');
});

test('temperature 0 is greedy, whatever the coin', () => {
  assert.deepEqual(everyWord({ temperature: 0 }), ['cake']);
});

test('a temperature near 0 counts as 0', () => {
  for (const temperature of [5e-324, 1e-38, 9e-4]) {
    assert.deepEqual(everyWord({ temperature }), ['cake']);
  }
});

test('the limits of each range are valid', () => {
  assert.deepEqual(everyWord({ temperature: 1e-3 }), ['cake']);
  assert.deepEqual(everyWord({ topP: 5e-324 }), ['cake']);
  assert.equal(everyWord({ temperature: 100, topK: Number.MAX_SAFE_INTEGER }).length, 4);
  assert.ok(everyWord({ repetitionPenalty: 100, recent: [0, 1, 2, 3, 4] }).includes('cake'));
});

test('every word except the unknown one can be sampled', () => {
  assert.deepEqual(everyWord({}), ['</s>', 'cake', 'pie', 'tart']);
});

test('words are sampled in proportion to their probabilities', () => {
  const coins = Array.from({ length: 6000 }, (_, place) => place / 6000);
  const cakes = coins.filter((coin) => word({}, coin) === 'cake').length;
  assert.ok(Math.abs(cakes / 6000 - 0.3 / 0.6) < 0.001);
});

test('top-k keeps the k most likely words', () => {
  assert.deepEqual(everyWord({ topK: 2 }), ['cake', 'pie']);
});

test('top-p keeps the smallest set of words that reaches p', () => {
  assert.deepEqual(everyWord({ topP: 0.7 }), ['cake', 'pie']);
  assert.deepEqual(everyWord({ topP: 0.1 }), ['cake']);
});

test('a high temperature makes rare words more likely', () => {
  const tarts = (/** @type {number} */ temperature) =>
    Array.from({ length: 1000 }, (_, place) => word({ temperature }, place / 1000)).filter(
      (found) => found === 'tart',
    ).length;
  assert.ok(tarts(2) > 1.5 * tarts(1));
});

test('with a repetition penalty, greedy avoids a recent word', () => {
  assert.equal(
    word({ temperature: 0, repetitionPenalty: 2, recent: [WORDS.indexOf('cake')] }, 0),
    'pie',
  );
});

test('excluded words are never sampled', () => {
  assert.deepEqual(everyWord({ excluded: [0, 2] }), ['pie', 'tart']);
});

test('sampling does not modify the logits', () => {
  const before = [...LOGITS];
  sample(LOGITS, { temperature: 0.5, repetitionPenalty: 3, recent: [2] }, 0.5);
  assert.deepEqual([...LOGITS], before);
});

for (const [options, coin] of /** @type {const} */ ([
  [{ temperature: -1 }, 0],
  [{ temperature: NaN }, 0],
  [{ temperature: 101 }, 0],
  [{ topP: NaN }, 0],
  [{ topK: Infinity }, 0],
  [{ repetitionPenalty: Infinity }, 0],
  [{}, NaN],
  [{ topK: 1.5 }, 0],
  [{ topP: 0 }, 0],
  [{ topP: 1.1 }, 0],
  [{ repetitionPenalty: 0.5 }, 0],
  [{}, 1],
  [{ excluded: [0, 2, 3, 4] }, 0],
])) {
  test(`sampling rejects ${JSON.stringify(options)} with the coin ${coin}`, () => {
    assert.throws(() => sample(LOGITS, options, coin), RangeError);
  });
}

test('the same seed gives the same numbers, a different seed different ones', () => {
  const numbers = (/** @type {number} */ seed) => Array.from({ length: 5 }, mulberry32(seed));
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
});

test('random numbers are uniform in [0, 1)', () => {
  const numbers = Array.from({ length: 20000 }, mulberry32(1));
  const tenths = new Array(10).fill(0);
  for (const number of numbers) tenths[Math.floor(number * 10)] += 1;
  assert.ok(tenths.every((count) => Math.abs(count - 2000) < 200));
});
