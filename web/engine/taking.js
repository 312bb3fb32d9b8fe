/**
 * Accepts a suggestion inside text: decides which characters it replaces, whether a space follows, and
 * how punctuation typed next changes that space. `export/keyboard/taking.py` implements the same rules
 * in Python; both are tested with `tests/fixtures/taking_cases.json`.
 */

import { CLOSED_QUOTES, LINE_ENDS, MARKS, WIDE_MARKS } from './rules.js';
import { DIGIT, EXTENDER, LETTER, classOf, width } from './unicode.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 *
 * @typedef {'brought' | 'found' | 'ahead'} SpaceKind
 *   `brought`: before the cursor, inserted with the word; `found`: before the cursor, existed already;
 *   `ahead`: after the cursor, because punctuation was typed before it
 *
 * @typedef {object} Taking
 * @property {number} before number of characters to replace before the cursor, in UTF-16 code units
 * @property {number} after number of characters to replace after the cursor
 * @property {string} text the replacement; the cursor moves to its end
 * @property {SpaceKind | undefined} space the space after the word, if any
 *
 * @typedef {object} Reaction the response to a typed character
 * @property {number} before number of characters to replace before the cursor
 * @property {number} after number of characters to replace after the cursor
 * @property {string} text the replacement
 * @property {number} back distance of the cursor from the end of `text`
 * @property {SpaceKind | undefined} space the space to consider for the next character
 */

const CLOSING = /^[\p{Pe}\p{Pf}]$/u;
const LINE_END = new RegExp(`[${LINE_ENDS}]`);
const SPACE_IN_LINE = /^[^\S\n\r\u0085\u2028\u2029]/;
const APOSTROPHES = new Set("'\u2019");

/**
 * Compute the edit that accepts a suggestion: it replaces the whole word around the cursor, and uses an
 * existing space after it.
 *
 * @param {string} before the text before the cursor
 * @param {string} after the text after the cursor
 * @param {{replaces: number, insert: string}} suggestion a result of `predict` for `before`
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
 * The edit for a character typed right after an accepted word, or `undefined` to insert it as usual.
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
 * Whether punctuation is written without a space before it. A straight double quote is a closing quote
 * if one is open on the line.
 *
 * @param {string} mark one character, or an empty string
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
 * The word with the kind of apostrophe, straight or curly, that the text uses.
 *
 * @param {string} word
 * @param {string} before the text before the cursor
 */
export function withApostropheOf(word, before) {
  const last = Math.max(before.lastIndexOf("'"), before.lastIndexOf('\u2019'));
  return before[last] === '\u2019' ? word.replaceAll("'", '\u2019') : word;
}

/**
 * The number of characters at the start of `after` that continue the word before the cursor.
 *
 * @param {string} after
 * @returns {number} UTF-16 code units
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
