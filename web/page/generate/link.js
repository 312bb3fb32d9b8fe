/** Links that reproduce a generated text: the values of the Generate form, encoded in the URL fragment. */

import { SETTINGS } from '../../engine/settings.js';

/**
 * @typedef {Record<import('../../engine/settings.js').SettingName, number>} Numbers
 * @typedef {Numbers & {prompt: string, model: string}} Recipe `model` is the first digits of the
 *   weights' checksum, or an empty string
 */

const LONGEST_PROMPT = 20_000;

/**
 * @param {Recipe} recipe
 * @returns {string} the query part of the fragment, to follow `#generate?`
 */
export function toLink(recipe) {
  const values = SETTINGS.map(({ name, field }) => [keyOf(field), String(recipe[name])]);
  return new URLSearchParams([
    ['prompt', recipe.prompt],
    ...values,
    ['model', recipe.model],
  ]).toString();
}

/**
 * Parse a link, which is not trusted.
 *
 * @param {string} query
 * @returns {{recipe: Partial<Recipe>, refused: string[]}} the valid values, and a message per invalid one
 */
export function fromLink(query) {
  const found = new URLSearchParams(query);
  /** @type {string[]} */
  const refused = [];
  /** @type {[string, string | number][]} */
  const entries = [];
  for (const { name, field } of SETTINGS) {
    const { min, max } = field;
    const [key, whole] = [keyOf(field), Number.isInteger(field.step)];
    const text = found.get(key);
    if (text === null) continue;
    const value = text.trim() === '' ? NaN : Number(text);
    const sound = value >= min && value <= max && (!whole || Number.isInteger(value));
    if (sound) entries.push([name, value]);
    else refused.push(`${key} must be ${whole ? 'a whole number ' : ''}from ${min} to ${max}`);
  }
  const prompt = found.get('prompt') ?? '';
  if (prompt.length > LONGEST_PROMPT) refused.push('the prompt is too long');
  else entries.push(['prompt', prompt]);
  const model = found.get('model') ?? '';
  if (/^[0-9a-f]{0,64}$/.test(model)) entries.push(['model', model]);
  return { recipe: Object.fromEntries(entries), refused };
}

/** @param {{id: string}} field */
const keyOf = ({ id }) => id.replaceAll('-', '_');
