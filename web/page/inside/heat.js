/** A heat map of the hidden state over time, and a plot of one unit. */

import { stateBounds } from '../../engine/inside.js';
import { onColourChange, paintCells } from './colours.js';
import { byId, decimal, element, stepNames } from '../ui.js';

/** @typedef {import('../../engine/inside.js').Look} Look */
/** @typedef {import('./unrolled.js').Sizes} Sizes */

const SVG = 'http://www.w3.org/2000/svg';
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 310, 12, 150];

export class HeatMap {
  #canvas = byId('heat', HTMLCanvasElement);
  #layer = byId('layer', HTMLSelectElement);
  #unit = byId('unit', HTMLInputElement);
  #sorted = byId('sorted', HTMLInputElement);
  /** @type {Look} */
  #look = { steps: [], earlier: 0 };
  /** @type {Sizes} */
  #sizes = { layers: 1, units: 1 };
  #bounds = stateBounds([]);
  /** @type {number[]} units, from the top row down */
  #order = [];
  /** Whether the user has chosen the unit that is plotted. */
  #chosen = false;

  constructor() {
    for (const control of [this.#layer, this.#sorted]) {
      control.addEventListener('change', () => this.#paint());
    }
    this.#unit.addEventListener('input', () => {
      this.#chosen = true;
      this.#course();
    });
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event));
    this.#canvas.addEventListener('pointerdown', (event) => this.#point(event));
    onColourChange(() => this.#paint());
  }

  /**
   * @param {Look} look
   * @param {Sizes} sizes
   */
  show(look, sizes) {
    this.#look = look;
    this.#sizes = sizes;
    this.#bounds = stateBounds(look.steps);
    if (this.#layer.length !== sizes.layers) {
      const layers = Array.from({ length: sizes.layers }, (_, place) => String(place + 1));
      this.#layer.replaceChildren(...layers.map((name) => new Option(name, name)));
      this.#layer.value = String(sizes.layers);
    }
    this.#unit.max = String(sizes.units);
    this.#paint();
  }

  /**
   * @param {number} step
   * @param {number} unit
   */
  #value(step, unit) {
    return this.#look.steps[step].state[(Number(this.#layer.value) - 1) * this.#sizes.units + unit];
  }

  #paint() {
    const { steps } = this.#look;
    if (steps.length === 0) return;
    const last = steps.length - 1;
    this.#order = Array.from({ length: this.#sizes.units }, (_, unit) => unit);
    if (this.#sorted.checked) {
      this.#order.sort((one, other) => this.#value(last, other) - this.#value(last, one));
    }
    const values = this.#order.flatMap((unit) => steps.map((_, step) => this.#value(step, unit)));
    paintCells(this.#canvas, values, steps.length, this.#bounds.most);
    showScale(this.#bounds);
    const words = stepNames(this.#look).map((name) => element('li', '', name));
    byId('heat-words', HTMLOListElement).replaceChildren(...words);
    if (!this.#chosen) this.#unit.value = String(this.#liveliest() + 1);
    this.#course();
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { top, height } = this.#canvas.getBoundingClientRect();
    const line = Math.floor(((event.clientY - top) / height) * this.#order.length);
    const unit = this.#order[Math.max(0, Math.min(this.#order.length - 1, line))];
    if (unit === undefined || this.#unit.value === String(unit + 1)) return;
    this.#unit.value = String(unit + 1);
    this.#chosen = true;
    this.#course();
  }

  /** @returns {number} the unit whose value varies most over the steps; some units may stay at 0 */
  #liveliest() {
    let [liveliest, furthest] = [0, -1];
    for (let unit = 0; unit < this.#sizes.units; unit += 1) {
      const values = this.#look.steps.map((_, step) => this.#value(step, unit));
      const moved = Math.max(...values) - Math.min(...values);
      if (moved > furthest) [liveliest, furthest] = [unit, moved];
    }
    return liveliest;
  }

  /** Plot the values of the chosen unit, one per step. */
  #course() {
    const { steps } = this.#look;
    const unit =
      Math.max(1, Math.min(this.#sizes.units, Math.round(this.#unit.valueAsNumber) || 1)) - 1;
    const values = steps.map((_, step) => this.#value(step, unit));
    const words = stepNames(this.#look);
    const said = values.map((value, step) => `${words[step]} ${decimal(value, 2)}`);
    byId('course-title', HTMLElement).textContent =
      `Unit ${unit + 1} of layer ${this.#layer.value}: ${said.join(', ')}`;
    drawCourse(document.getElementById('course'), values, words, this.#bounds.negative);
  }
}

/** @param {ReturnType<typeof stateBounds>} bounds `most` is shown in the full colour */
function showScale({ most, negative }) {
  const digits = most === 1 ? 0 : 1;
  byId('heat-low', HTMLElement).hidden = !negative;
  byId('heat-least', HTMLElement).textContent = decimal(-most, digits);
  byId('heat-most', HTMLElement).textContent = `+${decimal(most, digits)}`;
}

/**
 * @param {Element | null} picture an SVG element
 * @param {number[]} values
 * @param {string[]} words
 * @param {boolean} negative whether the scale includes values below 0
 */
function drawCourse(picture, values, words, negative) {
  const most = Math.max(1, ...values.map(Math.abs));
  const least = negative ? -most : 0;
  const x = (/** @type {number} */ step) =>
    values.length === 1 ? (LEFT + RIGHT) / 2 : LEFT + (step / (values.length - 1)) * (RIGHT - LEFT);
  const y = (/** @type {number} */ value) =>
    BOTTOM - ((value - least) / (most - least)) * (BOTTOM - TOP);
  const path = values
    .map((value, step) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`)
    .join(' ');
  const axes = [...new Set([most, 0, least])].flatMap((value) => [
    shape('line', { x1: LEFT - 6, x2: RIGHT + 6, y1: y(value), y2: y(value), class: 'axis' }),
    shape(
      'text',
      { x: LEFT - 10, y: y(value) + 4, 'text-anchor': 'end' },
      decimal(value, value ? 1 : 0),
    ),
  ]);
  const points = values.flatMap((value, step) => [
    shape('circle', { cx: x(step), cy: y(value), r: 3.5 }),
    shape(
      'text',
      { x: x(step), y: BOTTOM + 20, 'text-anchor': 'middle' },
      shortened(words[step], values.length),
    ),
  ]);
  picture?.replaceChildren(...axes, shape('polyline', { points: path }), ...points);
}

/**
 * @param {string} word
 * @param {number} columns
 */
function shortened(word, columns) {
  const room = Math.max(3, Math.floor(52 / columns));
  return word.length > room ? `${word.slice(0, room - 1)}…` : word;
}

/**
 * @param {string} name of an SVG element
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function shape(name, attributes, text = '') {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  created.textContent = text;
  return created;
}
