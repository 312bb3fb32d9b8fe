/** What all text fields share: drafts that survive a reload, limits that are told, a screen that shrinks. */

import { byId } from './ui.js';

/** @typedef {HTMLTextAreaElement | HTMLInputElement} TextField */

const IDS = ['write-text', 'prompt', 'score-text', 'inside-text'];
/** A screen that is lower than this, in pixels, has room for one field and its strip. */
const LOW = 450;

/** Must come before anything reads the fields. */
export function startFields() {
  for (const id of IDS) {
    const field = /** @type {TextField} */ (byId(id, HTMLElement));
    keepDraft(field);
    tellLimit(field, byId(`${id}-limit`, HTMLElement));
  }
  followScreen();
}

/**
 * The text comes back after a reload, a crash or a visit to another page, in this tab alone.
 *
 * @param {TextField} field
 */
function keepDraft(field) {
  const key = `draft ${field.id}`;
  try {
    const draft = sessionStorage.getItem(key);
    if (draft && field.value === '') field.value = draft;
  } catch {
    // Where nothing may be kept, everything else works.
    return;
  }
  field.addEventListener('input', () => {
    try {
      if (field.value === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, field.value);
    } catch {
      // The storage is full: the draft before stays.
    }
  });
}

/**
 * Say how much of a paste is cut off, which browsers do in silence.
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
 * A phone's keyboard leaves little of the screen: what the style needs to keep the strip above it. Some
 * keyboards make the window smaller, others cover it.
 */
function followScreen() {
  const root = document.documentElement;
  const card = byId('writing', HTMLElement);
  const follow = () => {
    const { height, scale } = globalThis.visualViewport ?? { height: innerHeight, scale: 1 };
    // Somebody who has zoomed in sees less, and wants nothing moved.
    const wasLow = root.classList.contains('low-screen');
    const isLow = scale === 1 && height < LOW;
    root.classList.toggle('low-screen', isLow);
    if (!isLow) return;
    const top = card.getBoundingClientRect().top + scrollY;
    root.style.setProperty('--room', `${height - top}px`);
    if (!wasLow && document.activeElement?.id === 'write-text') scrollTo(0, 0);
  };
  (globalThis.visualViewport ?? globalThis).addEventListener('resize', follow);
  // What stands above it may come and go.
  if ('ResizeObserver' in globalThis) new ResizeObserver(follow).observe(document.body);
  follow();
}
