/** Buttons to copy, share and clear the text, and to undo clearing it. */

import { byId, copied } from '../ui.js';

/** @typedef {import('./field.js').Field} Field */

/**
 * @param {Field} field
 * @param {(error: unknown) => void} onError
 */
export function startWritten(field, onError) {
  const area = byId('write-text', HTMLTextAreaElement);
  const copy = byId('write-copy', HTMLButtonElement);
  const share = byId('write-share', HTMLButtonElement);
  const clear = new Clear(field, area);
  const follow = () => {
    copy.disabled = share.disabled = area.value === '';
    clear.follow();
  };
  copy.addEventListener('click', async () => {
    const done = await copied(area.value);
    say(
      done ? 'Text copied.' : 'This browser does not allow copying. Select the text and copy it.',
    );
  });
  share.hidden = typeof navigator.share !== 'function';
  share.addEventListener('click', () => {
    navigator.share({ text: area.value }).catch((/** @type {unknown} */ error) => {
      // AbortError means that the user closed the share dialog.
      if (!(error instanceof DOMException && error.name === 'AbortError')) onError(error);
    });
  });
  area.addEventListener('input', follow);
  follow();
}

/** A button that clears the text and can restore it until something else is typed. */
class Clear {
  #button = byId('write-clear', HTMLButtonElement);
  #cleared = '';
  #field;
  #area;

  /**
   * @param {Field} field
   * @param {HTMLTextAreaElement} area
   */
  constructor(field, area) {
    this.#field = field;
    this.#area = area;
    this.#button.addEventListener('click', () => {
      if (this.#area.value === '') this.#restore();
      else this.#clear();
    });
  }

  /** Update the button after the text has changed. */
  follow() {
    if (this.#area.value !== '') this.#cleared = '';
    this.#button.textContent = this.#cleared === '' ? 'Clear' : 'Undo clear';
    this.#button.disabled = this.#area.value === '' && this.#cleared === '';
  }

  #clear() {
    const { value } = this.#area;
    this.#field.replace(0, value.length, '');
    this.#cleared = value;
    this.follow();
    say('Text cleared.');
  }

  #restore() {
    this.#field.restore(this.#cleared);
    this.#cleared = '';
    this.follow();
    say('');
  }
}

/** @param {string} text */
function say(text) {
  byId('write-note', HTMLElement).textContent = text;
}
