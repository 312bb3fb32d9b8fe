/** The HTML of the fields in the Generate form, one for each setting of the engine. */

import { SETTINGS } from '../engine/settings.js';

/** @typedef {import('../engine/settings.js').Field} Field */

/** @returns {string} the sliders with their hints, then a row of number fields with one hint below */
export function generateFields() {
  const fields = SETTINGS.map(({ field }) => field);
  const numbers = fields.filter(({ slider }) => !slider);
  return [
    ...fields.filter(({ slider }) => slider).map(slider),
    `<div class="numbers">${numbers.map(number).join('')}</div>`,
    hint(numbers.map((field) => field.hint).join(' ')),
  ].join('\n');
}

/** @param {Field} field */
function slider(field) {
  const { id, label } = field;
  const output = `<output id="${id}-shown" for="${id}"></output>`;
  return `<div><label for="${id}">${escaped(label)} ${output}</label>
<input id="${id}" type="range" ${limits(field)} />${hint(field.hint)}</div>`;
}

/** @param {Field} field */
function number(field) {
  const { id, label } = field;
  return `<div><label for="${id}">${escaped(label)}</label>
<input id="${id}" type="number" inputmode="numeric" ${limits(field)} required /></div>`;
}

/** @param {Field} field */
const limits = ({ min, max, step, value }) =>
  `min="${min}" max="${max}" step="${step}" value="${value}"`;

/** @param {string} text */
const hint = (text) => `<p class="hint">${escaped(text)}</p>`;

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
