/**
 * How many keys the suggestions save: `1 - keys / characters`. Every key that changed the text counts,
 * corrections too, a capital costs one more (Shift), and a taken word is one. Text that came in at once
 * by another way, as by pasting, dictating or a gesture, counts as one key and no character.
 */

const PASTED = /^insertFrom(Paste|Drop|Yank)/;
/** Some browsers end a composition by putting in again what was counted while it was composed. */
const COMPOSED = /^(deleteCompositionText|deleteByComposition|insertFromComposition)$/;
const HISTORY = /^history/;

/**
 * @param {string} text
 * @returns {number} characters: code points, as an emoji takes one key
 */
export const lengthOf = (text) =>
  text.length - (text.match(/[\ud800-\udbff](?=[\udc00-\udfff])/g)?.length ?? 0);

/**
 * @param {string | null} data what an input event put in
 * @returns {boolean} whether it is one capital letter, for which Shift is pressed too
 */
export const isCapital = (data) => data !== null && lengthOf(data) === 1 && /\p{Lu}/u.test(data);

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
   * @param {{kind: string, taken: boolean, mended?: boolean, shifted?: boolean, before: number, after: number}} change
   *   `kind` is an `InputEvent.inputType`; lengths of the text in characters; a taken suggestion costs one
   *   key, and what the page puts right after a key none
   */
  count({ kind, taken, mended = false, shifted = false, before, after }) {
    if (after === 0) return this.reset();
    const wasCounted = mended || COMPOSED.test(kind);
    // What comes back into an empty text was counted before that was emptied.
    const comesBack = HISTORY.test(kind) && before > 0;
    const comesAtOnce = !taken && !wasCounted && !comesBack && after - before > 1;
    if (comesAtOnce || PASTED.test(kind)) this.#foreign += Math.max(0, after - before);
    this.#foreign = Math.min(this.#foreign, after);
    if (!wasCounted) this.keys += shifted && !taken ? 2 : 1;
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
