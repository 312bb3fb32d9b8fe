/** Holds the model that the page is running and replaces it with another one. */

import { memory } from '../engine/model/backend.js';
import { Engine } from '../engine/engine.js';
import { loadModel } from '../engine/model/model.js';
import { nextTask } from '../engine/core/slices.js';
import { TimedModel } from './timing.js';
import { END } from '../engine/core/vocabulary.js';

/**
 * @typedef {object} Current
 * @property {Engine} engine
 * @property {TimedModel} timed
 * @property {import('../engine/model/manifest.js').Manifest} manifest
 * @property {string} from where it was loaded from: an address relative to the page, or a file name
 * @property {() => void} dispose
 */

/** By this many steps, the browser has optimised the code that a step runs. */
const WARM_STEPS = 300;
/** Limits warm-up on slow machines, where all the steps would take too long. */
const WARM_MILLISECONDS = 500;

/** Holds one model at a time. Panels read `engine` on each use and are notified of changes. */
export class Host {
  /** @type {Current | undefined} */
  #current;
  /** @type {(() => void)[]} */
  #listeners = [];
  #openings = 0;
  #cold = new AbortController();

  /** @param {'wasm' | 'cpu'} backend */
  constructor(backend) {
    this.backend = backend;
  }

  /** The memory that all tensors use. */
  memory() {
    return memory();
  }

  /** The model in use. `open` must have completed once. */
  get current() {
    if (!this.#current) throw new Error('no model is open');
    return this.#current;
  }

  get engine() {
    return this.current.engine;
  }

  /**
   * @param {() => void} listener called after each change; must abort work on the previous model
   */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Stop warming up, because the user has started to type. */
  stopWarming() {
    this.#cold.abort();
  }

  /**
   * Replace the model in use. It stays in use if the new one cannot be loaded, or if `open` is called
   * again before loading completes.
   *
   * @param {import('../engine/model/manifest.js').ReadFile} readFile
   * @param {string} from
   * @throws {import('../engine/model/manifest.js').ModelError}
   */
  async open(readFile, from) {
    const opening = ++this.#openings;
    const { model, vocabulary } = await loadModel(readFile);
    if (opening !== this.#openings) {
      vocabulary.dispose();
      return model.dispose();
    }
    const timed = new TimedModel(model);
    const before = this.#current;
    const cold = new AbortController();
    this.#cold = cold;
    const engine = new Engine(timed, vocabulary);
    this.#current = {
      engine,
      timed,
      manifest: model.manifest,
      from,
      dispose: () => {
        cold.abort();
        engine.dispose();
      },
    };
    // In plain JavaScript, a step is too slow for warm-up. Errors are ignored here: they will occur
    // again, and be reported, when the user needs a step.
    if (this.backend === 'wasm') warm(model, cold.signal).catch(() => undefined);
    for (const listener of this.#listeners) listener();
    before?.dispose();
  }
}

/**
 * Run steps and discard the results, one per task, so that the browser compiles the code before the
 * first key is typed.
 *
 * @param {import('../engine/core/core.js').StepModel} model
 * @param {AbortSignal} signal
 */
export async function warm(model, signal) {
  const end = performance.now() + WARM_MILLISECONDS;
  /** @type {Float32Array} */
  let state = model.zeroState();
  for (let step = 0; step < WARM_STEPS && performance.now() < end; step += 1) {
    if (signal.aborted) return;
    ({ state } = model.step(END, state));
    await nextTask();
  }
}
