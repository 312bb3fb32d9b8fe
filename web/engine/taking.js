/**
 * Taking a suggestion inside text: which characters it replaces, the space behind it, and what a mark
 * does with that space. `export/keyboard/taking.py` is the same in Python; both read the cases of
 * `tests/fixtures/taking_cases.json`.
 */

import { CLOSED_QUOTES, LINE_ENDS, MARKS, WIDE_MARKS } from './rules.js';
import { DIGIT, EXTENDER, LETTER, classOf, width } from './unicode.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 *
 * @typedef {'brought' | 'found' | 'ahead'} SpaceKind
 *   `brought`: before the cursor, inserted with the word; `found`: before the cursor, it was there already;
 *   `ahead`: behind the cursor, a mark has been typed before it
 *
 * @typedef {object} Taking
 * @property {number} before how many characters before the cursor are replaced, in UTF-16 units
 * @property {number} after how many behind it
 * @property {string} text what takes their place; the cursor comes behind it
 * @property {SpaceKind | undefined} space what the word ends with
 *
 * @typedef {object} Reaction to a character that is typed
 * @property {number} before how many characters before the cursor are replaced
 * @property {number} after how many behind it
 * @property {string} text what takes their place
 * @property {number} back how far the cursor goes back from the end of `text`
 * @property {SpaceKind | undefined} space for the next character
 */

const CLOSING = /^[\p{Pe}\p{Pf}]$/u;
const LINE_END = new RegExp(`[${LINE_ENDS}]`);
const SPACE_IN_LINE = /^[^\S\n\r\u0085\u2028\u2029]/;
const APOSTROPHES = new Set("'\u2019");

/**
 * Where a suggestion goes in a text: it replaces the whole word around the cursor, and uses the space
 * that follows.
 *
 * @param {string} before the text before the cursor
 * @param {string} after the text behind it
 * @param {{replaces: number, insert: string}} suggestion as `predict` gives it for `before`
 * @param {Segmentation} segmentation
 * @returns {Taking}
 */
export function taking(before, after, { replaces, insert }, segmentation) {
  const rest = replaces === 0 ? 0 : restOfWord(after);
  const [word, following] = [insert.trimEnd(), after.slice(rest)];
  const kept = before.slice(0, before.length - replaces) + word;
  if (SPACE_IN_LINE.test(following)) {
    return { before: replaces, after: rest + 1, text: word + following[0], space: 'found' };
  }
  const mark = following.slice(0, width(following.codePointAt(0) ?? 0));
  if (segmentation !== 'line' && belongsToWord(mark, kept)) {
    return { before: replaces, after: rest, text: word, space: undefined };
  }
  return { before: replaces, after: rest, text: `${word} `, space: 'brought' };
}

/**
 * What typing a character right behind a taken word does, if it does anything but insert itself.
 *
 * @param {string} before the text before the cursor
 * @param {SpaceKind} space
 * @param {string} typed
 * @param {Segmentation} segmentation
 * @returns {Reaction | undefined}
 */
export function reaction(before, space, typed, segmentation) {
  const isAhead = space === 'ahead';
  if (typed === ' ') {
    const after = Number(isAhead);
    return { before: 0, after, text: ' '.repeat(after), back: 0, space: undefined };
  }
  if (isAhead) return { before: 0, after: 0, text: typed, back: 0, space };
  if (segmentation === 'line' || !belongsToWord(typed, before.slice(0, -1))) return undefined;
  if (space === 'brought') return { before: 1, after: 0, text: typed, back: 0, space: undefined };
  return { before: 1, after: 0, text: `${typed}${before.at(-1)}`, back: 1, space: 'ahead' };
}

/**
 * Whether a mark is written without a space before it. A straight double quote closes where one is open
 * in the line.
 *
 * @param {string} mark one character, or nothing
 * @param {string} before the text before it
 * @returns {boolean}
 */
export function belongsToWord(mark, before) {
  const line = before.split(LINE_END).at(-1) ?? '';
  const count = (/** @type {string} */ quote) => line.split(quote).length - 1;
  if (mark === '"') return count('"') % 2 === 1;
  const opening = CLOSED_QUOTES.get(mark);
  if (opening !== undefined) return count(opening) > count(mark);
  return MARKS.has(mark) || WIDE_MARKS.has(mark) || CLOSING.test(mark);
}

/**
 * The word written with the apostrophe that its writer uses.
 *
 * @param {string} word
 * @param {string} before the text before the cursor
 */
export function withApostropheOf(word, before) {
  const last = Math.max(before.lastIndexOf("'"), before.lastIndexOf('\u2019'));
  return before[last] === '\u2019' ? word.replaceAll("'", '\u2019') : word;
}

/**
 * How many characters at the beginning of a text go on with the word before it.
 *
 * @param {string} after
 * @returns {number} UTF-16 units
 */
function restOfWord(after) {
  let end = 0;
  for (;;) {
    const apostrophe = Number(APOSTROPHES.has(after[end]));
    const point = after.codePointAt(end + apostrophe);
    const kind = classOf(point);
    if (kind !== LETTER && !(apostrophe === 0 && (kind === DIGIT || kind === EXTENDER))) return end;
    end += apostrophe + width(Number(point));
  }
}
