/** Functions for tests and benchmarks: run the page's model in this browser and return the results. */

import { startBackend } from '../engine/model/backend.js';
import { Engine } from '../engine/engine.js';
import { fetchFrom } from '../engine/model/fetching.js';
import { loadModel } from '../engine/model/model.js';
import { evaluate, likeliestAlong, replay } from './replay.js';

async function open() {
  const backend = await startBackend(new URL('wasm/', document.baseURI).href);
  const { model, vocabulary } = await loadModel(fetchFrom(new URL('model/', document.baseURI)));
  return { backend, model, vocabulary };
}

Object.assign(globalThis, {
  /**
   * @param {import('./replay.js').Golden} golden
   * @param {number} [words] number of words to generate and discard first, with the same model
   */
  async replayGolden(golden, words = 0) {
    const { backend, model, vocabulary } = await open();
    const text = new Engine(model, vocabulary).generate('', { length: words });
    while (!(await text.next()).done);
    return { backend, ...(await replay(model, vocabulary, golden)) };
  },

  /** @param {number[][]} documents */
  async evaluateDocuments(documents) {
    const { backend, model, vocabulary } = await open();
    return { backend, ...(await evaluate(model, documents, vocabulary.isWord)) };
  },

  /** @param {number[]} ids */
  async likeliestThree(ids) {
    const { model } = await open();
    return await likeliestAlong(model, ids, 3);
  },
});
