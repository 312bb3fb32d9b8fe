/** Write: a text area, and below it the three likeliest words, which follow every key. */

import { byId, element, latestOnly, percent } from './ui.js';

/** @typedef {import('./engine.js').Suggestion} Suggestion */

const SUGGESTIONS = 3;
/** A suggestion's own space makes way for these. */
const CLOSING = new Set(['.', ',', '?', '!', ';', ':', ')', '…']);
const SPEAK_AFTER_MILLISECONDS = 700;

/**
 * @param {import('./engine.js').Engine} engine
 * @param {(error: unknown) => void} onError
 */
export function startWriting(engine, onError) {
  new Writing(engine, onError).start();
}

class Writing {
  #area = byId('write-text', HTMLTextAreaElement);
  #strip = byId('strip', HTMLElement);
  #spoken = byId('write-spoken', HTMLElement);
  #latest = latestOnly();
  /** @type {Suggestion[]} */
  #suggestions = [];
  /** The text and cursor that the strip belongs to. */
  #shownFor = '';
  /** Tab takes a word only after a key or a click in the text, so that it never traps anybody. */
  #armed = false;
  #ownSpace = false;
  #speech = 0;
  #engine;
  #onError;

  /**
   * @param {import('./engine.js').Engine} engine
   * @param {(error: unknown) => void} onError
   */
  constructor(engine, onError) {
    this.#engine = engine;
    this.#onError = onError;
  }

  start() {
    const area = this.#area;
    area.addEventListener('beforeinput', (event) => this.#swallowSpace(event));
    area.addEventListener('input', () => this.#changed());
    area.addEventListener('pointerdown', () => (this.#armed = true));
    area.addEventListener('blur', () => (this.#armed = false));
    area.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('selectionchange', () => {
      if (document.activeElement === area && this.#place() !== this.#shownFor) this.#refresh();
    });
    this.#refresh();
  }

  #changed() {
    this.#armed = true;
    this.#refresh();
  }

  /** What the suggestions depend on: the text before the cursor, or nothing while text is selected. */
  #before() {
    const { selectionStart, selectionEnd, value } = this.#area;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : undefined;
  }

  #place() {
    return `${this.#area.selectionStart} ${this.#area.selectionEnd} ${this.#area.value}`;
  }

  #refresh() {
    const before = this.#before();
    this.#shownFor = this.#place();
    this.#latest(async (signal) => {
      const found =
        before === undefined ? [] : await this.#engine.predict(before, SUGGESTIONS, { signal });
      this.#show(found, before === undefined ? 'Text is selected.' : 'No word of mine begins so.');
    }).catch(this.#onError);
  }

  /**
   * @param {Suggestion[]} suggestions
   * @param {string} otherwise said when there are none
   */
  #show(suggestions, otherwise) {
    this.#suggestions = suggestions;
    this.#strip.replaceChildren(
      ...suggestions.map((suggestion) => this.#button(suggestion)),
      ...(suggestions.length === 0 ? [element('p', 'empty', otherwise)] : []),
    );
    clearTimeout(this.#speech);
    const words = suggestions.map(({ word }) => word).join(', ');
    this.#speech = window.setTimeout(() => {
      this.#spoken.textContent = words && `Suggestions: ${words}`;
    }, SPEAK_AFTER_MILLISECONDS);
  }

  /** @param {Suggestion} suggestion */
  #button(suggestion) {
    const button = element(
      'button',
      '',
      element('span', 'word', suggestion.word),
      element('span', 'chance', percent(suggestion.probability)),
    );
    button.type = 'button';
    // The text area keeps the focus, and a phone its keyboard.
    button.addEventListener('pointerdown', (event) => event.preventDefault());
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => this.#take(suggestion));
    return button;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape') return this.#dismiss();
    const chosen = this.#suggestions[this.#chosenBy(event)];
    if (!chosen) return;
    event.preventDefault();
    this.#take(chosen);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {number} the place in the strip, or -1
   */
  #chosenBy({ key, code, altKey, ctrlKey, metaKey, shiftKey }) {
    if (ctrlKey || metaKey || shiftKey) return -1;
    if (key === 'Tab' && !altKey) return this.#armed ? 0 : -1;
    const digit = /^Digit([1-3])$/.exec(code);
    return altKey && digit ? Number(digit[1]) - 1 : -1;
  }

  #dismiss() {
    this.#armed = false;
    this.#latest(async () => this.#show([], 'Hidden until you type on.')).catch(this.#onError);
  }

  /** @param {Suggestion} suggestion */
  #take({ replaces, insert }) {
    const area = this.#area;
    area.focus();
    const cursor = area.selectionStart;
    const followed = /^\s/u.test(area.value.slice(cursor));
    const text = followed ? insert.trimEnd() : insert;
    area.setSelectionRange(cursor - replaces, cursor);
    // Nothing else that writes into a text area can be undone by the user.
    if (!document.execCommand('insertText', false, text)) {
      area.setRangeText(text, cursor - replaces, cursor, 'end');
      this.#changed();
    }
    this.#ownSpace = !followed;
  }

  /** @param {InputEvent} event */
  #swallowSpace(event) {
    const { selectionStart, selectionEnd, value } = this.#area;
    const own =
      this.#ownSpace && selectionStart === selectionEnd && value[selectionStart - 1] === ' ';
    this.#ownSpace = false;
    if (own && event.inputType === 'insertText' && CLOSING.has(event.data ?? '')) {
      this.#area.setSelectionRange(selectionStart - 1, selectionStart);
    }
  }
}
