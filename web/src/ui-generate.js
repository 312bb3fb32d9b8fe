/** Generate: words stream in behind the prompt until the length is reached or Stop is pressed. */

import { byId, element } from './ui.js';

/**
 * @param {import('./engine.js').Engine} engine
 * @param {(error: unknown) => void} onError
 */
export function startGenerating(engine, onError) {
  const form = byId('generate-form', HTMLFormElement);
  const stop = byId('generate-stop', HTMLButtonElement);
  const temperature = byId('temperature', HTMLInputElement);
  const shown = byId('temperature-shown', HTMLOutputElement);
  let controller = new AbortController();
  temperature.addEventListener('input', () => {
    shown.value = temperature.value;
  });
  stop.addEventListener('click', () => controller.abort());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    controller.abort();
    controller = new AbortController();
    run(engine, controller.signal).catch(onError);
  });
}

/** What the form says. */
function settings() {
  const number = (/** @type {string} */ id) => byId(id, HTMLInputElement).valueAsNumber;
  return {
    prompt: byId('prompt', HTMLTextAreaElement).value,
    options: { temperature: number('temperature'), length: number('length'), seed: number('seed') },
  };
}

/**
 * @param {import('./engine.js').Engine} engine
 * @param {AbortSignal} signal
 */
async function run(engine, signal) {
  const { prompt, options } = settings();
  const paper = new Paper(prompt);
  const began = performance.now();
  let words = 0;
  busy(true);
  try {
    for await (const { word, text } of engine.generate(prompt, options, { signal })) {
      words += word === '' ? 0 : 1;
      paper.write(text);
    }
    finish('Done', words, began);
  } catch (error) {
    finish(signal.aborted ? 'Stopped' : 'Failed', words, began);
    if (!signal.aborted) throw error;
  } finally {
    paper.finish();
  }
}

/** Where generated text appears: at most once a frame, as layout costs more than a word. */
class Paper {
  #output = byId('generated', HTMLElement);
  #written = document.createTextNode('');
  #text = '';
  #frame = 0;

  /** @param {string} prompt */
  constructor(prompt) {
    this.#output.replaceChildren(element('span', 'prompt', prompt), this.#written);
    this.#output.hidden = false;
  }

  /** @param {string} text everything behind the prompt */
  write(text) {
    this.#text = text;
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  /** Show what is left, also where no frame comes, as in a hidden tab. */
  finish() {
    cancelAnimationFrame(this.#frame);
    this.#show();
  }

  #show() {
    const { scrollHeight, scrollTop, clientHeight } = this.#output;
    this.#frame = 0;
    this.#written.data = this.#text;
    if (scrollHeight - scrollTop - clientHeight < 40) this.#output.scrollTop = scrollHeight * 2;
  }
}

/** @param {boolean} working */
function busy(working) {
  byId('generate-start', HTMLButtonElement).disabled = working;
  byId('generate-stop', HTMLButtonElement).disabled = !working;
  byId('generate-note', HTMLElement).textContent = working ? 'Writing…' : '';
}

/**
 * @param {string} outcome
 * @param {number} words
 * @param {number} began milliseconds
 */
function finish(outcome, words, began) {
  const seconds = (performance.now() - began) / 1000;
  const rate = Math.round(words / Math.max(seconds, 0.001));
  busy(false);
  byId('generate-note', HTMLElement).textContent = `${outcome}: ${words} words, ${rate} a second.`;
}
