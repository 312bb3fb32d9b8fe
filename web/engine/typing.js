/** Counts the keys that typing a text takes with suggestions. */

import { Profile } from './core/profile.js';
import { Slices } from './core/slices.js';

/** @typedef {import('./core/session.js').Session} Session */

/** The number of suggestions shown. */
const SHOWN = 3;
/** What is typed of a text: its words, without the marks around them. */
const WORDS = /[\p{L}\p{M}\p{N}](?:\S*[\p{L}\p{M}\p{N}])?/gu;

/**
 * @typedef {object} Keys
 * @property {number} keys with suggestions
 * @property {number} characters of the words, and a space after each: the keys without suggestions
 */

/**
 * Count the keys for the words of a text, each followed by a space, if each word is accepted as soon as it
 * is suggested. Accepting takes one key and includes the space. Marks and capitals are not counted.
 *
 * @param {string} text
 * @param {Session} session a new one; it is disposed of
 * @param {{profile?: Profile, signal?: AbortSignal}} control
 * @returns {Promise<Keys>}
 */
export async function countKeys(text, session, { profile, signal }) {
  let [keys, characters] = [0, 0];
  /** @type {Profile | undefined} */
  let copy;
  try {
    const slices = new Slices(signal);
    // What is typed changes how a profile is used, but this user is only supposed.
    copy = profile && new Profile(profile.bytes());
    session.use(copy);
    for (const { 0: word, index } of text.matchAll(WORDS)) {
      const letters = Array.from(word);
      characters += letters.length + 1;
      keys += 1 + (await lettersTyped(text.slice(0, index), letters, session, slices));
    }
  } finally {
    session.dispose();
    copy?.dispose();
  }
  return { keys, characters };
}

/**
 * @param {string} before the text before the word
 * @param {string[]} letters of the word
 * @param {Session} session
 * @param {Slices} slices
 * @returns {Promise<number>} how many letters are typed until the word is suggested
 */
async function lettersTyped(before, letters, session, slices) {
  const wanted = letters.join('').toLowerCase();
  for (let count = 0; count < letters.length; count += 1) {
    const shown = await session.suggest(before + letters.slice(0, count).join(''), SHOWN);
    if (shown.some(({ word }) => word.toLowerCase() === wanted)) return count;
    if (slices.due) await slices.pause();
  }
  return letters.length;
}
