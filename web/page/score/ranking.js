/** Several candidates for one place, likeliest first. */

/** @typedef {import('../../engine/engine.js').Score} Score */
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
