/** How long the steps of a model take. */

const KEPT = 256;

/**
 * A model that takes the time of its own steps.
 *
 * @implements {StepModel}
 * @typedef {import('./states.js').StepModel} StepModel
 */
export class TimedModel {
  #model;
  #times = new Float64Array(KEPT);
  /** How many steps there were. */
  steps = 0;

  /** @param {StepModel} model */
  constructor(model) {
    this.#model = model;
  }

  zeroState() {
    return this.#model.zeroState();
  }

  /**
   * @param {number} token
   * @param {Float32Array} state
   */
  step(token, state) {
    const began = performance.now();
    const result = this.#model.step(token, state);
    this.#times[this.steps % KEPT] = performance.now() - began;
    this.steps += 1;
    return result;
  }

  /**
   * @param {number} token
   * @param {Float32Array} state
   */
  advance(token, state) {
    return this.#model.advance(token, state);
  }

  /** @param {number} token */
  wordVector(token) {
    return this.#model.wordVector?.(token);
  }

  /**
   * @returns {{median: number, p95: number} | undefined} milliseconds, of the latest full steps
   */
  summary() {
    const times = this.#times.slice(0, Math.min(this.steps, KEPT)).sort();
    if (times.length === 0) return undefined;
    const at = (/** @type {number} */ share) => times[Math.floor(share * (times.length - 1))];
    return { median: at(0.5), p95: at(0.95) };
  }
}
