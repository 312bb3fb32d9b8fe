/** Appends generated words to a prompt. */

import { core, integers, utf8 } from './core.js';
import { END } from './vocabulary.js';

/** Writes words with the spaces, capitals and line breaks that the core gives them. */
export class Writer {
  #finished = '';
  /** Ids of the segment that is being written. @type {number[]} */
  #ids = [];
  #prompt;
  #vocabulary;

  /**
   * @param {string} prompt
   * @param {import('./vocabulary.js').Vocabulary} vocabulary
   */
  constructor(prompt, vocabulary) {
    this.#prompt = prompt;
    this.#vocabulary = vocabulary;
  }

  /**
   * @param {number} id
   * @returns {string} all text so far, to append to the prompt
   */
  add(id) {
    this.#ids.push(id);
    const text = this.#finished + this.#segment();
    if (id === END) {
      this.#finished = text;
      this.#prompt = '';
      this.#ids = [];
    }
    return text;
  }

  #segment() {
    const [ids, prompt] = [integers(this.#ids), utf8(this.#prompt)];
    return core().holding([ids, prompt], (start) => {
      const { address } = this.#vocabulary;
      const places = [start + ids.length, prompt.length, start, this.#ids.length];
      core().checked(core().calls.continuation(address, ...places));
      return core().answer();
    });
  }
}
