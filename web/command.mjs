/** Shared code of the Node.js programs: error handling and JSON files. */

import { readFile, writeFile } from 'node:fs/promises';
import { ModelError } from './engine/model/manifest.js';

/** An error that the user can correct. */
export class UserError extends Error {}

/**
 * Run a program. A user error prints one line to standard error and sets exit status 2.
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
