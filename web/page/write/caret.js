/** Where a place of a text area is in pixels, from a copy of its layout that nobody sees. */

import { element } from '../ui.js';

export class CaretMirror {
  #area;
  #before = document.createTextNode('');
  #marker = element('span', '');
  #mirror = element('div', 'mirror');

  /** @param {HTMLTextAreaElement} area its style applies to `.mirror` beside it as well */
  constructor(area) {
    this.#area = area;
    this.#mirror.setAttribute('aria-hidden', 'true');
    this.#mirror.append(this.#before, this.#marker);
    area.after(this.#mirror);
  }

  /**
   * @param {number} offset into the text, in UTF-16 units
   * @returns {{left: number, bottom: number}} of the line there, in pixels from the text area's corner
   */
  at(offset) {
    const { value, clientWidth, scrollTop, dir } = this.#area;
    this.#mirror.style.width = `${clientWidth}px`;
    this.#mirror.dir = dir;
    this.#before.data = value.slice(0, offset);
    // The whole word, as it may move to the next line.
    this.#marker.textContent = /^\S*/u.exec(value.slice(offset))?.[0] || '\u200b';
    const [first] = this.#marker.getClientRects();
    const origin = this.#mirror.getBoundingClientRect();
    const rectangle = first ?? origin;
    return {
      left: rectangle.left - origin.left,
      bottom: rectangle.bottom - origin.top - scrollTop,
    };
  }
}
