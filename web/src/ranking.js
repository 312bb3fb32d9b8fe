/** What is likeliest: words for one place, and sentences beside each other. */

import { likeliest } from './sampling.js';

/** @typedef {import('./engine.js').Score} Score */
/** @typedef {'word' | 'total'} Order by the mean over words, or by the sum */
/** @typedef {{text: string, score: Score}} Candidate */

/**
 * The lines of a text that hold something, each once.
 *
 * @param {string} text
 * @param {number} most
 * @returns {{lines: string[], left: number}} `left` were too many
 */
export function candidateLines(text, most) {
  const trimmed = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map((line) => line.trim());
  const lines = [...new Set(trimmed.filter((line) => line !== ''))];
  return { lines: lines.slice(0, most), left: Math.max(0, lines.length - most) };
}

/**
 * @param {Score} score
 * @returns {number} natural logarithm, the mean over words, marks and ends
 */
export const perWord = ({ logProbability, words }) => logProbability / words.length;

/**
 * @param {readonly Candidate[]} candidates
 * @param {Order} order
 * @returns {Candidate[]} a new list; of equals the earlier stays first
 */
export function ranked(candidates, order) {
  const value = (/** @type {Candidate} */ { score }) =>
    order === 'word' ? perWord(score) : score.logProbability;
  return [...candidates].sort((one, other) => value(other) - value(one));
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
