/** The switch for learning, and the list of what was learned. */

import { Learning } from './learning.js';
import { keepStored, openStore } from './store.js';
import { byId, element, percent } from '../ui.js';

/** @typedef {import('../../engine/core/profile.js').LearnedWord} LearnedWord */

/** The number of words shown at first, and added by each "Show more". */
const SHOWN = 50;
const FILE_NAME = 'elman.profile';
const LARGEST_FILE = 1_000_000;

/**
 * @param {import('../host.js').Host} host
 * @param {(error: unknown) => void} onError
 * @returns {Learning}
 */
export function startLearning(host, onError) {
  const learning = new Learning(host);
  const panel = new Panel(learning, onError);
  openStore()
    .then((store) => learning.open(store))
    .then(() => panel.start(), onError);
  return learning;
}

class Panel {
  #switch = byId('learn', HTMLInputElement);
  #learned = byId('learned', HTMLElement);
  #search = byId('learned-search', HTMLInputElement);
  #list = byId('learned-words', HTMLElement);
  #more = byId('learned-more', HTMLButtonElement);
  #undo = byId('learned-undo', HTMLButtonElement);
  #most = SHOWN;
  /** Whether a mouse button or a finger is down in the panel: then nothing in it moves. */
  #pressed = false;
  #forgotten = '';
  #learning;
  #onError;

  /**
   * @param {Learning} learning
   * @param {(error: unknown) => void} onError
   */
  constructor(learning, onError) {
    this.#learning = learning;
    this.#onError = onError;
  }

  start() {
    this.#switch.addEventListener('change', () => this.#run(() => this.#turned()));
    this.#search.addEventListener('input', () => {
      this.#most = SHOWN;
      this.#showWords();
    });
    this.#more.addEventListener('click', () => {
      this.#most += SHOWN;
      this.#showWords();
    });
    this.#learned.addEventListener('toggle', () => this.#showWords());
    this.#undo.addEventListener('click', () => this.#run(() => this.#takeBack()));
    this.#startActions();
    this.#startPresses();
    this.#learning.onChange(() => this.#show());
    this.#learning.savings.onChange = () => this.#showSavings();
    this.#switch.disabled = false;
    this.#show();
  }

  #startActions() {
    byId('learned-export', HTMLButtonElement).addEventListener('click', () => this.#export());
    byId('learned-clear', HTMLButtonElement).addEventListener('click', () =>
      this.#run(() => this.#clear()),
    );
    const file = byId('learned-import', HTMLInputElement);
    file.addEventListener('change', () => {
      const [chosen] = file.files ?? [];
      if (chosen) this.#run(() => this.#import(chosen));
      file.value = '';
    });
  }

  /** A press takes the focus from the text, so its last line is learned before the button is released. */
  #startPresses() {
    this.#learned.addEventListener('pointerdown', () => (this.#pressed = true));
    const release = () => {
      if (!this.#pressed) return;
      this.#pressed = false;
      // The click comes first.
      setTimeout(() => this.#show());
    };
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', release);
  }

  /** @param {() => Promise<void>} task */
  #run(task) {
    task().catch(this.#onError);
  }

  // -- actions ---------------------------------------------------------------------------------------

  async #turned() {
    const on = this.#switch.checked;
    if (!(await this.#learning.turn(on))) return;
    this.#say('');
    if (on && this.#learning.lasts) keepStored();
    if (on || !this.#learning.bytes) return;
    const answer = await ask(
      'Keep the learned words?',
      'Learning is off. If you keep the learned words, they are still suggested.',
      'Keep',
    );
    if (answer === 'delete') await this.#delete();
  }

  async #clear() {
    const answer = await ask(
      'Delete all learned words?',
      'This cannot be undone. To keep a copy, cancel and export them first.',
      'Cancel',
    );
    if (answer === 'delete') await this.#delete();
  }

  async #delete() {
    if (!(await this.#learning.clear())) return;
    this.#say('All learned words were deleted.');
    if (this.#learned.hidden) this.#switch.focus();
  }

  /** @param {string} word */
  async #forget(word) {
    const { activeElement } = document;
    const place = [...this.#list.querySelectorAll('button')].findIndex((b) => b === activeElement);
    const isForgotten = await this.#learning.forget(word);
    if (isForgotten) this.#say(`${word} was forgotten and will not be learned again.`, word);
    const buttons = this.#list.querySelectorAll('button');
    (buttons[Math.min(Math.max(place, 0), buttons.length - 1)] ?? this.#search).focus();
  }

  async #takeBack() {
    const word = this.#forgotten;
    if (!(await this.#learning.remember(word))) return;
    this.#say(`${word} is suggested again.`);
    this.#search.focus();
  }

  #export() {
    const { bytes } = this.#learning;
    if (!bytes) return;
    const address = URL.createObjectURL(new Blob([bytes.slice()]));
    const link = element('a', 'hidden');
    link.href = address;
    link.download = FILE_NAME;
    document.body.append(link);
    link.click();
    link.remove();
    // The browser reads the file in a later task.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    this.#say(`Exported as ${FILE_NAME}.`);
  }

  /** @param {File} file */
  async #import(file) {
    const before = this.#learning.words().length;
    try {
      if (file.size > LARGEST_FILE) throw new RangeError('the file is too large');
      if (!(await this.#learning.import(new Uint8Array(await file.arrayBuffer())))) return;
      const added = this.#learning.words().length - before;
      this.#say(`${file.name} was imported. New words: ${added.toLocaleString('en')}.`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#say(`${file.name} was not imported (${reason(error.message)}). Nothing has changed.`);
    }
  }

  /**
   * @param {string} text
   * @param {string} [forgotten] the word that can be taken back
   */
  #say(text, forgotten = '') {
    const place = this.#learned.hidden ? 'learn-note' : 'learned-note';
    byId('learned-note', HTMLElement).textContent = '';
    this.#warn();
    if (text) byId(place, HTMLElement).textContent = text;
    this.#forgotten = forgotten;
    this.#undo.hidden = forgotten === '';
  }

  // -- display ---------------------------------------------------------------------------------------

  #show() {
    const { on, bytes } = this.#learning;
    this.#switch.checked = on;
    byId('learn-rule', HTMLElement).hidden = !on;
    this.#learned.hidden = !on && !bytes;
    byId('learned-export', HTMLButtonElement).disabled = !bytes;
    byId('learned-clear', HTMLButtonElement).disabled = !bytes;
    this.#warn();
    this.#showSavings();
    this.#showWords();
  }

  /** Say what limits learning. */
  #warn() {
    const { on, damage, failed, lasts } = this.#learning;
    const problems = [];
    if (failed) {
      problems.push(
        'The browser could not store the latest change. If the disk is full, free some space, then try again.',
      );
    }
    if (damage) {
      problems.push(
        `The learned words cannot be used (${reason(damage)}). ` +
          'Nothing more is learned until you import a copy or press “Delete all”.',
      );
    }
    if (on && !lasts) {
      problems.push(
        'This browser does not let the page store anything, for example because the window is private. ' +
          'What is learned is lost when you close the page.',
      );
    }
    byId('learn-note', HTMLElement).textContent = problems.join(' ');
  }

  #showSavings() {
    const shares = this.#learning.savings.shares();
    if (!shares || this.#pressed) return;
    const { lines } = this.#learning.savings;
    byId('learned-saved', HTMLElement).textContent =
      `Lines in this visit: ${lines.toLocaleString('en')}. Accepting each word as soon as it was ` +
      `suggested would have saved ${percent(shares.with)} of their keystrokes with learning and ` +
      `${percent(shares.without)} without.`;
  }

  #showWords() {
    const words = this.#learning.words();
    byId('learned-count', HTMLElement).textContent = words.length.toLocaleString('en');
    const { open } = /** @type {HTMLDetailsElement} */ (this.#learned);
    if (!open || this.#pressed) return;
    const wanted = this.#search.value.trim().toLowerCase();
    const found = words
      .filter(({ word }) => word.toLowerCase().includes(wanted))
      .sort((one, other) => other.last - one.last);
    this.#list.replaceChildren(...found.slice(0, this.#most).map((each) => this.#row(each)));
    this.#more.hidden = found.length <= this.#most;
    const none = byId('learned-none', HTMLElement);
    none.hidden = found.length > 0;
    none.textContent =
      words.length > 0 ? 'No learned words match.' : 'No words have been learned yet.';
  }

  /** @param {LearnedWord} learned */
  #row({ word, count }) {
    const button = element('button', '', 'Forget');
    button.type = 'button';
    button.setAttribute('aria-label', `Forget ${word}`);
    button.addEventListener('click', () => this.#run(() => this.#forget(word)));
    const shown = element('span', 'word', word);
    shown.dir = 'auto';
    const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
    return element('li', '', shown, element('span', 'note', times), button);
  }
}

/**
 * @param {string} message of the core
 * @returns {string} without its advice, which is for programs that keep a profile in a file
 */
const reason = (message) => message.replace(/;.*/, '');

/**
 * Ask a question with two answers. Esc means to keep.
 *
 * @param {string} question
 * @param {string} explanation
 * @param {string} keep the label of the answer that deletes nothing
 * @returns {Promise<'keep' | 'delete'>}
 */
function ask(question, explanation, keep) {
  const dialog = byId('learn-ask', HTMLDialogElement);
  const kept = byId('learn-keep', HTMLButtonElement);
  byId('learn-question', HTMLElement).textContent = question;
  byId('learn-explanation', HTMLElement).textContent = explanation;
  kept.textContent = keep;
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.onclose = () => resolve(dialog.returnValue === 'delete' ? 'delete' : 'keep');
    kept.onclick = () => dialog.close('keep');
    byId('learn-delete', HTMLButtonElement).onclick = () => dialog.close('delete');
    dialog.showModal();
  });
}
