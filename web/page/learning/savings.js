/** Measures what learning saves: each finished line of this visit, before it is learned. */

import { Profile } from '../../engine/core/profile.js';

/** @typedef {import('../../engine/engine.js').Engine} Engine */

/** Longer texts take too long to type twice in the background. */
const MOST_CHARACTERS = 300;

export class Savings {
  lines = 0;
  #characters = 0;
  #with = 0;
  #without = 0;
  /** The latest measurement. @type {Promise<void>} */
  #latest = Promise.resolve();
  /** Called after each line. */
  onChange = () => {};

  /**
   * Measure some lines after those before them.
   *
   * @param {Engine} engine
   * @param {string[]} lines
   * @param {Uint8Array} [bytes] of the profile before it learns from them
   */
  add(engine, lines, bytes) {
    const measured = lines.filter((line) => line.length <= MOST_CHARACTERS);
    this.#latest = this.#latest
      .then(async () => {
        for (const line of measured) await this.#measure(engine, line, bytes);
      })
      // The model was replaced.
      .catch(() => undefined);
  }

  /**
   * @returns {{with: number, without: number} | undefined} shares of the keys saved; `undefined` before the
   *   first line
   */
  shares() {
    if (this.#characters === 0) return undefined;
    const share = (/** @type {number} */ keys) => 1 - keys / this.#characters;
    return { with: share(this.#with), without: share(this.#without) };
  }

  /**
   * @param {Engine} engine
   * @param {string} line
   * @param {Uint8Array} [bytes]
   */
  async #measure(engine, line, bytes) {
    const alone = await engine.countKeys(line);
    const learned = bytes ? await withProfile(engine, line, bytes) : alone;
    this.lines += 1;
    this.#characters += alone.characters;
    this.#without += alone.keys;
    this.#with += learned.keys;
    this.onChange();
  }
}

/**
 * @param {Engine} engine
 * @param {string} line
 * @param {Uint8Array} bytes
 */
async function withProfile(engine, line, bytes) {
  const profile = new Profile(bytes);
  try {
    return await engine.countKeys(line, { profile });
  } finally {
    profile.dispose();
  }
}
