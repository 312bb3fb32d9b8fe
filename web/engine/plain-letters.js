/**
 * Words found by their plain letters: `dont` finds `don't`, `deja` finds `déjà`, `eco` finds
 * `l'école`. `training/text/plain_letters.py` states the rules.
 */

import {
  ELISION_BEFORE,
  FIRST_ACCENT,
  LAST_ACCENT,
  LONGEST_ELIDED,
  PLAIN_LETTERS,
  SHORTEST_REST,
} from './rules.js';
import { FOLD, decomposed, fromPoints } from './unicode.js';

const APOSTROPHES = /'/g;
const ASCII = /^[\0-\x7f]*$/;

/** @param {number} point */
const isAccent = (point) => point >= FIRST_ACCENT && point <= LAST_ACCENT;

/** @param {string} character */
function plainCharacter(character) {
  const point = Number(character.codePointAt(0));
  if (isAccent(point)) return '';
  const letters = PLAIN_LETTERS.get(character);
  if (letters !== undefined) return letters;
  const [first, ...marks] = decomposed(point);
  const isAccented = marks.length > 0 && !isAccent(first) && marks.every(isAccent);
  return isAccented ? fromPoints([FOLD.get(first) ?? first]) : character;
}

/**
 * The plain form of a folded token; its apostrophes stay.
 *
 * @param {string} folded
 */
export const plain = (folded) =>
  ASCII.test(folded) ? folded : Array.from(folded, plainCharacter).join('');

/**
 * A token as it is written by who leaves out its apostrophes.
 *
 * @param {string} token
 */
export const withoutApostrophes = (token) => token.replaceAll(APOSTROPHES, '');

/** The entries of a vocabulary that are found by other letters than those they begin with. */
export class PlainIndex {
  /** @type {{letters: string, form: string, id: number}[]} sorted by UTF-16 units */
  #words = [];

  /**
   * @param {readonly string[]} keys folded forms of all entries
   * @param {ArrayLike<number>} isWord [keys], 0 for those that are not to be found
   */
  constructor(keys, isWord) {
    for (const [id, key] of keys.entries()) {
      if (!isWord[id]) continue;
      for (const form of forms(key)) {
        this.#words.push({ letters: withoutApostrophes(plain(form)), form, id });
      }
    }
    this.#words.sort((one, other) => (one.letters < other.letters ? -1 : 1));
  }

  /**
   * @param {string} prefix folded
   * @returns {Set<number>} ids of the entries that it finds; some may begin with it
   */
  find(prefix) {
    const letters = withoutApostrophes(plain(prefix));
    /** @type {Set<number>} */
    const found = new Set();
    if (letters === '') return found;
    for (let at = this.#firstFrom(letters); at < this.#words.length; at += 1) {
      const word = this.#words[at];
      if (!word.letters.startsWith(letters)) break;
      if (agrees(word.form, prefix)) found.add(word.id);
    }
    return found;
  }

  /** @param {string} letters */
  #firstFrom(letters) {
    let [first, end] = [0, this.#words.length];
    while (first < end) {
      const middle = Math.floor((first + end) / 2);
      if (this.#words[middle].letters < letters) first = middle + 1;
      else end = middle;
    }
    return first;
  }
}

/**
 * Whether a form has the accents and apostrophes of a prefix, as far as any were typed.
 *
 * @param {string} form
 * @param {string} prefix
 */
function agrees(form, prefix) {
  const accented = plain(prefix) === prefix ? plain(form) : form;
  return (prefix.includes("'") ? accented : withoutApostrophes(accented)).startsWith(prefix);
}

/**
 * The parts of an entry that can be found by other letters than those the entry begins with.
 *
 * @param {string} key
 * @returns {string[]}
 */
function forms(key) {
  const at = key.indexOf("'");
  if (at < 0) return plain(key) === key ? [] : [key];
  const rest = key.slice(at + 1);
  const letters = plain(rest);
  const elided = Array.from(plain(key.slice(0, at))).length;
  const isElision =
    letters !== '' &&
    ELISION_BEFORE.has(letters[0]) &&
    elided <= LONGEST_ELIDED &&
    Array.from(withoutApostrophes(letters)).length >= SHORTEST_REST;
  return isElision ? [key, rest] : [key];
}
