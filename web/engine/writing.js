/** Words into text: where a suggestion goes, and how generated words are put down. */

import { TERMINATORS } from './rules.js';
import { withApostropheOf } from './taking.js';
import { join, normalise, segments } from './text.js';
import { END } from './vocabulary.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 * @typedef {import('./vocabulary.js').Vocabulary} Vocabulary
 * @typedef {{tokens: string[], complete: boolean}} Segment
 */

/** Puts generated ids into text behind a prompt: spaces, capitals, line ends. */
export class Writer {
  #finished = '';
  /** @type {string[]} */
  #tokens;
  /** @type {number | undefined} length of the prompt in what is joined, known with the first word */
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
   * @returns {string} the text so far, to be put right behind the prompt
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
    // The word decides whether there is a space behind the prompt: "and/" and "or" make "and/or".
    this.#hidden ??= joined.length - word.length - Number(joined.endsWith(` ${word}`));
    return this.#finished + joined.slice(this.#hidden);
  }

  /** Ready-made tokens stay apart, all others are joined by the rules of text. */
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
 * @returns {boolean} whether the next word is the first of a sentence
 */
export function startsSentence(before) {
  const last = before.at(-1);
  if (!last || last.complete || last.tokens.length === 0) return true;
  return TERMINATORS.has(last.tokens[last.tokens.length - 1]);
}

/**
 * Where a suggestion goes, with which spaces and which apostrophe.
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
 * How many characters at the end of a text make up the prefix, which is in normal form.
 *
 * @param {string} text
 * @param {string} prefix
 * @returns {number} UTF-16 units
 */
function writtenLength(text, prefix) {
  const longest = Math.min(text.length, 4 * prefix.length);
  for (let length = 1; length <= longest; length += 1) {
    if (normalise(text.slice(-length)) === prefix) return length;
  }
  return Math.min(prefix.length, text.length);
}
