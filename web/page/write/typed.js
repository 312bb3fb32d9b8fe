/** Knows which characters before the cursor were typed key by key, and where the screen was touched for them. */

/** @typedef {import('../../engine/core/corrections.js').Touch} Touch */

/** Changes that are typing. All others, such as pasting, dictation and undo, start again. */
const TYPING =
  /^(insert(Text|LineBreak|Paragraph|CompositionText|FromComposition)|deleteCompositionText|deleteByComposition|delete\w+Backward)$/;
/** An input method inserts several characters at once. */
const COMPOSED = /Composition/;
/** Older characters are forgotten. */
const MOST = 128;

export class Typed {
  #text;
  #end;
  /** One for each character before `#end`, in UTF-16 code units. @type {(Touch | undefined)[]} */
  #touches = [];

  /**
   * @param {string} text what is there already
   * @param {number} cursor
   */
  constructor(text = '', cursor = 0) {
    this.#text = text;
    this.#end = cursor;
  }

  /**
   * Follow a change of the text.
   *
   * @param {string} text after the change
   * @param {number} cursor
   * @param {string} kind an `InputEvent.inputType`
   * @param {Touch} [touch]
   */
  changed(text, cursor, kind, touch) {
    const before = this.#text;
    this.#text = text;
    const behind = text.length - cursor;
    const follows =
      TYPING.test(kind) &&
      before.length - behind === this.#end &&
      text.slice(cursor) === before.slice(this.#end);
    const kept = follows ? sharedLength(before.slice(0, this.#end), text.slice(0, cursor)) : 0;
    const left = this.#touches.length - (this.#end - kept);
    const added = cursor - kept;
    this.#end = cursor;
    if (!follows || left < 0 || (added > 1 && !COMPOSED.test(kind))) {
      this.#touches = [];
      return;
    }
    this.#touches.length = left;
    for (let place = 0; place < added; place += 1) this.#touches.push(touch);
    if (this.#touches.length > MOST) this.#touches = this.#touches.slice(-MOST);
  }

  /**
   * Follow a replacement of typed characters by the page.
   *
   * @param {string} text after the replacement
   * @param {number} cursor
   * @param {number} start of the replaced range
   */
  replaced(text, cursor, start) {
    const left = Math.max(0, this.#touches.length - (this.#end - start));
    this.#text = text;
    this.#end = cursor;
    this.#touches = [
      ...this.#touches.slice(0, left),
      ...Array.from({ length: cursor - start }, () => undefined),
    ];
  }

  /** @param {number} cursor its position, which may have changed without the text */
  moved(cursor) {
    if (cursor === this.#end) return;
    this.#end = cursor;
    this.#touches = [];
  }

  /** The number of characters before the cursor that were typed. */
  get length() {
    return this.#touches.length;
  }

  /**
   * The touches for the typed characters before a position that is not behind the cursor.
   *
   * @param {number} place
   * @returns {(Touch | undefined)[]} none if there is none to speak of
   */
  touches(place) {
    const count = this.#touches.length - (this.#end - place);
    if (count <= 0) return [];
    const found = this.#touches.slice(0, count);
    // The engine counts characters, not code units.
    const hasPairs = /[\ud800-\udfff]/.test(this.#text.slice(place - count, place));
    return hasPairs || found.every((touch) => !touch) ? [] : found;
  }

  /**
   * @param {number} start
   * @param {number} end
   * @returns {boolean} whether all characters in this range were typed
   */
  covers(start, end) {
    return start >= this.#end - this.#touches.length && end <= this.#end;
  }
}

/**
 * @param {string} one
 * @param {string} other
 * @returns {number} length of their common beginning
 */
function sharedLength(one, other) {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}
