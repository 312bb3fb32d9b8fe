/**
 * The engine: predicts, scores and generates text with a model, and looks inside it. It does not use the
 * DOM. Long tasks pause regularly so that a page stays responsive.
 */

import { checkObject, checkText, checkWhole } from './arguments.js';
import { inspect } from './inside.js';
import { mulberry32 } from './random.js';
import { likeliest, likeliestWords, logSumExp, sample } from './sampling.js';
import { settingsOf } from './settings.js';
import { Slices } from './slices.js';
import { States } from './states.js';
import { checkSegmentation, segments, typed } from './text.js';
import { Writer, placed, startsSentence } from './writing.js';
import { END, UNKNOWN, Vocabulary } from './vocabulary.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 * @typedef {import('./states.js').StepModel} StepModel
 * @typedef {import('./writing.js').Segment} Segment
 * @typedef {{id: number, word: string}} Token `word` is as written; empty for an end token
 *
 * @typedef {object} Suggestion
 * @property {number} id
 * @property {string} word in the case that fits the typed letters
 * @property {number} probability among all words, or among the words that match the typed letters
 * @property {number} replaces number of characters before the cursor to replace
 * @property {string} insert the text to insert, including spaces
 *
 * @typedef {{id: number, word: string, probability: number}} Expected a predicted word; `word` is
 *   empty for the end token
 *
 * @typedef {object} ScoredWord
 * @property {string} word as written; empty for the end token
 * @property {number} id
 * @property {number} logProbability natural log-probability given all earlier words; for an unknown
 *   word, its `spelling` is subtracted
 * @property {boolean} unknown whether the word is outside the vocabulary
 * @property {number} spelling cost of spelling an unknown word, in nats; 0 for other words
 * @property {boolean} end whether it is the end of the message, sentence or line
 * @property {number} rank 1 if no other word was more likely here
 * @property {Expected[]} expected the most likely words here, most likely first
 *
 * @typedef {object} Score
 * @property {ScoredWord[]} words
 * @property {number} logProbability sum of the words' log-probabilities
 * @property {number} perplexity exp of the mean negative log-probability, without the spelling of
 *   unknown words; NaN if there are no words
 * @property {number} unknown number of words outside the vocabulary
 *
 * @typedef {import('./settings.js').GenerateOptions} GenerateOptions
 *
 * @typedef {object} Generated
 * @property {number} id
 * @property {string} word the vocabulary entry; empty for an end token
 * @property {string} text all text generated so far, to append to the prompt
 */

const CONTEXT_BLOCK = 1024;
/** The repetition penalty applies to this many recent words. */
const RECENT = 64;
/** Number of predicted words returned for each scored word and each inspected step. */
const EXPECTED = 4;
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
  #states;
  /** @type {Segmentation} */
  #segmentation;

  /**
   * @param {StepModel} model
   * @param {Vocabulary} vocabulary
   * @param {Segmentation} segmentation what ends with `</s>`
   */
  constructor(model, vocabulary, segmentation) {
    checkObject(model, 'model');
    if (!(vocabulary instanceof Vocabulary)) throw new TypeError('vocabulary must be a Vocabulary');
    checkSegmentation(segmentation);
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#segmentation = segmentation;
    this.#states = new States(model);
  }

  /**
   * Predict the next word, or complete the word being typed. Letters may be typed without their
   * apostrophes and accents.
   *
   * @param {string} text all text before the cursor
   * @param {number} [count] maximum number of suggestions, at least 1
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Suggestion[]>} most likely first; empty if no word matches
   * @throws {TypeError | RangeError} for invalid arguments
   */
  async predict(text, count = 3, control = {}) {
    checkText(text, 'text');
    checkWhole(count, 'count', { least: 1 });
    checkObject(control, 'control');
    const { segments: before, prefix } = typed(text, this.#segmentation);
    const { logits } = await this.#states.after(this.#context(before), control.signal);
    const ids = this.#vocabulary.completions(prefix);
    const among = new Float32Array(ids.length);
    for (let place = 0; place < ids.length; place += 1) among[place] = logits[ids[place]];
    const whole = logSumExp(prefix === '' ? logits : among);
    return likeliestWords(this.#vocabulary, ids, among, count).map((id) => {
      const word = this.#vocabulary.suggestion(id, prefix, startsSentence(before));
      const probability = Math.exp(logits[id] - whole);
      return { id, word, probability, ...placed(text, before, prefix, word) };
    });
  }

  /**
   * Free the model's weights. The engine cannot be used afterwards.
   */
  dispose() {
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
    for (const token of this.#scorable(text)) {
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
    const context = this.#context(segments(prompt, this.#segmentation));
    let { logits, state } = await this.#states.after(context, signal);
    const writer = new Writer(prompt, this.#segmentation, this.#vocabulary);
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
    const tokens = this.#tokens(segments(text, this.#segmentation));
    const earlier = tokens.slice(0, -count).map(({ id }) => id);
    const before = earlier.length > 0 ? await this.#states.after(earlier, signal) : undefined;
    const reading = { tokens: tokens.slice(-count), before, earlier: earlier.length };
    return await inspect(
      this.#model,
      reading,
      (logits) => this.#expected(logits),
      new Slices(signal),
    );
  }

  /**
   * The ids to read before the next word, as returned by `#tokens`.
   *
   * @param {Segment[]} before
   * @returns {number[]}
   */
  #context(before) {
    return this.#tokens(before).map(({ id }) => id);
  }

  /**
   * An end token, then the tokens of each segment, with an end token after each complete one. A very
   * long text is cut at multiples of a fixed length, so that cached states can be reused.
   *
   * @param {Segment[]} before
   * @returns {Token[]}
   */
  #tokens(before) {
    const start = { word: '', id: END };
    const tokens = [start, ...before.flatMap((segment) => this.#read(segment, segment.complete))];
    const first = Math.max(0, Math.floor(tokens.length / CONTEXT_BLOCK) - 1) * CONTEXT_BLOCK;
    return first === 0 ? tokens : [start, ...tokens.slice(first)];
  }

  /**
   * @param {Segment} segment
   * @param {boolean} ended
   * @returns {Token[]}
   */
  #read({ tokens }, ended) {
    const ids = this.#vocabulary.encode(tokens);
    const words = tokens.map((word, place) => ({ word, id: ids[place] }));
    return ended ? [...words, { word: '', id: END }] : words;
  }

  /** @param {string} text */
  #scorable(text) {
    return segments(text, this.#segmentation).flatMap((segment) => this.#read(segment, true));
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
      expected: this.#expected(logits),
    };
  }

  /**
   * @param {Float32Array} logits
   * @returns {Expected[]}
   */
  #expected(logits) {
    const whole = logSumExp(logits);
    const keep = (/** @type {number} */ id) => id !== UNKNOWN;
    return likeliest(logits, EXPECTED, { keep }).map((id) => ({
      id,
      word: id === END ? '' : this.#vocabulary.entry(id),
      probability: Math.exp(logits[id] - whole),
    }));
  }
}
