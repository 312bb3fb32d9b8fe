/** The strip below the line of the cursor, with the suggestions. */

import { CaretMirror } from './caret.js';
import { byId, element, percent, remembered } from '../ui.js';

/** @typedef {import('../../engine/engine.js').Suggestion} Suggestion */

export const SUGGESTIONS = 3;
/** Pixels between the strip and the line above it, and to the edges beside it. */
const GAP = 4;
const EDGE = 12;

/** Three places for words: the same elements all the time, as keys come fast. */
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

  /** Whether newer suggestions are on their way. */
  set isBusy(/** @type {boolean} */ busy) {
    this.#list.setAttribute('aria-busy', String(busy));
  }

  /** Stay under the line of the cursor, where the style lets the strip float. */
  follow() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (getComputedStyle(this.#strip).position === 'absolute') this.#float();
    });
  }

  /** It begins where the word begins, so that it rests while a word is typed. */
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
      // With the apostrophe that it will be written with.
      word.textContent = suggestion.insert.trim();
      chance.textContent = percent(suggestion.probability);
    });
    const empty = suggestions.length === 0;
    this.#list.hidden = empty;
    this.#note.hidden = !empty;
    this.#note.textContent = otherwise;
    if (empty) this.#area.removeAttribute('aria-activedescendant');
    else this.#area.setAttribute('aria-activedescendant', this.#options[0].id);
    this.follow();
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
