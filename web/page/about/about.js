/** The About panel: describes the model in use, measures its speed, and opens another one. */

import { fromFolder, fromZip } from '../../engine/model/disk.js';
import { fetchFrom } from '../../engine/model/fetching.js';
import { ModelError } from '../../engine/model/manifest.js';
import { listedModels } from './models.js';
import { byId, element, latestOnly, shortened } from '../ui.js';

/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('../../engine/model/manifest.js').Manifest} Manifest */
/** @typedef {import('../../engine/model/manifest.js').Figure} Figure */
/** @typedef {[string, string]} Fact */

const MEASURED_WORDS = 200;
const REFRESH_MILLISECONDS = 500;
const BACKENDS = {
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript (TensorFlow.js could not load its WebAssembly files)',
};

/**
 * @param {Host} host
 * @param {(error: unknown) => void} onError
 */
export function startAbout(host, onError) {
  const describe = () => showModel(host.current.manifest, host);
  host.onChange(describe);
  describe();
  const panel = byId('about', HTMLElement);
  setInterval(() => {
    if (!panel.hidden && !document.hidden) showSpeed(host);
  }, REFRESH_MILLISECONDS);
  panel.addEventListener('panelopen', () => showSpeed(host));
  const latest = latestOnly();
  byId('about-measure', HTMLButtonElement).addEventListener('click', () => {
    latest((signal) => measure(host, signal)).catch(onError);
  });
  host.onChange(() => latest(async () => undefined).catch(onError));
  startChoosing(host).catch(onError);
  startOpening(host);
}

/**
 * @param {Manifest} manifest
 * @param {Host} host
 */
function showModel(manifest, host) {
  const { created_from: source, network, files } = manifest;
  const read = Object.entries(files).filter(([path]) =>
    /^(tfjs\/|vocabulary\.txt$|tail\.bin$)/.test(path),
  );
  const bytes = read.reduce((sum, [, file]) => sum + file.bytes, 0);
  byId('about-name', HTMLElement).textContent = shortened(manifest.name);
  byId('about-source', HTMLElement).textContent =
    `Trained on ${shortened(source.corpus)}, licence: ${shortened(source.licence)}.`;
  fill('about-facts', [
    ['Network', `${network.layers} × ${network.units} units`],
    ['Vocabulary', `${network.vocabulary_size.toLocaleString('en')} entries`],
    ['Parameters', Number(network.parameters).toLocaleString('en')],
    ['Size', `${(bytes / 1e6).toFixed(1)} MB, 8-bit weights`],
    ['Runs on', BACKENDS[host.backend]],
  ]);
  showFigures(manifest);
  const list = byId('about-files', HTMLElement);
  list.replaceChildren(...read.map(([path, { sha256 }]) => fileRow(path, sha256)));
  byId('about-backend', HTMLElement).textContent =
    `${BACKENDS[host.backend]}. Median of the latest steps in this tab, measured in batches of 16.`;
}

/** @param {Manifest} manifest */
function showFigures({ artifacts, figures }) {
  const { metrics } = artifacts.tfjs;
  fill(
    'about-figures',
    figures.flatMap((figure) => figureRows(figure, metrics ?? {})),
  );
  byId('about-figures-note', HTMLElement).textContent = metrics?.tokens
    ? `On ${metrics.tokens.toLocaleString('en')} tokens of held-out text, measured with these weights in TensorFlow.js.`
    : 'This export contains no measurements.';
}

/**
 * One figure, formatted as the manifest specifies, or nothing if it was not measured. The perplexity
 * is followed by the float model's on the same text.
 *
 * @param {Figure} figure
 * @param {import('../../engine/model/manifest.js').Metrics} metrics
 * @returns {Fact[]}
 */
function figureRows(figure, metrics) {
  const { key, title } = figure;
  const named = shortened(title.charAt(0).toUpperCase() + title.slice(1));
  /** @type {[string, number | undefined][]} */
  const rows = [[named, Object.hasOwn(metrics, key) ? metrics[key] : undefined]];
  if (key === 'perplexity') rows.push(['Perplexity, float model', metrics.float32_perplexity]);
  return rows.flatMap(([name, value]) =>
    typeof value === 'number' ? [/** @type {Fact} */ ([name, figureText(value, figure)])] : [],
  );
}

/**
 * @param {number} value
 * @param {Figure} figure
 */
function figureText(value, { kind, digits }) {
  if (kind === 'count') return value.toLocaleString('en');
  return kind === 'share' ? `${(100 * value).toFixed(digits)}%` : value.toFixed(digits);
}

/**
 * @param {string} path
 * @param {string} sha256
 */
function fileRow(path, sha256) {
  const digits = element('code', '', `${sha256.slice(0, 16)}…`);
  digits.title = sha256;
  const verified = element('span', 'verified', 'verified');
  return element('li', '', element('span', 'path', shortened(path)), digits, verified);
}

/**
 * @param {string} id
 * @param {Fact[]} facts
 */
function fill(id, facts) {
  const rows = facts.map(([name, value]) =>
    element('div', '', element('dt', '', name), element('dd', '', value)),
  );
  byId(id, HTMLElement).replaceChildren(...rows);
}

/** @param {Host} host */
function showSpeed(host) {
  const summary = host.current.timed.summary();
  byId('about-milliseconds', HTMLElement).textContent = summary
    ? milliseconds(summary.median, summary.digits)
    : '–';
  const { tensors, bytes } = host.memory();
  const slowest = summary
    ? `95% of the measurements are at most ${milliseconds(summary.p95, summary.digits)} ms. `
    : '';
  byId('about-memory', HTMLElement).textContent =
    `${slowest}${tensors} tensors use ${(bytes / 1e6).toFixed(1)} MB.`;
}

/**
 * @param {number} value
 * @param {number} digits decimal places that the clock can resolve
 */
function milliseconds(value, digits) {
  const least = 10 ** -digits;
  return value < least / 2 ? `<${least.toFixed(digits)}` : value.toFixed(digits);
}

/**
 * Generate words without displaying them, to have steps to measure.
 *
 * @param {Host} host
 * @param {AbortSignal} signal
 */
async function measure(host, signal) {
  const button = byId('about-measure', HTMLButtonElement);
  button.disabled = true;
  try {
    const options = { length: MEASURED_WORDS, topK: 40 };
    const words = host.engine.generate('', options, { signal });
    while (!(await words.next()).done);
    showSpeed(host);
  } finally {
    button.disabled = false;
  }
}

/**
 * Set up the choice between the models that are hosted with the page.
 *
 * @param {Host} host
 */
async function startChoosing(host) {
  const choice = byId('model-choice', HTMLSelectElement);
  const response = await fetch('models.json').catch(() => undefined);
  const listed = listedModels(response?.ok ? await response.json().catch(() => []) : []);
  byId('about-models', HTMLElement).hidden = listed.length < 2;
  const options = listed.map(
    ({ name, folder, bytes }) =>
      new Option(`${shortened(name)} (${(bytes / 1e6).toFixed(1)} MB)`, folder),
  );
  const other = new Option('from this device', '');
  other.hidden = true;
  choice.replaceChildren(...options, other);
  const follow = () => (choice.value = host.current.from);
  follow();
  host.onChange(() => {
    if (listed.some(({ folder }) => folder === host.current.from)) follow();
    else choice.value = '';
  });
  choice.addEventListener('change', () => {
    const folder = choice.value;
    const readFile = fetchFrom(new URL(folder, document.baseURI));
    open(host, async () => readFile, folder).finally(follow);
  });
}

/** @param {Host} host */
function startOpening(host) {
  const zip = byId('open-zip', HTMLInputElement);
  const folder = byId('open-folder', HTMLInputElement);
  zip.addEventListener('change', () => {
    const [file] = zip.files ?? [];
    if (file) open(host, () => fromZip(file), file.name);
    zip.value = '';
  });
  folder.addEventListener('change', () => {
    const files = [...(folder.files ?? [])];
    const name = files[0]?.webkitRelativePath.split('/')[0] ?? 'a folder';
    if (files.length > 0) open(host, async () => fromFolder(files), name);
    folder.value = '';
  });
}

/**
 * Open a model and report the result. If it fails, the current model stays in use.
 *
 * @param {Host} host
 * @param {() => Promise<import('../../engine/model/manifest.js').ReadFile>} source
 * @param {string} from
 */
async function open(host, source, from) {
  const note = byId('open-note', HTMLElement);
  note.textContent = `Opening ${from}…`;
  try {
    await host.open(await source(), from);
    note.textContent = `${shortened(host.current.manifest.name)} is loaded and used in all tabs.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const known = error instanceof ModelError;
    note.textContent = `${known ? reason : `The model could not be opened (${reason}).`} The previous model stays in use.`;
  }
}
