/** Profiles: what one user taught. The core keeps them; a page stores their bytes. */

import { checkText } from './arguments.js';
import { core } from './core.js';

/**
 * @typedef {object} LearnedWord
 * @property {string} word as it is usually written
 * @property {number} count how often it was typed; 65,535 also stands for more
 * @property {number} last when it was last typed: the number of words learned until then, inclusive
 *
 * @typedef {object} Totals
 * @property {number} bytes size of the exported profile
 * @property {number} words different words, without punctuation and emoji
 * @property {number} clock number of words learned so far
 */

/** What one user taught. Nothing is learned except by a call. Needs the core: see `loadCore`. */
export class Profile {
  #address;

  /**
   * @param {Uint8Array} [bytes] of an exported profile; without them, the profile is empty
   * @throws {RangeError} if they are damaged, with a message for users
   */
  constructor(bytes) {
    if (bytes !== undefined) checkBytes(bytes);
    const parts = bytes ? [bytes] : [];
    this.#address = core().holding(parts, (start) =>
      core().checked(core().calls.open_profile(start, bytes?.length ?? 0)),
    );
  }

  /** The address of the open profile in the core. */
  get address() {
    if (this.#address === 0) throw new Error('the profile was disposed');
    return this.#address;
  }

  /**
   * The bytes of the profile, to store or export them.
   *
   * @returns {Uint8Array}
   */
  bytes() {
    const { calls } = core();
    core().checked(calls.profile_bytes(this.address));
    return core().bytes(calls.answer(), calls.answer_length()).slice();
  }

  /**
   * Import another profile, such as a backup. Words that were forgotten in either stay forgotten.
   *
   * @param {Uint8Array} bytes
   * @throws {RangeError} if they are damaged; then nothing has changed
   */
  merge(bytes) {
    checkBytes(bytes);
    core().holding([bytes], (start) =>
      core().checked(core().calls.merge_profile(this.address, start, bytes.length)),
    );
  }

  /**
   * Learn from a finished text, in which each line is a message. Secrets and addresses are left out.
   *
   * @param {string} text
   */
  learn(text) {
    this.#call('learn', text, 'text');
  }

  /**
   * Forget a word, in any case, even if it is typed or imported later.
   *
   * @param {string} word
   * @throws {RangeError} unless it is one word
   */
  forget(word) {
    this.#call('forget', word, 'word');
  }

  /**
   * Add a word because the user asked for it.
   *
   * @param {string} word
   * @throws {RangeError} unless it is one word
   */
  remember(word) {
    this.#call('remember', word, 'word');
  }

  /**
   * Never correct a word with certainty again, because the user took its correction back.
   *
   * @param {string} word
   * @throws {RangeError} unless it is one word
   */
  keep(word) {
    this.#call('keep', word, 'word');
  }

  /**
   * All words, sorted by their case-folded form.
   *
   * @returns {LearnedWord[]}
   */
  words() {
    core().checked(core().calls.profile_words(this.address));
    const lines = core().answer().split('\n').slice(0, -1);
    return lines.map((line) => {
      const [count, last, word] = line.split(' ');
      return { word, count: Number(count), last: Number(last) };
    });
  }

  /** @returns {Totals} */
  totals() {
    const address = core().checked(core().calls.profile_totals(this.address));
    const [bytes, words, clock] = new Uint32Array(core().integers(address, 3));
    return { bytes, words, clock };
  }

  /** Delete everything. */
  clear() {
    core().checked(core().calls.clear_profile(this.address));
  }

  /** Free the memory of the profile. */
  dispose() {
    if (this.#address === 0) return;
    core().checked(core().calls.close_profile(this.#address));
    this.#address = 0;
  }

  /**
   * @param {string} name
   * @param {string} text
   * @param {string} argument
   */
  #call(name, text, argument) {
    checkText(text, argument);
    core().passing([text], (...place) =>
      core().checked(core().calls[name](this.address, ...place)),
    );
  }
}

/** @param {unknown} bytes */
function checkBytes(bytes) {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError('the bytes of a profile must be a Uint8Array');
  }
  if (bytes.length === 0) throw new RangeError('the profile is damaged: it is empty');
}
