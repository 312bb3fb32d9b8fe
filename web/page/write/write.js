/** The Write panel: a text area and the three most likely words, updated after every keystroke. */

import { Correcting } from './correcting.js';
import { Keystrokes, isCapital, lengthOf } from './keystrokes.js';
import { Field } from './field.js';
import { correctionChoices } from './choices.js';
import { SUGGESTIONS, Strip, shownWord } from './strip.js';
import { startWritten } from './written.js';
import { startKeyboard } from '../keyboard/showing.js';
import { followText } from '../learning/following.js';
import { byId, element, latestOnly, percent } from '../ui.js';

/** @typedef {import('../../engine/engine.js').Suggestion} Suggestion */
/** @typedef {import('./slips.js').Slip} Slip */
/** @typedef {import('./strip.js').Choice} Choice */
/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('../learning/learning.js').Learning} Learning */

const SPEAK_AFTER_MILLISECONDS = 700;
/** If reading the text takes longer than this, the strip says so. */
const READING_MILLISECONDS = 150;

/**
 * @param {Host} host
 * @param {Learning} learning
 * @param {(error: unknown) => void} onError
 */
export function startWriting(host, learning, onError) {
  new Writing(host, learning, onError).start();
}

class Writing {
  #area = byId('write-text', HTMLTextAreaElement);
  #spoken = byId('write-spoken', HTMLElement);
  #strip = new Strip((place) => this.#take(this.#choices[place]));
  #saved = new Saved();
  #latest = latestOnly();
  /** @type {Choice[]} */
  #choices = [];
  /** The place of the choice that Tab accepts. */
  #first = 0;
  /** The slip for which the strip shows corrections. @type {Slip | undefined} */
  #slip;
  /** The text and cursor for which suggestions were last requested. */
  #askedFor = '';
  /** The text and cursor for which the strip shows suggestions; older while a long text is read. */
  #shownFor = '';
  /** Tab accepts a word only after typing or a click in the text, so it never traps the focus. */
  #armed = false;
  /** Whether Esc was pressed and nothing has been typed since. */
  #dismissed = false;
  #speech = 0;
  #host;
  #learning;
  #onError;
  #field;
  #correcting;

  /**
   * @param {Host} host
   * @param {Learning} learning
   * @param {(error: unknown) => void} onError
   */
  constructor(host, learning, onError) {
    this.#host = host;
    this.#learning = learning;
    this.#onError = onError;
    const engine = () => host.engine;
    this.#field = new Field(this.#area, { engine, onKey: () => this.#saved.pressed() });
    // Counts each key before it is followed by a correction.
    this.#area.addEventListener('input', (event) =>
      this.#saved.changed(/** @type {InputEvent} */ (event), this.#field.cause),
    );
    this.#correcting = new Correcting(this.#area, this.#field, {
      engine,
      keep: (word) => this.#keep(word),
      onSwitch: () => this.#refresh(),
      onError,
    });
  }

  /** @param {string} word that is not to be corrected again */
  #keep(word) {
    this.#learning.keep(word).catch((/** @type {unknown} */ error) => {
      // A word that a profile cannot hold is kept for this visit only.
      if (!(error instanceof RangeError)) this.#onError(error);
    });
  }

  start() {
    const area = this.#area;
    startWritten(this.#field, this.#onError);
    startKeyboard(area, this.#host, {
      type: (text, touch) => {
        this.#field.type(text, touch);
        this.#strip.reveal();
      },
      erase: () => {
        if (!this.#correcting.takeBack()) this.#field.erase();
        this.#strip.reveal();
      },
    });
    followText(area, this.#field, this.#learning, this.#onError);
    this.#learning.onChange(() => this.#refresh());
    area.addEventListener('input', () => this.#changed());
    area.addEventListener('pointerdown', () => (this.#armed = true));
    // The space for the strip below the text area looks like part of it.
    byId('writing', HTMLElement).addEventListener('click', ({ target, currentTarget }) => {
      if (target === currentTarget) area.focus();
    });
    area.addEventListener('blur', () => (this.#armed = false));
    area.addEventListener('keydown', (event) => this.#key(event));
    document.addEventListener('selectionchange', () => {
      if (document.activeElement === area && this.#place() !== this.#askedFor) this.#refresh();
    });
    this.#host.onChange(() => this.#refresh());
    this.#refresh();
  }

  #changed() {
    this.#armed = true;
    this.#dismissed = false;
    this.#refresh();
  }

  /** The text before the cursor, or `undefined` while text is selected. */
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
    if (this.#dismissed) return this.#strip.follow();
    this.#strip.isBusy = true;
    this.#latest(async (signal) => {
      if (before === undefined) this.#show([], 'No suggestions while text is selected.');
      else await this.#offer(before, signal);
      this.#shownFor = place;
      this.#strip.isBusy = false;
    }).catch(this.#onError);
  }

  /**
   * Show suggestions for a text, or corrections if its last word may be a slip.
   *
   * @param {string} before
   * @param {AbortSignal} signal
   */
  async #offer(before, signal) {
    const found = await this.#predict(before, signal);
    const slip = await this.#correcting.slipAt(before, signal);
    const choices = slip && correctionChoices(slip, found, this.#correcting.isUnderlined(slip));
    if (choices) this.#show(choices, '', slip);
    else this.#show(found, 'No words match these letters.');
    if (slip && (choices || slip.best.certain)) this.#correcting.underlineSoon(slip);
  }

  /**
   * @param {string} before
   * @param {AbortSignal} signal
   */
  async #predict(before, signal) {
    const reading = setTimeout(() => {
      if (!signal.aborted) this.#show([], 'Reading the text…');
    }, READING_MILLISECONDS);
    try {
      return await this.#host.engine.predict(before, SUGGESTIONS, { signal });
    } finally {
      clearTimeout(reading);
    }
  }

  /**
   * @param {Choice[]} choices
   * @param {string} otherwise text to show if there are none
   * @param {Slip} [slip] if they are corrections; the second one is the best
   */
  #show(choices, otherwise, slip) {
    this.#choices = choices;
    this.#slip = slip;
    this.#first = slip ? 1 : 0;
    this.#strip.show(choices, this.#first, otherwise);
    clearTimeout(this.#speech);
    const words = choices.map(shownWord).join(', ');
    this.#speech = window.setTimeout(() => {
      this.#spoken.textContent = words && `${slip ? 'Corrections' : 'Suggestions'}: ${words}`;
    }, SPEAK_AFTER_MILLISECONDS);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Escape') return this.#dismiss();
    const chosen = this.#choices[this.#chosenBy(event)];
    if (!chosen) return;
    event.preventDefault();
    this.#take(chosen);
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {number} the index of the choice made by this key, or -1
   */
  #chosenBy({ key, code, altKey, ctrlKey, metaKey, shiftKey }) {
    if (ctrlKey || metaKey || shiftKey) return -1;
    if (key === 'Tab' && !altKey) return this.#armed ? this.#first : -1;
    const digit = /^Digit([1-3])$/.exec(code);
    return altKey && digit ? Number(digit[1]) - 1 : -1;
  }

  #dismiss() {
    this.#armed = false;
    this.#dismissed = true;
    this.#latest(async () => {
      this.#show([], 'Suggestions are hidden until you type.');
      this.#strip.isBusy = false;
    }).catch(this.#onError);
  }

  /** @param {Choice | undefined} choice */
  #take(choice) {
    if (!choice || this.#place() !== this.#shownFor) return;
    if (choice.literal && this.#slip) this.#correcting.leave(this.#slip);
    this.#field.take(choice);
  }
}

/** Displays the share of keystrokes saved so far. */
class Saved {
  #shown = byId('saved', HTMLElement);
  #area = byId('write-text', HTMLTextAreaElement);
  #text = this.#area.value;
  // Do not count text typed while the model was loading, when there were no suggestions.
  #keystrokes = new Keystrokes(lengthOf(this.#text));

  constructor() {
    this.#show();
  }

  /**
   * @param {InputEvent} event
   * @param {import('./field.js').Cause} cause
   */
  changed({ inputType: kind, data }, cause) {
    const { value } = this.#area;
    // The end of a composition inserts text that is already there.
    if (value === this.#text) return;
    this.#keystrokes.count({
      kind,
      taken: cause === 'taken' || cause === 'reverted',
      mended: cause === 'mended' || cause === 'corrected',
      shifted: isCapital(data),
      before: lengthOf(this.#text),
      after: lengthOf(value),
    });
    this.#text = value;
    this.#show();
  }

  /** Count a key that did not change the text. */
  pressed() {
    this.#keystrokes.keys += 1;
    this.#show();
  }

  #show() {
    const { keys, characters, saved } = this.#keystrokes.summary(lengthOf(this.#text));
    const share = element('b', '', percent(Math.max(0, saved)));
    this.#shown.replaceChildren(
      ...(characters === 0
        ? ['Accept a suggestion to see how many keystrokes it saves.']
        : [share, ` of keystrokes saved (keys: ${keys}, characters: ${characters})`]),
    );
  }
}
