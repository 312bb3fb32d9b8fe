/** Finds the pixel position of a character in a text area, by laying out an invisible copy of its text. */

import { element } from '../ui.js';

export class CaretMirror {
  #area;
  #before = document.createTextNode('');
  #marker = element('span', '');
  #mirror = element('div', 'mirror');

  /** @param {HTMLTextAreaElement} area the style sheet must style `.mirror` next to it identically */
  constructor(area) {
    this.#area = area;
    this.#mirror.setAttribute('aria-hidden', 'true');
    this.#mirror.append(this.#before, this.#marker);
    area.after(this.#mirror);
  }

  /**
   * @param {number} offset into the text, in UTF-16 code units
   * @returns {{left: number, bottom: number}} the left edge of the character and the bottom of its
   *   line, in pixels from the top left corner of the text area
   */
  at(offset) {
    const { value, clientWidth, scrollTop, dir } = this.#area;
    this.#mirror.style.width = `${clientWidth}px`;
    this.#mirror.dir = dir;
    this.#before.data = value.slice(0, offset);
    // Measure the whole word, because it may wrap to the next line.
    this.#marker.textContent = /^\S*/u.exec(value.slice(offset))?.[0] || '\u200b';
    const [first] = this.#marker.getClientRects();
    const origin = this.#mirror.getBoundingClientRect();
    const rectangle = first ?? origin;
    // The height of the rectangle depends on the font. It is in the middle of the line.
    const middle = (rectangle.top + rectangle.bottom) / 2;
    const line = parseFloat(getComputedStyle(this.#area).lineHeight);
    return {
      left: rectangle.left - origin.left,
      bottom: middle + line / 2 - origin.top - scrollTop,
    };
  }
}
