/** Hidden states of texts that were read before, so that a key costs one step and Backspace none. */

import { Slices } from './slices.js';

/**
 * @typedef {import('./model.js').Step} Step
 *
 * @typedef {object} StepModel what is needed of a model
 * @property {(id: number, state: Float32Array) => Step} step
 * @property {(id: number, state: Float32Array) => Float32Array} advance
 * @property {() => Float32Array} zeroState
 * @property {(id: number) => Float32Array | undefined} [wordVector] where it can be had
 * @property {() => void} [dispose] frees its weights
 *
 * @typedef {{state: Float32Array, next: Map<number, Node>}} Node the state after the ids on the way to it
 */

const MOST_NODES = 4096;

/** A tree of states; the way from its root is a text, token by token. */
export class States {
  #nodes = 0;
  /** @type {Node} */
  #root;
  /** @type {{ids: string, step: Step} | undefined} */
  #latest;

  /** @param {StepModel} model */
  constructor(model) {
    this.model = model;
    this.#root = { state: model.zeroState(), next: new Map() };
  }

  /**
   * The network's output after the given tokens.
   *
   * @param {readonly number[]} ids at least one; the first follows the zero state
   * @param {AbortSignal} [signal]
   * @returns {Promise<Step>} shared with later calls: read it, do not change it
   */
  async after(ids, signal) {
    const key = ids.join(' ');
    if (this.#latest?.ids === key) return this.#latest.step;
    if (this.#nodes + ids.length > MOST_NODES) this.#forget();
    const slices = new Slices(signal);
    let node = this.#root;
    for (const id of ids.slice(0, -1)) {
      node = node.next.get(id) ?? this.#grow(node, id, this.model.advance(id, node.state));
      if (slices.due) await slices.pause();
    }
    const last = ids[ids.length - 1];
    const step = this.model.step(last, node.state);
    if (!node.next.has(last)) this.#grow(node, last, step.state);
    this.#latest = { ids: key, step };
    return step;
  }

  /**
   * @param {Node} node
   * @param {number} id
   * @param {Float32Array} state
   * @returns {Node}
   */
  #grow(node, id, state) {
    const child = { state, next: new Map() };
    node.next.set(id, child);
    this.#nodes += 1;
    return child;
  }

  /** Start anew: bounded memory matters more than a text of an hour ago. */
  #forget() {
    this.#nodes = 0;
    this.#root = { state: this.model.zeroState(), next: new Map() };
  }
}
