/** Links that reproduce a generated text: the values of the Generate form, encoded in the URL fragment. */

/**
 * @typedef {object} Recipe
 * @property {string} prompt
 * @property {number} temperature
 * @property {number} topK
 * @property {number} topP
 * @property {number} repetitionPenalty
 * @property {number} length
 * @property {number} seed
 * @property {string} model the first digits of the weights' checksum, or an empty string
 */

/** @type {{name: keyof Recipe, key: string, min: number, max: number, whole: boolean}[]} */
export const NUMBERS = [
  { name: 'temperature', key: 'temperature', min: 0, max: 2, whole: false },
  { name: 'topK', key: 'top_k', min: 0, max: 1000, whole: true },
  { name: 'topP', key: 'top_p', min: 0.05, max: 1, whole: false },
  { name: 'repetitionPenalty', key: 'penalty', min: 1, max: 2, whole: false },
  { name: 'length', key: 'length', min: 1, max: 5000, whole: true },
  { name: 'seed', key: 'seed', min: 0, max: 4294967295, whole: true },
];
const LONGEST_PROMPT = 20_000;

/**
 * @param {Recipe} recipe
 * @returns {string} the query part of the fragment, to follow `#generate?`
 */
export function toLink(recipe) {
  const values = NUMBERS.map(({ name, key }) => [key, String(recipe[name])]);
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
  for (const { name, key, min, max, whole } of NUMBERS) {
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
