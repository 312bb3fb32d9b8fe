/**
 * The settings of `generate`, each declared once: the values that the engine accepts, and the field in
 * the page's Generate form. The form and the links are built from this table. The arithmetic of sampling
 * is elsewhere, in `sampling.js`.
 */

import { checkBetween, checkNumber, checkWhole } from './core/arguments.js';

/**
 * @typedef {object} SamplingOptions
 * @property {number} [temperature] divides the logits, 0 to 100; values below 0.001 count as 0, which
 *   always picks the most likely word; default 1
 * @property {number} [topK] sample only from this many of the most likely words; 0 means no limit
 * @property {number} [topP] sample only from the most likely words, up to this total probability; 1
 *   means no limit
 * @property {number} [repetitionPenalty] 1 to 100; values above 1 make `recent` words less likely (CTRL,
 *   Keskar et al. 2019)
 * @property {Iterable<number>} [recent] ids that the penalty applies to
 * @property {readonly number[]} [excluded] ids that are never sampled, in addition to `UNKNOWN`
 *
 * @typedef {SamplingOptions & {length?: number, seed?: number}} GenerateOptions
 *   `length` counts words and punctuation marks, but not end tokens; Infinity generates until aborted
 *
 * @typedef {'temperature' | 'topK' | 'topP' | 'repetitionPenalty' | 'length' | 'seed'} SettingName
 *
 * @typedef {object} Setting
 * @property {SettingName} name
 * @property {number} usual default of the engine
 * @property {number} least
 * @property {number} most
 * @property {boolean} [whole] only whole numbers
 * @property {boolean} [open] values must be greater than `least`
 * @property {boolean} [endless] Infinity is accepted
 * @property {Field} field
 *
 * @typedef {object} Field a field of the form, limited to useful values
 * @property {string} id of the element; links use it with `_` instead of `-`
 * @property {string} label
 * @property {string} hint
 * @property {boolean} [slider] a slider, which shows its value next to the label
 * @property {number} min
 * @property {number} max
 * @property {number} step
 * @property {number} value the initial value
 */

const LARGEST_SEED = Number.MAX_SAFE_INTEGER;

/** @type {readonly Setting[]} in the order of the form: first sliders, then numbers */
export const SETTINGS = [
  {
    name: 'temperature',
    usual: 1,
    least: 0,
    most: 100,
    field: {
      id: 'temperature',
      label: 'Temperature',
      hint: 'Low values stay close to the most likely words; high values add variety. 0 always picks the most likely word.',
      slider: true,
      min: 0,
      max: 2,
      step: 0.05,
      value: 0.8,
    },
  },
  {
    name: 'topP',
    usual: 1,
    least: 0,
    most: 1,
    open: true,
    field: {
      id: 'top-p',
      label: 'Top-p',
      hint: 'Sample only from the most likely words, up to this total probability.',
      slider: true,
      min: 0.05,
      max: 1,
      step: 0.01,
      value: 0.95,
    },
  },
  {
    name: 'repetitionPenalty',
    usual: 1,
    least: 1,
    most: 100,
    field: {
      id: 'penalty',
      label: 'Repetition penalty',
      hint: 'Values above 1 make recently used words less likely.',
      slider: true,
      min: 1,
      max: 2,
      step: 0.05,
      value: 1,
    },
  },
  {
    name: 'topK',
    usual: 0,
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    whole: true,
    field: {
      id: 'top-k',
      label: 'Top-k',
      hint: 'Top-k samples only from the k most likely words; 0 means no limit.',
      min: 0,
      max: 1000,
      step: 1,
      value: 40,
    },
  },
  {
    name: 'length',
    usual: 100,
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    whole: true,
    endless: true,
    field: {
      id: 'length',
      label: 'Tokens',
      hint: 'Tokens are words and punctuation marks.',
      min: 1,
      max: 5000,
      step: 1,
      value: 120,
    },
  },
  {
    name: 'seed',
    usual: 0,
    least: -LARGEST_SEED,
    most: LARGEST_SEED,
    field: {
      id: 'seed',
      label: 'Seed',
      hint: 'The same seed and settings always give the same text.',
      min: 0,
      max: 4294967295,
      step: 1,
      value: 1,
    },
  },
];

/**
 * The values of all settings, with defaults for those that are not given.
 *
 * @param {GenerateOptions} options
 * @returns {Record<SettingName, number>}
 * @throws {TypeError | RangeError} for invalid values
 */
export function settingsOf(options) {
  const values = SETTINGS.map((setting) => {
    const { [setting.name]: value = setting.usual } = options;
    check(value, setting);
    return [setting.name, value];
  });
  return Object.fromEntries(values);
}

/**
 * @param {unknown} value
 * @param {Setting} setting
 */
function check(value, { name, least, most, whole, open, endless }) {
  if (whole) checkWhole(value, name, { least, most, endless });
  else if (!open) checkBetween(value, name, { least, most });
  else if (!(checkNumber(value, name) > least && Number(value) <= most)) {
    throw new RangeError(`${name} must be in (${least}, ${most}], not ${value}`);
  }
}
