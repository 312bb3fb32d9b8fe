/** The exported model in Node.js, and what its small programs have in common. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startBackend } from './src/backend.js';
import { ModelError } from './src/manifest.js';
import { loadModel } from './src/model.js';

/** A mistake that the person at the keyboard can mend. */
export class UserError extends Error {}

/**
 * Run a program; a user's mistake is one line on standard error and exit status 2.
 *
 * @param {(argv: string[]) => Promise<void>} main
 */
export async function command(main) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ModelError)) throw error;
    console.error(`error: ${error.message.replaceAll(/\s+/g, ' ')}`);
    process.exitCode = 2;
  }
}

/**
 * Load an exported folder on the WebAssembly backend.
 *
 * @param {string} folder
 */
export async function openModel(folder) {
  const backend = await startBackend();
  const { model, vocabulary } = await loadModel(async (file) => {
    const { buffer, byteOffset, byteLength } = await readFile(path.join(folder, file));
    return /** @type {ArrayBuffer} */ (buffer).slice(byteOffset, byteOffset + byteLength);
  });
  const { unit } = model.manifest.text;
  return { backend, model, unit, vocabulary };
}

/**
 * @param {string} file
 * @returns {Promise<any>}
 */
export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * @param {string} file
 * @param {unknown} value
 */
export async function writeJson(file, value) {
  try {
    await writeFile(file, JSON.stringify(value) + '\n');
  } catch (error) {
    throw new UserError(`cannot write ${file}: ${error instanceof Error ? error.message : error}`);
  }
}
