/**
 * The committed Unicode tables: character classes, simple case mappings and normalisation form NFC.
 * The platform's own are never asked, because every platform carries another version of Unicode.
 * `tools/tables/encoded.py` makes the tables and describes their format.
 */

import { TABLES } from './unicode-tables.js';

/** Classes of code points; everything that is in no other is a symbol. */
export const SYMBOL = 0;
export const SPACE = 1;
export const LETTER = 2;
export const DIGIT = 3;
export const WIDE = 4;
export const EXTENDER = 5;
export const REGIONAL = 6;

const CODE_POINTS = 0x110000;
const CLASS_BITS = 7;
const UNSETTLED_BIT = 8;
const [SYLLABLES, LEADS, VOWELS, TRAILS] = [0xac00, 0x1100, 0x1161, 0x11a7];
const [LEAD_COUNT, VOWEL_COUNT, TRAIL_COUNT] = [19, 21, 28];
const SYLLABLE_COUNT = LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT;
const PIECE = 8192;

/** @param {string} table */
const entries = (table) =>
  table.split(' ').map((entry) => entry.split(',').map((number) => parseInt(number, 36)));

/**
 * The runs of a class or of combining classes.
 *
 * @param {string} table
 * @param {(first: number, end: number, value: number) => void} visit
 */
function eachRun(table, visit) {
  let end = 0;
  for (const [distance, count, value] of entries(table)) {
    const first = end + distance;
    end = first + count;
    visit(first, end, value);
  }
}

/** @param {string} table */
function mapping(table) {
  /** @type {Map<number, number>} */
  const mapped = new Map();
  let end = 0;
  for (const [distance, count, step, offset] of entries(table)) {
    const first = end + distance;
    end = first + (count - 1) * step + 1;
    for (let point = first; point < end; point += step) mapped.set(point, point + offset);
  }
  return mapped;
}

/** Simple case folding, by code point; what is missing folds to itself. */
export const FOLD = mapping(TABLES.fold);
/** Simple capitals, by code point. */
export const UPPER = mapping(TABLES.upper);

/** @type {Map<number, number>} */
const combining = new Map();
eachRun(TABLES.combining, (first, end, value) => {
  for (let point = first; point < end; point += 1) combining.set(point, value);
});

/** @type {Set<number>} */
const uncomposed = new Set();
eachRun(TABLES.uncomposed, (first, end) => {
  for (let point = first; point < end; point += 1) uncomposed.add(point);
});

/** Canonical decompositions of one step. @type {Map<number, number[]>} */
const decompositions = new Map();
/** Pairs that NFC composes: `first * CODE_POINTS + second` to the composed. @type {Map<number, number>} */
const compositions = new Map();
const properties = propertiesOfCodePoints();

/** Class of each code point, and a bit for those that may change, or change others, under NFC. */
function propertiesOfCodePoints() {
  const found = new Uint8Array(CODE_POINTS);
  const { space, letter, digit, wide, extender, regional } = TABLES;
  [space, letter, digit, wide, extender, regional].forEach((table, index) =>
    eachRun(table, (first, end) => found.fill(SPACE + index, first, end)),
  );
  const unsettle = (/** @type {number} */ point) => (found[point] |= UNSETTLED_BIT);
  let end = 0;
  for (const [distance, ...parts] of entries(TABLES.decomposition)) {
    const point = end + distance;
    end = point + 1;
    decompositions.set(point, parts);
    if (parts.length === 1 || uncomposed.has(point)) {
      unsettle(point);
    } else {
      compositions.set(parts[0] * CODE_POINTS + parts[1], point);
      unsettle(parts[1]);
    }
  }
  combining.forEach((_value, point) => unsettle(point));
  for (let index = 0; index < VOWEL_COUNT; index += 1) unsettle(VOWELS + index);
  for (let index = 1; index < TRAIL_COUNT; index += 1) unsettle(TRAILS + index);
  return found;
}

/**
 * The class of a code point; the end of a text (undefined) counts as space.
 *
 * @param {number | undefined} point
 */
export const classOf = (point) => (point === undefined ? SPACE : properties[point] & CLASS_BITS);

/** How many UTF-16 units a code point takes. @param {number} point */
export const width = (point) => (point > 0xffff ? 2 : 1);

/**
 * A text from its code points, however many.
 *
 * @param {number[]} points
 */
export function fromPoints(points) {
  let text = '';
  for (let start = 0; start < points.length; start += PIECE) {
    text += String.fromCodePoint(...points.slice(start, start + PIECE));
  }
  return text;
}

/**
 * Normalisation form NFC of the tables' Unicode version, in linear time.
 *
 * @param {string} text well-formed
 */
export function nfc(text) {
  const pieces = [];
  let done = 0;
  let start = 0; // of the last settled character: it may take part in what follows it
  for (let at = 0; at < text.length;) {
    const point = Number(text.codePointAt(at));
    if (properties[point] & UNSETTLED_BIT) {
      const end = unsettledEnd(text, at);
      pieces.push(text.slice(done, start), compose(decompose(text.slice(start, end))));
      [done, start, at] = [end, end, end];
    } else {
      start = at;
      at += width(point);
    }
  }
  return pieces.join('') + text.slice(done);
}

/**
 * @param {string} text
 * @param {number} at
 */
function unsettledEnd(text, at) {
  while (at < text.length) {
    const point = Number(text.codePointAt(at));
    if (!(properties[point] & UNSETTLED_BIT)) break;
    at += width(point);
  }
  return at;
}

/** Code points fully decomposed, marks in canonical order. @param {string} text */
function decompose(text) {
  /** @type {number[]} */
  const points = [];
  for (const character of text) pushDecomposed(Number(character.codePointAt(0)), points);
  return reordered(points);
}

/**
 * @param {number} point
 * @param {number[]} points
 */
function pushDecomposed(point, points) {
  const index = point - SYLLABLES;
  if (index >= 0 && index < SYLLABLE_COUNT) {
    const open = Math.floor(index / TRAIL_COUNT);
    points.push(LEADS + Math.floor(open / VOWEL_COUNT), VOWELS + (open % VOWEL_COUNT));
    if (index % TRAIL_COUNT) points.push(TRAILS + (index % TRAIL_COUNT));
    return;
  }
  const parts = decompositions.get(point);
  if (parts === undefined) points.push(point);
  else for (const part of parts) pushDecomposed(part, points);
}

/**
 * The full canonical decomposition of a code point.
 *
 * @param {number} point
 * @returns {number[]}
 */
export function decomposed(point) {
  /** @type {number[]} */
  const points = [];
  pushDecomposed(point, points);
  return points;
}

/** @param {number[]} points */
function reordered(points) {
  /** @type {number[]} */
  const ordered = [];
  for (let start = 0; start < points.length;) {
    let end = start;
    while (end < points.length && combining.has(points[end])) end += 1;
    const marks = points.slice(start, end);
    marks.sort((a, b) => Number(combining.get(a)) - Number(combining.get(b)));
    for (const mark of marks) ordered.push(mark);
    if (end < points.length) ordered.push(points[end]);
    start = end + 1;
  }
  return ordered;
}

/** @param {number[]} points */
function compose(points) {
  /** @type {number[]} */
  const composed = [];
  let starter = -1; // index of the last starter
  let blocked = 0; // highest class kept since then
  for (const point of points) {
    const value = combining.get(point) ?? 0;
    // Next to its starter, or with only lower classes in between, a mark can reach it.
    const reaches = starter >= 0 && (blocked < value || starter === composed.length - 1);
    const pair = reaches ? composedPair(composed[starter], point) : undefined;
    if (pair !== undefined) {
      composed[starter] = pair;
      continue;
    }
    if (value === 0) starter = composed.length;
    blocked = value;
    composed.push(point);
  }
  return fromPoints(composed);
}

/**
 * @param {number} first
 * @param {number} second
 * @returns {number | undefined}
 */
function composedPair(first, second) {
  const [lead, vowel] = [first - LEADS, second - VOWELS];
  if (lead >= 0 && lead < LEAD_COUNT && vowel >= 0 && vowel < VOWEL_COUNT) {
    return SYLLABLES + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT;
  }
  const [syllable, trail] = [first - SYLLABLES, second - TRAILS];
  const isOpen = syllable >= 0 && syllable < SYLLABLE_COUNT && syllable % TRAIL_COUNT === 0;
  if (isOpen && trail > 0 && trail < TRAIL_COUNT) return first + trail;
  return compositions.get(first * CODE_POINTS + second);
}
