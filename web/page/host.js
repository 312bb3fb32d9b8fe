/** The model that the page runs now, and the change to another one. */

import { memory } from '../engine/backend.js';
import { Engine } from '../engine/engine.js';
import { loadModel } from '../engine/model.js';
import { nextTask } from '../engine/slices.js';
import { TimedModel } from './timing.js';
import { END } from '../engine/vocabulary.js';

/**
 * @typedef {object} Current
 * @property {Engine} engine
 * @property {TimedModel} timed
 * @property {import('../engine/manifest.js').Manifest} manifest
 * @property {import('../engine/manifest.js').Segmentation} segmentation
 * @property {string} from where it lies: an address below the page, or the name of a file
 * @property {() => void} dispose
 */

/** After so many steps, a browser has compiled well what a step runs. */
const WARM_STEPS = 300;
/** Where a step is slow, so many would keep the page busy for long. */
const WARM_MILLISECONDS = 500;

/** Holds one model at a time; panels ask it for the engine each time, and hear of changes. */
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

  /** What all tensors take. */
  memory() {
    return memory();
  }

  /** The model in use; one was opened before anything asks. */
  get current() {
    if (!this.#current) throw new Error('no model is open');
    return this.#current;
  }

  get engine() {
    return this.current.engine;
  }

  /**
   * @param {() => void} listener called after each change; it must abort what runs on the model before
   */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /** Somebody types: no more steps are taken for nobody. */
  stopWarming() {
    this.#cold.abort();
  }

  /**
   * Put another model in the place of the one in use, which stays if this one cannot be loaded, or if
   * still another one was asked for meanwhile.
   *
   * @param {import('../engine/manifest.js').ReadFile} readFile
   * @param {string} from
   * @throws {import('../engine/manifest.js').ModelError}
   */
  async open(readFile, from) {
    const opening = ++this.#openings;
    const { model, vocabulary } = await loadModel(readFile);
    if (opening !== this.#openings) return model.dispose();
    const { manifest } = model;
    const { segmentation } = manifest.text;
    const timed = new TimedModel(model);
    const before = this.#current;
    const cold = new AbortController();
    this.#cold = cold;
    const engine = new Engine(timed, vocabulary, segmentation);
    this.#current = {
      engine,
      timed,
      manifest,
      segmentation,
      from,
      dispose: () => {
        cold.abort();
        model.dispose();
      },
    };
    // In plain JavaScript a step lasts too long to be taken for nobody. What fails here fails again,
    // and is told, where somebody asks for it.
    if (this.backend === 'wasm') warm(model, cold.signal).catch(() => undefined);
    // Completing builds an index the first time: not at the first letter that is typed.
    nextTask().then(() => vocabulary.completions('a'));
    for (const listener of this.#listeners) listener();
    before?.dispose();
  }
}

/**
 * Take steps that nobody asked for, one in a task: those of a typist are rare, and would find code
 * that was not compiled yet.
 *
 * @param {import('../engine/states.js').StepModel} model
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
