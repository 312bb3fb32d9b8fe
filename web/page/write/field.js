/** The text area of the first tab: words and marks are put in so that the browser can undo them. */

import { reaction, taking } from '../../engine/taking.js';

/**
 * @typedef {import('../../engine/manifest.js').Segmentation} Segmentation
 * @typedef {import('../../engine/taking.js').SpaceKind} SpaceKind
 * @typedef {'typed' | 'taken' | 'mended'} Cause why the text changes
 */

/** How many replaced places are remembered for undoing. */
const MOST_REPLACED = 1000;

export class Field {
  #area;
  #segmentation;
  #onKey;
  /** The space of the word that was just taken. @type {{place: number, kind: SpaceKind} | undefined} */
  #space;
  /** It, and the length of the text, before a change that cannot be stopped. */
  /** @type {{place: number, kind: SpaceKind, length: number} | undefined} */
  #pending;
  /** Where the cursor was before a place was replaced. @type {Map<string, number>} */
  #replaced = new Map();
  /** @type {Cause} */
  #cause = 'typed';

  /**
   * @param {HTMLTextAreaElement} area
   * @param {{segmentation: () => Segmentation, onKey: () => void}} hooks `onKey` hears of a key that changes no text
   */
  constructor(area, { segmentation, onKey }) {
    this.#area = area;
    this.#segmentation = segmentation;
    this.#onKey = onKey;
    area.addEventListener('beforeinput', (event) => this.#beforeInput(event));
    area.addEventListener('input', (event) => this.#afterInput(/** @type {InputEvent} */ (event)));
    // Its own change comes to an end first.
    area.addEventListener('compositionend', () => setTimeout(() => this.#mend()));
    document.addEventListener('selectionchange', () => this.#moved());
  }

  /** Why the text changes, for those who hear `input`. */
  get cause() {
    return this.#cause;
  }

  /**
   * Put a suggestion at the cursor.
   *
   * @param {{replaces: number, insert: string}} suggestion
   */
  take(suggestion) {
    const { selectionStart: cursor, value } = this.#area;
    const edit = taking(
      value.slice(0, cursor),
      value.slice(cursor),
      suggestion,
      this.#segmentation(),
    );
    this.#because('taken', () =>
      this.replace(cursor - edit.before, cursor + edit.after, edit.text),
    );
    this.#expect(edit.space);
  }

  /**
   * Put text in the place of other text; undoing it leaves nothing selected.
   *
   * @param {number} start
   * @param {number} end
   * @param {string} text
   * @param {number} [back] how far the cursor goes back from the end of `text`
   */
  replace(start, end, text, back = 0) {
    const area = this.#area;
    this.#remember(start, end);
    area.focus();
    area.setSelectionRange(start, end);
    // Nothing else that writes into a text area can be undone by the user.
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

  /** A browser selects what its undoing brought back, and the next key would delete it. */
  #unselect() {
    const { selectionStart, selectionEnd, value } = this.#area;
    const cursor = this.#replaced.get(`${selectionStart} ${selectionEnd} ${value.length}`);
    if (cursor !== undefined) this.#area.setSelectionRange(cursor, cursor);
  }

  /**
   * @param {Cause} cause
   * @param {() => void} change
   */
  #because(cause, change) {
    this.#cause = cause;
    try {
      change();
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
      this.#react(event, space, event.data);
    }
  }

  /**
   * @param {InputEvent} event
   * @param {{place: number, kind: SpaceKind}} space
   * @param {string} typed
   */
  #react(event, { place, kind }, typed) {
    const edit = reaction(this.#area.value.slice(0, place), kind, typed, this.#segmentation());
    if (!edit) return;
    event.preventDefault();
    if (typed === ' ') {
      this.#area.setSelectionRange(place + edit.after, place + edit.after);
      this.#onKey();
      return;
    }
    // WebKit ignores a selection that changes here, unless the text is inserted here as well.
    this.#because('taken', () =>
      this.replace(place - edit.before, place + edit.after, edit.text, edit.back),
    );
    this.#expect(edit.space);
  }

  /** @param {InputEvent} event */
  #afterInput(event) {
    if (event.inputType === 'historyUndo') this.#unselect();
    if (!event.isComposing) this.#mend();
  }

  /** What came from a composition is put right afterwards, if it was a single mark. */
  #mend() {
    const pending = this.#pending;
    if (!pending || this.#cause !== 'typed') return;
    this.#pending = undefined;
    const { place, kind, length } = pending;
    const { selectionStart: cursor, value } = this.#area;
    const typed = value.slice(place, cursor);
    if (value.length - length !== typed.length || Array.from(typed).length !== 1) return;
    const edit = reaction(value.slice(0, place), kind, typed, this.#segmentation());
    if (!edit) return;
    this.#because('mended', () =>
      this.replace(place - edit.before, cursor + edit.after, edit.text, edit.back),
    );
    this.#expect(edit.space);
  }
}
