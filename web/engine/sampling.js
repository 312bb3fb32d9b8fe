/**
 * From logits to probabilities and to words. Pure functions of their arguments: the random number is
 * handed in as `coin`, so that a test can name the word that must come out.
 */

import { checkBetween, checkNumber, checkWhole } from './arguments.js';
import { UNKNOWN } from './vocabulary.js';

/**
 * @typedef {object} SamplingOptions
 * @property {number} [temperature] divides the logits, up to 100; below 0.001 it counts as 0, which takes
 *   the likeliest word; default 1
 * @property {number} [topK] keep only that many of the likeliest words; 0 keeps all
 * @property {number} [topP] keep the likeliest words that together reach this probability; 1 keeps all
 * @property {number} [repetitionPenalty] 1 to 100; above 1 makes `recent` words less likely (CTRL, Keskar
 *   et al. 2019)
 * @property {Iterable<number>} [recent] ids that the penalty applies to
 * @property {readonly number[]} [excluded] ids that must not come out; `UNKNOWN` never does
 */

/** Smaller temperatures are 0: divided by them, logits would leave the range of numbers. */
const SMALLEST_TEMPERATURE = 1e-3;
const LARGEST_TEMPERATURE = 100;
const LARGEST_PENALTY = 100;
/** As many of the likeliest words are looked for before all are sorted. */
const ENOUGH = 128;

/**
 * The natural logarithm of the sum of exponentials, without overflow.
 *
 * @param {ArrayLike<number>} logits
 * @returns {number}
 */
export function logSumExp(logits) {
  let largest = -Infinity;
  for (let id = 0; id < logits.length; id += 1) largest = Math.max(largest, logits[id]);
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let id = 0; id < logits.length; id += 1) sum += Math.exp(logits[id] - largest);
  return largest + Math.log(sum);
}

/**
 * Natural logarithms of the probabilities, in double precision.
 *
 * @param {ArrayLike<number>} logits [vocabulary]
 * @returns {Float64Array} [vocabulary]
 */
export function logSoftmax(logits) {
  const total = logSumExp(logits);
  return new Float64Array(logits).map((logit) => logit - total);
}

/**
 * The ids of the `count` highest logits, highest first; of equal ones the lower id comes first.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} count
 * @param {{first?: number, last?: number, keep?: (id: number) => boolean}} [range]
 *   only ids from `first` up to, not including, `last`, and only those that `keep` allows
 * @returns {number[]} at most `count` ids
 * @throws {TypeError | RangeError} for other numbers
 */
export function likeliest(logits, count, range = {}) {
  const { first = 0, last = logits.length, keep = () => true } = range;
  checkWhole(count, 'count', { least: 0 });
  checkWhole(first, 'first', { least: 0 });
  checkWhole(last, 'last', { least: 0, most: logits.length });
  /** @type {number[]} */
  const best = [];
  for (let id = first; id < last; id += 1) {
    const full = best.length === count;
    if (count === 0 || (full && logits[id] <= logits[best[count - 1]]) || !keep(id)) continue;
    let place = full ? count - 1 : best.length;
    for (; place > 0 && logits[best[place - 1]] < logits[id]; place -= 1) {
      best[place] = best[place - 1];
    }
    best[place] = id;
  }
  return best;
}

/**
 * The likeliest words, of those that differ only in case and apostrophes the likeliest one.
 *
 * @param {import('./vocabulary.js').Vocabulary} vocabulary
 * @param {number[]} ids
 * @param {Float32Array} logits of these ids
 * @param {number} count
 * @returns {number[]} at most `count` of `ids`, likeliest first
 */
export function likeliestWords(vocabulary, ids, logits, count) {
  const keep = (/** @type {number} */ place) => Boolean(vocabulary.isWord[ids[place]]);
  for (let wanted = Math.min(count, ids.length); ; wanted *= 2) {
    const places = likeliest(logits, wanted, { keep });
    /** @type {Map<string, number>} */
    const chosen = new Map();
    for (const id of places.map((place) => ids[place])) {
      const word = vocabulary.sameWord(id);
      if (!chosen.has(word)) chosen.set(word, id);
    }
    const isAll = places.length < wanted || wanted >= ids.length;
    if (chosen.size >= count || isAll) return [...chosen.values()].slice(0, count);
  }
}

/**
 * The likeliest id that may be generated.
 *
 * @param {ArrayLike<number>} logits
 * @param {readonly number[]} [excluded]
 * @returns {number}
 */
export function greedy(logits, excluded = []) {
  const keep = (/** @type {number} */ id) => id !== UNKNOWN && !excluded.includes(id);
  const [best] = likeliest(logits, 1, { keep });
  if (best === undefined) throw new RangeError('every token is excluded: none is left to sample');
  return best;
}

/**
 * Draw one id.
 *
 * @param {ArrayLike<number>} logits [vocabulary]
 * @param {SamplingOptions} options
 * @param {number} coin a random number, at least 0 and below 1
 * @returns {number} the id of a word, never `UNKNOWN`
 */
export function sample(logits, options, coin) {
  const { temperature = 1, topK = 0, topP = 1, excluded = [] } = options;
  checkSampling(options);
  if (!(checkNumber(coin, 'coin') >= 0 && coin < 1)) {
    throw new RangeError(`coin must be in [0, 1), not ${coin}`);
  }
  const allowed = penalised(logits, options);
  if (temperature < SMALLEST_TEMPERATURE) return greedy(allowed, excluded);
  for (const id of [UNKNOWN, ...excluded]) allowed[id] = -Infinity;
  for (let id = 0; id < allowed.length; id += 1) allowed[id] /= temperature;
  return draw(candidates(allowed, topK, topP), coin);
}

/**
 * @param {SamplingOptions} options
 * @throws {TypeError | RangeError} for a number that cannot be used
 */
export function checkSampling({ temperature = 1, topK = 0, topP = 1, repetitionPenalty = 1 }) {
  checkBetween(temperature, 'temperature', { least: 0, most: LARGEST_TEMPERATURE });
  checkWhole(topK, 'topK', { least: 0 });
  if (!(checkNumber(topP, 'topP') > 0 && topP <= 1)) {
    throw new RangeError(`topP must be in (0, 1], not ${topP}`);
  }
  checkBetween(repetitionPenalty, 'repetitionPenalty', { least: 1, most: LARGEST_PENALTY });
}

/**
 * A copy of the logits in which recent words are less likely.
 *
 * @param {ArrayLike<number>} logits
 * @param {SamplingOptions} options
 * @returns {Float64Array}
 */
function penalised(logits, { repetitionPenalty = 1, recent = [] }) {
  const copy = new Float64Array(logits);
  if (repetitionPenalty === 1) return copy;
  for (const id of new Set(recent)) {
    copy[id] = copy[id] > 0 ? copy[id] / repetitionPenalty : copy[id] * repetitionPenalty;
  }
  return copy;
}

/**
 * The ids that survive top-k and top-p, with their share of the whole; likeliest first where either
 * of the two is in use.
 *
 * @param {Float64Array} logits
 * @param {number} topK
 * @param {number} topP
 * @returns {{id: number, share: number}[]}
 */
function candidates(logits, topK, topP) {
  const total = logSumExp(logits);
  if (total === -Infinity) throw new RangeError('every token is excluded: none is left to sample');
  const kept = [];
  let reached = 0;
  for (const id of inOrder(logits, topK, topP)) {
    const share = Math.exp(logits[id] - total);
    if (share === 0) continue;
    kept.push({ id, share });
    reached += share;
    if (reached >= topP) break;
  }
  return kept;
}

/**
 * @param {Float64Array} logits
 * @param {number} topK
 * @param {number} topP
 * @returns {Iterable<number>}
 */
function inOrder(logits, topK, topP) {
  if (topK > 0 && topK < logits.length) return likeliest(logits, topK);
  return topP === 1 ? logits.keys() : descending(logits);
}

/**
 * Sorting 10,000 words costs more than a step of the network, and mostly the first few are enough.
 *
 * @param {Float64Array} logits
 * @returns {Generator<number, void, void>} all ids, likeliest first
 */
function* descending(logits) {
  yield* likeliest(logits, ENOUGH);
  const all = Array.from(logits.keys());
  yield* all.sort((one, other) => logits[other] - logits[one] || one - other).slice(ENOUGH);
}

/**
 * @param {{id: number, share: number}[]} choices
 * @param {number} coin
 * @returns {number}
 */
function draw(choices, coin) {
  let left = coin * choices.reduce((sum, { share }) => sum + share, 0);
  for (const { id, share } of choices) {
    left -= share;
    if (left < 0) return id;
  }
  // Rounding can leave a crumb behind the last one.
  return choices[choices.length - 1].id;
}
