/** Write: a text area, and below it the three likeliest words, which follow every key. */

import { Keystrokes } from './keystrokes.js';
import { byId, element, latestOnly, percent, remembered } from './ui.js';

/** @typedef {import('./engine.js').Suggestion} Suggestion */
/** @typedef {import('./host.js').Host} Host */

const SUGGESTIONS = 3;
/** A suggestion's own space makes way for these. */
const CLOSING = new Set(['.', ',', '?', '!', ';', ':', ')', '…']);
const SPEAK_AFTER_MILLISECONDS = 700;
/** A text that takes longer to read is said to be read. */
const READING_MILLISECONDS = 150;

/**
 * @param {Host} host
 * @param {(error: unknown) => void} onError
 */
export function startWriting(host, onError) {
  new Writing(host, onError).start();
}

class Writing {
  #area = byId('write-text', HTMLTextAreaElement);
  #spoken = byId('write-spoken', HTMLElement);
  #strip = new Strip((place) => this.#take(this.#suggestions[place]));
  #saved = new Saved();
  #latest = latestOnly();
  /** @type {Suggestion[]} */
  #suggestions = [];
  /** The text and cursor that suggestions were last asked for. */
  #askedFor = '';
  /** Those that the strip belongs to, which is behind while the network reads a long text. */
  #shownFor = '';
  /** Tab takes a word only after a key or a click in the text, so that it never traps anybody. */
  #armed = false;
  /** The place behind the space that came with a taken word, or -1. */
  #ownSpace = -1;
  #taking = false;
  #speech = 0;
  #host;
  #onError;

  /**
   * @param {Host} host
   * @param {(error: unknown) => void} onError
   */
  constructor(host, onError) {
    this.#host = host;
    this.#onError = onError;
  }

  start() {
    const area = this.#area;
    area.addEventListener('beforeinput', (event) => this.#swallowSpace(event));
    area.addEventListener('input', (event) => this.#changed(event));
    area.addEventListener('pointerdown', () => (this.#armed = true));
    area.addEventListener('blur', () => (this.#armed = false));
    area.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('selectionchange', () => {
      if (document.activeElement === area && this.#place() !== this.#askedFor) this.#refresh();
    });
    this.#host.onChange(() => this.#refresh());
    this.#refresh();
  }

  /** @param {Event} event */
  #changed(event) {
    this.#armed = true;
    this.#saved.changed(event, this.#area.value.length, this.#taking);
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
    const place = this.#place();
    this.#askedFor = place;
    this.#latest(async (signal) => {
      const found = before === undefined ? [] : await this.#predict(before, signal);
      this.#show(found, before === undefined ? 'Text is selected.' : 'No word of mine begins so.');
      this.#shownFor = place;
    }).catch(this.#onError);
  }

  /**
   * @param {string} before
   * @param {AbortSignal} signal
   */
  async #predict(before, signal) {
    const reading = setTimeout(() => {
      if (!signal.aborted) this.#show([], 'Reading…');
    }, READING_MILLISECONDS);
    try {
      return await this.#host.engine.predict(before, SUGGESTIONS, { signal });
    } finally {
      clearTimeout(reading);
    }
  }

  /**
   * @param {Suggestion[]} suggestions
   * @param {string} otherwise said when there are none
   */
  #show(suggestions, otherwise) {
    this.#suggestions = suggestions;
    this.#strip.show(suggestions, otherwise);
    clearTimeout(this.#speech);
    const words = suggestions.map(({ word }) => word).join(', ');
    this.#speech = window.setTimeout(() => {
      this.#spoken.textContent = words && `Suggestions: ${words}`;
    }, SPEAK_AFTER_MILLISECONDS);
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

  /** @param {Suggestion | undefined} suggestion */
  #take(suggestion) {
    if (!suggestion || this.#place() !== this.#shownFor) return;
    const { replaces, insert } = suggestion;
    const area = this.#area;
    area.focus();
    const cursor = area.selectionStart;
    const followed = /^\s/u.test(area.value.slice(cursor));
    const text = followed ? insert.trimEnd() : insert;
    area.setSelectionRange(cursor - replaces, cursor);
    this.#taking = true;
    // Nothing else that writes into a text area can be undone by the user.
    if (!document.execCommand('insertText', false, text)) {
      area.setRangeText(text, cursor - replaces, cursor, 'end');
      this.#changed(new InputEvent('input', { inputType: 'insertText', data: text }));
    }
    this.#taking = false;
    this.#ownSpace = followed ? -1 : area.selectionStart;
  }

  /** @param {InputEvent} event */
  #swallowSpace(event) {
    const { selectionStart, selectionEnd, value } = this.#area;
    const own =
      this.#ownSpace === selectionStart &&
      selectionStart === selectionEnd &&
      value[selectionStart - 1] === ' ';
    this.#ownSpace = -1;
    if (own && event.inputType === 'insertText' && CLOSING.has(event.data ?? '')) {
      this.#area.setSelectionRange(selectionStart - 1, selectionStart);
    }
  }
}

/** Three places for words: the same elements all the time, as keys come fast. */
class Strip {
  #list = byId('suggestions', HTMLElement);
  #note = byId('strip-note', HTMLElement);
  #area = byId('write-text', HTMLTextAreaElement);
  #options;

  /** @param {(place: number) => void} onTake */
  constructor(onTake) {
    this.#options = Array.from({ length: SUGGESTIONS }, (_, place) => option(place, onTake));
    this.#list.replaceChildren(...this.#options);
    const wanted = byId('show-chances', HTMLInputElement);
    const show = () => this.#list.classList.toggle('with-chances', wanted.checked);
    remembered(wanted, 'show-chances');
    wanted.addEventListener('change', show);
    show();
  }

  /**
   * @param {Suggestion[]} suggestions
   * @param {string} otherwise said when there are none
   */
  show(suggestions, otherwise) {
    this.#options.forEach((element, place) => {
      const suggestion = suggestions[place];
      element.hidden = !suggestion;
      if (!suggestion) return;
      const [word, chance] = element.children;
      word.textContent = suggestion.word;
      chance.textContent = percent(suggestion.probability);
    });
    const empty = suggestions.length === 0;
    this.#list.hidden = empty;
    this.#note.hidden = !empty;
    this.#note.textContent = otherwise;
    if (empty) this.#area.removeAttribute('aria-activedescendant');
    else this.#area.setAttribute('aria-activedescendant', this.#options[0].id);
  }
}

/**
 * @param {number} place
 * @param {(place: number) => void} onTake
 */
function option(place, onTake) {
  const created = element('div', 'option', element('span', 'word'), element('span', 'chance'));
  created.id = `suggestion-${place + 1}`;
  created.setAttribute('role', 'option');
  created.setAttribute('aria-selected', String(place === 0));
  created.setAttribute('aria-keyshortcuts', place === 0 ? 'Tab Alt+1' : `Alt+${place + 1}`);
  // The text area keeps the focus, and a phone its keyboard.
  created.addEventListener('pointerdown', (event) => event.preventDefault());
  created.addEventListener('mousedown', (event) => event.preventDefault());
  created.addEventListener('click', () => onTake(place));
  return created;
}

/** The live share of keys that the suggestions saved. */
class Saved {
  #shown = byId('saved', HTMLElement);
  // What was typed while the model was loading had no suggestions.
  #length = byId('write-text', HTMLTextAreaElement).value.length;
  #keystrokes = new Keystrokes(this.#length);

  constructor() {
    this.#show();
  }

  /**
   * @param {Event} event
   * @param {number} length of the text now
   * @param {boolean} taken
   */
  changed(event, length, taken) {
    const { inputType: kind, data } = /** @type {InputEvent} */ (event);
    this.#keystrokes.count({ kind, data, taken, before: this.#length, after: length });
    this.#length = length;
    this.#show();
  }

  #show() {
    const { keys, characters, saved } = this.#keystrokes.summary(this.#length);
    const share = element('b', '', percent(Math.max(0, saved)));
    this.#shown.replaceChildren(
      ...(characters === 0
        ? ['Take a suggestion, and see how many keys it saves.']
        : [share, ` of keystrokes saved: ${keys} for ${characters} characters`]),
    );
  }
}
