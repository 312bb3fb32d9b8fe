/** The page that tests and measurements drive: what this browser computes with the model beside it. */

import { startBackend } from './backend.js';
import { fetchFrom } from './fetching.js';
import { loadModel } from './model.js';
import { evaluate, likeliestAlong, replay } from './replay.js';

async function open() {
  const backend = await startBackend(new URL('wasm/', document.baseURI).href);
  const { model, vocabulary } = await loadModel(fetchFrom(new URL('model/', document.baseURI)));
  return { backend, model, vocabulary };
}

Object.assign(globalThis, {
  /** @param {import('./replay.js').Golden} golden */
  async replayGolden(golden) {
    const { backend, model, vocabulary } = await open();
    const { unit } = model.manifest.text;
    return { backend, ...(await replay(model, vocabulary, unit, golden)) };
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
