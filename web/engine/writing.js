/** Turns words into text: places suggestions, and joins generated words. */

import { TERMINATORS } from './rules.js';
import { withApostropheOf } from './taking.js';
import { join, normalise, segments } from './text.js';
import { END } from './vocabulary.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 * @typedef {import('./vocabulary.js').Vocabulary} Vocabulary
 * @typedef {{tokens: string[], complete: boolean}} Segment
 */

/** Appends generated words to a prompt, with spaces, capitals and line breaks. */
export class Writer {
  #finished = '';
  /** @type {string[]} */
  #tokens;
  /** @type {number | undefined} length of the prompt in the joined text, known after the first word */
  #hidden;
  #vocabulary;
  #segmentation;
  #isSpaced;

  /**
   * @param {string} prompt
   * @param {Segmentation} segmentation
   * @param {Vocabulary} vocabulary
   */
  constructor(prompt, segmentation, vocabulary) {
    const last = segments(prompt, segmentation).at(-1);
    this.#segmentation = segmentation;
    this.#isSpaced = /\s$/u.test(prompt);
    this.#vocabulary = vocabulary;
    this.#tokens = last && !last.complete ? [...last.tokens] : [];
  }

  /**
   * @param {number} id
   * @returns {string} all text so far, to append to the prompt
   */
  add(id) {
    const text = this.#add(id);
    return this.#isSpaced ? text.replace(/^ /, '') : text;
  }

  /** @param {number} id */
  #add(id) {
    if (id === END) return this.#endSegment();
    const start = startsSentence([{ tokens: this.#tokens, complete: false }]);
    const word = this.#vocabulary.suggestion(id, '', start);
    this.#tokens.push(word);
    const joined = this.#joined();
    // Whether a space follows the prompt depends on the word: "and/" and "or" make "and/or".
    this.#hidden ??= joined.length - word.length - Number(joined.endsWith(` ${word}`));
    return this.#finished + joined.slice(this.#hidden);
  }

  /** Tokens of pre-tokenized lines are joined with spaces, others by the text rules. */
  #joined() {
    return this.#segmentation === 'line' ? this.#tokens.join(' ') : join(this.#tokens);
  }

  #endSegment() {
    const segment = this.#hidden === undefined ? '' : this.#joined().slice(this.#hidden);
    this.#finished += segment + (this.#segmentation === 'sentence' ? ' ' : '\n');
    this.#tokens = [];
    this.#hidden = 0;
    return this.#finished;
  }
}

/**
 * @param {Segment[]} before
 * @returns {boolean} whether the next word starts a sentence
 */
export function startsSentence(before) {
  const last = before.at(-1);
  if (!last || last.complete || last.tokens.length === 0) return true;
  return TERMINATORS.has(last.tokens[last.tokens.length - 1]);
}

/**
 * Place a suggestion in the text, with suitable spaces and apostrophe.
 *
 * @param {string} text before the cursor
 * @param {Segment[]} before
 * @param {string} prefix
 * @param {string} word
 * @returns {{replaces: number, insert: string}}
 */
export function placed(text, before, prefix, word) {
  const written = withApostropheOf(word, text);
  if (prefix !== '') return { replaces: writtenLength(text, prefix), insert: `${written} ` };
  const tokens = before.at(-1)?.tokens ?? [];
  const touching = text !== '' && !/\s$/u.test(text);
  const spaced = touching && join([...tokens, word]).endsWith(` ${word}`);
  return { replaces: 0, insert: `${spaced ? ' ' : ''}${written} ` };
}

/**
 * The number of characters at the end of the text that are the prefix once normalised.
 *
 * @param {string} text
 * @param {string} prefix in normal form
 * @returns {number} UTF-16 code units
 */
function writtenLength(text, prefix) {
  const longest = Math.min(text.length, 4 * prefix.length);
  for (let length = 1; length <= longest; length += 1) {
    if (normalise(text.slice(-length)) === prefix) return length;
  }
  return Math.min(prefix.length, text.length);
}
