/** Measures how long the steps of a model take. */

/** Some browsers' clocks have a resolution of 1 ms, so steps are timed in batches. */
const BATCH = 16;
const KEPT = 64;
const MOST_DIGITS = 2;
/** Limits for measuring the clock's resolution: number of ticks, and time. */
const TICKS = 12;
const TICKS_MILLISECONDS = 30;

/**
 * Wraps a model and measures the time of its steps.
 *
 * @implements {StepModel}
 * @typedef {import('../engine/core/core.js').StepModel} StepModel
 */
export class TimedModel {
  #model;
  #now;
  #batches = new Float64Array(KEPT);
  #running = 0;
  /** @type {number | undefined} resolution of the clock in milliseconds */
  #tick;
  /** Number of steps so far. */
  steps = 0;

  /**
   * @param {StepModel} model
   * @param {() => number} [now] returns the time in milliseconds
   */
  constructor(model, now = () => performance.now()) {
    this.#model = model;
    this.#now = now;
  }

  zeroState() {
    return this.#model.zeroState();
  }

  /**
   * @param {number} id
   * @param {Float32Array} state
   */
  step(id, state) {
    const began = this.#now();
    const result = this.#model.step(id, state);
    this.#running += this.#now() - began;
    this.steps += 1;
    if (this.steps % BATCH === 0) {
      this.#batches[(this.steps / BATCH - 1) % KEPT] = this.#running / BATCH;
      this.#running = 0;
    }
    return result;
  }

  /**
   * @param {number} id
   * @param {Float32Array} state
   */
  advance(id, state) {
    return this.#model.advance(id, state);
  }

  /** @param {number} id */
  wordVector(id) {
    return this.#model.wordVector?.(id);
  }

  dispose() {
    this.#model.dispose?.();
  }

  /**
   * Median and 95th percentile of the time per step, over the means of the latest batches.
   *
   * @returns {{median: number, p95: number, digits: number} | undefined} milliseconds, and the number
   *   of decimal places that the clock can resolve; `undefined` before the first batch
   */
  summary() {
    const count = Math.min(Math.floor(this.steps / BATCH), KEPT);
    if (count === 0) return undefined;
    const times = this.#batches.slice(0, count).sort();
    const at = (/** @type {number} */ share) => times[Math.floor(share * (count - 1))];
    this.#tick ??= tickOf(this.#now);
    return { median: at(0.5), p95: at(0.95), digits: digitsOf(this.#tick / BATCH) };
  }
}

/**
 * @param {() => number} now
 * @returns {number} milliseconds between two ticks of the clock
 */
function tickOf(now) {
  const began = now();
  let [latest, least] = [began, Infinity];
  // Take the minimum: other programs may delay some of the readings.
  for (let ticks = 0; ticks < TICKS && latest - began < TICKS_MILLISECONDS; ticks += 1) {
    const before = latest;
    while (latest === before) latest = now();
    least = Math.min(least, latest - before);
  }
  return least;
}

/** @param {number} resolution of the number to display */
const digitsOf = (resolution) =>
  Math.max(0, Math.min(MOST_DIGITS, Math.floor(-Math.log10(resolution))));
