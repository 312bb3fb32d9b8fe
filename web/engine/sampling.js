/**
 * Turns logits into probabilities and samples words. All functions are pure: the caller passes the
 * random number as `coin`, so results are reproducible.
 */

import { checkNumber, checkWhole } from './core/arguments.js';
import { settingsOf } from './settings.js';
import { UNKNOWN } from './core/vocabulary.js';

/** @typedef {import('./settings.js').SamplingOptions} SamplingOptions */

/** Smaller temperatures count as 0, because dividing logits by them could overflow. */
const SMALLEST_TEMPERATURE = 1e-3;
/** Number of most likely words to find before sorting all of them. */
const ENOUGH = 128;

/**
 * The natural logarithm of the sum of exponentials, computed without overflow.
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
 * Natural log-probabilities, in double precision.
 *
 * @param {ArrayLike<number>} logits [vocabulary]
 * @returns {Float64Array} [vocabulary]
 */
export function logSoftmax(logits) {
  const total = logSumExp(logits);
  return new Float64Array(logits).map((logit) => logit - total);
}

/**
 * The ids of the `count` highest logits, highest first. Ties go to the lower id.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} count
 * @param {{keep?: (id: number) => boolean}} [options] `keep` returns whether to consider an id
 * @returns {number[]} at most `count` ids
 * @throws {TypeError | RangeError} for an invalid count
 */
export function likeliest(logits, count, { keep = () => true } = {}) {
  checkWhole(count, 'count', { least: 0 });
  /** @type {number[]} */
  const best = [];
  for (let id = 0; id < logits.length; id += 1) {
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
 * The most likely id that is not excluded.
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
 * Sample one id.
 *
 * @param {ArrayLike<number>} logits [vocabulary]
 * @param {SamplingOptions} options
 * @param {number} coin a random number in [0, 1)
 * @returns {number} the id of a word, never `UNKNOWN`
 */
export function sample(logits, options, coin) {
  const { temperature, topK, topP, repetitionPenalty } = settingsOf(options);
  const { recent = [], excluded = [] } = options;
  if (!(checkNumber(coin, 'coin') >= 0 && coin < 1)) {
    throw new RangeError(`coin must be in [0, 1), not ${coin}`);
  }
  const allowed = penalised(logits, repetitionPenalty, recent);
  if (temperature < SMALLEST_TEMPERATURE) return greedy(allowed, excluded);
  for (const id of [UNKNOWN, ...excluded]) allowed[id] = -Infinity;
  for (let id = 0; id < allowed.length; id += 1) allowed[id] /= temperature;
  return draw(candidates(allowed, topK, topP), coin);
}

/**
 * A copy of the logits in which recent words are less likely.
 *
 * @param {ArrayLike<number>} logits
 * @param {number} repetitionPenalty
 * @param {Iterable<number>} recent
 * @returns {Float64Array}
 */
function penalised(logits, repetitionPenalty, recent) {
  const copy = new Float64Array(logits);
  if (repetitionPenalty === 1) return copy;
  for (const id of new Set(recent)) {
    copy[id] = copy[id] > 0 ? copy[id] / repetitionPenalty : copy[id] * repetitionPenalty;
  }
  return copy;
}

/**
 * The ids that remain after top-k and top-p, with their probabilities. They are sorted, most likely
 * first, if top-k or top-p is in use.
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
 * Sort lazily: sorting 10,000 words takes longer than a step of the network, and usually the first few
 * are enough.
 *
 * @param {Float64Array} logits
 * @returns {Generator<number, void, void>} all ids, most likely first
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
  // Rounding errors can leave a remainder after the last id.
  return choices[choices.length - 1].id;
}
