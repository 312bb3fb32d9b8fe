/** The joining rules J1 to J8 of `training/text/joining.py`. */

import { checkTexts } from './arguments.js';
import {
  CLOSING_BRACKETS,
  CURRENCY,
  DASH,
  ELLIPSIS,
  EMOTICONS,
  GLUED,
  OPENING,
  WIDE_PUNCTUATION,
  ZERO_WIDTH_JOINER,
} from './rules.js';
import { pointBefore } from './tokens.js';
import { DIGIT, EXTENDER, LETTER, SPACE, WIDE, classOf } from './unicode.js';

const IS_WIDE_PUNCTUATION = new RegExp(`^[${WIDE_PUNCTUATION}]`);
const WEB_ADDRESS = /^(?:[Hh][Tt][Tt][Pp][Ss]?:\/\/|[Ww]{3}\.)/;

/** @param {string} token */
const firstClass = (token) => classOf(token.codePointAt(0));
/** @param {string} token */
const lastClass = (token) => (token === '' ? SPACE : classOf(pointBefore(token, token.length)));
/** @param {number} kind */
const isAlnum = (kind) => kind === LETTER || kind === DIGIT;

/**
 * Whether a token holds a letter or digit, so that it is no punctuation or picture.
 *
 * @param {string} token
 */
export function isWord(token) {
  for (const character of token) {
    const kind = classOf(character.codePointAt(0));
    if (isAlnum(kind) || kind === WIDE) return true;
  }
  return false;
}

/**
 * The text of tokens; splitting it yields the tokens that `split` once gave.
 *
 * @param {readonly string[]} tokens
 */
export function join(tokens) {
  checkTexts(tokens, 'tokens');
  /** @type {string[]} */
  const pieces = [];
  const quotes = new Quotes();
  let [previous, opening, chunkHasWord] = ['', false, false];
  tokens.forEach((token, place) => {
    const following = tokens[place + 1] ?? '';
    const closes = quotes.closes(token, previous);
    const touches = mayTouch(previous, token);
    const link = touches && isLink(previous, token, following);
    const wanted = opening || link || closes || isGlued(previous, token);
    const glued = touches && wanted && !(CLOSING_BRACKETS.has(token) && !chunkHasWord);
    pieces.push(glued || place === 0 ? token : ` ${token}`);
    chunkHasWord = (glued && chunkHasWord) || isWord(token);
    opening = link || quotes.opened || opens(token, following);
    previous = token;
  });
  return pieces.join('');
}

/** Which kinds of quote are open, from the tokens so far. */
class Quotes {
  /** @type {Set<string>} */
  #open = new Set();
  /** Whether the latest token is an opening quote. */
  opened = false;

  /**
   * Take the next token; whether it is a quote that belongs to what stands before it.
   *
   * @param {string} token
   * @param {string} previous
   */
  closes(token, previous) {
    this.opened = false;
    if (token !== "'" && token !== '"') return false;
    if (this.#open.delete(token)) return true;
    if (token === "'" && /[sS]$/.test(previous)) return true;
    this.#open.add(token);
    this.opened = true;
    return false;
  }
}

/**
 * @param {string} previous
 * @param {string} token
 */
function mayTouch(previous, token) {
  if (previous === '' || firstClass(token) === EXTENDER) return false;
  const apart = [previous, token].some((side) => side === DASH || EMOTICONS.has(side));
  return !apart && pointBefore(previous, previous.length) !== ZERO_WIDTH_JOINER;
}

/**
 * @param {string} previous
 * @param {string} token
 * @param {string} following
 */
function isLink(previous, token, following) {
  if (token !== '-' && token !== '/') return false;
  if (token === '/' && WEB_ADDRESS.test(previous)) return false;
  const last = lastClass(previous);
  return (isAlnum(last) || last === EXTENDER) && isAlnum(firstClass(following));
}

/**
 * @param {string} previous
 * @param {string} token
 */
function isGlued(previous, token) {
  if (token === '.' || token === ELLIPSIS) return !previous.endsWith('.');
  if (token === '%') return lastClass(previous) === DIGIT;
  const bothWide = isWide(previous) && isWide(token);
  return GLUED.has(token) || CLOSING_BRACKETS.has(token) || bothWide;
}

/** @param {string} token */
const isWide = (token) => firstClass(token) === WIDE || IS_WIDE_PUNCTUATION.test(token);

/**
 * @param {string} token
 * @param {string} following
 */
function opens(token, following) {
  return OPENING.has(token) || (CURRENCY.has(token) && firstClass(following) === DIGIT);
}
