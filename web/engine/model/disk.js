/** Reads an exported model from the user's disk: a folder, or a zip of one. Nothing is uploaded. */

import { ModelError } from './manifest.js';
import { Slices } from '../core/slices.js';

/** @typedef {import('./manifest.js').ReadFile} ReadFile */

const MANIFEST = 'manifest.json';
/** Protects against zip bombs and models that are too large for a page. */
const MOST_BYTES = 256_000_000;
const MOST_ENTRIES = 10_000;
const NO_MODEL =
  'It contains no manifest.json. Choose a folder written by "make export", or a zip of one.';
const TOO_LARGE = 'The zip file is too large: the limit is 256 MB, compressed or unpacked.';
const NO_ZIP = 'This zip file cannot be read. Zip the exported folder again.';

/**
 * @param {readonly File[]} files the files of a folder, with their paths in `webkitRelativePath`
 * @returns {ReadFile}
 * @throws {ModelError} if there is no manifest among them
 */
export function fromFolder(files) {
  if (!Array.isArray(files)) throw new TypeError('files must be an array of files');
  const paths = new Map(files.map((file) => [file.webkitRelativePath || file.name, file]));
  const root = rootOf([...paths.keys()]);
  return async (path) => {
    const file = paths.get(root + path);
    if (!file) throw new Error('not in the folder');
    if (file.size > MOST_BYTES) throw new Error('too large');
    return await file.arrayBuffer();
  };
}

/**
 * @param {Blob} zip
 * @returns {Promise<ReadFile>}
 * @throws {ModelError} if the file is not a zip, is too large, or contains no manifest
 */
export async function fromZip(zip) {
  if (!(zip instanceof Blob)) throw new TypeError('zip must be a Blob or File');
  if (zip.size > MOST_BYTES) throw new ModelError(TOO_LARGE);
  const files = await unpacked(zip);
  const root = rootOf([...files.keys()]);
  return async (path) => {
    const bytes = files.get(root + path);
    if (!bytes) throw new Error('not in the zip');
    return await bytes.arrayBuffer();
  };
}

/**
 * The folder of the manifest that is nearest to the root.
 *
 * @param {string[]} paths
 */
function rootOf(paths) {
  const found = paths.filter((path) => path === MANIFEST || path.endsWith(`/${MANIFEST}`));
  if (found.length === 0) throw new ModelError(NO_MODEL);
  const [nearest] = found.sort((one, other) => one.length - other.length);
  return nearest.slice(0, -MANIFEST.length);
}

/**
 * Inflate the files that the page reads, piece by piece, with pauses.
 *
 * @param {Blob} zip
 * @returns {Promise<Map<string, Blob>>}
 */
async function unpacked(zip) {
  const { Unzip, UnzipInflate } = await import('fflate');
  /** @type {Map<string, Blob>} */
  const files = new Map();
  const limit = { bytes: 0, entries: 0 };
  const unzip = new Unzip((entry) => {
    limit.entries += 1;
    if (isRead(entry.name)) collect(entry, files, limit);
  });
  unzip.register(UnzipInflate);
  const slices = new Slices();
  const reader = zip.stream().getReader();
  try {
    for (let piece = await reader.read(); ; piece = await reader.read()) {
      for (const part of parts(piece.value)) {
        unzip.push(part, false);
        if (limit.entries > MOST_ENTRIES) throw new ModelError('The zip contains too many files.');
        if (slices.due) await slices.pause();
      }
      if (piece.done) break;
    }
    unzip.push(new Uint8Array(), true);
  } catch (cause) {
    throw cause instanceof ModelError ? cause : new ModelError(NO_ZIP, { cause });
  }
  return files;
}

/**
 * @param {string} path
 */
const isRead = (path) => /(^|\/)(manifest\.json|vocabulary\.txt|tail\.bin|tfjs\/[^/]+)$/.test(path);

/**
 * @param {Uint8Array | undefined} bytes
 */
function* parts(bytes) {
  for (let at = 0; bytes && at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

/**
 * @param {import('fflate').UnzipFile} entry
 * @param {Map<string, Blob>} files
 * @param {{bytes: number}} limit
 */
function collect(entry, files, limit) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const pieces = [];
  entry.ondata = (error, piece, final) => {
    if (error) throw error;
    limit.bytes += piece.length;
    if (limit.bytes > MOST_BYTES) throw new ModelError(TOO_LARGE);
    pieces.push(/** @type {Uint8Array<ArrayBuffer>} */ (piece));
    if (final) files.set(entry.name, new Blob(pieces));
  };
  entry.start();
}
