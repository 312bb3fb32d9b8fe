/** Small helpers for the modules that touch the document. */

/**
 * The element with this id, which must exist and be of this kind.
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
 * A new element with a class and text; text is never read as markup.
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
 * Runs one task at a time: a new one aborts the one before.
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
 * A checkbox that is found again as it was left.
 *
 * @param {HTMLInputElement} box
 * @param {string} key
 */
export function remembered(box, key) {
  try {
    const before = localStorage.getItem(key);
    if (before !== null) box.checked = before === 'true';
    box.addEventListener('change', () => localStorage.setItem(key, String(box.checked)));
  } catch {
    // A browser that keeps nothing still works.
  }
}

/**
 * Change the address of the page without loading anything. Browsers refuse it to a page that does so a
 * hundred times within half a minute.
 *
 * @param {string | URL} address
 * @returns {boolean} whether it is in the address bar now
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
 * @param {string} text
 * @returns {Promise<boolean>} whether it is in the clipboard now
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
 * The older way, for pages that came over plain http, where there is no `navigator.clipboard`.
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
 * @param {number} digits behind the point
 * @returns {string} with a true minus sign
 */
export function decimal(value, digits) {
  return value.toFixed(digits).replace('-', '−');
}

/**
 * How a token is shown: an end has no letters of its own.
 *
 * @param {string} word
 * @param {string} segmentation
 */
export function shownToken(word, segmentation) {
  return word === '' ? `end of ${segmentation}` : word;
}

/**
 * The words of steps: the end that comes before everything is where reading starts.
 *
 * @param {import('../engine/inside.js').Look} look
 * @returns {string[]}
 */
export function stepNames({ steps, earlier }) {
  return steps.map(({ word }, place) => word || (earlier + place === 0 ? 'start' : 'end'));
}

const LONGEST = 200;

/**
 * A text of unknown origin, which may have any length.
 *
 * @param {string} text
 */
export function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
