/**
 * Corrects slips while the user types: a word that may be a slip is underlined, and a certain correction replaces
 * it when the word is finished. Backspace right after that takes the correction back.
 */

import { Marks } from './marks.js';
import { Slips, rangeOf } from './slips.js';
import { Typed } from './typed.js';
import { byId, remembered } from '../ui.js';

/**
 * @typedef {import('../../engine/engine.js').Engine} Engine
 * @typedef {import('./field.js').Field} Field
 * @typedef {import('./slips.js').Slip} Slip
 *
 * @typedef {object} Made a correction that was made
 * @property {number} start
 * @property {string} typed the text that it replaced
 * @property {string} word
 * @property {string} text what replaced it
 * @property {string} value the whole text after it
 * @property {number} cursor
 */

const PAUSE_MILLISECONDS = 600;
/** What ends a word when it is typed. */
const END = /^[\s.,;:!?…)\]}"”»]$/u;
const PART = /^[\p{L}\p{M}\p{N}]/u;

export class Correcting {
  #area;
  #field;
  #engine;
  #keep;
  #onError;
  #wanted = byId('correct', HTMLInputElement);
  #spoken = byId('write-corrected', HTMLElement);
  #marks;
  #typed;
  /** Words whose correction was taken back in this visit. @type {Set<string>} */
  #kept = new Set();
  #slips;
  /** @type {Made | undefined} */
  #made;
  /** A correction that is taken back after a deletion that cannot be cancelled. @type {Made | undefined} */
  #deleting;
  #composed = false;
  #pause = 0;

  /**
   * @param {HTMLTextAreaElement} area
   * @param {Field} field
   * @param {object} hooks
   * @param {() => Engine} hooks.engine
   * @param {(word: string) => void} hooks.keep called for a word that is to stay as it was typed
   * @param {() => void} hooks.onSwitch called after corrections were turned on or off
   * @param {(error: unknown) => void} hooks.onError
   */
  constructor(area, field, { engine, keep, onSwitch, onError }) {
    this.#area = area;
    this.#field = field;
    this.#engine = engine;
    this.#slips = new Slips(engine);
    this.#keep = keep;
    this.#onError = onError;
    this.#marks = new Marks(area);
    this.#typed = new Typed(area.value, area.selectionEnd);
    remembered(this.#wanted, 'correct');
    this.#wanted.addEventListener('change', () => {
      this.#marks.clear();
      this.#slips.clear();
      onSwitch();
    });
    area.addEventListener('beforeinput', (event) => this.#beforeInput(event));
    area.addEventListener('input', (event) => this.#changed(/** @type {InputEvent} */ (event)));
    // Let the composition's own change finish first.
    area.addEventListener('compositionend', () => setTimeout(() => this.#ended()));
    document.addEventListener('selectionchange', () => {
      if (document.activeElement === area) this.#typed.moved(area.selectionEnd);
    });
  }

  // -- the word before the cursor ----------------------------------------------------------------------

  /**
   * Find out whether the word before the cursor may be a slip.
   *
   * @param {string} before the text before the cursor
   * @param {AbortSignal} [signal]
   * @returns {Promise<Slip | undefined>}
   */
  async slipAt(before, signal) {
    clearTimeout(this.#pause);
    const isInside = PART.test(this.#area.value.slice(before.length));
    if (!this.#wanted.checked || isInside) return undefined;
    const touches = this.#typed.touches(before.length);
    return this.#openOf(await this.#slips.read(before, touches, signal));
  }

  /**
   * Underline the word before the cursor if the user pauses.
   *
   * @param {Slip} slip
   */
  underlineSoon(slip) {
    clearTimeout(this.#pause);
    const { before } = slip;
    this.#pause = window.setTimeout(() => {
      const { selectionStart, selectionEnd, value } = this.#area;
      const isSame = selectionStart === selectionEnd && value.slice(0, selectionEnd) === before;
      if (isSame && this.#isOpen(slip)) this.#marks.add(rangeOf(slip));
    }, PAUSE_MILLISECONDS);
  }

  /**
   * @param {Slip} slip
   * @returns {boolean} whether its word is underlined
   */
  isUnderlined(slip) {
    return this.#marks.has(rangeOf(slip));
  }

  /**
   * Leave a word as it was typed, here and later.
   *
   * @param {Slip} slip
   */
  leave(slip) {
    this.#marks.remove(rangeOf(slip));
    this.#leave(slip.typed);
  }

  /** @param {string} word */
  #leave(word) {
    this.#kept.add(word.toLowerCase());
    this.#keep(word);
  }

  /**
   * The slip that may be corrected, with the word before it or alone.
   *
   * @param {Slip | undefined} slip
   */
  #openOf(slip) {
    return [slip, slip?.alone].find((each) => each && this.#isOpen(each));
  }

  /**
   * Whether a slip may be corrected: it was typed, or is underlined, and the user does not want it to stay.
   *
   * @param {Slip} slip
   */
  #isOpen(slip) {
    const { start, end } = rangeOf(slip);
    return (
      !this.#kept.has(slip.typed.toLowerCase()) &&
      (this.#typed.covers(start, end) || this.#marks.has({ start, end }))
    );
  }

  // -- finished words ----------------------------------------------------------------------------------

  /** @param {InputEvent} event */
  #changed(event) {
    const { value, selectionEnd: cursor } = this.#area;
    clearTimeout(this.#pause);
    this.#marks.follow();
    // The field's own changes are not typing. For corrections, `#replace` follows.
    const kind = this.#field.cause === 'typed' ? event.inputType : '';
    if (!this.#isReplacing) {
      this.#typed.changed(value, cursor, kind, this.#field.touch);
      this.#made = undefined;
    }
    if (this.#deleting) return this.#afterDeleting();
    this.#composed = event.isComposing;
    if (!event.isComposing) this.#finish();
  }

  /** A composition has ended. */
  #ended() {
    if (!this.#composed) return;
    this.#composed = false;
    this.#finish();
  }

  get #isReplacing() {
    return this.#field.cause === 'corrected' || this.#field.cause === 'reverted';
  }

  /** If the latest character ends a word, correct the word. */
  #finish() {
    const { value, selectionStart, selectionEnd: cursor } = this.#area;
    const before = value.slice(0, Math.max(0, cursor - 1));
    const isEnd = selectionStart === cursor && END.test(value.slice(before.length, cursor));
    if (this.#isReplacing || !isEnd || this.#typed.length < 2 || !this.#wanted.checked) return;
    const known = this.#slips.known(before);
    // If the answer is known, the word is corrected before it is learned, but after the command that typed the
    // character: browsers refuse a command inside another.
    if (known) queueMicrotask(() => this.#settle(known.slip));
    else this.#settleLater(before);
  }

  /** @param {string} before */
  async #settleLater(before) {
    const engine = this.#engine();
    try {
      this.#settle(await this.#slips.read(before, this.#typed.touches(before.length)));
    } catch (error) {
      // The model was replaced.
      if (engine === this.#engine()) this.#onError(error);
    }
  }

  /** @param {Slip | undefined} found */
  #settle(found) {
    const { value, selectionStart, selectionEnd: cursor } = this.#area;
    if (!found || !this.#wanted.checked || this.#composed || selectionStart !== cursor) return;
    const isThere = value.startsWith(found.before) && cursor > found.before.length;
    const slip = this.#openOf(found);
    if (!isThere || !END.test(value.charAt(found.before.length)) || !slip) return;
    if (slip.best.certain) this.#correct(slip);
    else this.#underline(slip);
  }

  /** @param {Slip} slip */
  #correct(slip) {
    const { start, end } = rangeOf(slip);
    const { best, typed } = slip;
    const replaced = slip.before.slice(start);
    if (!this.#replace('corrected', start, end, best.text)) return;
    const { value, selectionEnd: cursor } = this.#area;
    const isRightBehind = cursor === start + best.text.length + 1;
    this.#made = isRightBehind
      ? { start, typed: replaced, word: typed, text: best.text, value, cursor }
      : undefined;
    this.#say(`${replaced} was corrected to ${best.text}. Backspace undoes the correction.`);
  }

  /** @param {Slip} slip */
  #underline(slip) {
    this.#marks.add(rangeOf(slip));
    this.#say(`${slip.typed} may be a typing error. Correction: ${slip.best.text}.`);
  }

  /**
   * @param {'corrected' | 'reverted'} cause
   * @param {number} start
   * @param {number} end
   * @param {string} text
   * @returns {boolean} whether the result is not too long
   */
  #replace(cause, start, end, text) {
    const isDone = this.#field.exchange(cause, start, end, text);
    if (isDone) this.#typed.replaced(this.#area.value, this.#area.selectionEnd, start);
    return isDone;
  }

  // -- taking back -------------------------------------------------------------------------------------

  /**
   * Take a correction back if the cursor is right behind it.
   *
   * @returns {boolean} whether there was one
   */
  takeBack() {
    const made = this.#madeHere();
    if (!made) return false;
    const { start, typed, text } = made;
    this.#takenBack(made);
    this.#replace('reverted', start, start + text.length, typed);
    return true;
  }

  #madeHere() {
    const { value, selectionStart, selectionEnd } = this.#area;
    const { value: after, cursor } = this.#made ?? {};
    const isHere = value === after && selectionStart === cursor && selectionEnd === cursor;
    return isHere ? this.#made : undefined;
  }

  /** @param {Made} made */
  #takenBack({ word, typed }) {
    this.#made = undefined;
    this.#leave(word);
    this.#say(`${typed} was restored.`);
  }

  /** @param {InputEvent} event */
  #beforeInput(event) {
    if (event.defaultPrevented || event.inputType !== 'deleteContentBackward') return;
    const made = this.#madeHere();
    if (!made) return;
    if (!event.cancelable) {
      this.#deleting = made;
    } else {
      event.preventDefault();
      this.takeBack();
    }
  }

  /** The end of a correction was deleted: put back what was typed, and what was behind it. */
  #afterDeleting() {
    const made = /** @type {Made} */ (this.#deleting);
    this.#deleting = undefined;
    const { value, selectionEnd: cursor } = this.#area;
    const { start, text, typed } = made;
    const behind = made.value.slice(start + text.length, made.cursor);
    if (value !== made.value.slice(0, cursor) + made.value.slice(made.cursor)) return;
    this.#takenBack(made);
    this.#replace('reverted', start, cursor, typed + behind);
  }

  /** @param {string} text */
  #say(text) {
    this.#spoken.textContent = text;
  }
}
