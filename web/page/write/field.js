/** The text area of the Write panel. Edits go through the browser, so that it can undo them. */

/**
 * @typedef {import('../../engine/engine.js').Engine} Engine
 * @typedef {import('../../engine/core/session.js').SpaceKind} SpaceKind
 * @typedef {import('../../engine/core/corrections.js').Touch} Touch
 * @typedef {'typed' | 'taken' | 'mended' | 'corrected' | 'reverted' | 'restored'} Cause why the text
 *   changes: a key, an accepted suggestion, spacing that the page corrects after a key, a corrected slip, a
 *   correction that is taken back, or text that was cleared and comes back
 */

/** Maximum number of replacements remembered for undo. */
const MOST_REPLACED = 1000;

export class Field {
  #area;
  #engine;
  #onKey;
  /** The space that belongs to the suggestion just accepted. @type {{place: number, kind: SpaceKind} | undefined} */
  #space;
  /** The same, with the length of the text, before a change that cannot be cancelled. */
  /** @type {{place: number, kind: SpaceKind, length: number} | undefined} */
  #pending;
  /** The cursor position before each replacement. @type {Map<string, number>} */
  #replaced = new Map();
  /** @type {Cause} */
  #cause = 'typed';
  /** @type {Touch | undefined} */
  #touch;

  /**
   * @param {HTMLTextAreaElement} area
   * @param {{engine: () => Engine, onKey: () => void}} hooks `onKey` is called for a key that leaves the text unchanged
   */
  constructor(area, { engine, onKey }) {
    this.#area = area;
    this.#engine = engine;
    this.#onKey = onKey;
    area.addEventListener('beforeinput', (event) => this.#beforeInput(event));
    area.addEventListener('input', (event) => this.#afterInput(/** @type {InputEvent} */ (event)));
    // Let the composition's own change finish first.
    area.addEventListener('compositionend', () => setTimeout(() => this.#mend()));
    document.addEventListener('selectionchange', () => this.#moved());
  }

  /** Why the text is changing, for listeners of `input`. */
  get cause() {
    return this.#cause;
  }

  /**
   * Insert a suggestion at the cursor.
   *
   * @param {{replaces: number, insert: string}} suggestion
   */
  take(suggestion) {
    const { selectionStart: cursor, value } = this.#area;
    const edit = this.#engine().take(value.slice(0, cursor), value.slice(cursor), suggestion);
    const isTaken = this.#because('taken', () =>
      this.replace(cursor - edit.before, cursor + edit.after, edit.text),
    );
    if (isTaken) this.#expect(edit.space);
  }

  /** Where the screen was touched for the character that is being typed, for listeners of `input`. */
  get touch() {
    return this.#touch;
  }

  /**
   * Type a character with a keyboard of the page.
   *
   * @param {string} character
   * @param {Touch} [touch]
   */
  type(character, touch) {
    const space = this.#space;
    this.#space = undefined;
    if (space && this.#reacted(space, character)) return;
    const { selectionStart, selectionEnd } = this.#area;
    this.#touch = touch;
    try {
      this.replace(selectionStart, selectionEnd, character);
    } finally {
      this.#touch = undefined;
    }
  }

  /** Delete the selection or the character before the cursor. */
  erase() {
    this.#area.focus();
    document.execCommand('delete');
  }

  /**
   * Replace a range before the cursor, which stays where it is in the text.
   *
   * @param {Cause} cause
   * @param {number} start
   * @param {number} end
   * @param {string} text
   * @returns {boolean} whether the result is not too long
   */
  exchange(cause, start, end, text) {
    const behind = this.#area.selectionEnd - end;
    return this.#because(cause, () => this.replace(start, end, text, -behind));
  }

  /** @param {string} text that was cleared */
  restore(text) {
    this.#because('restored', () => this.replace(0, 0, text));
  }

  /**
   * Replace a range of the text. Undoing the change leaves nothing selected.
   *
   * @param {number} start
   * @param {number} end
   * @param {string} text
   * @param {number} [back] distance of the cursor from the end of `text`; negative behind it
   * @returns {boolean} whether the result is not too long; the browser would cut `text`, so nothing changes
   */
  replace(start, end, text, back = 0) {
    const area = this.#area;
    if (area.value.length - (end - start) + text.length > area.maxLength) return false;
    this.#remember(start, end);
    area.focus();
    area.setSelectionRange(start, end);
    // Only changes made by execCommand can be undone by the user.
    const done =
      text === ''
        ? start === end || document.execCommand('delete')
        : document.execCommand('insertText', false, text);
    if (!done) {
      area.setRangeText(text, start, end, 'end');
      const data = { inputType: 'insertText', data: text, bubbles: true };
      area.dispatchEvent(new InputEvent('input', data));
    }
    const cursor = start + text.length - back;
    area.setSelectionRange(cursor, cursor);
    return true;
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  #remember(start, end) {
    if (start === end) return;
    if (this.#replaced.size >= MOST_REPLACED) this.#replaced.clear();
    const cursor = this.#area.selectionEnd;
    this.#replaced.set(`${start} ${end} ${this.#area.value.length}`, cursor);
  }

  /** After undo, browsers select the restored text, and the next key would delete it. */
  #unselect() {
    const { selectionStart, selectionEnd, value } = this.#area;
    const cursor = this.#replaced.get(`${selectionStart} ${selectionEnd} ${value.length}`);
    if (cursor !== undefined) this.#area.setSelectionRange(cursor, cursor);
  }

  /**
   * @param {Cause} cause
   * @param {() => boolean} change
   */
  #because(cause, change) {
    this.#cause = cause;
    try {
      return change();
    } finally {
      this.#cause = 'typed';
    }
  }

  /** @param {SpaceKind | undefined} kind */
  #expect(kind) {
    this.#space = kind && { place: this.#area.selectionStart, kind };
  }

  #moved() {
    if (this.#cause !== 'typed' || this.#pending) return;
    const { selectionStart, selectionEnd } = this.#area;
    if (selectionStart !== selectionEnd || selectionStart !== this.#space?.place) {
      this.#space = undefined;
    }
  }

  /** @param {InputEvent} event */
  #beforeInput(event) {
    if (this.#cause !== 'typed' || this.#pending) return;
    this.#moved();
    const space = this.#space;
    this.#space = undefined;
    if (!space) return;
    if (event.isComposing || !event.cancelable || /composition/i.test(event.inputType)) {
      this.#pending = { ...space, length: this.#area.value.length };
    } else if (event.inputType === 'insertText' && event.data !== null) {
      if (this.#reacted(space, event.data)) event.preventDefault();
    }
  }

  /**
   * Correct the spacing for a character typed right after a suggestion was accepted.
   *
   * @param {{place: number, kind: SpaceKind}} space
   * @param {string} typed
   * @returns {boolean} whether nothing else is to be inserted
   */
  #reacted({ place, kind }, typed) {
    const edit = this.#engine().react(this.#area.value.slice(0, place), kind, typed);
    if (!edit) return false;
    if (typed === ' ') {
      this.#area.setSelectionRange(place + edit.after, place + edit.after);
      this.#onKey();
      return true;
    }
    // WebKit ignores a selection change in this event unless the text is inserted here as well.
    const isDone = this.#because('taken', () =>
      this.replace(place - edit.before, place + edit.after, edit.text, edit.back),
    );
    if (isDone) this.#expect(edit.space);
    return isDone;
  }

  /** @param {InputEvent} event */
  #afterInput(event) {
    if (event.inputType === 'historyUndo') this.#unselect();
    if (!event.isComposing) this.#mend();
  }

  /** Correct the spacing after a composition that inserted a single character. */
  #mend() {
    const pending = this.#pending;
    if (!pending || this.#cause !== 'typed') return;
    this.#pending = undefined;
    const { place, kind, length } = pending;
    const { selectionStart: cursor, value } = this.#area;
    const typed = value.slice(place, cursor);
    if (value.length - length !== typed.length || Array.from(typed).length !== 1) return;
    const edit = this.#engine().react(value.slice(0, place), kind, typed);
    if (!edit) return;
    const isDone = this.#because('mended', () =>
      this.replace(place - edit.before, cursor + edit.after, edit.text, edit.back),
    );
    if (isDone) this.#expect(edit.space);
  }
}
