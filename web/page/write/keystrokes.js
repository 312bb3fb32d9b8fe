/**
 * Counts keystrokes saved: `1 - keys / characters`. Every key that changes the text counts, including
 * corrections. A capital costs one more key (Shift), and an accepted suggestion costs one. Text inserted
 * at once in other ways, such as pasting, dictation or swiping, counts as one key and no characters.
 */

const PASTED = /^insertFrom(Paste|Drop|Yank)/;
/** Some browsers end a composition by inserting again the text that was already counted. */
const COMPOSED = /^(deleteCompositionText|deleteByComposition|insertFromComposition)$/;
const HISTORY = /^history/;

/**
 * @param {string} text
 * @returns {number} length in code points, because an emoji takes one key
 */
export const lengthOf = (text) =>
  text.length - (text.match(/[\ud800-\udbff](?=[\udc00-\udfff])/g)?.length ?? 0);

/**
 * @param {string | null} data text inserted by an input event
 * @returns {boolean} whether it is a single capital letter, which also needs Shift
 */
export const isCapital = (data) => data !== null && lengthOf(data) === 1 && /\p{Lu}/u.test(data);

/** Counts the keystrokes of one text. */
export class Keystrokes {
  keys = 0;
  #foreign;

  /** @param {number} present length of the text when counting starts */
  constructor(present = 0) {
    this.#foreign = present;
  }

  /**
   * Count a change of the text.
   *
   * @param {{kind: string, taken: boolean, mended?: boolean, shifted?: boolean, before: number, after: number}} change
   *   `kind` is an `InputEvent.inputType`; `before` and `after` are lengths in characters. An accepted
   *   suggestion (`taken`) costs one key, a correction by the page (`mended`) none.
   */
  count({ kind, taken, mended = false, shifted = false, before, after }) {
    if (after === 0) return this.reset();
    const wasCounted = mended || COMPOSED.test(kind);
    // Undo and redo restore text that was counted before.
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
   * @param {number} length of the text in characters
   * @returns {{keys: number, characters: number, saved: number}} `saved` is a fraction, negative if
   *   corrections cost more keys than suggestions saved
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
