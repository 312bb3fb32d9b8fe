/**
 * The vocabulary: which tokens the network knows, their ids, and how a suggestion is written.
 * `training/text/vocabulary.py` describes the file and makes it.
 */

import { checkText, checkTexts } from './arguments.js';
import { PlainIndex, withoutApostrophes } from './plain-letters.js';
import { SpellingModel } from './spelling.js';
import { checkSegmentation, fold, isWord } from './text.js';
import { FOLD, UPPER, fromPoints } from './unicode.js';

/** @typedef {import('./manifest.js').Segmentation} Segmentation */

export const END = 0;
export const UNKNOWN = 1;
const SPECIAL = ['</s>', '<unk>'];

/** Entries by id. */
export class Vocabulary {
  #entries;
  #segmentation;
  #keys;
  /** @type {Map<string, number>} */
  #ids = new Map();
  /** @type {PlainIndex | undefined} */
  #plain;
  /** @type {number[] | undefined} all that a word may be completed to, made once */
  #all;
  /** @type {Set<number> | undefined} */
  #bare;
  /** @type {SpellingModel | undefined} */
  #spelling;

  /**
   * @param {readonly string[]} entries `</s>`, `<unk>`, then the others, sorted and without doubles
   * @param {Segmentation} segmentation
   * @throws {TypeError | RangeError} for entries that break these rules
   */
  constructor(entries, segmentation) {
    checkTexts(entries, 'entries');
    checkSegmentation(segmentation);
    this.#entries = entries;
    this.#segmentation = segmentation;
    this.#keys = entries.map((entry) => this.#key(entry));
    this.#check();
    this.#keys.forEach((key, id) => this.#ids.set(key, id));
    entries.forEach((entry, id) => this.#ids.set(entry, id));
    /** 1 for words, 0 for special entries, punctuation and pictures; [size] */
    this.isWord = Uint8Array.from(entries, (entry, id) =>
      Number(id >= SPECIAL.length && isWord(entry)),
    );
  }

  /**
   * @param {string} text the content of `vocabulary.txt`
   * @param {Segmentation} segmentation
   */
  static parse(text, segmentation) {
    checkText(text, 'text');
    if (!text.endsWith('\n'))
      throw new RangeError('the last line of the vocabulary has no line feed');
    return new Vocabulary(text.slice(0, -1).split('\n'), segmentation);
  }

  /** How many entries there are, the special ones included. */
  get size() {
    return this.#entries.length;
  }

  /**
   * @param {number} id
   * @returns {string} the written form
   * @throws {RangeError} for an id that does not exist
   */
  entry(id) {
    const entry = this.#entries[id];
    if (entry === undefined) {
      throw new RangeError(`there is no entry ${id}; ids run from 0 to ${this.size - 1}`);
    }
    return entry;
  }

  /**
   * @param {string} token however it is written
   * @returns {number} its id, or `UNKNOWN`
   */
  idOf(token) {
    checkText(token, 'token');
    return this.#ids.get(token) ?? this.#ids.get(this.#key(token)) ?? UNKNOWN;
  }

  /**
   * @param {readonly string[]} tokens
   * @returns {number[]} their ids, one each
   */
  encode(tokens) {
    checkTexts(tokens, 'tokens');
    return tokens.map((token) => this.idOf(token));
  }

  /**
   * @param {string} prefix
   * @returns {[number, number]} first id and last id + 1 of the entries that begin with it, without
   *   special ones
   */
  prefixRange(prefix) {
    checkText(prefix, 'prefix');
    const key = this.#key(prefix);
    const start = this.#firstFrom(SPECIAL.length, (other) => comparePoints(other, key) >= 0);
    const stop = this.#firstFrom(start, (other) => !other.startsWith(key));
    return [start, stop];
  }

  /**
   * The entries that the typed letters may become: those that begin with them and those that their
   * plain letters find, but not a word that was typed in full and differs from another entry only in
   * lacking its apostrophe. For ready-made tokens only the entries that begin with the prefix.
   *
   * @param {string} prefix
   * @returns {number[]} ids, ascending, without special ones
   */
  completions(prefix) {
    if (prefix === '') return (this.#all ??= idsBetween(...this.prefixRange('')));
    const [first, last] = this.prefixRange(prefix);
    const ids = idsBetween(first, last);
    if (this.#segmentation === 'line') return ids;
    const key = this.#key(prefix);
    this.#plain ??= new PlainIndex(this.#keys, this.isWord);
    const others = [...this.#plain.find(key)].filter((id) => id < first || id >= last);
    const isBare = first < last && this.#keys[first] === key && this.#bareWords().has(first);
    const found = isBare ? ids.slice(1) : ids;
    return others.length > 0 ? [...found, ...others].sort((one, other) => one - other) : found;
  }

  /**
   * What words share that differ only in case and apostrophes; other entries only case.
   *
   * @param {number} id
   * @returns {string}
   */
  sameWord(id) {
    const folded = fold(this.entry(id));
    return isWord(folded) ? withoutApostrophes(folded) : folded;
  }

  /**
   * What a token outside the vocabulary costs besides `<unk>`.
   *
   * @param {string} token
   * @returns {number} nats
   */
  spellingNats(token) {
    checkText(token, 'token');
    this.#spelling ??= new SpellingModel(this.#keys.slice(SPECIAL.length));
    return this.#spelling.nats(this.#key(token));
  }

  /** Ids of the entries that become other entries with an apostrophe in them. */
  #bareWords() {
    if (this.#bare === undefined) {
      const ids = this.#keys.map((_, id) => id).slice(SPECIAL.length);
      const words = ids.map((id) => this.sameWord(id));
      const marked = new Set(words.filter((word, place) => word !== this.#keys[ids[place]]));
      this.#bare = new Set(ids.filter((id) => marked.has(this.#keys[id])));
    }
    return this.#bare;
  }

  /**
   * The entry as it is to be shown: two or more typed letters, all capitals, give capitals
   * throughout; one capital at the beginning gives one, and so does the start of a sentence where
   * nothing is typed yet, unless the entry has capitals of its own; otherwise the entry stays as it
   * is.
   *
   * @param {number} id
   * @param {string} prefix the letters typed so far
   * @param {boolean} sentenceStart
   * @returns {string}
   */
  suggestion(id, prefix, sentenceStart) {
    checkText(prefix, 'prefix');
    const entry = this.entry(id);
    if (this.#segmentation === 'line' || id < SPECIAL.length) return entry;
    const cased = pointsOf(prefix).filter((point) => FOLD.has(point) || UPPER.has(point));
    if (cased.length > 1 && cased.every(isCapital)) return inCapitals(pointsOf(entry));
    const startsCapital = prefix === '' ? sentenceStart : isCapital(pointsOf(prefix)[0]);
    const [first, ...rest] = pointsOf(entry);
    if (!startsCapital || isCapital(first) || rest.some(isCapital)) return entry;
    return inCapitals([first]) + fromPoints(rest);
  }

  /**
   * The first id from `first` on whose key is `past`, given that all later ones are too.
   *
   * @param {number} first
   * @param {(key: string) => boolean} past
   */
  #firstFrom(first, past) {
    let end = this.#keys.length;
    while (first < end) {
      const middle = Math.floor((first + end) / 2);
      if (past(this.#keys[middle])) end = middle;
      else first = middle + 1;
    }
    return first;
  }

  /** @param {string} token */
  #key(token) {
    return this.#segmentation === 'line' ? token : fold(token);
  }

  #check() {
    if (SPECIAL.some((entry, id) => this.#entries[id] !== entry)) {
      throw new RangeError(`the first entries must be ${SPECIAL.join(' and ')}`);
    }
    for (let id = SPECIAL.length; id < this.#keys.length; id += 1) {
      const isSorted =
        id === SPECIAL.length || comparePoints(this.#keys[id - 1], this.#keys[id]) < 0;
      if (!isSorted || this.#keys[id] === '') {
        throw new RangeError(`entry ${id} of the vocabulary is empty, duplicated or out of order`);
      }
    }
  }
}

/** @param {string} text */
const pointsOf = (text) => Array.from(text, (character) => Number(character.codePointAt(0)));

/** @param {number} point */
const isCapital = (point) => FOLD.has(point) && !UPPER.has(point);

/** @param {number[]} points */
const inCapitals = (points) => fromPoints(points.map((point) => UPPER.get(point) ?? point));

/**
 * Order by code points. UTF-16 puts the characters beyond U+FFFF before U+E000, so they are raised.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number} negative, 0 or positive
 */
export function comparePoints(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [unit, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unit !== other) return raised(unit) - raised(other);
  }
  return a.length - b.length;
}

/** @param {number} unit */
const raised = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/**
 * @param {number} first
 * @param {number} last exclusive
 * @returns {number[]} the whole numbers in between
 */
const idsBetween = (first, last) =>
  Array.from({ length: last - first }, (_, place) => first + place);
