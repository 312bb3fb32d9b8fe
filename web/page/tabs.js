/** The tab list: arrow keys move between tabs, and the URL fragment names the open one. */

import { replaceAddress } from './ui.js';

/**
 * Start the tabs. A panel receives a `panelopen` event each time it is shown.
 *
 * @param {HTMLElement} list with role tablist
 */
export function startTabs(list) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role=tab]')]);
  const named = () => tabs.find((tab) => panelOf(tab) === location.hash.slice(1).split('?')[0]);
  const open = (/** @type {HTMLElement} */ chosen) => {
    show(tabs, chosen);
    // Keep the address of a link to generated text.
    if (named() !== chosen) replaceAddress(`#${panelOf(chosen)}`);
  };
  for (const tab of tabs) tab.addEventListener('click', () => open(tab));
  list.addEventListener('keydown', (event) => {
    // With a modifier, arrow keys have other meanings, such as going back in history.
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const next = neighbour(tabs, event.key);
    if (!next) return;
    event.preventDefault();
    open(next);
    next.focus();
  });
  globalThis.addEventListener('hashchange', () => open(named() ?? tabs[0]));
  for (const tab of tabs) tab.removeAttribute('disabled');
  open(named() ?? tabs[0]);
}

/** @param {HTMLElement} tab */
const panelOf = (tab) => tab.getAttribute('aria-controls') ?? '';

/**
 * @param {HTMLElement[]} tabs
 * @param {HTMLElement} chosen
 */
function show(tabs, chosen) {
  for (const tab of tabs) {
    const panel = document.getElementById(panelOf(tab));
    tab.setAttribute('aria-selected', String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    if (panel) panel.hidden = tab !== chosen;
    if (tab === chosen) panel?.dispatchEvent(new Event('panelopen'));
  }
}

/**
 * @param {HTMLElement[]} tabs
 * @param {string} key
 * @returns {HTMLElement | undefined}
 */
function neighbour(tabs, key) {
  const place = tabs.findIndex((tab) => tab === document.activeElement);
  const places = new Map([
    ['ArrowLeft', place - 1],
    ['ArrowRight', (place + 1) % tabs.length],
    ['Home', 0],
    ['End', -1],
  ]);
  const target = places.get(key);
  return target === undefined ? undefined : tabs.at(target);
}
