/** Draws the network unrolled over its last steps, as textbooks do, with the actual values. */

import { stateBounds } from '../../engine/inside.js';
import { paintCells } from './colours.js';
import { byId, decimal, element, percent, stepNames } from '../ui.js';

/** @typedef {import('../../engine/inside.js').Look} Look */
/** @typedef {import('../../engine/inside.js').LookStep} LookStep */
/** @typedef {{layers: number, units: number}} Sizes */

const NUMBERS_SHOWN = 2;
const CELLS_A_ROW = 32;

/**
 * @param {Look} look
 * @param {Sizes} sizes
 */
export function showUnrolled(look, sizes) {
  const names = stepNames(look);
  const last = names.length - 1;
  const scale = { ...sizes, most: stateBounds(look.steps).most };
  const columns = look.steps.map((step, place) => column(step, names[place], last - place, scale));
  byId('unrolled', HTMLOListElement).replaceChildren(...columns);
  const frame = byId('unrolled-frame', HTMLElement);
  frame.scrollLeft = frame.scrollWidth;
}

/**
 * @param {LookStep} step
 * @param {string} name
 * @param {number} back number of steps before the last one
 * @param {Sizes & {most: number}} scale `most` is the magnitude shown in the full colour
 */
function column(step, name, back, scale) {
  return element(
    'li',
    back === 0 ? 'step now' : 'step',
    element('div', 'box o', symbol('o', back), expected(step)),
    element('div', 'arrow', 'V'),
    state(step, name, back, scale),
    element('div', 'arrow', 'U'),
    input(step, name, back),
  );
}

/**
 * @param {string} letter
 * @param {number} back
 */
function symbol(letter, back) {
  return element('span', 'symbol', letter, element('sub', '', back === 0 ? 't' : `t−${back}`));
}

/** @param {LookStep} step */
function expected(step) {
  const bars = step.expected.map(({ word, probability }) => {
    const bar = element('span', 'bar');
    bar.style.setProperty('--share', `${100 * probability}%`);
    return element(
      'li',
      '',
      token(word, 'end'),
      element('span', 'number', percent(probability)),
      bar,
    );
  });
  return element('ol', 'bars', ...bars);
}

/**
 * @param {string} word empty for an end token
 * @param {string} name label for an end token
 */
function token(word, name) {
  return element('span', word === '' ? 'token special' : 'token', word || name);
}

/**
 * @param {LookStep} step
 * @param {string} name
 * @param {number} back
 * @param {Sizes & {most: number}} scale
 */
function state({ state: values }, name, back, { layers, units, most }) {
  const pictures = Array.from({ length: layers }, (_, layer) => {
    const canvas = element('canvas', 'cells');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `Layer ${layer + 1} after ${name}`);
    paintCells(canvas, values.subarray(layer * units, (layer + 1) * units), CELLS_A_ROW, most);
    return canvas;
  });
  const top = values.subarray((layers - 1) * units);
  // The last layer is at the top.
  return element('div', 'box s', symbol('s', back), ...pictures.reverse(), numbers(top));
}

/**
 * @param {LookStep} step
 * @param {string} name
 * @param {number} back
 */
function input({ word, id, vector, probability }, name, back) {
  const chance = probability === undefined ? '' : `, expected ${percent(probability)}`;
  return element(
    'div',
    'box x',
    symbol('x', back),
    token(word, name),
    ...(vector ? [numbers(vector)] : []),
    element('span', 'number', `id ${id.toLocaleString('en')}${chance}`),
  );
}

/** @param {Float32Array} values */
function numbers(values) {
  const first = [...values.subarray(0, NUMBERS_SHOWN)].map((value) => decimal(value, 2));
  const more = values.length > NUMBERS_SHOWN ? ' …' : '';
  return element('span', 'values', first.join('  ') + more);
}

/**
 * Show how the prediction changes when the network does not read a word.
 *
 * @param {Look} look
 */
export function showInfluences(look) {
  const { steps } = look;
  const names = stepNames(look);
  const [favourite] = steps[steps.length - 1].expected;
  const most = Math.max(...steps.map(({ influence }) => influence.bits || 0), 0.01);
  byId('influence-note', HTMLElement).replaceChildren(
    'The most likely next word is ',
    element('b', '', favourite.word || 'the end'),
    ` (${percent(favourite.probability)}). The network reads the words again, leaving out one at a time; ` +
      'each bar shows how much the whole prediction changes without that word, in bits.',
  );
  const rows = steps.map((step, place) => row(step, names[place], most, favourite));
  byId('influences', HTMLOListElement).replaceChildren(...rows);
}

/**
 * @param {LookStep} step
 * @param {string} name
 * @param {number} most
 * @param {import('../../engine/results.js').Expected} favourite
 */
function row({ word, influence }, name, most, favourite) {
  const { bits, probability, expected: instead } = influence;
  if (!Number.isFinite(bits)) {
    return element('li', '', token(word, name), element('span', ''), 'the only word');
  }
  const bar = element('span', 'bar');
  bar.style.setProperty('--share', `${(100 * bits) / most}%`);
  const [first] = instead;
  const other =
    first.id === favourite.id ? '' : `; most likely instead: ${first.word || 'the end'}`;
  return element(
    'li',
    '',
    token(word, name),
    element('span', 'track', bar),
    element('span', 'number', `${bits.toFixed(2)} bits`),
    element(
      'span',
      'change',
      `${favourite.word || 'the end'} ${percent(favourite.probability)} → ${percent(probability)}${other}`,
    ),
  );
}
