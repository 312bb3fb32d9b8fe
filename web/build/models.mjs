/** Copies models into a built page: the one it opens, and others to choose from. */

import { cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../command.mjs';

const MODEL = ['manifest.json', 'vocabulary.txt', 'tfjs'];
/** Not every model has tail words. */
const TAIL = 'tail.bin';

/**
 * Copy the models to `model/` and `models/<name>/`, and list them in `models.json`, the first one
 * first.
 *
 * @param {{model: string, also: string | undefined, out: string}} folders
 */
export async function copyModels({ model, also, out }) {
  await requireModel(model);
  const listed = [await copyModel(model, out, 'model/')];
  for (const folder of await others(model, also)) {
    listed.push(await copyModel(folder, out, `models/${path.basename(folder)}/`));
  }
  await writeFile(path.join(out, 'models.json'), JSON.stringify(listed));
}

/** @param {string} folder */
async function requireModel(folder) {
  for (const name of MODEL) {
    if (!(await exists(path.join(folder, name)))) {
      throw new UserError(`${folder} is not an exported model (no ${name}); run make export first`);
    }
  }
}

/**
 * The complete exports in a folder, except the model that the page opens.
 *
 * @param {string} model
 * @param {string | undefined} also
 * @returns {Promise<string[]>}
 */
async function others(model, also) {
  if (also === undefined) return [];
  const names = (await readdir(also).catch(() => [])).sort();
  const whole = [];
  for (const folder of names.map((name) => path.join(also, name))) {
    const isUsable = /^\w[\w.-]*$/.test(path.basename(folder)) && folder !== model;
    const found = await Promise.all(MODEL.map((name) => exists(path.join(folder, name))));
    if (isUsable && found.every(Boolean)) whole.push(folder);
  }
  return whole;
}

/**
 * @param {string} model
 * @param {string} out
 * @param {string} folder relative to `out`, ending with a slash
 * @returns {Promise<import('../page/about/models.js').Listed>}
 */
async function copyModel(model, out, folder) {
  const target = path.join(out, folder);
  await mkdir(target, { recursive: true });
  const tail = (await exists(path.join(model, TAIL))) ? [TAIL] : [];
  await Promise.all(
    [...MODEL, ...tail].map((name) =>
      cp(path.join(model, name), path.join(target, name), { recursive: true }),
    ),
  );
  const weights = await readdir(path.join(target, 'tfjs'));
  const files = [...weights.map((name) => `tfjs/${name}`), 'vocabulary.txt', ...tail];
  const sizes = await Promise.all(files.map((name) => stat(path.join(target, name))));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  return { name: await nameOf(target), folder, bytes };
}

/**
 * @param {string} folder
 * @returns {Promise<string>} the name in the manifest; the page reports a broken manifest
 */
async function nameOf(folder) {
  try {
    return String(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')).name);
  } catch {
    return path.basename(folder);
  }
}

/** @param {string} file */
const exists = async (file) => Boolean(await stat(file).catch(() => undefined));
