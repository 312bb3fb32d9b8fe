/**
 * What can be done with a model: predict, score, generate, look inside. DOM-free; long work pauses
 * regularly so that a page stays responsive.
 */

import { checkBetween, checkObject, checkText, checkWhole } from './arguments.js';
import { inspect } from './inside.js';
import { mulberry32 } from './random.js';
import { checkSampling, likeliest, likeliestWords, logSumExp, sample } from './sampling.js';
import { Slices } from './slices.js';
import { States } from './states.js';
import { checkSegmentation, segments, typed } from './text.js';
import { Writer, placed, startsSentence } from './writing.js';
import { END, UNKNOWN, Vocabulary } from './vocabulary.js';

/**
 * @typedef {import('./manifest.js').Segmentation} Segmentation
 * @typedef {import('./states.js').StepModel} StepModel
 * @typedef {import('./writing.js').Segment} Segment
 * @typedef {{id: number, word: string}} Token `word` as it was written; empty for an end
 *
 * @typedef {object} Suggestion
 * @property {number} id
 * @property {string} word in the case that fits what was typed
 * @property {number} probability among all words, or among those that the typed letters may become
 * @property {number} replaces how many characters before the cursor it stands for
 * @property {string} insert what to put there, with the spaces around it
 *
 * @typedef {{id: number, word: string, probability: number}} Expected a word that could have come;
 *   `word` is empty for the end
 *
 * @typedef {object} ScoredWord
 * @property {string} word as it was written; empty for the end
 * @property {number} id
 * @property {number} logProbability natural logarithm, given everything before it; that of an unknown
 *   word includes minus its `spelling`
 * @property {boolean} unknown it is outside the vocabulary
 * @property {number} spelling what it costs to spell an unknown word, in nats; 0 for others
 * @property {boolean} end it is the end of the message, sentence or line
 * @property {number} rank 1 if no other word was likelier here
 * @property {Expected[]} expected the likeliest words here, likeliest first
 *
 * @typedef {object} Score
 * @property {ScoredWord[]} words
 * @property {number} logProbability the sum, natural logarithm
 * @property {number} perplexity exp of minus the mean, the spelling of unknown words left out, as
 *   perplexity is defined; NaN without words
 * @property {number} unknown how many words are outside the vocabulary
 *
 * @typedef {import('./sampling.js').SamplingOptions & {length?: number, seed?: number}} GenerateOptions
 *   `length` counts tokens: words and punctuation marks, but no ends of segments; Infinity: until it is aborted
 *
 * @typedef {object} Generated
 * @property {number} id
 * @property {string} word the entry; empty for an end
 * @property {string} text everything generated so far, to be put right behind the prompt
 */

const CONTEXT_BLOCK = 1024;
/** The penalty for repetitions looks at this many words. */
const RECENT = 64;
/** How many of the likeliest words are told for each that is scored, and for each step inside. */
const EXPECTED = 4;
const LARGEST_SEED = Number.MAX_SAFE_INTEGER;
/** Columns that fit beside each other, and steps that are quickly computed again without a word. */
const LOOK = 10;

/** One model and its vocabulary, ready for texts. */
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
   * The likeliest next words, or completions of the letters typed last, even without their
   * apostrophes and accents.
   *
   * @param {string} text everything before the cursor
   * @param {number} [count] at least 1
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Suggestion[]>} likeliest first; empty if no word matches
   * @throws {TypeError | RangeError} for other arguments
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
   * How probable a text is, word by word. Each segment is taken as finished, so its end counts too. A
   * word outside the vocabulary is charged for being unknown and for its spelling.
   *
   * @param {string} text
   * @param {{signal?: AbortSignal}} [control]
   * @returns {Promise<Score>}
   * @throws {TypeError} for other arguments
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
   *   aborting makes it throw the signal's reason
   * @returns {AsyncGenerator<Generated, void, void>}
   * @throws {TypeError | RangeError} for other arguments, at once
   */
  generate(prompt, options = {}, control = {}) {
    checkText(prompt, 'prompt');
    checkObject(options, 'options');
    checkObject(control, 'control');
    const { length = 100, seed = 0, ...sampling } = options;
    checkWhole(length, 'length', { least: 0, endless: true });
    checkBetween(seed, 'seed', { least: -LARGEST_SEED, most: LARGEST_SEED });
    checkSampling(sampling);
    return this.#generate(prompt, { ...sampling, length, seed }, control);
  }

  /**
   * @param {string} prompt
   * @param {GenerateOptions & {length: number, seed: number}} options
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
      // Nothing is trained to follow an end but a word.
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
   * What happens inside while the last words of a text are read: the state after each, what is
   * expected next, and the influence of each word on the current prediction.
   *
   * @param {string} text its last word is taken as finished
   * @param {{count?: number, signal?: AbortSignal}} [control] how many words at most, at least 1
   * @returns {Promise<import('./inside.js').Look>}
   * @throws {TypeError | RangeError} for other arguments
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
   * Ids that lead to the next word, as `#tokens` gives them.
   *
   * @param {Segment[]} before
   * @returns {number[]}
   */
  #context(before) {
    return this.#tokens(before).map(({ id }) => id);
  }

  /**
   * An end, then each segment, with its own end if it is complete. Of a very long text only the
   * latest part, cut at fixed places so that states are found again.
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
   * @param {Float32Array} logits what was expected in its place
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
