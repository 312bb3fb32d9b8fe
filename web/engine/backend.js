/** Which of TensorFlow.js' backends runs: WebAssembly, or plain JavaScript where that fails. */

import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

let isFolderSet = false;

/**
 * Start the WebAssembly backend, or the slower plain one.
 *
 * @param {string} [wasmFolder] address of the folder with the .wasm files, with a slash at its end;
 *   Node finds them in the npm package without it
 * @returns {Promise<'wasm' | 'cpu'>} the backend that really runs
 */
export async function startBackend(wasmFolder) {
  // TensorFlow.js refuses a second time, even where the first folder led to nothing.
  if (wasmFolder !== undefined && !isFolderSet) {
    setWasmPaths(wasmFolder);
    isFolderSet = true;
  }
  // Threads need special headers from the server, and one step is too small to gain from them.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (await started('wasm')) return 'wasm';
  // The file for newer processors may be missing, and the other one be there.
  tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
  if (await started('wasm')) return 'wasm';
  await import('@tensorflow/tfjs-backend-cpu');
  if (await started('cpu')) return 'cpu';
  throw new Error('Neither WebAssembly nor plain JavaScript could start TensorFlow.js here.');
}

/**
 * What the tensors take; a network that runs for long must not need more and more.
 *
 * @returns {{tensors: number, bytes: number}}
 */
export function memory() {
  const { numTensors, numBytes } = tf.memory();
  return { tensors: numTensors, bytes: numBytes };
}

/**
 * @param {string} name
 * @returns {Promise<boolean>}
 */
async function started(name) {
  try {
    await tf.setBackend(name);
    await tf.ready();
  } catch {
    return false;
  }
  // A backend that cannot start is replaced without a word: look at what is there.
  return tf.getBackend() === name;
}
