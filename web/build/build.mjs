/**
 * Build the page around exported models: a folder that any static server can serve.
 *
 *     node web/build/build.mjs --model exported/keyboard --out web/dist/keyboard
 *     node web/build/build.mjs --model exported/keyboard --also exported --out web/dist/keyboard
 *
 * `--model` is the export that the page opens; `--also` is a folder of other exports to choose from.
 */

import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, bundleWorker, compress, copyPage } from './page.mjs';
import { copyModels } from './models.mjs';
import { UserError, command } from '../command.mjs';

await command(async (argv) => {
  const { model, also, out } = options(argv);
  const fresh = path.join(path.dirname(out), `.${path.basename(out)}.${process.pid}.tmp`);
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await removeAbandoned(out);
    await copyModels({ model, also, out: fresh });
    await Promise.all([bundle(fresh), copyPage(fresh)]);
    await bundleWorker(fresh);
    await compress(fresh);
    await replace(out, fresh);
  } catch (error) {
    throw readable(error, out);
  } finally {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
  }
  console.log(`the page is in ${out}`);
});

/**
 * Replace a folder with a new one by renaming both. If that fails, the old folder is restored.
 *
 * @param {string} out
 * @param {string} fresh
 */
async function replace(out, fresh) {
  const before = fresh.replace(/tmp$/, 'old.tmp');
  await rm(before, { recursive: true, force: true });
  const stood = await rename(out, before).then(
    () => true,
    () => false,
  );
  try {
    await rename(fresh, out);
  } catch (error) {
    if (stood) await rename(before, out);
    throw error;
  }
  await rm(before, { recursive: true, force: true });
}

/**
 * Delete temporary folders left by interrupted builds of the same page.
 *
 * @param {string} out
 */
async function removeAbandoned(out) {
  const folder = path.dirname(out);
  for (const name of await readdir(folder)) {
    const [, base, owner] = /^\.(.+)\.(\d+)\.(?:old\.)?tmp$/.exec(name) ?? [];
    if (base === path.basename(out) && !isRunning(Number(owner))) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}

/**
 * @param {number} pid
 */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH';
  }
}

/**
 * @param {string[]} argv
 * @returns {{model: string, also: string | undefined, out: string}} absolute paths
 */
function options(argv) {
  const usage =
    'usage: build.mjs --model EXPORTED_FOLDER [--also FOLDER_OF_EXPORTS] --out PAGE_FOLDER';
  let values;
  try {
    const text = /** @type {const} */ ({ type: 'string' });
    ({ values } = parseArgs({ args: argv, options: { model: text, also: text, out: text } }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error}; ${usage}`);
  }
  const { model, also, out } = values;
  if (!model || !out) throw new UserError(usage);
  return { model: path.resolve(model), also: also && path.resolve(also), out: path.resolve(out) };
}

/**
 * @param {unknown} error
 * @param {string} out
 * @returns {unknown} a `UserError` for a file system error, otherwise the error itself
 */
function readable(error, out) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EPERM'].includes(code)) return error;
  return new UserError(`cannot write the page to ${out} (${code}); choose another folder`);
}
