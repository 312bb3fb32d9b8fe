/** Features shared by all text fields: saved drafts, length limits, and fitting above a phone's keyboard. */

import { byId } from './ui.js';

/** @typedef {HTMLTextAreaElement | HTMLInputElement} TextField */

const IDS = ['write-text', 'prompt', 'score-text', 'inside-text'];
/** A viewport below this height, in pixels, has room for one field and its strip only. */
const LOW = 450;

/** Restore drafts and set up the fields. Must run before other modules read the fields. */
export function startFields() {
  for (const id of IDS) {
    const field = /** @type {TextField} */ (byId(id, HTMLElement));
    keepDraft(field);
    tellLimit(field, byId(`${id}-limit`, HTMLElement));
  }
  followScreen();
}

/**
 * Restore the text after a reload, a crash or a visit to another page, in the same tab.
 *
 * @param {TextField} field
 */
function keepDraft(field) {
  const key = `draft ${field.id}`;
  try {
    const draft = sessionStorage.getItem(key);
    if (draft && field.value === '') field.value = draft;
  } catch {
    // Storage is blocked. Everything else works without it.
    return;
  }
  field.addEventListener('input', () => {
    try {
      if (field.value === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, field.value);
    } catch {
      // The storage is full: the previous draft stays.
    }
  });
}

/**
 * Report how many pasted characters were cut off. Browsers do this silently.
 *
 * @param {TextField} field
 * @param {HTMLElement} note
 */
function tellLimit(field, note) {
  const most = field.maxLength;
  const room = () => {
    const { selectionStart, selectionEnd, value } = field;
    return most - value.length + (selectionEnd ?? 0) - (selectionStart ?? 0);
  };
  const limit = `The limit is ${most.toLocaleString('en')} characters`;
  field.addEventListener('beforeinput', (event) => {
    const { inputType, data, dataTransfer } = /** @type {InputEvent} */ (event);
    const coming = data ?? dataTransfer?.getData('text/plain') ?? '';
    const left = coming.replaceAll('\r\n', '\n').length - room();
    const isFull = room() === 0 && inputType.startsWith('insert');
    if (left <= 0 && !isFull) note.textContent = '';
    else if (left <= 1) note.textContent = `${limit}.`;
    else note.textContent = `${limit}: the last ${left.toLocaleString('en')} were left out.`;
  });
}

/**
 * Set the class and CSS variable that keep the strip above a phone's on-screen keyboard. Some keyboards
 * shrink the window; others, and the page's own keyboard, cover part of it.
 */
function followScreen() {
  const root = document.documentElement;
  const card = byId('writing', HTMLElement);
  const keyboard = byId('keyboard', HTMLElement);
  const follow = () => {
    const screen = globalThis.visualViewport ?? { height: innerHeight, scale: 1 };
    const covered = keyboard.offsetHeight;
    const height = screen.height - covered;
    root.style.setProperty('--covered', `${covered}px`);
    // When the user has zoomed in, the viewport is smaller too, but nothing should move.
    const wasLow = root.classList.contains('low-screen');
    const isLow = covered > 0 || (screen.scale === 1 && height < LOW);
    root.classList.toggle('low-screen', isLow);
    if (!isLow) return;
    const top = card.getBoundingClientRect().top + scrollY;
    root.style.setProperty('--room', `${height - top}px`);
    if (!wasLow && document.activeElement?.id === 'write-text') scrollTo(0, 0);
  };
  (globalThis.visualViewport ?? globalThis).addEventListener('resize', follow);
  // Elements above the card may appear and disappear.
  if ('ResizeObserver' in globalThis) {
    // WebKit reports an error if the sizes change again at once.
    const observer = new ResizeObserver(() => requestAnimationFrame(follow));
    for (const watched of [document.body, keyboard]) observer.observe(watched);
  }
  follow();
}
