/** Inspects the network while it reads: states, predictions, and the influence of each word. */

import { likeliest, logSoftmax } from './sampling.js';

/**
 * @typedef {import('./core/core.js').Step} Step
 * @typedef {import('./core/core.js').StepModel} StepModel
 * @typedef {import('./core/slices.js').Slices} Slices
 * @typedef {import('./core/vocabulary.js').Token} Token
 * @typedef {import('./results.js').Expected} Expected
 *
 * @typedef {object} Reading
 * @property {Token[]} tokens the tokens to inspect, at least one
 * @property {Step} [before] the step before the first token; omitted at the start of the text
 * @property {number} earlier number of tokens read before
 *
 * @typedef {object} Influence how the final prediction changes if the network skips this word
 * @property {number} bits Kullback-Leibler divergence D(with‖without) of the two predictions
 * @property {number} probability new probability of the word that is most likely when nothing is skipped
 * @property {Expected[]} expected the most likely words when this word is skipped
 *
 * @typedef {object} LookStep
 * @property {string} word as written; empty for an end token
 * @property {number} id x_t as a vocabulary id
 * @property {Float32Array | undefined} vector x_t as a word vector, [embedding size]
 * @property {Float32Array} state s_t, [layers * units]
 * @property {Expected[]} expected the largest values of o_t, most likely first
 * @property {number} [probability] probability that the previous step predicted for this word
 * @property {Influence} influence
 *
 * @typedef {{steps: LookStep[], earlier: number}} Look `earlier` counts tokens before the first step
 */

/**
 * The range that a colour scale for the states must cover. It is at least 1, the limit of tanh; other
 * activations can exceed it.
 *
 * @param {{state: Float32Array}[]} steps
 * @returns {{most: number, negative: boolean}} the largest magnitude, at least 1, and whether any value is negative
 */
export function stateBounds(steps) {
  let [most, negative] = [1, false];
  for (const { state } of steps) {
    for (const value of state) {
      most = Math.max(most, Math.abs(value));
      negative ||= value < 0;
    }
  }
  return { most, negative };
}

/**
 * Read the tokens one by one, then again with each of them left out in turn.
 *
 * @param {StepModel} model
 * @param {Reading} reading
 * @param {(logits: Float32Array) => Expected[]} expected
 * @param {Slices} slices
 * @returns {Promise<Look>}
 */
export async function inspect(model, { tokens, before, earlier }, expected, slices) {
  const states = [before?.state ?? model.zeroState()];
  const logits = [before?.logits];
  for (const { id } of tokens) {
    const step = model.step(id, states[states.length - 1]);
    states.push(step.state);
    logits.push(step.logits);
    if (slices.due) await slices.pause();
  }
  const steps = [];
  for (const [place, { word, id }] of tokens.entries()) {
    const rest = tokens.slice(place + 1);
    const without = await prediction(model, { state: states[place], logits: logits[place] }, rest);
    steps.push({
      word,
      id,
      vector: model.wordVector?.(id),
      state: states[place + 1],
      expected: expected(/** @type {Float32Array} */ (logits[place + 1])),
      probability: chance(logits[place], id),
      influence: influence(logits[logits.length - 1], without, expected),
    });
    if (slices.due) await slices.pause();
  }
  return { steps, earlier };
}

/**
 * @param {StepModel} model
 * @param {{state: Float32Array, logits: Float32Array | undefined}} from
 * @param {Token[]} rest
 * @returns {Promise<Float32Array | undefined>} logits after the rest; `undefined` if nothing was read
 */
async function prediction(model, { state, logits }, rest) {
  if (rest.length === 0) return logits;
  for (const { id } of rest.slice(0, -1)) state = model.advance(id, state);
  return model.step(rest[rest.length - 1].id, state).logits;
}

/**
 * @param {Float32Array | undefined} logits
 * @param {number} id
 */
const chance = (logits, id) => (logits ? Math.exp(logSoftmax(logits)[id]) : undefined);

/**
 * @param {Float32Array | undefined} full
 * @param {Float32Array | undefined} without
 * @param {(logits: Float32Array) => Expected[]} expected
 * @returns {Influence}
 */
function influence(full, without, expected) {
  if (!full || !without) return { bits: NaN, probability: NaN, expected: [] };
  const [favourite] = likeliest(full, 1);
  return {
    bits: divergence(full, without),
    probability: Number(chance(without, favourite)),
    expected: expected(without),
  };
}

/**
 * The Kullback-Leibler divergence D(p‖q), where p is the softmax of `logits` and q that of `other`.
 *
 * @param {Float32Array} logits
 * @param {Float32Array} other
 * @returns {number} bits, 0 or more
 */
export function divergence(logits, other) {
  const [right, wrong] = [logSoftmax(logits), logSoftmax(other)];
  let sum = 0;
  for (let id = 0; id < right.length; id += 1) {
    const share = Math.exp(right[id]);
    if (share > 0) sum += share * (right[id] - wrong[id]);
  }
  return Math.max(0, sum / Math.LN2);
}
