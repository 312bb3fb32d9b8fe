/** The page's icon as PNG, drawn from the same shapes as `icon.svg`; no other program is needed. */

import { crc32, deflateSync } from 'node:zlib';

/** @typedef {[number, number, number, number]} Colour red, green, blue, opacity; 0 to 255 */

/** All lengths are those of the SVG, whose side is this long. */
const SIDE = 64;
const CORNER = 16;
const STROKE = 5;
const ARC = { x: 31.6, y: 33, radius: 14 };
/** @type {[number, number][]} */
const HEAD = [
  [44, 14],
  [44, 25],
  [33, 25],
];
const DOT = { x: 32, y: 33, radius: 4.5 };
/** @type {Colour} */
const GROUND = [11, 107, 102, 255];
/** @type {Colour} */
const LINE = [255, 255, 255, 255];
/** @type {Colour} */
const WORD = [255, 210, 122, 255];
/** @type {Colour} */
const NOTHING = [0, 0, 0, 0];
/** Each pixel is the mean of this many points squared. */
const SAMPLES = 4;

/**
 * @param {number} size side in pixels
 * @param {{maskable?: boolean}} [options] a maskable icon reaches to the edges, and its drawing keeps
 *   to the middle, as systems cut a shape of their own out of it
 * @returns {Buffer} a PNG file
 */
export function drawIcon(size, { maskable = false } = {}) {
  const pixels = Buffer.alloc(size * (1 + 4 * size));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      pixels.set(pixel(row, column, size, maskable), row * (1 + 4 * size) + 1 + 4 * column);
    }
  }
  return png(size, pixels);
}

/**
 * @param {number} row
 * @param {number} column
 * @param {number} size
 * @param {boolean} maskable
 * @returns {Colour}
 */
function pixel(row, column, size, maskable) {
  const sum = [0, 0, 0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = ((column + ((sample % SAMPLES) + 0.5) / SAMPLES) * SIDE) / size;
    const y = ((row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * SIDE) / size;
    const [red, green, blue, opacity] = colourAt(x, y, maskable);
    [red * opacity, green * opacity, blue * opacity, opacity].forEach((value, channel) => {
      sum[channel] += value;
    });
  }
  const [red, green, blue] = sum.slice(0, 3).map((value) => Math.round(value / (sum[3] || 1)));
  return [red, green, blue, Math.round(sum[3] / SAMPLES ** 2)];
}

/**
 * @param {number} x
 * @param {number} y
 * @param {boolean} maskable
 * @returns {Colour}
 */
function colourAt(x, y, maskable) {
  const scale = maskable ? 0.75 : 1;
  const [u, v] = [SIDE / 2 + (x - SIDE / 2) / scale, SIDE / 2 + (y - SIDE / 2) / scale];
  if (Math.hypot(u - DOT.x, v - DOT.y) <= DOT.radius) return WORD;
  if (isOnArc(u, v) || isOnHead(u, v)) return LINE;
  return maskable || isInside(x, y) ? GROUND : NOTHING;
}

/**
 * Inside the square with round corners.
 *
 * @param {number} x
 * @param {number} y
 */
function isInside(x, y) {
  const over = (/** @type {number} */ value) =>
    Math.max(CORNER - value, 0, value - (SIDE - CORNER));
  return Math.hypot(over(x), over(y)) <= CORNER;
}

/**
 * The open circle: the way of the state back into itself.
 *
 * @param {number} x
 * @param {number} y
 */
function isOnArc(x, y) {
  const [across, down] = [x - ARC.x, y - ARC.y];
  const angle = Math.atan2(down, across);
  const isOpen = angle > -0.66 && angle < 0.42;
  return !isOpen && Math.abs(Math.hypot(across, down) - ARC.radius) <= STROKE / 2;
}

/**
 * The head of its arrow.
 *
 * @param {number} x
 * @param {number} y
 */
function isOnHead(x, y) {
  return HEAD.slice(1).some((end, place) => distance([x, y], HEAD[place], end) <= STROKE / 2);
}

/**
 * @param {[number, number]} point
 * @param {[number, number]} start
 * @param {[number, number]} end
 * @returns {number} from the point to the line between both ends
 */
function distance([x, y], [startX, startY], [endX, endY]) {
  const [across, down] = [endX - startX, endY - startY];
  const along = ((x - startX) * across + (y - startY) * down) / (across ** 2 + down ** 2);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - startX - share * across, y - startY - share * down);
}

/**
 * @param {number} size
 * @param {Buffer} rows each with a 0 before it: no filter
 * @returns {Buffer}
 */
function png(size, rows) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/**
 * @param {string} type
 * @param {Buffer} content
 */
function chunk(type, content) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}
