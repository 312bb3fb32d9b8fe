/** How long the steps of a model take. */

/** Clocks of browsers tick as slowly as once a millisecond: only the sum of many steps tells anything. */
const BATCH = 16;
const KEPT = 64;
const MOST_DIGITS = 2;
/** How many ticks of the clock are looked at, and for how long. */
const TICKS = 12;
const TICKS_MILLISECONDS = 30;

/**
 * A model that takes the time of its own steps.
 *
 * @implements {StepModel}
 * @typedef {import('../engine/states.js').StepModel} StepModel
 */
export class TimedModel {
  #model;
  #now;
  #batches = new Float64Array(KEPT);
  #running = 0;
  /** @type {number | undefined} by how much the clock moves at once */
  #tick;
  /** How many steps there were. */
  steps = 0;

  /**
   * @param {StepModel} model
   * @param {() => number} [now] milliseconds
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

  /**
   * The time of a step, as the mean of each of the latest batches of 16.
   *
   * @returns {{median: number, p95: number, digits: number} | undefined} milliseconds, and how many
   *   digits behind the point the clock can tell; nothing before the first batch
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
 * @returns {number} milliseconds from one tick of a clock to the next
 */
function tickOf(now) {
  const began = now();
  let [latest, least] = [began, Infinity];
  // The smallest of some: other programs may hold this one up in between.
  for (let ticks = 0; ticks < TICKS && latest - began < TICKS_MILLISECONDS; ticks += 1) {
    const before = latest;
    while (latest === before) latest = now();
    least = Math.min(least, latest - before);
  }
  return least;
}

/** @param {number} resolution of a number that is to be shown */
const digitsOf = (resolution) =>
  Math.max(0, Math.min(MOST_DIGITS, Math.floor(-Math.log10(resolution))));
