/** Typesets the formula in the manifest. */

import { element } from '../ui.js';

/** A variable is a single letter, with or without a subscript: `b`, `x_t`, `s_(t-1)`. */
const VARIABLE = /\b([a-z])(?:_(\w|\([^()]*\)))?(?!\w)/gi;

/**
 * @param {string} text such as `s_t = tanh(U x_t + W s_(t-1) + b)`
 * @returns {(Node | string)[]} with variables in italics
 */
export function formula(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, 1: name, 2: below = '', index } of text.matchAll(VARIABLE)) {
    const subscript = below.replace(/[()]/g, '').replace('-', '−');
    const variable = element('i', '', name);
    if (subscript) variable.append(element('sub', '', subscript));
    parts.push(text.slice(end, index), variable);
    end = index + found.length;
  }
  return [...parts, text.slice(end)];
}
