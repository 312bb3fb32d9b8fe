/**
 * The public API of the npm package: predicts, scores and generates text with an exported model. It
 * does not use the DOM and needs no server.
 *
 *     import { open } from 'elman';
 *     const engine = await open(new URL('model/', location.href));
 *     console.log(await engine.predict('how are '));
 */

import { checkAddress, checkObject, checkText } from './core/arguments.js';
import { loadCore } from './core/core.js';
import { startBackend } from './model/backend.js';
import { Engine } from './engine.js';
import { fetchFrom } from './model/fetching.js';
import { loadModel } from './model/model.js';

export { startBackend } from './model/backend.js';
export { loadCore } from './core/core.js';
export { fromFolder, fromZip } from './model/disk.js';
export { Engine } from './engine.js';
export { fetchFrom } from './model/fetching.js';
export { ModelError } from './model/manifest.js';
export { Model, loadModel } from './model/model.js';
export { Profile } from './core/profile.js';
export { greedy, likeliest, logSoftmax, logSumExp, sample } from './sampling.js';
export { join, normalise, segments, split, typed } from './core/text.js';
export { Vocabulary } from './core/vocabulary.js';

/**
 * Open an exported model.
 *
 * @param {URL | string | import('./model/manifest.js').ReadFile} source address of the exported folder, or
 *   a function that reads its files
 * @param {{wasmFolder?: string}} [options] address of the folder with the .wasm files of
 *   `@tensorflow/tfjs-backend-wasm`, ending with a slash; not needed in Node.js
 * @returns {Promise<Engine>}
 * @throws {import('./model/manifest.js').ModelError} if the model cannot be used, with a message for users
 * @throws {TypeError} for invalid arguments
 */
export async function open(source, options = {}) {
  checkObject(options, 'options');
  const { wasmFolder } = options;
  if (wasmFolder !== undefined) checkText(wasmFolder, 'wasmFolder');
  const readFile = typeof source === 'function' ? source : fetchFrom(folderAddress(source));
  await Promise.all([startBackend(wasmFolder), loadCore()]);
  const { model, vocabulary } = await loadModel(readFile);
  return new Engine(model, vocabulary);
}

/** @param {URL | string} address */
function folderAddress(address) {
  if (!(address instanceof URL)) checkText(address, 'source, unless it is a URL or a function,');
  const url = checkAddress(address, 'source');
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
