/**
 * The text rules: from characters to tokens and back. `training/text/rules.py` states them; the numbers
 * here are the same. All is worked out from the tables, in linear time.
 */

import { checkText } from './arguments.js';
import {
  ABBREVIATIONS,
  CLOSERS,
  EMOTICONS,
  IGNORED,
  LINE_ENDS,
  REPLACED,
  TERMINATORS,
  WIDE_TERMINATORS,
} from './rules.js';
import { chunksOf, lastChunkOf, scan, tokensOf } from './tokens.js';
import { FOLD, fromPoints, nfc } from './unicode.js';

export { isWord, join } from './joining.js';
export { RULES_VERSION } from './rules.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 * @typedef {{tokens: string[], complete: boolean}} Segment a message, sentence or line, and whether
 *   its end has been seen
 * @typedef {{segments: Segment[], prefix: string}} Typed what is finished of the text before a
 *   cursor, and the beginning of the word being typed
 */

const SEGMENTATIONS = ['message', 'sentence', 'line'];
const ASCII = /^[\0-\x7f]*$/;
/** Pairs as well, as Safari before 16.4 finds their halves in a class with the flag u. */
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;
const IGNORED_CHARACTERS = new RegExp(`[${IGNORED}]+`, 'g');
const LINE_END = new RegExp(`[${LINE_ENDS}]`);
const REPLACED_CHARACTER = new RegExp(`[${[...REPLACED.keys()].join('')}]`, 'g');
const LOWER_CASE = new Set([...FOLD.values()].filter((point) => !FOLD.has(point)));

/**
 * A text by the rules N1 to N4. Doing it twice changes nothing more.
 *
 * @param {string} text
 * @returns {string}
 */
export function normalise(text) {
  checkText(text, 'text');
  if (ASCII.test(text)) return text;
  const visible = wellFormed(text).replace(IGNORED_CHARACTERS, '');
  return nfc(visible).replace(REPLACED_CHARACTER, (found) => REPLACED.get(found) ?? found);
}

/** @param {string} text */
const wellFormed = (text) =>
  text.replace(SURROGATES, (found) => (found.length === 2 ? found : '\ufffd'));

/**
 * The tokens of a text in their written form, line ends counting as spaces (S1 to S13).
 *
 * @param {string} text
 * @returns {string[]}
 */
export const split = (text) => tokensOf(normalise(text));

/**
 * A token with the case of each character folded, in NFC.
 *
 * @param {string} token
 * @returns {string}
 */
export function fold(token) {
  const points = Array.from(token, (character) => Number(character.codePointAt(0)));
  const folded = fromPoints(points.map((point) => FOLD.get(point) ?? point));
  return ASCII.test(folded) ? folded : nfc(folded);
}

/**
 * A text cut into messages, sentences or lines (G1 to G5).
 *
 * @param {string} text
 * @param {Segmentation} segmentation
 * @returns {Segment[]}
 * @throws {RangeError} for an unknown segmentation
 */
export function segments(text, segmentation) {
  checkText(text, 'text');
  checkSegmentation(segmentation);
  return segmentation === 'line'
    ? lines(wellFormed(text), chunksOf)
    : cut(normalise(text), segmentation);
}

/**
 * The text before a cursor as finished segments and a prefix (T1, T2): "I am g" gives the segment
 * ["I", "am"] and the prefix "g".
 *
 * @param {string} text
 * @param {Segmentation} segmentation
 * @returns {Typed}
 * @throws {RangeError} for an unknown segmentation
 */
export function typed(text, segmentation) {
  checkText(text, 'text');
  checkSegmentation(segmentation);
  const before = segmentation === 'line' ? wellFormed(text) : normalise(text);
  const chunk = lastChunkOf(before);
  if (segmentation === 'line') {
    const finished = before.slice(0, before.length - chunk.length);
    return { segments: lines(finished, chunksOf), prefix: chunk };
  }
  if (chunk === '' || EMOTICONS.has(chunk))
    return { segments: cut(before, segmentation), prefix: '' };
  const found = cut(`${before}a`, segmentation);
  const last = found[found.length - 1].tokens;
  const prefix = last[last.length - 1].slice(0, -1);
  last.pop();
  return { segments: found.filter(({ tokens }) => tokens.length > 0), prefix };
}

/**
 * @param {string} segmentation
 * @throws {RangeError}
 */
export function checkSegmentation(segmentation) {
  if (!SEGMENTATIONS.includes(segmentation)) {
    throw new RangeError(
      `the segmentation is ${segmentation}, expected one of ${SEGMENTATIONS.join(', ')}`,
    );
  }
}

/**
 * @param {string} text normalised
 * @param {Segmentation} segmentation
 */
const cut = (text, segmentation) =>
  segmentation === 'message' ? lines(text, tokensOf) : sentences(text);

/**
 * @param {string} text
 * @param {(line: string) => string[]} splitLine
 * @returns {Segment[]}
 */
function lines(text, splitLine) {
  const found = text.split(LINE_END);
  return found
    .map((line, place) => ({ tokens: splitLine(line), complete: place < found.length - 1 }))
    .filter(({ tokens }) => tokens.length > 0);
}

/**
 * @param {string} text normalised
 * @returns {Segment[]}
 */
function sentences(text) {
  /** @type {Segment[]} */
  const found = [];
  /** @type {string[]} */
  let tokens = [];
  let ending = false; // whether the tokens so far may be a sentence
  let end = 0;
  scan(text, (token, start, stop) => {
    if (ending && mayBegin(token) && (start > end || isWideEnd(tokens, token))) {
      found.push({ tokens, complete: true });
      [tokens, ending] = [[], false];
    }
    ending = isEnding(tokens, token, ending);
    tokens.push(token);
    end = stop;
  });
  if (tokens.length > 0) found.push({ tokens, complete: ending && end < text.length });
  return found;
}

/** @param {string} token */
const mayBegin = (token) =>
  !TERMINATORS.has(token) && !LOWER_CASE.has(Number(token.codePointAt(0)));

/**
 * Whether `tokens` end a sentence of a wide script that `token` does not continue.
 *
 * @param {string[]} tokens
 * @param {string} token
 */
function isWideEnd(tokens, token) {
  if (CLOSERS.has(token)) return false;
  const last = tokens.findLast((candidate) => !CLOSERS.has(candidate));
  return last !== undefined && WIDE_TERMINATORS.has(last);
}

/**
 * Whether a sentence may end with `token` behind `tokens`; `ending` is the same before it.
 *
 * @param {string[]} tokens
 * @param {string} token
 * @param {boolean} ending
 */
function isEnding(tokens, token, ending) {
  if (!TERMINATORS.has(token)) return ending && CLOSERS.has(token);
  return token !== '.' || tokens.length === 0 || !isAbbreviation(tokens[tokens.length - 1]);
}

/** @param {string} token */
function isAbbreviation(token) {
  const point = Number(token.codePointAt(0));
  const isCapital = token === String.fromCodePoint(point) && FOLD.has(point) && token !== 'I';
  return isCapital || ABBREVIATIONS.has(fold(token));
}
