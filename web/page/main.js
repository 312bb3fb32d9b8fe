/** Entry point of the page: loads the model, starts the panels and displays errors. */

import { loadCore } from '../engine/core/core.js';
import { fetchFrom } from '../engine/model/fetching.js';
import { ModelError } from '../engine/model/manifest.js';
import { startAbout } from './about/about.js';
import { startApp } from './app.js';
import { startFields } from './fields.js';
import { startGenerating } from './generate/generate.js';
import { formula } from './inside/formula.js';
import { startInside } from './inside/inside.js';
import { startLearning } from './learning/panel.js';
import { startScoring } from './score/score.js';
import { startTabs } from './tabs.js';
import { startWriting } from './write/write.js';
import { byId } from './ui.js';

const MODEL = 'model/';
const SLOW =
  'TensorFlow.js could not load its WebAssembly files, so the model runs in plain JavaScript, which is slower.';

async function start() {
  startFields();
  const host = await openHost();
  startWriting(host, startLearning(host, fail), fail);
  startGenerating(host, fail);
  startScoring(host, fail);
  startInside(host, fail);
  startAbout(host, fail);
  startTabs(byId('tabs', HTMLElement));
  showFormula(host);
  host.onChange(() => showFormula(host));
  say(host.backend === 'wasm' ? '' : SLOW, 'slow');
  document.documentElement.dataset.ready = host.backend;
}

/**
 * TensorFlow.js makes up most of the page's code, so it loads in the background while the user can
 * already type. The backend must start before a graph is loaded into it.
 */
async function openHost() {
  const loading = loadCore();
  loading.catch(() => undefined); // reported when the model is opened
  const { startBackend } = await import('../engine/model/backend.js');
  const [backend, { Host }] = await Promise.all([
    startBackend(new URL('wasm/', document.baseURI).href),
    import('./host.js'),
  ]);
  const host = new Host(backend);
  addEventListener('keydown', () => host.stopWarming());
  await host.open(fetchFrom(new URL(MODEL, document.baseURI)), MODEL);
  return host;
}

/** @param {import('./host.js').Host} host */
function showFormula({ current: { manifest } }) {
  byId('footer-formula', HTMLElement).replaceChildren(...formula(manifest.formula ?? ''));
}

/**
 * @param {string} text an empty string hides the status line
 * @param {'slow' | 'failed'} kind
 */
function say(text, kind) {
  const status = byId('status', HTMLElement);
  status.textContent = text;
  status.className = `status ${kind}`;
  status.hidden = text === '';
}

/** @param {unknown} error */
function fail(error) {
  const known = error instanceof ModelError;
  const reason = error instanceof Error ? error.message : String(error);
  say(known ? reason : `Something went wrong: ${reason}. Reload the page.`, 'failed');
  const loading = document.documentElement.dataset.ready === undefined;
  if (loading) byId('strip-note', HTMLElement).textContent = 'Suggestions are not available.';
}

// Even if this version cannot start, it must be able to update to one that can.
start().catch(fail).finally(startApp);
