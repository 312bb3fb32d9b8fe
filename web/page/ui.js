/** Small helpers for the modules that touch the document. */

/**
 * Return the element with this id. Throws if it is missing or of another class.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {{new (): T, prototype: T}} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} "${id}"`);
  return found;
}

/**
 * Create an element with a class and content. Strings become text nodes, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} className
 * @param {...(Node | string)} content
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, className, ...content) {
  const created = document.createElement(name);
  created.className = className;
  created.append(...content);
  return created;
}

/**
 * Return a function that runs one task at a time: a new task aborts the previous one.
 *
 * @returns {(task: (signal: AbortSignal) => Promise<void>) => Promise<void>} resolves when the task is
 *   done or was aborted
 */
export function latestOnly() {
  let controller = new AbortController();
  return async (task) => {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    try {
      await task(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
}

/**
 * @param {number} share between 0 and 1
 * @returns {string} such as "12%"
 */
export function percent(share) {
  if (share > 0 && share < 0.01) return '<1%';
  return `${Math.round(share * 100)}%`;
}

/**
 * Remember the state of a checkbox or a menu across visits.
 *
 * @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string} key
 */
export function remembered(control, key) {
  const isBox = control instanceof HTMLInputElement;
  try {
    const before = localStorage.getItem(key);
    if (before !== null && isBox) control.checked = before === 'true';
    // A menu may no longer have the choice.
    else if (before !== null && control.querySelector(`[value="${CSS.escape(before)}"]`)) {
      control.value = before;
    }
  } catch {
    // Storage is blocked. The control works without it.
  }
  control.addEventListener('change', () => {
    try {
      localStorage.setItem(key, isBox ? String(control.checked) : control.value);
    } catch {
      // Storage is blocked or full.
    }
  });
}

/**
 * Change the address of the page without loading anything. WebKit throws an error after 100 changes
 * within 30 seconds.
 *
 * @param {string | URL} address
 * @returns {boolean} whether the address was changed
 */
export function replaceAddress(address) {
  try {
    history.replaceState(null, '', address);
    return true;
  } catch {
    return false;
  }
}

/**
 * Copy text to the clipboard.
 *
 * @param {string} text
 * @returns {Promise<boolean>} whether the text was copied
 */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

/**
 * Fallback for pages served over plain HTTP, where `navigator.clipboard` is missing.
 *
 * @param {string} text
 */
function copiedFromField(text) {
  const focused = document.activeElement;
  const field = element('textarea', 'hidden');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

/**
 * @param {number} value
 * @param {number} digits decimal places
 * @returns {string} with a typographic minus sign
 */
export function decimal(value, digits) {
  return value.toFixed(digits).replace('-', '−');
}

/**
 * The display form of a token. The end token is an empty string and needs a label.
 *
 * @param {string} word
 * @param {string} segmentation
 */
export function shownToken(word, segmentation) {
  return word === '' ? `end of ${segmentation}` : word;
}

/**
 * Labels for the steps. The first token of a text is an end token, shown as "start".
 *
 * @param {import('../engine/inside.js').Look} look
 * @returns {string[]}
 */
export function stepNames({ steps, earlier }) {
  return steps.map(({ word }, place) => word || (earlier + place === 0 ? 'start' : 'end'));
}

const LONGEST = 200;

/**
 * Shorten a text from an untrusted source, which may have any length.
 *
 * @param {string} text
 */
export function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
