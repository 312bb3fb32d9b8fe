/** The Look inside panel: the last words of a text, the hidden states, and the influence of each word. */

import { onColourChange } from './colours.js';
import { formula } from './formula.js';
import { HeatMap } from './heat.js';
import { showInfluences, showUnrolled } from './unrolled.js';
import { byId, copied, latestOnly } from '../ui.js';

/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('../../engine/inside.js').Look} Look */

const EXAMPLE = 'Hey, how are you doing';
const MOST_STEPS = 10;

/**
 * @param {Host} host
 * @param {(error: unknown) => void} onError
 */
export function startInside(host, onError) {
  new Inside(host, onError).start();
}

class Inside {
  #text = byId('inside-text', HTMLInputElement);
  #note = byId('inside-note', HTMLElement);
  #heat = new HeatMap();
  #latest = latestOnly();
  /** Whether the text was edited here; it then no longer follows the text of the Write panel. */
  #own = this.#text.value !== '';
  /** @type {Look | undefined} */
  #look;
  #host;
  #onError;

  /**
   * @param {Host} host
   * @param {(error: unknown) => void} onError
   */
  constructor(host, onError) {
    this.#host = host;
    this.#onError = onError;
  }

  start() {
    const panel = byId('inside', HTMLElement);
    this.#text.addEventListener('input', () => {
      this.#own = true;
      this.#refresh();
    });
    panel.addEventListener('panelopen', () => this.#open());
    byId('copy-numbers', HTMLButtonElement).addEventListener('click', () => {
      this.#copy().catch(this.#onError);
    });
    this.#host.onChange(() => {
      this.#look = undefined;
      if (panel.hidden) this.#latest(async () => undefined).catch(this.#onError);
      else this.#refresh();
    });
    onColourChange(() => {
      if (this.#look) showUnrolled(this.#look, this.#host.current.manifest.network);
    });
  }

  #open() {
    const written = byId('write-text', HTMLTextAreaElement).value.trim();
    // A single-line field removes line breaks, which would join the words around them.
    const line = written.replace(/\s*[\r\n]+\s*/gu, ' ');
    if (!this.#own) this.#text.value = (line || EXAMPLE).slice(-this.#text.maxLength);
    this.#refresh();
  }

  #refresh() {
    this.#latest(async (signal) => {
      const look = await this.#host.engine.look(this.#text.value, { count: MOST_STEPS, signal });
      const { manifest } = this.#host.current;
      this.#look = look;
      this.#note.textContent =
        look.earlier > 0
          ? `Showing the last ${look.steps.length} steps, after ${look.earlier} earlier ones.`
          : '';
      const { layers, units } = manifest.network;
      const sizes = layers > 1 ? `in ${layers} layers of ${units} units` : `with ${units} units`;
      const shown = [manifest.formula, sizes].filter(Boolean).join(', ');
      byId('formula', HTMLElement).replaceChildren(...formula(shown));
      showUnrolled(look, { layers, units });
      showInfluences(look);
      this.#heat.show(look, { layers, units });
    }).catch(this.#onError);
  }

  async #copy() {
    const plain = (/** @type {string} */ _key, /** @type {unknown} */ value) =>
      value instanceof Float32Array ? [...value] : value;
    const done = await copied(JSON.stringify(this.#look, plain));
    this.#note.textContent = done ? 'Numbers copied.' : 'This browser does not allow copying.';
  }
}
