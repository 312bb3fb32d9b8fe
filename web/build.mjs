/**
 * Build the page around one exported model: a folder that any static server can serve.
 *
 *     node web/build.mjs --model exported/default --out web/dist/default
 */

import { copyFile, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { UserError, command } from './node_model.mjs';

const HERE = import.meta.dirname;
const PAGES = ['index.html', 'replay.html', 'styles.css', 'icon.svg'];
const SCRIPTS = ['main.js', 'replay-page.js'];
const WASM = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
const MODEL = ['manifest.json', 'vocabulary.txt', 'tfjs'];

await command(async (argv) => {
  const { model, out } = options(argv);
  await requireModel(model);
  const fresh = path.join(path.dirname(out), `.${path.basename(out)}.${process.pid}.tmp`);
  try {
    await mkdir(fresh, { recursive: true });
    await Promise.all([bundle(fresh), copyFiles(model, fresh)]);
    await rm(out, { recursive: true, force: true });
    await rename(fresh, out);
  } catch (error) {
    throw readable(error, out);
  } finally {
    await rm(fresh, { recursive: true, force: true }).catch(() => {});
  }
  console.log(`the page is in ${out}`);
});

/**
 * @param {string[]} argv
 * @returns {{model: string, out: string}} absolute paths
 */
function options(argv) {
  const usage = 'usage: build.mjs --model EXPORTED_FOLDER --out PAGE_FOLDER';
  let values;
  try {
    const names = /** @type {const} */ ({ model: { type: 'string' }, out: { type: 'string' } });
    ({ values } = parseArgs({ args: argv, options: names }));
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : error}; ${usage}`);
  }
  if (!values.model || !values.out) throw new UserError(usage);
  return { model: path.resolve(values.model), out: path.resolve(values.out) };
}

/** @param {string} folder */
async function requireModel(folder) {
  for (const name of MODEL) {
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (!found) {
      throw new UserError(`${folder} holds no exported model (no ${name}); run make export first`);
    }
  }
}

/** @param {string} out */
async function bundle(out) {
  await build({
    entryPoints: SCRIPTS.map((name) => path.join(HERE, 'src', name)),
    outdir: out,
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'browser',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    minify: true,
    legalComments: 'linked',
    logLevel: 'error',
  });
}

/**
 * @param {string} model
 * @param {string} out
 */
async function copyFiles(model, out) {
  const wasm = path.dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'),
  );
  await Promise.all([
    mkdir(path.join(out, 'wasm'), { recursive: true }),
    mkdir(path.join(out, 'model'), { recursive: true }),
  ]);
  await Promise.all([
    ...PAGES.map((name) => copyFile(path.join(HERE, name), path.join(out, name))),
    ...WASM.map((name) => copyFile(path.join(wasm, name), path.join(out, 'wasm', name))),
    ...MODEL.map((name) =>
      cp(path.join(model, name), path.join(out, 'model', name), { recursive: true }),
    ),
  ]);
}

/**
 * @param {unknown} error
 * @param {string} out
 * @returns {unknown} one line for what the file system refuses
 */
function readable(error, out) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EEXIST', 'EPERM'].includes(code)) return error;
  return new UserError(`cannot write the page to ${out} (${code}); choose another folder`);
}
