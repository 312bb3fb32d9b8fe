/**
 * Tries to open damaged exports as the page does, and reports the error message for each.
 *
 *     node page_reader.mjs EXPORTED OTHER DAMAGES.json ANSWERS.json
 *
 * `DAMAGES.json` is a list of `Damage` objects from `damages.py`. An answer is the error message, or
 * null if the model was opened.
 */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { startBackend } from '../../../web/engine/model/backend.js';
import { fromFolder, fromZip } from '../../../web/engine/model/disk.js';
import { ModelError } from '../../../web/engine/model/manifest.js';
import { loadModel } from '../../../web/engine/model/model.js';

/**
 * @typedef {Record<string, Uint8Array<ArrayBuffer>>} Files contents by path
 * @typedef {{file: string, kind: 'flip' | 'cut' | 'splice' | 'swap', place: number, bit: number}} Damage
 */

const READ = [
  'manifest.json',
  'vocabulary.txt',
  'tail.bin',
  'tfjs/model.json',
  'tfjs/group1-shard1of1.bin',
];

/** The ways in which the page receives files. @type {((files: Files) => any)[]} */
const SOURCES = [
  (files) => async (/** @type {string} */ file) => files[file].slice().buffer,
  (files) => fromFolder(Object.entries(files).map(([name, bytes]) => inFolder(name, bytes))),
  (files) => fromZip(new Blob([zipSync(files, { level: 1 })])),
];

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function inFolder(name, bytes) {
  const file = new File([bytes], name);
  return Object.defineProperty(file, 'webkitRelativePath', { value: `own/${name}` });
}

/**
 * @param {string} folder
 * @returns {Promise<Files>}
 */
async function filesOf(folder) {
  const contents = READ.map(async (name) => [name, await readFile(path.join(folder, name))]);
  const entries = /** @type {[string, Buffer<ArrayBuffer>][]} */ (await Promise.all(contents));
  return Object.fromEntries(entries.map(([name, bytes]) => [name, Uint8Array.from(bytes)]));
}

/**
 * @param {Damage} damage
 * @param {Uint8Array<ArrayBuffer>} data
 * @param {Uint8Array<ArrayBuffer>} other
 */
function damaged({ kind, place, bit }, data, other) {
  if (kind === 'swap') return other;
  if (kind === 'cut') return data.slice(0, place);
  const changed = kind === 'flip' ? data.slice() : new Uint8Array(Math.max(place, other.length));
  if (kind === 'flip') changed[place] ^= 1 << bit;
  else (changed.set(data.subarray(0, place)), changed.set(other.subarray(place), place));
  return changed;
}

/**
 * @param {Files} files
 * @param {number} way
 * @returns {Promise<string | null>}
 */
async function refusal(files, way) {
  try {
    const { model } = await loadModel(await SOURCES[way % SOURCES.length](files));
    model.dispose();
    return null;
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
}

const [folder, otherFolder, damagesFile, answersFile] = process.argv.slice(2);
const [whole, other] = await Promise.all([filesOf(folder), filesOf(otherFolder)]);
await startBackend();
for (const [way] of SOURCES.entries()) {
  const said = [await refusal(whole, way), await refusal(other, way)];
  if (said.some(Boolean)) throw new Error(`a whole model was refused: ${said}`);
}
const answers = [];
for (const [way, damage] of JSON.parse(await readFile(damagesFile, 'utf8')).entries()) {
  const bytes = damaged(damage, whole[damage.file], other[damage.file]);
  answers.push(await refusal({ ...whole, [damage.file]: bytes }, way));
}
await writeFile(answersFile, JSON.stringify(answers));
