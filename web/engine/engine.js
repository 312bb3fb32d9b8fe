/**
 * The engine: predicts, scores and generates text with a model, and looks inside it. It does not use the
 * DOM. Long tasks pause regularly so that a page stays responsive.
 */

import { checkObject, checkText, checkTouches, checkWhole } from './core/arguments.js';
import { inspect } from './inside.js';
import { mulberry32 } from './random.js';
import { expectedWords } from './results.js';
import { logSumExp, sample } from './sampling.js';
import { Profile } from './core/profile.js';
import { SPACES, Session } from './core/session.js';
import { settingsOf } from './settings.js';
import { Slices } from './core/slices.js';
import { countKeys } from './typing.js';
import { END, UNKNOWN, Vocabulary } from './core/vocabulary.js';
import { Writer } from './core/writing.js';

/**
 * @typedef {import('./core/core.js').StepModel} StepModel
 * @typedef {import('./core/vocabulary.js').Token} Token
 * @typedef {import('./core/session.js').Suggestion} Suggestion
 * @typedef {import('./core/corrections.js').Correction} Correction
 * @typedef {import('./core/corrections.js').Touch} Touch
 * @typedef {import('./core/session.js').SpaceKind} SpaceKind
 * @typedef {import('./core/session.js').Edit} Edit
 *
 * @typedef {import('./results.js').ScoredWord} ScoredWord
 * @typedef {import('./results.js').Score} Score
 * @typedef {import('./results.js').Generated} Generated
 * @typedef {import('./settings.js').GenerateOptions} GenerateOptions
 */

/** The core suggests at most this many words at a time. */
const MOST_SUGGESTIONS = 64;
/** The repetition penalty applies to this many recent words. */
const RECENT = 64;
/** Default number of steps to inspect: few enough to display, and to compute again without each word. */
const LOOK = 10;

/**
 * Predicts, scores and generates text with one model and its vocabulary.
 *
 *     const engine = await open('https://example.org/model/');
 *     const [{ word, probability }] = await engine.predict('how are ');
 */
export class Engine {
  #model;
  #vocabulary;
  /** Follows the text that suggestions are for. */
  #typing;
  /** Reads prompts and texts to inspect. @type {Session | undefined} */
  #reading;
  /** Those of `countKeys`. @type {Set<Session>} */
  #counting = new Set();

  /**
   * @param {StepModel} model
   * @param {Vocabulary} vocabulary
   */
  constructor(model, vocabulary) {
    checkObject(model, 'model');
    if (!(vocabulary instanceof Vocabulary)) throw new TypeError('vocabulary must be a Vocabulary');
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#typing = new Session(model, vocabulary);
  }

  /**
   * Predict the next word, or complete the word being typed. Letters may be typed without their
   * apostrophes and accents.
   *
   * @param {string} text all text before the cursor
   * @param {number} [count] maximum number of suggestions, 1 to 64
   * @param {{exact?: boolean, signal?: AbortSignal}} [control] `exact` leaves out words that begin with the
   *   typed letters except for slips
   * @returns {Promise<Suggestion[]>} most likely first; empty if no word matches
   * @throws {TypeError | RangeError} for invalid arguments
   */
  async predict(text, count = 3, control = {}) {
    checkText(text, 'text');
    checkWhole(count, 'count', { least: 1, most: MOST_SUGGESTIONS });
    checkObject(control, 'control');
    return await this.#typing.suggest(text, count, control);
  }

  /**
   * Correct the word before the cursor: find what may have been meant. The literal reading is always among
   * the results. If the first one is certain, it should replace what was typed. It may also replace the word
   * before (`no the`, `on the`); then the literal reading has both words, and a second certain reading replaces
   * the typed word alone.
   *
   * @param {string} text all text before the cursor; it ends with the word
   * @param {number} [count] maximum number of readings, 1 to 64
   * @param {{touches?: (Touch | undefined)[], signal?: AbortSignal}} [control] `touches` says where the
   *   screen was touched for the last characters of the text
   * @returns {Promise<Correction[]>} most likely first; empty without a word
   * @throws {TypeError | RangeError} for invalid arguments
   */
  async correct(text, count = 3, control = {}) {
    checkText(text, 'text');
    checkWhole(count, 'count', { least: 1, most: MOST_SUGGESTIONS });
    checkObject(control, 'control');
    const { touches = [], signal } = control;
    checkTouches(touches);
    return await this.#typing.correct(text, count, touches, signal);
  }

  /**
   * Set the layout of the keyboard, which tells which keys are neighbours: `qwerty` (the default),
   * `qwertz`, `azerty`, or rows of keys, one per line: the distance of the first key from the left in key
   * widths, a space, and the letters.
   *
   * @param {string} layout
   * @throws {TypeError | RangeError} if it is not valid
   */
  layout(layout) {
    checkText(layout, 'layout');
    this.#typing.layout(layout);
  }

  /**
   * Mix what a profile counted into suggestions, from the next call of `predict` on. Words that only the
   * profile knows are suggested once they were typed twice. The order of suggestions can then differ from that
   * of their probabilities. The profile may learn at any time.
   *
   * @param {Profile} [profile] none: the network alone. Do not dispose of it while it is in use
   * @throws {TypeError} for anything else
   */
  use(profile) {
    if (profile !== undefined && !(profile instanceof Profile)) {
      throw new TypeError('profile must be a Profile');
    }
    this.#typing.use(profile);
  }

  /**
   * Count the keys for the words of a text, each followed by a space, if each word is accepted as soon as
   * it is one of three suggestions. Marks and capitals are not counted.
   *
   * @param {string} text
   * @param {{profile?: Profile, signal?: AbortSignal}} [control] no profile: the network alone
   * @returns {Promise<import('./typing.js').Keys>} keys with suggestions, and without: `characters`
   * @throws {TypeError} for invalid arguments
   */
  async countKeys(text, control = {}) {
    checkText(text, 'text');
    checkObject(control, 'control');
    const session = new Session(this.#model, this.#vocabulary);
    this.#counting.add(session);
    try {
      return await countKeys(text, session, control);
    } finally {
      this.#counting.delete(session);
    }
  }

  /**
   * Compute the edit that accepts a suggestion: it replaces the whole word around the cursor, uses a space
   * that follows it, and adds none before punctuation that belongs to the word.
   *
   * @param {string} before the text before the cursor
   * @param {string} after the text after the cursor
   * @param {{replaces: number, insert: string}} suggestion returned by `predict` for `before`
   * @returns {Edit}
   * @throws {TypeError | RangeError} for invalid arguments
   */
  take(before, after, suggestion) {
    checkText(before, 'before');
    checkText(after, 'after');
    checkObject(suggestion, 'suggestion');
    checkText(suggestion.insert, 'suggestion.insert');
    checkWhole(suggestion.replaces, 'suggestion.replaces', { least: 0, most: before.length });
    return this.#typing.take(before, after, suggestion);
  }

  /**
   * Compute the edit for a character typed right after a suggestion was accepted: punctuation goes before
   * the space.
   *
   * @param {string} before the text before the cursor
   * @param {SpaceKind} space of the latest edit
   * @param {string} typed
   * @returns {Edit | undefined} `undefined` to insert the character as usual
   * @throws {TypeError | RangeError} for invalid arguments
   */
  react(before, space, typed) {
    checkText(before, 'before');
    checkText(typed, 'typed');
    if (space === undefined || !SPACES.includes(space)) {
      throw new RangeError(`space must be brought, found or ahead, not ${space}`);
    }
    return this.#typing.react(before, space, typed);
  }

  /** Free the memory of the model and its vocabulary. Neither can be used afterwards. */
  dispose() {
    this.#typing.dispose();
    this.#reading?.dispose();
    for (const session of this.#counting) session.dispose();
    this.#vocabulary.dispose();
    this.#model.dispose?.();
  }

  /**
   * Compute the log-probability of a text, word by word. Each segment counts as finished, so the score
   * includes its end token. A word outside the vocabulary also has the cost of its spelling.
   *
   * @param {string} text
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Score>}
   * @throws {TypeError} for invalid arguments
   */
  async score(text, control = {}) {
    checkText(text, 'text');
    checkObject(control, 'control');
    const slices = new Slices(control.signal);
    /** @type {ScoredWord[]} */
    const words = [];
    let { logits, state } = this.#model.step(END, this.#model.zeroState());
    for (const token of this.#vocabulary.read(text, { ended: true })) {
      words.push(this.#scored(token, logits));
      const { id } = token;
      ({ logits, state } = this.#model.step(id, state));
      if (slices.due) await slices.pause();
    }
    const total = words.reduce((sum, { logProbability }) => sum + logProbability, 0);
    const network = words.reduce((sum, { spelling }) => sum + spelling, total);
    const unknown = words.filter((scored) => scored.unknown).length;
    return { words, logProbability: total, perplexity: Math.exp(-network / words.length), unknown };
  }

  /**
   * Continue a prompt word by word.
   *
   * @param {string} prompt
   * @param {GenerateOptions} [options] the same seed gives the same text
   * @param {{signal?: AbortSignal, onWord?: (generated: Generated) => void}} [control]
   *   if aborted, the generator throws the signal's reason
   * @returns {AsyncGenerator<Generated, void, void>}
   * @throws {TypeError | RangeError} immediately, for invalid arguments
   */
  generate(prompt, options = {}, control = {}) {
    checkText(prompt, 'prompt');
    checkObject(options, 'options');
    checkObject(control, 'control');
    return this.#generate(prompt, settingsOf(options), control);
  }

  /**
   * @param {string} prompt
   * @param {Record<import('./settings.js').SettingName, number>} settings
   * @param {{signal?: AbortSignal, onWord?: (generated: Generated) => void}} control
   * @returns {AsyncGenerator<Generated, void, void>}
   */
  async *#generate(prompt, { length, seed, ...sampling }, { signal, onWord }) {
    const coin = mulberry32(seed);
    const slices = new Slices(signal);
    const { ids: context, step } = await this.#reader.context(prompt, { signal });
    let { logits, state } = /** @type {import('./core/core.js').Step} */ (step);
    const writer = new Writer(prompt, this.#vocabulary);
    for (let id = context[context.length - 1], written = 0; written < length;) {
      // In training, an end token is never followed by another one.
      const excluded = id === END ? [END] : [];
      id = sample(logits, { ...sampling, recent: context.slice(-RECENT), excluded }, coin());
      context.push(id);
      written += id === END ? 0 : 1;
      const generated = {
        id,
        word: id === END ? '' : this.#vocabulary.entry(id),
        text: writer.add(id),
      };
      onWord?.(generated);
      yield generated;
      if (slices.due) await slices.pause();
      ({ logits, state } = this.#model.step(id, state));
    }
  }

  /**
   * Inspect the network while it reads the last words of a text: the state after each word, the
   * predicted words, and the influence of each word on the current prediction.
   *
   * @param {string} text the last word counts as finished
   * @param {{count?: number, signal?: AbortSignal}} [control] `count` is the maximum number of words,
   *   at least 1
   * @returns {Promise<import('./inside.js').Look>}
   * @throws {TypeError | RangeError} for invalid arguments
   */
  async look(text, control = {}) {
    checkText(text, 'text');
    checkObject(control, 'control');
    const { count = LOOK, signal } = control;
    checkWhole(count, 'count', { least: 1 });
    const { ids, step } = await this.#reader.context(text, { leave: count, signal });
    // A long text is cut: its context is its last tokens, after an end token.
    const words = ids.length > 1 ? this.#vocabulary.read(text).slice(1 - ids.length) : [];
    const tokens = [{ word: '', id: END }, ...words].slice(-count);
    const reading = { tokens, before: step, earlier: ids.length - tokens.length };
    return await inspect(
      this.#model,
      reading,
      (logits) => expectedWords(logits, this.#vocabulary),
      new Slices(signal),
    );
  }

  get #reader() {
    return (this.#reading ??= new Session(this.#model, this.#vocabulary));
  }

  /**
   * @param {Token} token
   * @param {Float32Array} logits the prediction for its position, [vocabulary]
   * @returns {ScoredWord}
   */
  #scored({ word, id }, logits) {
    const spelling = id === UNKNOWN ? this.#vocabulary.spellingNats(word) : 0;
    return {
      word,
      id,
      logProbability: logits[id] - logSumExp(logits) - spelling,
      unknown: id === UNKNOWN,
      spelling,
      end: id === END,
      rank: 1 + logits.reduce((higher, logit) => higher + Number(logit > logits[id]), 0),
      expected: expectedWords(logits, this.#vocabulary),
    };
  }
}
