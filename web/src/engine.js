/**
 * What the page can do with a model: suggest, score, generate. Text goes in and comes out; the
 * document is not known here, and long work leaves pauses for it.
 */

import { mulberry32 } from './random.js';
import { likeliest, logSumExp, sample } from './sampling.js';
import { Slices } from './slices.js';
import { States } from './states.js';
import { segments, typed } from './text.js';
import { Writer, placed, startsSentence } from './writing.js';
import { END, UNKNOWN } from './vocabulary.js';

/**
 * @typedef {import('./manifest.js').Unit} Unit
 * @typedef {import('./states.js').StepModel} StepModel
 * @typedef {import('./vocabulary.js').Vocabulary} Vocabulary
 * @typedef {import('./writing.js').Segment} Segment
 *
 * @typedef {object} Suggestion
 * @property {number} id
 * @property {string} word in the case that fits what was typed
 * @property {number} probability among all words, or among those that begin with the typed letters
 * @property {number} replaces how many characters before the cursor it stands for
 * @property {string} insert what to put there, with the spaces around it
 *
 * @typedef {object} ScoredWord
 * @property {string} word as it was written; empty for the end
 * @property {number} id
 * @property {number} logProbability natural logarithm, given everything before it
 * @property {boolean} unknown it stands for any word outside the vocabulary
 * @property {boolean} end it is the end of the message, sentence or line
 *
 * @typedef {object} Score
 * @property {ScoredWord[]} words
 * @property {number} logProbability the sum, natural logarithm
 * @property {number} perplexity exp of minus the mean; NaN without words
 * @property {number} unknown how many words are outside the vocabulary
 *
 * @typedef {import('./sampling.js').SamplingOptions & {length?: number, seed?: number}} GenerateOptions
 *   `length` counts words and punctuation marks
 *
 * @typedef {object} Generated
 * @property {number} id
 * @property {string} word the entry; empty for an end
 * @property {string} text everything generated so far, to be put right behind the prompt
 */

const CONTEXT_BLOCK = 1024;
/** The penalty for repetitions looks at this many words. */
const RECENT = 64;

/** One model and its vocabulary, ready for texts. */
export class Engine {
  #model;
  #vocabulary;
  #states;
  /** @type {Unit} */
  #unit;

  /**
   * @param {StepModel} model
   * @param {Vocabulary} vocabulary
   * @param {Unit} unit what ends with `</s>`
   */
  constructor(model, vocabulary, unit) {
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#unit = unit;
    this.#states = new States(model);
  }

  /**
   * The likeliest next words, or completions of the letters typed last.
   *
   * @param {string} text everything before the cursor
   * @param {number} [count]
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Suggestion[]>} likeliest first; empty where no word begins so
   */
  async predict(text, count = 3, { signal } = {}) {
    const { segments: before, prefix } = typed(text, this.#unit);
    const { logits } = await this.#states.after(this.#context(before), signal);
    const [first, last] = prefix === '' ? [0, logits.length] : this.#vocabulary.prefixRange(prefix);
    const keep = (/** @type {number} */ id) => Boolean(this.#vocabulary.isWord[id]);
    const whole = logSumExp(logits.subarray(first, last));
    return likeliest(logits, count, { first, last, keep }).map((id) => {
      const word = this.#vocabulary.suggestion(id, prefix, startsSentence(before));
      const probability = Math.exp(logits[id] - whole);
      return { id, word, probability, ...placed(text, before, prefix, word) };
    });
  }

  /**
   * How probable a text is, word by word. Each segment is taken as finished, so its end counts too.
   *
   * @param {string} text
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Score>}
   */
  async score(text, { signal } = {}) {
    const slices = new Slices(signal);
    /** @type {ScoredWord[]} */
    const words = [];
    let { logits, state } = this.#model.step(END, this.#model.zeroState());
    for (const { word, id } of this.#scorable(text)) {
      const logProbability = logits[id] - logSumExp(logits);
      words.push({ word, id, logProbability, unknown: id === UNKNOWN, end: id === END });
      ({ logits, state } = this.#model.step(id, state));
      if (slices.due) await slices.pause();
    }
    const total = words.reduce((sum, { logProbability }) => sum + logProbability, 0);
    const unknown = words.filter((scored) => scored.unknown).length;
    return { words, logProbability: total, perplexity: Math.exp(-total / words.length), unknown };
  }

  /**
   * Continue a prompt word by word.
   *
   * @param {string} prompt
   * @param {GenerateOptions} [options] the same seed gives the same text
   * @param {{signal?: AbortSignal, onWord?: (generated: Generated) => void}} [control]
   *   aborting makes it throw the signal's reason
   * @returns {AsyncGenerator<Generated, void, void>}
   */
  async *generate(prompt, options = {}, { signal, onWord } = {}) {
    const { length = 100, seed = 0, ...sampling } = options;
    const coin = mulberry32(seed);
    const slices = new Slices(signal);
    const before = segments(prompt, this.#unit);
    const context = this.#context(before);
    let { logits, state } = await this.#states.after(context, signal);
    const writer = new Writer(before, this.#unit, this.#vocabulary);
    const spaced = /\s$/u.test(prompt);
    for (let id = context[context.length - 1], written = 0; written < length;) {
      // Nothing is trained to follow an end but a word.
      const excluded = id === END ? [END] : [];
      id = sample(logits, { ...sampling, recent: context.slice(-RECENT), excluded }, coin());
      context.push(id);
      written += id === END ? 0 : 1;
      const generated = {
        id,
        word: id === END ? '' : this.#vocabulary.entry(id),
        text: spaced ? writer.add(id).trimStart() : writer.add(id),
      };
      onWord?.(generated);
      yield generated;
      if (slices.due) await slices.pause();
      ({ logits, state } = this.#model.step(id, state));
    }
  }

  /**
   * Ids that lead to the next word: an end, then each segment, with its own end if it is complete.
   * Of a very long text only the latest part, cut at fixed places so that states are found again.
   *
   * @param {Segment[]} before
   * @returns {number[]}
   */
  #context(before) {
    const ids = [END, ...before.flatMap((segment) => this.#ids(segment))];
    const first = Math.max(0, Math.floor(ids.length / CONTEXT_BLOCK) - 1) * CONTEXT_BLOCK;
    return first === 0 ? ids : [END, ...ids.slice(first)];
  }

  /** @param {Segment} segment */
  #ids({ tokens, complete }) {
    const ids = this.#vocabulary.encode(tokens);
    return complete ? [...ids, END] : ids;
  }

  /** @param {string} text */
  #scorable(text) {
    return segments(text, this.#unit).flatMap(({ tokens }) => {
      const ids = this.#vocabulary.encode(tokens);
      return [...tokens.map((word, place) => ({ word, id: ids[place] })), { word: '', id: END }];
    });
  }
}
