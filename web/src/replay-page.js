/** The page that a test drives: hand `replayGolden` a golden record, and get what this browser computes. */

import { startBackend } from './backend.js';
import { fetchFrom } from './fetching.js';
import { loadModel } from './model.js';
import { replay } from './replay.js';

/** @param {import('./replay.js').Golden} golden */
async function replayGolden(golden) {
  const backend = await startBackend(new URL('wasm/', document.baseURI).href);
  const { model, vocabulary } = await loadModel(fetchFrom(new URL('model/', document.baseURI)));
  const { unit } = model.manifest.text;
  return {
    backend,
    ...(await replay(model, vocabulary, unit, golden)),
  };
}

Object.assign(globalThis, { replayGolden });
