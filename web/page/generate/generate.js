/** The Generate panel: words are appended to the prompt until the length is reached or Stop is pressed. */

import { SETTINGS } from '../../engine/settings.js';
import { fromLink, toLink } from './link.js';
import { byId, copied, element, replaceAddress } from '../ui.js';

/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('./link.js').Recipe} Recipe */

const SLIDERS = SETTINGS.filter((setting) => setting.field.slider);

/**
 * @param {Host} host
 * @param {(error: unknown) => void} onError
 */
export function startGenerating(host, onError) {
  const form = byId('generate-form', HTMLFormElement);
  const stop = byId('generate-stop', HTMLButtonElement);
  let controller = new AbortController();
  for (const slider of SLIDERS) field(slider.field.id).addEventListener('input', showValues);
  showValues();
  stop.addEventListener('click', () => controller.abort());
  host.onChange(() => controller.abort());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    controller.abort();
    controller = new AbortController();
    run(host, controller.signal).catch(onError);
  });
  byId('generate-link', HTMLButtonElement).addEventListener('click', () => {
    share(host).catch(onError);
  });
  byId('generate-another', HTMLButtonElement).addEventListener('click', () => {
    const seed = field('seed');
    const next = seed.valueAsNumber + 1;
    if (seed.validity.valid) seed.value = String(next > Number(seed.max) ? seed.min : next);
    form.requestSubmit();
  });
  byId('generate-copy', HTMLButtonElement).addEventListener('click', () => {
    copy().catch(onError);
  });
  openLink(host);
  globalThis.addEventListener('hashchange', () => openLink(host));
}

/** @param {string} id */
const field = (id) => byId(id, HTMLInputElement);

/** Show the current values next to the sliders. */
function showValues() {
  for (const slider of SLIDERS) {
    const { id } = slider.field;
    byId(`${id}-shown`, HTMLOutputElement).value = field(id).valueAsNumber.toFixed(2);
  }
}

/**
 * The current values of the form.
 *
 * @param {Host} host
 * @returns {Recipe}
 */
function recipe(host) {
  const numbers = SETTINGS.map((setting) => [setting.name, field(setting.field.id).valueAsNumber]);
  return {
    ...Object.fromEntries(numbers),
    prompt: byId('prompt', HTMLTextAreaElement).value,
    model: fingerprint(host),
  };
}

/**
 * @param {Host} host
 * @returns {string} the first digits of the weights' checksum
 */
function fingerprint({ current: { manifest } }) {
  const weights = Object.keys(manifest.files).find((path) => /^tfjs\/.*\.bin$/.test(path));
  return weights ? manifest.files[weights].sha256.slice(0, 12) : '';
}

/**
 * If the address is a link to generated text, fill in the form and generate the text.
 *
 * @param {Host} host
 */
function openLink(host) {
  const query = /^#generate\?(.*)$/s.exec(location.hash)?.[1];
  if (query === undefined) return;
  const { recipe: wanted, refused } = fromLink(query);
  byId('prompt', HTMLTextAreaElement).value = wanted.prompt ?? '';
  for (const setting of SETTINGS) {
    const value = wanted[setting.name];
    if (value !== undefined) field(setting.field.id).value = String(value);
  }
  showValues();
  if (refused.length > 0) return say(`This link is not valid: ${refused.join('; ')}.`);
  if (wanted.model && wanted.model !== fingerprint(host)) {
    return say('This link was made with a different model, so the text will differ.');
  }
  byId('generate-form', HTMLFormElement).requestSubmit();
}

/** @param {Host} host */
async function share(host) {
  const form = byId('generate-form', HTMLFormElement);
  if (!form.reportValidity()) return;
  const address = new URL(location.href);
  address.hash = `generate?${toLink(recipe(host))}`;
  const shown = replaceAddress(address);
  if (await copied(address.href)) say('Link copied.');
  else if (shown) say('Copy the link from the address bar.');
  else say('The link could not be copied or shown in the address bar. Try again in a minute.');
}

/** Copy the prompt and the generated text. */
async function copy() {
  const done = await copied(byId('generated', HTMLElement).textContent ?? '');
  say(done ? 'Text copied.' : 'This browser does not allow copying. Select the text and copy it.');
}

/**
 * @param {Host} host
 * @param {AbortSignal} signal
 */
async function run(host, signal) {
  const { prompt, ...options } = recipe(host);
  const paper = new Paper(prompt);
  const began = performance.now();
  let tokens = 0;
  busy(true);
  try {
    for await (const { word, text } of host.engine.generate(prompt, options, { signal })) {
      tokens += word === '' ? 0 : 1;
      paper.write(text);
    }
    finish('Done', tokens, began);
  } catch (error) {
    // A new run may have aborted this one; then it owns the output.
    if (!signal.aborted) finish('Failed', tokens, began);
    else if (!paper.isReplaced) finish('Stopped', tokens, began);
    if (!signal.aborted) throw error;
  } finally {
    paper.finish();
  }
}

/** Displays generated text, at most once per frame, because layout takes longer than a step. */
class Paper {
  static #latest = 0;
  #number = (Paper.#latest += 1);
  #output = byId('generated', HTMLElement);
  #written = document.createTextNode('');
  #text = '';
  #frame = 0;

  /** @param {string} prompt */
  constructor(prompt) {
    this.#output.replaceChildren(element('span', 'prompt', prompt), this.#written);
    // Screen readers announce the text once, when it is complete, not after every word.
    this.#output.setAttribute('aria-busy', 'true');
    this.#output.hidden = false;
  }

  get isReplaced() {
    return this.#number !== Paper.#latest;
  }

  /** @param {string} text everything after the prompt */
  write(text) {
    this.#text = text;
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  /** Show the rest immediately: in a hidden tab, no frame would be drawn. */
  finish() {
    cancelAnimationFrame(this.#frame);
    this.#show();
    if (!this.isReplaced) this.#output.setAttribute('aria-busy', 'false');
  }

  #show() {
    this.#frame = 0;
    const shown = this.#written.data.length;
    // Usually the text only grows. Appending avoids laying it all out again.
    if (this.#text.startsWith(this.#written.data))
      this.#written.appendData(this.#text.slice(shown));
    else this.#written.data = this.#text;
    const { scrollHeight, scrollTop, clientHeight } = this.#output;
    if (scrollHeight - scrollTop - clientHeight < 120) this.#output.scrollTop = scrollHeight;
  }
}

/** @param {string} text */
function say(text) {
  byId('generate-note', HTMLElement).textContent = text;
}

/** @param {boolean} working */
function busy(working) {
  byId('generate-start', HTMLButtonElement).disabled = working;
  byId('generate-stop', HTMLButtonElement).disabled = !working;
  byId('generate-another', HTMLButtonElement).disabled = working;
  byId('generate-copy', HTMLButtonElement).disabled = working;
  byId('generate-actions', HTMLElement).hidden = false;
  if (working) say('Generating…');
}

/**
 * @param {string} outcome
 * @param {number} tokens
 * @param {number} began milliseconds
 */
function finish(outcome, tokens, began) {
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(tokens / Math.max(seconds, 0.001));
  busy(false);
  say(`${outcome}: ${tokens} tokens, ${rate} per second.`);
}
