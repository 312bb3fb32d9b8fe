/** What the engine returns. */

import { likeliest, logSumExp } from './sampling.js';
import { END, UNKNOWN } from './core/vocabulary.js';

/**
 * @typedef {{id: number, word: string, probability: number}} Expected a predicted word; `word` is
 *   empty for the end token
 *
 * @typedef {object} ScoredWord
 * @property {string} word as written; empty for the end token
 * @property {number} id
 * @property {number} logProbability natural log-probability given all earlier words; for an unknown
 *   word, its `spelling` is subtracted
 * @property {boolean} unknown whether the word is outside the vocabulary
 * @property {number} spelling cost of spelling an unknown word, in nats; 0 for other words
 * @property {boolean} end whether it is the end of the message, sentence or line
 * @property {number} rank 1 if no other word was more likely here
 * @property {Expected[]} expected the most likely words here, most likely first
 *
 * @typedef {object} Score
 * @property {ScoredWord[]} words
 * @property {number} logProbability sum of the words' log-probabilities
 * @property {number} perplexity exp of the mean negative log-probability, without the spelling of
 *   unknown words; NaN if there are no words
 * @property {number} unknown number of words outside the vocabulary
 *
 * @typedef {object} Generated
 * @property {number} id
 * @property {string} word the vocabulary entry; empty for an end token
 * @property {string} text all text generated so far, to append to the prompt
 */

/** Number of predicted words returned for each scored word and each inspected step. */
const EXPECTED = 4;

/**
 * The most likely words of a prediction, without unknown ones.
 *
 * @param {Float32Array} logits [vocabulary]
 * @param {import('./core/vocabulary.js').Vocabulary} vocabulary
 * @returns {Expected[]}
 */
export function expectedWords(logits, vocabulary) {
  const whole = logSumExp(logits);
  const keep = (/** @type {number} */ id) => id !== UNKNOWN;
  return likeliest(logits, EXPECTED, { keep }).map((id) => ({
    id,
    word: id === END ? '' : vocabulary.entry(id),
    probability: Math.exp(logits[id] - whole),
  }));
}
