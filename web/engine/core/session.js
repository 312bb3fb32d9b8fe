/** A text field in the core: it keeps the network's state after each word, so that a key costs one step. */

import { core } from './core.js';
import { corrections, units } from './corrections.js';
import { Slices } from './slices.js';

/**
 * @typedef {import('./core.js').Step} Step
 * @typedef {import('./core.js').StepModel} StepModel
 * @typedef {import('./vocabulary.js').Vocabulary} Vocabulary
 * @typedef {import('./corrections.js').Correction} Correction
 * @typedef {import('./corrections.js').Touch} Touch
 *
 * @typedef {object} Suggestion
 * @property {number} id -1 for a word that only a profile knows
 * @property {string} word in the case that matches the typed letters
 * @property {number} probability among all words, or among the words that match the typed letters
 * @property {number} replaces number of characters before the cursor to replace, in UTF-16 code units
 * @property {string} insert the text to insert, including spaces
 *
 * @typedef {'brought' | 'found' | 'ahead'} SpaceKind
 *   `brought`: before the cursor, inserted with the word; `found`: before the cursor, existed already;
 *   `ahead`: after the cursor, because punctuation was typed before it
 *
 * @typedef {object} Edit a change of the text around the cursor; lengths are in UTF-16 code units
 * @property {number} before number of characters to replace before the cursor
 * @property {number} after number of characters to replace after the cursor
 * @property {string} text the replacement
 * @property {number} back distance of the cursor from the end of `text`
 * @property {SpaceKind | undefined} space the space to pass to `react` for the next character
 */

/** Longer texts are read from a later start. */
const TEXT_BYTES = 65_536;
const CONTEXT_TOKENS = 2048;
/** The core's numbers of the kinds of spaces. @type {(SpaceKind | undefined)[]} */
export const SPACES = [undefined, 'brought', 'found', 'ahead'];

/** Reads one text at a time; later requests wait. */
export class Session {
  #model;
  #size;
  #address;
  /** The latest request. @type {Promise<unknown>} */
  #latest = Promise.resolve();

  /**
   * @param {StepModel} model
   * @param {Vocabulary} vocabulary
   * @throws {RangeError} if another network with states of another size uses the vocabulary
   */
  constructor(model, vocabulary) {
    const { calls } = core();
    this.#model = model;
    this.#size = vocabulary.size;
    if (!calls.attach(vocabulary.address, model.zeroState().length)) {
      throw new RangeError('the vocabulary belongs to an engine whose states have another size');
    }
    this.#address = core().checked(
      calls.open_session(vocabulary.address, TEXT_BYTES, CONTEXT_TOKENS),
    );
  }

  get #open() {
    if (this.#address === 0) throw new Error('the engine was disposed');
    return this.#address;
  }

  /**
   * Suggest the next words.
   *
   * @param {string} text all text before the cursor
   * @param {number} count
   * @param {{exact?: boolean, signal?: AbortSignal}} [control] `exact`: without words past a slip
   * @returns {Promise<Suggestion[]>}
   */
  suggest(text, count, { exact = false, signal } = {}) {
    return this.#alone(async () => {
      const slices = new Slices(signal);
      this.#read(text, false);
      await this.#advance(slices);
      return this.#suggestions(text, count, exact);
    });
  }

  /**
   * Correct the word before the cursor.
   *
   * @param {string} text all text before the cursor
   * @param {number} count
   * @param {readonly (Touch | undefined)[]} touches for the last characters of the text
   * @param {AbortSignal} [signal]
   * @returns {Promise<Correction[]>}
   */
  correct(text, count, touches, signal) {
    return this.#alone(async () => {
      const slices = new Slices(signal);
      this.#read(text, false);
      await this.#advance(slices);
      const call = (/** @type {number[]} */ ...places) =>
        core().stepping(this.#model, () => core().calls.correct(this.#open, ...places, count));
      return corrections(call, text, touches);
    });
  }

  /**
   * Set the layout of the keyboard.
   *
   * @param {string} layout
   * @throws {RangeError} if it is not valid
   */
  layout(layout) {
    core().passing([layout], (...place) =>
      core().checked(Number(core().calls.layout(this.#open, ...place))),
    );
  }

  /**
   * Mix what a profile counted into suggestions.
   *
   * @param {import('./profile.js').Profile} [profile] none: the network alone
   */
  use(profile) {
    core().checked(core().calls.use_profile(this.#open, profile?.address ?? 0));
  }

  /**
   * Read a finished text.
   *
   * @param {string} text
   * @param {{leave?: number, signal?: AbortSignal}} [control] `leave` is the number of ids at the end
   *   that the network does not read
   * @returns {Promise<{ids: number[], step: Step | undefined}>} the ids of the text, and the network's
   *   output after those it read, if it read any
   */
  context(text, { leave = 0, signal } = {}) {
    return this.#alone(async () => {
      const slices = new Slices(signal);
      const length = this.#read(text, true);
      const ids = Array.from(core().integers(core().calls.context(this.#open), length));
      if (leave >= length) return { ids, step: undefined };
      core().calls.cut_context(this.#open, length - leave);
      await this.#advance(slices);
      return { ids, step: this.#step() };
    });
  }

  /**
   * The edit that accepts a suggestion.
   *
   * @param {string} before
   * @param {string} after
   * @param {{replaces: number, insert: string}} suggestion
   * @returns {Edit}
   */
  take(before, after, { replaces, insert }) {
    const kept = before.slice(0, before.length - replaces);
    const texts = [kept, before.slice(before.length - replaces), after, insert];
    return core().passing(texts, (...places) => {
      const [start, length, , replaced, behind, behindLength, inserted, insertedLength] = places;
      core().checked(
        core().calls.take(
          ...[this.#open, start, length + replaced, behind, behindLength],
          ...[inserted, insertedLength, replaced],
        ),
      );
      return edit(start + length + replaced, behind);
    });
  }

  /**
   * The edit for a character typed right after a suggestion was taken, or `undefined` to insert it as
   * usual.
   *
   * @param {string} before
   * @param {SpaceKind} space
   * @param {string} typed
   * @returns {Edit | undefined}
   */
  react(before, space, typed) {
    // The core has nothing to say about the text after the cursor, but it may replace a space there.
    return core().passing([before, ' ', typed], (start, length, after, _, typedAt, typedLength) => {
      const reacts = core().calls.react(
        ...[this.#open, start, length, SPACES.indexOf(space), typedAt, typedLength],
      );
      return reacts ? edit(start + length, after) : undefined;
    });
  }

  /** Free the session. */
  dispose() {
    core().calls.close_session(this.#address);
    this.#address = 0;
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  async #alone(task) {
    const before = this.#latest;
    let end = () => {};
    this.#latest = new Promise((resolve) => (end = () => resolve(undefined)));
    await before;
    try {
      return await task();
    } finally {
      end();
    }
  }

  /**
   * @param {string} text
   * @param {boolean} finished
   * @returns {number} length of the context
   */
  #read(text, finished) {
    return core().passing([text], (...place) =>
      core().checked(core().calls.read_text(this.#open, ...place, Number(finished))),
    );
  }

  /**
   * Run the steps of the network that the text needs.
   *
   * @param {Slices} slices
   */
  async #advance(slices) {
    for (;;) {
      const left = core().stepping(this.#model, () => core().calls.advance(this.#open, 1));
      if (core().counted(left) === 0) return;
      if (slices.due) await slices.pause();
    }
  }

  /** @returns {Step} copies of the latest output */
  #step() {
    const { calls } = core();
    const state = this.#model.zeroState();
    state.set(core().floats(calls.state(this.#open), state.length));
    return { logits: core().floats(calls.logits(this.#open), this.#size).slice(), state };
  }

  /**
   * @param {string} text
   * @param {number} count
   * @param {boolean} exact
   * @returns {Suggestion[]}
   */
  #suggestions(text, count, exact) {
    const { calls } = core();
    return core().passing([text], (start, length) => {
      const found = core().counted(calls.suggest(this.#open, count, Number(exact)));
      return Array.from({ length: found }, (_, place) => {
        calls.suggestion_word(place);
        const word = core().answer();
        core().checked(calls.place(this.#open, start, length, place));
        const { before: replaces, text: insert } = edit(start + length, 0);
        return {
          id: calls.suggestion_id(place),
          word,
          probability: calls.suggestion_share(place),
          replaces,
          insert,
        };
      });
    });
  }
}

/**
 * The latest edit of the core, with lengths in UTF-16 code units.
 *
 * @param {number} cursor address of the end of the text before the cursor
 * @param {number} following address of the text after it
 * @returns {Edit}
 */
function edit(cursor, following) {
  const { calls } = core();
  const [before, after, back] = [calls.edit_before(), calls.edit_after(), calls.edit_back()];
  return {
    before: units(core().bytes(cursor - before, before)),
    after: units(core().bytes(following, after)),
    text: core().answer(),
    back: units(core().bytes(calls.answer() + calls.answer_length() - back, back)),
    space: SPACES[calls.edit_space()],
  };
}
