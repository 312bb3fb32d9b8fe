/** Learns from the Write panel: from each line when the cursor leaves it. */

import { Finished } from './finished.js';

/** Text that was not typed: pasted, dropped, undone or redone. */
const NOT_TYPED = /^(insertFrom(Paste|Drop|Yank)|history)/;

/**
 * @param {HTMLTextAreaElement} area
 * @param {import('../write/field.js').Field} field
 * @param {import('./learning.js').Learning} learning
 * @param {(error: unknown) => void} onError
 */
export function followText(area, field, learning, onError) {
  const finished = new Finished();
  finished.skip(area.value);
  const take = (/** @type {number | undefined} */ cursor) => {
    if (!learning.on) return finished.skip(area.value);
    const texts = finished.take(area.value, cursor);
    if (texts.length > 0) learning.learn(texts).catch(onError);
  };
  area.addEventListener('input', (event) => {
    const { inputType, isComposing } = /** @type {InputEvent} */ (event);
    if (isComposing) return;
    if (NOT_TYPED.test(inputType) || field.cause === 'restored') finished.skip(area.value);
    // The correction of the last word comes first.
    else queueMicrotask(() => take(area.selectionEnd));
  });
  document.addEventListener('selectionchange', () => {
    if (document.activeElement === area) take(area.selectionEnd);
  });
  area.addEventListener('blur', () => take(undefined));
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) take(undefined);
  });
  globalThis.addEventListener('pagehide', () => take(undefined));
}
