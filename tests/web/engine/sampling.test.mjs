import assert from 'node:assert/strict';
import test from 'node:test';
import { mulberry32 } from '../../../web/engine/random.js';
import { greedy, likeliest, logSoftmax, logSumExp, sample } from '../../../web/engine/sampling.js';

const WORDS = ['</s>', '<unk>', 'cake', 'pie', 'tart'];
/** Probabilities of the words; `<unk>` would be the likeliest. */
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

test('log-softmax gives logarithms of probabilities that sum to one', () => {
  const sum = logSoftmax(LOGITS).reduce((total, value) => total + Math.exp(value), 0);
  assert.ok(Math.abs(sum - 1) < 1e-12);
});

test('log-softmax survives logits that exp cannot', () => {
  assert.ok(logSoftmax([1000, 1000]).every((value) => Math.abs(value + Math.LN2) < 1e-9));
});

test('the log-sum of nothing but impossible words is minus infinity, not NaN', () => {
  assert.equal(logSumExp([-Infinity, -Infinity]), -Infinity);
});

test('the likeliest words come in order', () => {
  assert.deepEqual(
    likeliest(LOGITS, 3).map((id) => WORDS[id]),
    ['<unk>', 'cake', 'pie'],
  );
});

test('of equally likely words the lower id comes first', () => {
  assert.deepEqual(likeliest([1, 2, 2, 2, 1], 4), [1, 2, 3, 0]);
});

test('likeliest agrees with sorting, for any range and count', () => {
  const random = mulberry32(5);
  for (let round = 0; round < 200; round += 1) {
    const logits = Array.from({ length: 30 }, () => Math.floor(random() * 8));
    const [first, last] = [Math.floor(random() * 15), 15 + Math.floor(random() * 15)];
    const expected = [...logits.keys()]
      .slice(first, last)
      .sort((one, other) => logits[other] - logits[one] || one - other);
    const count = Math.floor(random() * 6);
    assert.deepEqual(likeliest(logits, count, { first, last }), expected.slice(0, count));
  }
});

test('greedy takes the likeliest word but never the unknown one', () => {
  assert.equal(WORDS[greedy(LOGITS)], 'cake');
});

test('temperature 0 is greedy, whatever the coin', () => {
  assert.deepEqual(everyWord({ temperature: 0 }), ['cake']);
});

test('a temperature near 0 is 0', () => {
  for (const temperature of [5e-324, 1e-38, 9e-4]) {
    assert.deepEqual(everyWord({ temperature }), ['cake']);
  }
});

test('the extremes of each range give words', () => {
  assert.deepEqual(everyWord({ temperature: 1e-3 }), ['cake']);
  assert.deepEqual(everyWord({ topP: 5e-324 }), ['cake']);
  assert.equal(everyWord({ temperature: 100, topK: Number.MAX_SAFE_INTEGER }).length, 4);
  assert.ok(everyWord({ repetitionPenalty: 100, recent: [0, 1, 2, 3, 4] }).includes('cake'));
});

test('each word but the unknown one can come out', () => {
  assert.deepEqual(everyWord({}), ['</s>', 'cake', 'pie', 'tart']);
});

test('words come out as often as their probabilities say', () => {
  const coins = Array.from({ length: 6000 }, (_, place) => place / 6000);
  const cakes = coins.filter((coin) => word({}, coin) === 'cake').length;
  assert.ok(Math.abs(cakes / 6000 - 0.3 / 0.6) < 0.001);
});

test('top-k keeps the k likeliest', () => {
  assert.deepEqual(everyWord({ topK: 2 }), ['cake', 'pie']);
});

test('top-p keeps the fewest words that reach p', () => {
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

test('the repetition penalty turns greedy away from a recent word', () => {
  assert.equal(
    word({ temperature: 0, repetitionPenalty: 2, recent: [WORDS.indexOf('cake')] }, 0),
    'pie',
  );
});

test('excluded words never come out', () => {
  assert.deepEqual(everyWord({ excluded: [0, 2] }), ['pie', 'tart']);
});

test('sampling leaves the logits as they are', () => {
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
  test(`sampling refuses ${JSON.stringify(options)} with the coin ${coin}`, () => {
    assert.throws(() => sample(LOGITS, options, coin), RangeError);
  });
}

test('the same seed gives the same numbers, another seed others', () => {
  const numbers = (/** @type {number} */ seed) => Array.from({ length: 5 }, mulberry32(seed));
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
});

test('random numbers fill [0, 1) evenly', () => {
  const numbers = Array.from({ length: 20000 }, mulberry32(1));
  const tenths = new Array(10).fill(0);
  for (const number of numbers) tenths[Math.floor(number * 10)] += 1;
  assert.ok(tenths.every((count) => Math.abs(count - 2000) < 200));
});
