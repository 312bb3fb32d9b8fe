/** Converts 8-bit weights to floats, in slices so that the page stays responsive while it loads. */

import { ModelError, REPAIR } from './manifest.js';
import { Slices } from '../core/slices.js';

/**
 * @typedef {object} WeightSpec a tensor as `model.json` describes it
 * @property {string} name
 * @property {number[]} shape
 * @property {string} dtype
 * @property {{dtype: string, scale: number, min: number}} [quantization]
 */

/** Bytes per number, by data type. @type {Record<string, number>} */
const WIDTHS = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1 };
/** Numbers to convert between two checks of the clock. */
const PIECE = 65_536;

/**
 * Convert 8-bit weights to float32. All others are returned unchanged.
 *
 * @param {readonly WeightSpec[]} specs in the order of the bytes
 * @param {ArrayBuffer} bytes
 * @returns {Promise<{specs: WeightSpec[], bytes: ArrayBuffer[]}>}
 * @throws {ModelError} if the number of bytes does not match the tensors
 */
export async function unpackedWeights(specs, bytes) {
  const sizes = specs.map(sizeOf);
  const wanted = sizes.reduce((sum, size) => sum + size, 0);
  if (wanted !== bytes.byteLength) {
    throw new ModelError(
      `The weights have ${bytes.byteLength} bytes, but tfjs/model.json describes ${wanted}. ${REPAIR}`,
    );
  }
  const slices = new Slices();
  const unpacked = [];
  let start = 0;
  for (const [place, { quantization }] of specs.entries()) {
    const part = bytes.slice(start, start + sizes[place]);
    start += sizes[place];
    const isPacked = quantization?.dtype === 'uint8';
    unpacked.push(isPacked ? await floats(new Uint8Array(part), quantization, slices) : part);
  }
  return { specs: specs.map(plain), bytes: unpacked };
}

/** @param {WeightSpec} spec */
function sizeOf({ shape, dtype, quantization }) {
  return shape.reduce((product, length) => product * length, WIDTHS[quantization?.dtype ?? dtype]);
}

/**
 * @param {WeightSpec} spec
 * @returns {WeightSpec} after unpacking
 */
function plain({ quantization, ...spec }) {
  return quantization?.dtype === 'uint8' || !quantization ? spec : { ...spec, quantization };
}

/**
 * @param {Uint8Array} packed
 * @param {{scale: number, min: number}} range
 * @param {Slices} slices
 * @returns {Promise<ArrayBuffer>}
 */
async function floats(packed, { scale, min }, slices) {
  // A byte has only 256 values: look them up.
  const values = Float32Array.from({ length: 256 }, (_, step) => step * scale + min);
  const result = new Float32Array(packed.length);
  for (let first = 0; first < packed.length; first += PIECE) {
    const end = Math.min(packed.length, first + PIECE);
    for (let place = first; place < end; place += 1) result[place] = values[packed[place]];
    if (slices.due) await slices.pause();
  }
  return result.buffer;
}
