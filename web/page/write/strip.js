/** The strip of suggestions below the line with the cursor. */

import { CaretMirror } from './caret.js';
import { byId, element, percent, remembered } from '../ui.js';

/**
 * @typedef {object} Choice a text that the user may accept
 * @property {number} replaces number of characters before the cursor to replace, in UTF-16 code units
 * @property {string} insert the text to insert, including spaces
 * @property {number} probability
 * @property {boolean} [literal] whether it leaves a word as it was typed
 */

export const SUGGESTIONS = 3;
/** Distances in pixels from the strip to the line above it and to the edges of the text area. */
const GAP = 4;
const EDGE = 12;

/** Displays up to three suggestions. The elements are reused, because every keystroke updates them. */
export class Strip {
  #list = byId('suggestions', HTMLElement);
  #note = byId('strip-note', HTMLElement);
  #area = byId('write-text', HTMLTextAreaElement);
  #strip = byId('strip', HTMLElement);
  #mirror = new CaretMirror(this.#area);
  #frame = 0;
  #options;

  /** @param {(place: number) => void} onTake */
  constructor(onTake) {
    this.#options = Array.from({ length: SUGGESTIONS }, (_, place) => option(place, onTake));
    this.#list.replaceChildren(...this.#options);
    const wanted = byId('show-chances', HTMLInputElement);
    const show = () => {
      this.#list.classList.toggle('with-chances', wanted.checked);
      byId('chances-help', HTMLElement).hidden = !wanted.checked;
    };
    remembered(wanted, 'show-chances');
    wanted.addEventListener('change', show);
    show();
    this.#area.addEventListener('scroll', () => this.follow());
    if ('ResizeObserver' in globalThis) {
      new ResizeObserver(() => this.follow()).observe(this.#area);
    }
  }

  /** Whether newer suggestions are being computed. */
  set isBusy(/** @type {boolean} */ busy) {
    this.#list.setAttribute('aria-busy', String(busy));
  }

  /** Move below the line with the cursor, if the style sheet lets the strip float. */
  follow() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (getComputedStyle(this.#strip).position === 'absolute') this.#float();
    });
  }

  /** Align the strip with the start of the word, so that it does not move while the word is typed. */
  #float() {
    const { selectionEnd, value, clientWidth, clientHeight } = this.#area;
    const unfinished = /\S*$/u.exec(value.slice(0, selectionEnd))?.[0] ?? '';
    const { left, bottom } = this.#mirror.at(selectionEnd - unfinished.length);
    const within = (/** @type {number} */ place, /** @type {number} */ most) =>
      `${Math.round(Math.max(EDGE, Math.min(place, most)))}px`;
    const { style, offsetWidth } = this.#strip;
    style.left = within(left - EDGE, clientWidth - offsetWidth - EDGE);
    style.top = within(bottom + GAP, clientHeight);
  }

  /** Scroll the line with the cursor into view, as browsers do after a key of the device. */
  reveal() {
    const area = this.#area;
    const { bottom } = this.#mirror.at(area.selectionEnd);
    const top = bottom - parseFloat(getComputedStyle(area).lineHeight);
    if (bottom + EDGE > area.clientHeight) area.scrollTop += bottom + EDGE - area.clientHeight;
    else if (top < EDGE) area.scrollTop -= EDGE - top;
  }

  /**
   * @param {Choice[]} choices
   * @param {number} first the place of the one that Tab accepts
   * @param {string} otherwise text to show if there are none
   */
  show(choices, first, otherwise) {
    this.#options.forEach((element, place) =>
      fill(element, place, choices[place], place === first),
    );
    const empty = choices.length === 0;
    this.#list.hidden = empty;
    this.#note.hidden = !empty;
    this.#note.textContent = otherwise;
    if (empty) this.#area.removeAttribute('aria-activedescendant');
    else this.#area.setAttribute('aria-activedescendant', this.#options[first].id);
    this.follow();
  }
}

/**
 * @param {Choice} choice
 * @returns {string} its word with the apostrophe that will be inserted; in quotes if it is literal
 */
export function shownWord({ insert, literal }) {
  const word = insert.trim();
  return literal ? `“${word}”` : word;
}

/**
 * @param {HTMLElement} element
 * @param {number} place
 * @param {Choice | undefined} choice
 * @param {boolean} isFirst
 */
function fill(element, place, choice, isFirst) {
  element.hidden = !choice;
  if (!choice) return;
  const [word, chance] = element.children;
  word.textContent = shownWord(choice);
  chance.textContent = percent(choice.probability);
  element.setAttribute('aria-selected', String(isFirst));
  element.setAttribute('aria-keyshortcuts', `${isFirst ? 'Tab ' : ''}Alt+${place + 1}`);
}

/**
 * @param {number} place
 * @param {(place: number) => void} onTake
 */
function option(place, onTake) {
  const created = element('div', 'option', element('span', 'word'), element('span', 'chance'));
  created.id = `suggestion-${place + 1}`;
  created.setAttribute('role', 'option');
  // Keep the focus in the text area, so that a phone's keyboard stays open.
  created.addEventListener('pointerdown', (event) => event.preventDefault());
  created.addEventListener('mousedown', (event) => event.preventDefault());
  created.addEventListener('click', () => onTake(place));
  return created;
}
