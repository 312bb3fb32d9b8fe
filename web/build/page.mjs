/** Writes the parts of a built page: scripts, styles, runtime, icons, service worker, compressed copies. */

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { build } from 'esbuild';
import { generateFields } from './fields.mjs';

const WEB = path.dirname(import.meta.dirname);
const PAGE = 'page/index.html';
/** Replaced by the fields of the Generate form. */
const FIELDS = '<!-- the fields of web/engine/settings.js -->';
const COPIED = [
  'page/example.html',
  'page/manifest.webmanifest',
  'page/icon.svg',
  'page/icon-192.png',
  'page/icon-512.png',
  'page/icon-maskable-512.png',
  'replay/replay.html',
];
/** Not bundled, because it must run in browsers that are too old for the other scripts. */
const FIRST_SCRIPT = 'page/start.js';
const BUNDLED = ['page/main.js', 'page/example.js', 'replay/replay-page.js', 'page/styles.css'];
const WASM = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'];
/** The core is next to the scripts, which find it by their own address. `web/core.py` builds it. */
const CORE = 'core.wasm';
const TARGETS = ['chrome111', 'firefox114', 'safari16.4'];
/** Files that are cached on the first visit; all others are cached when they are first used. */
const PRECACHED =
  /^(index\.html|start\.js|main\.js|styles\.css|models\.json|core\.wasm|manifest\.webmanifest|icon.*|model\/.*|chunk-.*\.js|wasm\/.*-simd\.wasm)$/;
const COMPRESSED = /\.(html|js|css|json|svg|txt|wasm|bin|webmanifest)$/;
const HASH_DIGITS = 16;

/** @param {string} out */
export async function bundle(out) {
  await build({
    entryPoints: BUNDLED.map((name) => path.join(WEB, name)),
    outdir: out,
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    chunkNames: 'chunk-[hash]',
    format: 'esm',
    platform: 'browser',
    target: TARGETS,
    minify: true,
    legalComments: 'linked',
    logLevel: 'error',
  });
}

/** @param {string} out */
export async function copyPage(out) {
  const wasm = path.dirname(
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'),
  );
  await mkdir(path.join(out, 'wasm'), { recursive: true });
  await Promise.all([
    ...[...COPIED, FIRST_SCRIPT].map((name) =>
      copyFile(path.join(WEB, name), path.join(out, path.basename(name))),
    ),
    writePage(path.join(out, path.basename(PAGE))),
    ...WASM.map((name) => copyFile(path.join(wasm, name), path.join(out, 'wasm', name))),
    copyFile(path.join(WEB, 'engine', 'core', CORE), path.join(out, CORE)),
  ]);
}

/** @param {string} file */
async function writePage(file) {
  const [before, after, ...more] = (await readFile(path.join(WEB, PAGE), 'utf8')).split(FIELDS);
  if (after === undefined || more.length > 0) throw new Error(`${PAGE} must have one ${FIELDS}`);
  await writeFile(file, before + generateFields() + after);
}

/**
 * Build the service worker. It contains the hash of every other file, so it must be built last.
 *
 * @param {string} out
 */
export async function bundleWorker(out) {
  /** @type {Record<string, string>} */
  const wanted = {};
  for (const name of await filesBelow(out)) {
    const digest = createHash('sha256').update(await readFile(path.join(out, name)));
    wanted[name] = digest.digest('hex').slice(0, HASH_DIGITS);
  }
  const release = createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
  const list = {
    WANTED: wanted,
    RELEASE: release.slice(0, HASH_DIGITS),
    PRECACHED: precached(wanted),
  };
  await build({
    entryPoints: [path.join(WEB, 'page/service-worker.js')],
    outdir: out,
    bundle: true,
    format: 'iife',
    target: TARGETS,
    minify: true,
    logLevel: 'error',
    plugins: [constants('elman:files', list)],
  });
}

/** @param {Record<string, string>} wanted */
const precached = (wanted) => Object.keys(wanted).filter((name) => PRECACHED.test(name));

/**
 * An esbuild plugin that provides a virtual module of constants.
 *
 * @param {string} name
 * @param {Record<string, unknown>} values
 * @returns {import('esbuild').Plugin}
 */
function constants(name, values) {
  const lines = Object.entries(values).map(
    ([key, value]) => `export const ${key} = ${JSON.stringify(value)};`,
  );
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({
        path: name,
        namespace: 'constants',
      }));
      onLoad({ filter: /.*/, namespace: 'constants' }, () => ({ contents: lines.join('\n') }));
    },
  };
}

/**
 * Write a `.gz` copy of each file that compression makes smaller, for servers that can serve them.
 *
 * @param {string} out
 */
export async function compress(out) {
  const names = (await filesBelow(out)).filter((name) => COMPRESSED.test(name));
  for (const name of names) {
    const bytes = await readFile(path.join(out, name));
    const packed = await promisify(gzip)(bytes, { level: 9 });
    if (packed.length < bytes.length) await writeFile(path.join(out, `${name}.gz`), packed);
  }
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} sorted relative paths with slashes
 */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((name) => name.split(path.sep).join('/'))
    .sort();
}
