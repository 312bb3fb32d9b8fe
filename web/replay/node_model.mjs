/** Loads an exported model in Node.js. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { startBackend } from '../engine/model/backend.js';
import { loadModel } from '../engine/model/model.js';

/**
 * Load an exported folder, on the WebAssembly backend if possible.
 *
 * @param {string} folder
 */
export async function openModel(folder) {
  const backend = await startBackend();
  const { model, vocabulary } = await loadModel(async (file) => {
    const { buffer, byteOffset, byteLength } = await readFile(path.join(folder, file));
    return /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength);
  });
  return { backend, model, vocabulary };
}
