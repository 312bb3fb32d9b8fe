/** The splitting rules S1 to S13 of `training/text/rules.py`, on a text that is normalised already. */

import { DASH, DASHES, ELLIPSIS, EMOTICONS, LONGEST_EMOTICON, ZERO_WIDTH_JOINER } from './rules.js';
import { DIGIT, EXTENDER, LETTER, REGIONAL, SPACE, SYMBOL, classOf, width } from './unicode.js';

const NONE = -1;
const DASH_POINTS = new Set(Array.from(DASHES, (dash) => Number(dash.codePointAt(0))));
const LONGEST_LOCAL_PART = 64;
const WEB_PREFIX = /[Hh][Tt][Tt][Pp][Ss]?:\/\/|[Ww]{3}\./y;

/** @param {number} kind */
const isAlnum = (kind) => kind === LETTER || kind === DIGIT;
/** @param {number} kind */
const isPart = (kind) => isAlnum(kind) || kind === EXTENDER;
/** @param {number | undefined} point */
const isDash = (point) => point !== undefined && DASH_POINTS.has(point);

/**
 * @param {string} text
 * @param {number} at
 */
const classAt = (text, at) => classOf(text.codePointAt(at));

/**
 * The code point that ends at `at`.
 *
 * @param {string} text
 * @param {number} at
 */
export function pointBefore(text, at) {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff ? text.codePointAt(at - 2) : text.codePointAt(at - 1);
}

/**
 * The first place from `at` on whose class is not wanted.
 *
 * @param {string} text
 * @param {number} at
 * @param {(kind: number) => boolean} wanted must refuse SPACE, which ends every text
 */
function skip(text, at, wanted) {
  for (;;) {
    const point = text.codePointAt(at);
    if (point === undefined || !wanted(classOf(point))) return at;
    at += width(point);
  }
}

const isExtender = (/** @type {number} */ kind) => kind === EXTENDER;
const isNoSpace = (/** @type {number} */ kind) => kind !== SPACE;

/**
 * The rules, each giving the end of its token if there is one at `at`, else NONE.
 *
 * @typedef {(text: string, at: number) => number} Rule
 */

/** @type {Rule} */
function emoticon(text, at) {
  const isChunkStart = at === 0 || classOf(pointBefore(text, at)) === SPACE;
  if (!isChunkStart) return NONE;
  let end = at;
  while (end - at <= LONGEST_EMOTICON && classAt(text, end) !== SPACE) end += 1;
  return EMOTICONS.has(text.slice(at, end)) ? end : NONE;
}

/** @type {Rule} */
function webAddress(text, at) {
  WEB_PREFIX.lastIndex = at;
  const prefix = WEB_PREFIX.exec(text);
  if (prefix === null) return NONE;
  let found = NONE;
  for (let end = at + prefix[0].length; end < text.length;) {
    const point = Number(text.codePointAt(end));
    const kind = classOf(point);
    if (kind === SPACE || '"<>'.includes(text[end])) break;
    end += width(point);
    if (isPart(kind) || point === 0x2f) found = end;
  }
  return found;
}

/** @type {Rule} */
function mailAddress(text, at) {
  if (!isAlnum(classAt(text, at))) return NONE;
  let end = at;
  for (let length = 0; length < LONGEST_LOCAL_PART; length += 1) {
    const point = text.codePointAt(end);
    if (point === undefined || !(isPart(classOf(point)) || '.+_-'.includes(text[end]))) break;
    end += width(point);
  }
  end = text[end] === '@' ? label(text, end + 1) : NONE;
  let labels = 1;
  for (; end !== NONE && text[end] === '.'; labels += 1) {
    const next = label(text, end + 1);
    if (next === NONE) break;
    end = next;
  }
  return labels > 1 ? end : NONE;
}

/** @type {Rule} */
function label(text, at) {
  if (!isAlnum(classAt(text, at))) return NONE;
  let end = skip(text, at, isPart);
  while (text[end] === '-' && isAlnum(classAt(text, end + 1))) end = skip(text, end + 1, isPart);
  return end;
}

/** @type {Rule} */
function initials(text, at) {
  let count = 0;
  let end = at;
  for (; classAt(text, end) === LETTER; count += 1) {
    const dot = end + width(Number(text.codePointAt(end)));
    if (text[dot] !== '.') break;
    end = dot + 1;
  }
  return count > 1 ? end : NONE;
}

/** @type {Rule} */
function word(text, at) {
  if (!isAlnum(classAt(text, at))) return NONE;
  for (let end = skip(text, at, isPart); ; end = skip(text, end + 1, isPart)) {
    if (!goesOn(text, end)) return end;
  }
}

/**
 * Whether a word goes on over the character at `at`.
 *
 * @param {string} text
 * @param {number} at
 */
function goesOn(text, at) {
  const mark = text[at];
  if (mark === "'" || mark === '_') return isAlnum(classAt(text, at + 1));
  if (mark !== '.' && mark !== ',' && mark !== ':') return false;
  return classOf(pointBefore(text, at)) === DIGIT && classAt(text, at + 1) === DIGIT;
}

/** @type {Rule} */
const tag = (text, at) => (text[at] === '@' || text[at] === '#' ? word(text, at + 1) : NONE);

/** @type {Rule} */
function ellipsis(text, at) {
  let end = at;
  while (text[end] === '.') end += 1;
  return end - at > 1 ? end : NONE;
}

/** @type {Rule} */
function hyphen(text, at) {
  if (text[at] !== '-' || at === 0 || !isAlnum(classAt(text, at + 1))) return NONE;
  const before = pointBefore(text, at);
  return isPart(classOf(before)) && before !== ZERO_WIDTH_JOINER ? at + 1 : NONE;
}

/** @type {Rule} */
function dash(text, at) {
  let end = at;
  while (isDash(text.codePointAt(end))) end += 1;
  return end > at ? end : NONE;
}

/** @type {Rule} */
function picture(text, at) {
  const kind = classAt(text, at);
  let end = at + width(Number(text.codePointAt(at)));
  if (kind === REGIONAL && classAt(text, end) === REGIONAL) end += 2;
  end = skip(text, end, isExtender);
  while (kind === SYMBOL && pointBefore(text, end) === ZERO_WIDTH_JOINER && isSymbol(text, end)) {
    end = skip(text, end + width(Number(text.codePointAt(end))), isExtender);
  }
  return end;
}

/**
 * @param {string} text
 * @param {number} at
 */
const isSymbol = (text, at) => classAt(text, at) === SYMBOL && !isDash(text.codePointAt(at));

/** By the class of the first character: the rules to try, in order, and what the token becomes. */
const WORD_RULES = [webAddress, initials, word];
const WORD_RULES_WITH_MAIL = [webAddress, mailAddress, initials, word];
const SYMBOL_RULES = [emoticon, tag, ellipsis, hyphen, dash, picture];
const REWRITTEN = new Map([
  [ellipsis, ELLIPSIS],
  [dash, DASH],
]);

/**
 * Tell `visit` every token of a normalised text and where it stands.
 *
 * @param {string} text
 * @param {(token: string, start: number, end: number) => void} visit
 */
export function scan(text, visit) {
  const wordRules = text.includes('@') ? WORD_RULES_WITH_MAIL : WORD_RULES;
  for (let at = skipSpace(text, 0); at < text.length;) {
    const kind = classAt(text, at);
    const rules = isAlnum(kind) ? wordRules : kind === SYMBOL ? SYMBOL_RULES : [picture];
    for (const rule of rules) {
      const end = rule(text, at);
      if (end === NONE) continue;
      visit(REWRITTEN.get(rule) ?? text.slice(at, end), at, end);
      at = skipSpace(text, end);
      break;
    }
  }
}

/**
 * @param {string} text
 * @param {number} at
 */
function skipSpace(text, at) {
  while (at < text.length && classAt(text, at) === SPACE) at += 1;
  return at;
}

/**
 * The tokens of a normalised text.
 *
 * @param {string} text
 */
export function tokensOf(text) {
  /** @type {string[]} */
  const tokens = [];
  scan(text, (token) => tokens.push(token));
  return tokens;
}

/**
 * What stands between white space.
 *
 * @param {string} text
 */
export function chunksOf(text) {
  /** @type {string[]} */
  const chunks = [];
  for (let at = skipSpace(text, 0); at < text.length;) {
    const end = skip(text, at, isNoSpace);
    chunks.push(text.slice(at, end));
    at = skipSpace(text, end);
  }
  return chunks;
}

/**
 * The chunk that reaches to the end of the text, or nothing.
 *
 * @param {string} text
 */
export function lastChunkOf(text) {
  let at = text.length;
  while (at > 0) {
    const point = Number(pointBefore(text, at));
    if (classOf(point) === SPACE) break;
    at -= width(point);
  }
  return text.slice(at);
}
