/** Underlines words of a text area: a transparent copy of its text lies over it, with a wavy line below them. */

import { element } from '../ui.js';

/** What follows the first part of an address. */
const ADDRESS = /^[.:@/\\]+[\p{L}\p{N}/]/u;

/** @typedef {{start: number, end: number}} Mark a range of the text, in UTF-16 code units */

export class Marks {
  /** Sorted by their places. @type {Mark[]} */
  #marks = [];
  #text;
  #area;
  #copy = element('div', 'copy');
  #frame = element('div', 'marks', this.#copy);

  /** @param {HTMLTextAreaElement} area the style sheet must style `.marks` next to it identically */
  constructor(area) {
    this.#area = area;
    this.#text = area.value;
    this.#frame.hidden = true;
    this.#frame.setAttribute('aria-hidden', 'true');
    area.after(this.#frame);
    area.addEventListener('scroll', () => this.#scroll());
    if ('ResizeObserver' in globalThis) new ResizeObserver(() => this.#draw()).observe(area);
  }

  /** @param {Mark} mark */
  add(mark) {
    if (this.has(mark)) return;
    const { start, end } = mark;
    this.#marks = this.#marks.filter((each) => each.end <= start || each.start >= end);
    this.#marks.push(mark);
    this.#marks.sort((one, other) => one.start - other.start);
    this.#draw();
  }

  /** @param {Mark} mark */
  has({ start, end }) {
    return this.#marks.some((each) => each.start === start && each.end === end);
  }

  /** @param {Mark} mark */
  remove({ start, end }) {
    this.#marks = this.#marks.filter((each) => each.end <= start || each.start >= end);
    this.#draw();
  }

  clear() {
    this.#marks = [];
    this.#draw();
  }

  /** Move the marks with the text after a change, and remove those of words that changed. */
  follow() {
    const { value } = this.#area;
    this.#marks = movedMarks(this.#marks, this.#text, value);
    this.#text = value;
    this.#draw();
  }

  #draw() {
    if (this.#marks.length === 0) {
      this.#frame.hidden = true;
      this.#copy.replaceChildren();
      return;
    }
    const { value, clientWidth, dir } = this.#area;
    /** @type {(Node | string)[]} */
    const parts = [];
    let at = 0;
    for (const { start, end } of this.#marks) {
      parts.push(value.slice(at, start), element('span', 'mark', value.slice(start, end)));
      at = end;
    }
    // The rest of the last word may move it to the next line.
    parts.push(/^\S*/u.exec(value.slice(at))?.[0] ?? '');
    this.#frame.hidden = false;
    this.#copy.replaceChildren(...parts);
    this.#copy.style.width = `${clientWidth}px`;
    this.#copy.dir = dir;
    this.#scroll();
  }

  #scroll() {
    if (this.#marks.length === 0) return;
    const { scrollTop, clientHeight, clientWidth } = this.#area;
    this.#frame.style.height = `${clientHeight}px`;
    this.#frame.style.width = `${clientWidth}px`;
    this.#copy.style.transform = `translateY(${-scrollTop}px)`;
  }
}

/**
 * @param {Mark[]} marks
 * @param {string} before
 * @param {string} after
 * @returns {Mark[]} those whose words did not change, at their new places
 */
export function movedMarks(marks, before, after) {
  if (before === after || marks.length === 0) return marks;
  const most = Math.min(before.length, after.length);
  let [start, behind] = [0, 0];
  while (start < most && before[start] === after[start]) start += 1;
  while (behind < most - start && before.at(-1 - behind) === after.at(-1 - behind)) behind += 1;
  const end = before.length - behind;
  const shift = after.length - before.length;
  return marks
    .filter((mark) => mark.end <= start || mark.start >= end)
    .map((mark) =>
      mark.end <= start ? mark : { start: mark.start + shift, end: mark.end + shift },
    )
    .filter(({ start, end }) => !isPart(after[start - 1]) && !isPart(after[end]))
    .filter(({ end }) => !ADDRESS.test(after.slice(end, end + 3)));
}

/** @param {string | undefined} character */
const isPart = (character) => character !== undefined && /[\p{L}\p{M}\p{N}'’_-]/u.test(character);
