/** Starts a backend of TensorFlow.js: WebAssembly, or plain JavaScript if that fails. */

import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

let isFolderSet = false;

/**
 * Start the WebAssembly backend, or the slower plain JavaScript backend if its .wasm files do not load.
 *
 * @param {string} [wasmFolder] address of the folder with the .wasm files, ending with a slash; not
 *   needed in Node.js, which finds them in the npm package
 * @returns {Promise<'wasm' | 'cpu'>} the backend that is running
 */
export async function startBackend(wasmFolder) {
  // TensorFlow.js allows this call only once, even if the first folder was wrong.
  if (wasmFolder !== undefined && !isFolderSet) {
    setWasmPaths(wasmFolder);
    isFolderSet = true;
  }
  // Threads need special headers from the server, and one step is too small to gain from them.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (await started('wasm')) return 'wasm';
  // The SIMD file may be missing while the other file exists.
  tf.env().set('WASM_HAS_SIMD_SUPPORT', false);
  if (await started('wasm')) return 'wasm';
  await import('@tensorflow/tfjs-backend-cpu');
  if (await started('cpu')) return 'cpu';
  throw new Error('Neither WebAssembly nor plain JavaScript could start TensorFlow.js here.');
}

/**
 * The number and size of all tensors. Both must stay constant while a network runs.
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
  // TensorFlow.js silently falls back to another backend: check which one is running.
  return tf.getBackend() === name;
}
