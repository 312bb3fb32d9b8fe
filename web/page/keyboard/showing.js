/** Shows the on-screen keyboard for the Write panel on touch screens, and tells the engine its layout. */

import { Keyboard } from './keyboard.js';
import { LAYOUTS, usualLayout } from './layouts.js';
import { byId, remembered } from '../ui.js';

/**
 * @typedef {import('../host.js').Host} Host
 * @typedef {import('./layouts.js').LayoutName} LayoutName
 *
 * @typedef {object} Typing what the keyboard does to the text
 * @property {(text: string, touch: import('../../engine/core/corrections.js').Touch | undefined) => void} type
 * @property {() => void} erase
 */

/**
 * @param {HTMLTextAreaElement} area
 * @param {Host} host
 * @param {Typing} typing
 */
export function startKeyboard(area, host, { type, erase }) {
  const frame = byId('keyboard', HTMLElement);
  const keyboard = new Keyboard(frame, { onText: type, onErase: erase });
  startLayout(keyboard, host);
  const show = byId('keyboard-show', HTMLButtonElement);
  const turn = (/** @type {boolean} */ shown) => {
    frame.hidden = !shown;
    document.documentElement.classList.toggle('with-keyboard', shown);
    show.textContent = shown ? 'Hide keyboard' : 'Show keyboard';
    keyboard.release();
    // The device's own keyboard appears only on a new focus.
    area.blur();
    if (shown) area.inputMode = 'none';
    else area.removeAttribute('inputmode');
    if (shown) area.focus();
  };
  const coarse = matchMedia('(pointer: coarse)');
  const follow = () => {
    show.hidden = !coarse.matches;
    if (!coarse.matches && !frame.hidden) turn(false);
  };
  coarse.addEventListener('change', follow);
  show.addEventListener('click', () => turn(frame.hidden === true));
  byId('keyboard-hide', HTMLButtonElement).addEventListener('click', () => turn(false));
  hideElsewhere(() => {
    if (!frame.hidden) turn(false);
  });
  follow();
}

/** @param {() => void} hide called when another tab of the page opens */
function hideElsewhere(hide) {
  const panel = byId('write', HTMLElement);
  new MutationObserver(() => {
    if (panel.hidden) hide();
  }).observe(panel, { attributeFilter: ['hidden'] });
}

/**
 * @param {Keyboard} keyboard
 * @param {Host} host
 */
function startLayout(keyboard, host) {
  const choice = byId('keyboard-layout', HTMLSelectElement);
  choice.value = usualLayout(navigator.language);
  remembered(choice, 'layout');
  const follow = () => {
    const name = /** @type {LayoutName} */ (choice.value);
    keyboard.layout = name;
    host.engine.layout(LAYOUTS[name]);
  };
  choice.addEventListener('change', follow);
  host.onChange(follow);
  follow();
}
