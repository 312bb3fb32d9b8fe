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
  const learn = (/** @type {() => string[]} */ find) => {
    if (!learning.on) return finished.skip(area.value);
    const texts = find();
    if (texts.length > 0) learning.learn(texts).catch(onError);
  };
  const take = (/** @type {number | undefined} */ cursor) =>
    learn(() => finished.take(area.value, cursor));
  area.addEventListener('input', (event) => {
    const { inputType, isComposing } = /** @type {InputEvent} */ (event);
    if (isComposing) return;
    if (NOT_TYPED.test(inputType) || field.cause === 'restored') {
      learn(() => finished.paste(area.value));
    } else {
      // The correction of the last word comes first.
      queueMicrotask(() => take(area.selectionEnd));
    }
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
