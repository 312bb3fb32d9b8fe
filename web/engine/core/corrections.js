/** Reads corrections from the core. */

import { core, utf8 } from './core.js';

/**
 * @typedef {object} Correction what somebody may have meant by typing a word
 * @property {string} text
 * @property {number} replaces number of characters before the cursor to replace, in UTF-16 code units
 * @property {number} logProbability of this reading and of having typed it this way
 * @property {number} share its probability among the readings that were found
 * @property {boolean} literal whether it is what was typed
 * @property {boolean} certain whether it should replace what was typed
 *
 * @typedef {{x: number, y: number}} Touch where the screen was touched: `x` in key widths from the left,
 *   `y` in rows from the top of the layout
 */

/**
 * Pass a text to the core and read its corrections.
 *
 * @param {(...places: number[]) => number} correct calls the core with the address and the length of the
 *   text, and the address and the number of touches
 * @param {string} text
 * @param {readonly (Touch | undefined)[]} touches
 * @returns {Correction[]}
 */
export function corrections(correct, text, touches) {
  const { calls } = core();
  const [points, bytes] = [touchBytes(touches), utf8(text)];
  return core().holding([points, bytes], (start) => {
    const from = start + points.length;
    const found = core().counted(correct(from, bytes.length, start, touches.length));
    return Array.from({ length: found }, (_, place) => {
      const replaces = calls.correction_replaces(place);
      calls.correction_text(place);
      return {
        text: core().answer(),
        replaces: units(core().bytes(from + bytes.length - replaces, replaces)),
        logProbability: calls.correction_log(place),
        share: calls.correction_share(place),
        literal: Boolean(calls.correction_is_literal(place)),
        certain: Boolean(calls.correction_is_certain(place)),
      };
    });
  });
}

/**
 * @param {readonly (Touch | undefined)[]} touches
 * @returns {Uint8Array} two numbers for each
 */
function touchBytes(touches) {
  const numbers = touches.flatMap((touch) => (touch ? [touch.x, touch.y] : [NaN, NaN]));
  return new Uint8Array(Float32Array.from(numbers).buffer);
}

/**
 * @param {Uint8Array} bytes UTF-8
 * @returns {number} its length in UTF-16 code units
 */
export const units = (bytes) =>
  bytes.reduce((sum, byte) => sum + (byte >= 0xf0 ? 2 : Number((byte & 0xc0) !== 0x80)), 0);
