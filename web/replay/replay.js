/**
 * Replays a golden record with a loaded model and returns the outputs as plain numbers. It does not
 * compare them: the tolerances are defined in the verifier.
 */

import { greedy, likeliest, logSumExp } from '../engine/sampling.js';
import { Slices } from '../engine/core/slices.js';
import { END, UNKNOWN } from '../engine/core/vocabulary.js';

const SUGGESTIONS = 3;

/**
 * @typedef {import('../engine/core/core.js').StepModel} StepModel
 * @typedef {import('../engine/core/vocabulary.js').Vocabulary} Vocabulary
 *
 * @typedef {object} Golden the fields of `golden.json` used here
 * @property {{text: string, ids: number[]}[]} text_cases
 * @property {{ids: number[], top_ids: number[][]}} trace
 * @property {{prompt_ids: number[], ids: number[]}} greedy
 * @property {{text: string, ids: number[]}[]} scores
 *
 * @typedef {object} Trace one entry per step
 * @property {number[][]} top_ids as many as recorded, most likely first
 * @property {number[][]} top_logits their logits
 * @property {number[][]} logits_at_top logits of the recorded `top_ids`
 * @property {number[]} state_checksum sum of the absolute values of the new state
 *
 * @typedef {object} Replay
 * @property {Trace} trace
 * @property {number[]} greedy the most likely id at each position of the recorded continuation
 * @property {{text: string, ids: number[], log_probability: number}[]} scores
 * @property {number[][]} text_ids ids of each recorded text case
 */

/**
 * @param {StepModel} model
 * @param {Vocabulary} vocabulary
 * @param {Golden} golden
 * @returns {Promise<Replay>}
 */
export async function replay(model, vocabulary, golden) {
  const slices = new Slices();
  return {
    trace: await trace(model, golden.trace, slices),
    greedy: await continuation(model, golden.greedy, slices),
    scores: await scores(model, golden.scores, slices),
    text_ids: golden.text_cases.map(({ text }) => vocabulary.read(text).map(({ id }) => id)),
  };
}

/**
 * Compute the metrics of `training/measure/metrics.py` as sums over documents. Each document starts with
 * a zero state and `</s>`. An unknown token counts as a word that was not predicted.
 *
 * @typedef {object} Sums
 * @property {number} negative_log_probability nats
 * @property {number} tokens
 * @property {number} words
 * @property {number} first words that are the first suggestion
 * @property {number} among_first words that are among the first three suggestions
 *
 * @param {StepModel} model
 * @param {number[][]} documents ids to predict, including the end tokens of segments
 * @param {Uint8Array} isWord [vocabulary], 1 for entries that can be suggested
 * @returns {Promise<Sums>}
 */
export async function evaluate(model, documents, isWord) {
  const slices = new Slices();
  const sums = { negative_log_probability: 0, tokens: 0, words: 0, first: 0, among_first: 0 };
  for (const ids of documents) {
    let { logits, state } = model.step(END, model.zeroState());
    for (const id of ids) {
      count(sums, logits, id, isWord);
      ({ logits, state } = model.step(id, state));
      if (slices.due) await slices.pause();
    }
  }
  return sums;
}

/**
 * @param {Sums} sums
 * @param {Float32Array} logits
 * @param {number} target
 * @param {Uint8Array} isWord
 */
function count(sums, logits, target, isWord) {
  sums.negative_log_probability += logSumExp(logits) - logits[target];
  sums.tokens += 1;
  if (!isWord[target] && target !== UNKNOWN) return;
  sums.words += 1;
  const keep = (/** @type {number} */ id) => Boolean(isWord[id]);
  const place = likeliest(logits, SUGGESTIONS, { keep }).indexOf(target);
  sums.first += Number(place === 0);
  sums.among_first += Number(place >= 0);
}

/**
 * The most likely ids after each of `ids`, starting from a zero state.
 *
 * @param {StepModel} model
 * @param {number[]} ids
 * @param {number} many
 * @returns {Promise<number[][]>}
 */
export async function likeliestAlong(model, ids, many) {
  const slices = new Slices();
  const found = [];
  let state = model.zeroState();
  for (const id of ids) {
    const step = model.step(id, state);
    state = step.state;
    found.push(likeliest(step.logits, many));
    if (slices.due) await slices.pause();
  }
  return found;
}

/**
 * @param {StepModel} model
 * @param {Golden['trace']} recorded
 * @param {Slices} slices
 * @returns {Promise<Trace>}
 */
async function trace(model, recorded, slices) {
  /** @type {Trace} */
  const measured = { top_ids: [], top_logits: [], logits_at_top: [], state_checksum: [] };
  let state = model.zeroState();
  for (const [place, id] of recorded.ids.entries()) {
    const step = model.step(id, state);
    state = step.state;
    const expected = recorded.top_ids[place];
    const top = likeliest(step.logits, expected.length);
    measured.top_ids.push(top);
    measured.top_logits.push(top.map((one) => step.logits[one]));
    measured.logits_at_top.push(expected.map((one) => step.logits[one]));
    measured.state_checksum.push(state.reduce((sum, value) => sum + Math.abs(value), 0));
    if (slices.due) await slices.pause();
  }
  return measured;
}

/**
 * The most likely id at each position of the recorded continuation. The model reads the recorded ids,
 * not the ones it would choose.
 *
 * @param {StepModel} model
 * @param {Golden['greedy']} recorded
 * @param {Slices} slices
 */
async function continuation(model, recorded, slices) {
  let state = model.zeroState();
  /** @type {Float32Array} */
  let logits = new Float32Array();
  for (const id of recorded.prompt_ids) ({ logits, state } = model.step(id, state));
  const ids = [];
  for (const id of recorded.ids) {
    ids.push(greedy(logits));
    ({ logits, state } = model.step(id, state));
    if (slices.due) await slices.pause();
  }
  return ids;
}

/**
 * @param {StepModel} model
 * @param {Golden['scores']} recorded
 * @param {Slices} slices
 */
async function scores(model, recorded, slices) {
  const measured = [];
  for (const { text, ids } of recorded) {
    measured.push({ text, ids, log_probability: await score(model, ids, slices) });
  }
  return measured;
}

/**
 * @param {StepModel} model
 * @param {number[]} ids
 * @param {Slices} slices
 * @returns {Promise<number>} natural logarithm of the probability of `ids` after `</s>`
 */
async function score(model, ids, slices) {
  let { logits, state } = model.step(END, model.zeroState());
  let sum = 0;
  for (const id of ids) {
    sum += logits[id] - logSumExp(logits);
    ({ logits, state } = model.step(id, state));
    if (slices.due) await slices.pause();
  }
  return sum;
}
