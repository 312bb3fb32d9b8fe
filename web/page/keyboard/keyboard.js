/**
 * An on-screen keyboard that knows where the screen is touched. It stands alone: it knows no text field, and calls
 * its hooks for every key.
 */

import { element } from '../ui.js';
import { keyAt, letterPage, symbolPage } from './layouts.js';

/**
 * @typedef {import('./layouts.js').Key} Key
 * @typedef {import('./layouts.js').LayoutName} LayoutName
 * @typedef {import('./layouts.js').Row} Row
 * @typedef {import('../../engine/core/corrections.js').Touch} Touch
 *
 * @typedef {object} Hooks
 * @property {(text: string, touch: Touch | undefined) => void} onText called with a character, and where
 *   it was touched if it is in the rows of letters
 * @property {() => void} onErase called for Backspace, again and again while it is held
 */

const REPEAT_AFTER_MILLISECONDS = 400;
const REPEAT_MILLISECONDS = 60;
/** Two taps within this time lock Shift. */
const LOCK_MILLISECONDS = 350;

/** The signs and names of keys that do not type what they show. @type {Record<string, [string, string]>} */
const LABELS = {
  shift: ['⇧', 'Shift'],
  erase: ['⌫', 'Backspace'],
  enter: ['↵', 'Enter'],
  letters: ['ABC', 'ABC, letters'],
  symbols: ['?123', '?123, digits and symbols'],
  ' ': ['space', 'Space'],
};

export class Keyboard {
  #rows = element('div', 'key-rows');
  #hooks;
  /** @type {LayoutName} */
  #layout = 'qwerty';
  #page = letterPage(this.#layout);
  #hasLetters = true;
  /** @type {'off' | 'once' | 'locked'} */
  #shift = 'off';
  #shiftedAt = -Infinity;
  #repeat = 0;
  /** The pointer that holds Backspace. */
  #eraser = -1;
  /** The keys that are held down, by pointer. @type {Map<number, HTMLElement>} */
  #held = new Map();
  /** @type {Map<Key, HTMLButtonElement>} */
  #buttons = new Map();

  /**
   * @param {HTMLElement} parent
   * @param {Hooks} hooks
   */
  constructor(parent, hooks) {
    this.#hooks = hooks;
    parent.append(this.#rows);
    this.#rows.addEventListener('pointerdown', (event) => this.#down(event));
    for (const kind of ['pointerup', 'pointercancel']) {
      document.addEventListener(kind, (event) => this.#up(/** @type {PointerEvent} */ (event)));
    }
    // The focus stays in the text, and two taps do not zoom.
    for (const kind of ['mousedown', 'touchend', 'contextmenu']) {
      this.#rows.addEventListener(kind, (event) => event.preventDefault());
    }
    this.#draw();
  }

  /** @param {LayoutName} name */
  set layout(name) {
    this.#layout = name;
    if (this.#hasLetters) this.#turn(true);
  }

  /** Let go of all keys, because the keyboard is hidden. */
  release() {
    clearTimeout(this.#repeat);
    for (const button of this.#held.values()) button.classList.remove('held');
    this.#held.clear();
    if (!this.#hasLetters) this.#turn(true);
    this.#setShift('off');
  }

  // -- touches -----------------------------------------------------------------------------------------

  /** @param {PointerEvent} event */
  #down(event) {
    event.preventDefault();
    if (event.button !== 0) return;
    const box = this.#rows.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.#page.columns;
    const y = ((event.clientY - box.top) / box.height) * this.#page.rows.length;
    const { rows } = this.#page;
    const number = Math.min(Math.max(Math.floor(y), 0), rows.length - 1);
    const key = keyAt(rows[number], x);
    this.#hold(event.pointerId, /** @type {HTMLElement} */ (this.#buttons.get(key)));
    const isInLayout = this.#hasLetters && number < rows.length - 1;
    this.#press(key, isInLayout ? { x, y } : undefined);
    if (key.action !== 'erase') return;
    this.#eraser = event.pointerId;
    this.#repeatSoon(REPEAT_AFTER_MILLISECONDS);
  }

  /**
   * @param {number} pointer
   * @param {HTMLElement} button
   */
  #hold(pointer, button) {
    this.#held.get(pointer)?.classList.remove('held');
    this.#held.set(pointer, button);
    button.classList.add('held');
  }

  /** @param {PointerEvent} event */
  #up({ pointerId }) {
    this.#held.get(pointerId)?.classList.remove('held');
    this.#held.delete(pointerId);
    if (pointerId === this.#eraser) clearTimeout(this.#repeat);
  }

  /** @param {number} milliseconds */
  #repeatSoon(milliseconds) {
    clearTimeout(this.#repeat);
    this.#repeat = window.setTimeout(() => {
      this.#hooks.onErase();
      this.#repeatSoon(REPEAT_MILLISECONDS);
    }, milliseconds);
  }

  // -- keys --------------------------------------------------------------------------------------------

  /**
   * @param {Key} key
   * @param {Touch} [touch]
   */
  #press(key, touch) {
    if (key.text !== undefined) return this.#type(key.text, touch);
    if (key.action === 'shift') return this.#pressShift();
    if (key.action === 'erase') return this.#hooks.onErase();
    if (key.action === 'enter') return this.#hooks.onText('\n', undefined);
    this.#turn(key.action === 'letters');
  }

  /**
   * @param {string} text
   * @param {Touch} [touch]
   */
  #type(text, touch) {
    const shown = this.#shift === 'off' ? text : text.toUpperCase();
    if (this.#shift === 'once') this.#setShift('off');
    this.#hooks.onText(shown, touch);
    // Words follow a space.
    if (!this.#hasLetters && text === ' ') this.#turn(true);
  }

  #pressShift() {
    const isDouble = performance.now() - this.#shiftedAt < LOCK_MILLISECONDS;
    this.#shiftedAt = performance.now();
    if (this.#shift === 'off') this.#setShift('once');
    else this.#setShift(this.#shift === 'once' && isDouble ? 'locked' : 'off');
  }

  /** @param {'off' | 'once' | 'locked'} shift */
  #setShift(shift) {
    this.#shift = shift;
    for (const [key, button] of this.#buttons) label(button, key, shift);
  }

  /** @param {boolean} hasLetters */
  #turn(hasLetters) {
    this.#hasLetters = hasLetters;
    this.#page = hasLetters ? letterPage(this.#layout) : symbolPage();
    this.#draw();
  }

  #draw() {
    this.#buttons.clear();
    this.#held.clear();
    const rows = this.#page.rows.map((row) => {
      const keys = row.map((key) => this.#button(key));
      return element('div', 'key-row', ...keys);
    });
    this.#rows.style.setProperty('--columns', String(this.#page.columns));
    this.#rows.replaceChildren(...rows);
    this.#setShift('off');
  }

  /** @param {Key} key */
  #button(key) {
    const button = element('button', 'key', element('span', ''));
    button.type = 'button';
    button.tabIndex = -1;
    button.style.setProperty('--x', String(key.x));
    button.style.setProperty('--width', String(key.width));
    button.classList.toggle('letter', key.width === 1 && key.text !== undefined);
    if (key.action) button.dataset.action = key.action;
    // Screen readers click without touching.
    button.addEventListener('click', (event) => {
      if (event.detail === 0) this.#press(key);
    });
    this.#buttons.set(key, button);
    return button;
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {Key} key
 * @param {'off' | 'once' | 'locked'} shift
 */
function label(button, key, shift) {
  const { text, action } = key;
  const [sign, name] = LABELS[action ?? text ?? ''] ?? [];
  const shown = shift === 'off' ? text : text?.toUpperCase();
  const [face] = button.children;
  face.textContent = sign ?? shown ?? '';
  button.dataset.shown = face.textContent;
  button.setAttribute('aria-label', name ?? shown ?? '');
  if (action !== 'shift') return;
  button.setAttribute('aria-pressed', String(shift !== 'off'));
  button.dataset.shift = shift;
}
