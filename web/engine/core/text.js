/** The text rules of the core. `training/text/rules.py` documents them. */

import { checkText, checkTexts } from './arguments.js';
import { core, integers, utf8 } from './core.js';

/**
 * @typedef {'message' | 'sentence' | 'line'} Segmentation
 * @typedef {{tokens: string[], complete: boolean}} Segment a message, sentence or line, and whether
 *   the text contains its end
 * @typedef {{segments: Segment[], prefix: string}} Typed the finished part of the text before a
 *   cursor, and the beginning of the word being typed
 * @typedef {{text: string, id: number, ends: boolean}} Found a token, its id if a vocabulary was given,
 *   and whether a segment ends after it
 */

/** In the order of the core's numbers. */
export const SEGMENTATIONS = ['message', 'sentence', 'line'];
/** Tasks of the core's function `tokens`. */
const [SPLIT, SEGMENTS, TYPED] = [0, 1, 2];
/** The core's mark for a token after which a segment ends. */
const COMPLETE = 1;
const NUMBERS_PER_TOKEN = 3;

/** The version of the text rules. */
export const rulesVersion = () => core().calls.rules_version();

/**
 * @param {string} segmentation
 * @returns {number} as the core numbers it
 * @throws {RangeError}
 */
export function checkSegmentation(segmentation) {
  const number = SEGMENTATIONS.indexOf(segmentation);
  if (number >= 0) return number;
  throw new RangeError(
    `the segmentation is ${segmentation}, expected one of ${SEGMENTATIONS.join(', ')}`,
  );
}

/**
 * Normalise a text. Doing it twice changes nothing more.
 *
 * @param {string} text
 * @returns {string}
 */
export const normalise = (text) => rewritten('normalise', text, 'text');

/**
 * Fold the case of a token.
 *
 * @param {string} token
 * @returns {string}
 */
export const fold = (token) => rewritten('fold', token, 'token');

/**
 * @param {string} rule
 * @param {string} text
 * @param {string} name
 */
function rewritten(rule, text, name) {
  checkText(text, name);
  const { calls } = core();
  return core().passing([text], (...place) => {
    core().checked(calls[rule](...place));
    return core().answer();
  });
}

/**
 * Whether a token contains a letter or digit, so that it is not punctuation or an emoji.
 *
 * @param {string} token
 * @returns {boolean}
 */
export function isWord(token) {
  checkText(token, 'token');
  return core().passing([token], (...place) => Boolean(core().calls.is_word(...place)));
}

/**
 * Split a text into tokens in their written form; line ends count as spaces.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function split(text) {
  checkText(text, 'text');
  return found(text, SPLIT, 0).tokens.map((token) => token.text);
}

/**
 * Join tokens to a text. Splitting it returns the tokens that `split` returned before.
 *
 * @param {readonly string[]} tokens
 * @returns {string}
 */
export function join(tokens) {
  checkTexts(tokens, 'tokens');
  const parts = tokens.map(utf8);
  const lengths = integers(parts.map(({ length }) => length));
  return core().holding([lengths, ...parts], (start) => {
    core().checked(core().calls.join(start + lengths.length, start, tokens.length));
    return core().answer();
  });
}

/**
 * Cut a text into messages, sentences or lines.
 *
 * @param {string} text
 * @param {Segmentation} segmentation
 * @returns {Segment[]}
 * @throws {RangeError} for an unknown segmentation
 */
export function segments(text, segmentation) {
  checkText(text, 'text');
  return grouped(found(text, SEGMENTS, checkSegmentation(segmentation)).tokens);
}

/**
 * Cut the text before a cursor into finished segments and a prefix: "I am g" gives the segment
 * ["I", "am"] and the prefix "g".
 *
 * @param {string} text
 * @param {Segmentation} segmentation
 * @returns {Typed}
 * @throws {RangeError} for an unknown segmentation
 */
export function typed(text, segmentation) {
  checkText(text, 'text');
  const { tokens, prefix } = found(text, TYPED, checkSegmentation(segmentation));
  return { segments: grouped(tokens), prefix };
}

/**
 * The tokens of a text, with their ids and the ends of segments.
 *
 * @param {string} text
 * @param {Segmentation} segmentation
 * @param {number} vocabulary address of an open model
 * @returns {Found[]}
 */
export const read = (text, segmentation, vocabulary) =>
  found(text, SEGMENTS, checkSegmentation(segmentation), vocabulary).tokens;

/**
 * @param {string} text
 * @param {number} task
 * @param {number} segmentation
 * @param {number} [vocabulary]
 * @returns {{tokens: Found[], prefix: string}}
 */
function found(text, task, segmentation, vocabulary) {
  const { calls } = core();
  return core().passing([text], (...place) => {
    core().checked(calls.tokens(...place, task, segmentation));
    const prefix = core().answer();
    const count = calls.token_count();
    const start = vocabulary ? core().checked(calls.token_ids(vocabulary)) : 0;
    const ids = start ? core().integers(start, count) : undefined;
    const numbers = core().integers(calls.token_array(), NUMBERS_PER_TOKEN * count);
    const tokens = Array.from({ length: count }, (_, at) => {
      const [address, length, end] = numbers.subarray(NUMBERS_PER_TOKEN * at);
      return { text: core().text(address, length), id: ids?.[at] ?? -1, ends: end === COMPLETE };
    });
    return { tokens, prefix };
  });
}

/**
 * @param {Found[]} tokens
 * @returns {Segment[]}
 */
function grouped(tokens) {
  /** @type {Segment[]} */
  const segments = [];
  let isNew = true;
  for (const { text, ends } of tokens) {
    if (isNew) segments.push({ tokens: [], complete: false });
    const segment = segments[segments.length - 1];
    segment.tokens.push(text);
    segment.complete = isNew = ends;
  }
  return segments;
}
