/** The page: load the model, then hand it to the three panels. Errors are shown in words. */

import { startBackend } from './backend.js';
import { Engine } from './engine.js';
import { ModelError } from './manifest.js';
import { loadModel } from './model.js';
import { describe } from './ui-about.js';
import { startGenerating } from './ui-generate.js';
import { startScoring } from './ui-score.js';
import { startTabs } from './ui-tabs.js';
import { startWriting } from './ui-write.js';
import { byId } from './ui.js';
import { fetchFrom } from './fetching.js';

const SLOW =
  'WebAssembly did not start here, so the model runs in plain JavaScript: it works, slowly.';

async function start() {
  const [backend, { model, vocabulary }] = await prepare();
  const { unit } = model.manifest.text;
  const engine = new Engine(model, vocabulary, unit);
  startWriting(engine, fail);
  startGenerating(engine, fail);
  startScoring(engine, unit, fail);
  startTabs(byId('tabs', HTMLElement));
  describe(model.manifest, backend);
  say(backend === 'wasm' ? '' : SLOW, 'slow');
  document.documentElement.dataset.ready = backend;
}

/** The backend first: a graph is loaded into the one that runs. */
async function prepare() {
  const backend = await startBackend(new URL('wasm/', document.baseURI).href);
  return /** @type {const} */ ([
    backend,
    await loadModel(fetchFrom(new URL('model/', document.baseURI))),
  ]);
}

/**
 * @param {string} text nothing hides the line
 * @param {'slow' | 'failed'} kind
 */
function say(text, kind) {
  const status = byId('status', HTMLElement);
  byId('status-text', HTMLElement).textContent = text;
  status.className = `status ${kind}`;
  status.hidden = text === '';
}

/** @param {unknown} error */
function fail(error) {
  const known = error instanceof ModelError;
  const reason = error instanceof Error ? error.message : String(error);
  say(known ? reason : `Something went wrong: ${reason}. Load the page again.`, 'failed');
}

start().catch(fail);
