/** Ranks candidate sentences, most likely first. */

/** @typedef {import('../../engine/engine.js').Score} Score */
/** @typedef {'word' | 'total'} Order rank by the mean log-probability per word, or by the sum */
/** @typedef {{text: string, score: Score}} Candidate */

/**
 * The distinct non-empty lines of a text.
 *
 * @param {string} text
 * @param {number} most
 * @returns {{lines: string[], left: number}} at most `most` lines, and the number left out
 */
export function candidateLines(text, most) {
  const trimmed = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map((line) => line.trim());
  const lines = [...new Set(trimmed.filter((line) => line !== ''))];
  return { lines: lines.slice(0, most), left: Math.max(0, lines.length - most) };
}

/**
 * @param {Score} score
 * @returns {number} mean natural log-probability over words, punctuation and ends
 */
export const perWord = ({ logProbability, words }) => logProbability / words.length;

/**
 * @param {readonly Candidate[]} candidates
 * @param {Order} order
 * @returns {Candidate[]} a new list; ties keep their order
 */
export function ranked(candidates, order) {
  const value = (/** @type {Candidate} */ { score }) =>
    order === 'word' ? perWord(score) : score.logProbability;
  return [...candidates].sort((one, other) => value(other) - value(one));
}
