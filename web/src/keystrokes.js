/**
 * How many keys the suggestions save: `1 - keys / characters`. Every key that changed the text counts,
 * corrections too, and a taken word is one; Shift is not a key of its own here.
 */

/** A running count for one text. */
export class Keystrokes {
  keys = 0;
  #foreign;

  /** @param {number} present length of the text that was there before anything was counted */
  constructor(present = 0) {
    this.#foreign = present;
  }

  /**
   * The text changed.
   *
   * @param {{kind: string, data: string | null, taken: boolean, before: number, after: number}} change
   *   `kind` is an `InputEvent.inputType`; lengths of the text in UTF-16 units; a taken suggestion costs one key
   */
  count({ kind, data, taken, before, after }) {
    if (after === 0) return this.reset();
    const isForeign = kind === 'insertFromPaste' || kind === 'insertFromDrop';
    if (isForeign) this.#foreign += Math.max(0, after - before);
    this.#foreign = Math.min(this.#foreign, after);
    const typedLetters = kind === 'insertText' && !taken ? Array.from(data ?? '').length : 1;
    this.keys += isForeign ? 1 : Math.max(1, typedLetters);
  }

  reset() {
    this.keys = 0;
    this.#foreign = 0;
  }

  /**
   * @param {number} length of the text
   * @returns {{keys: number, characters: number, saved: number}} `saved` is a share, below 0 where more
   *   was deleted than suggestions saved
   */
  summary(length) {
    const characters = Math.max(0, length - this.#foreign);
    return {
      keys: this.keys,
      characters,
      saved: characters === 0 ? 0 : 1 - this.keys / characters,
    };
  }
}
