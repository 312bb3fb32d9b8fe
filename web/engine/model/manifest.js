/** Reads the manifest of an exported model, and checks files against it. */

import { ModelError } from '../core/errors.js';
import { SEGMENTATIONS, rulesVersion } from '../core/text.js';
import { END, UNKNOWN } from '../core/vocabulary.js';

export { ModelError } from '../core/errors.js';

export const FORMAT = 2;
const NAME = 'manifest.json';
/** What to do about a broken export. */
export const REPAIR = 'Export the model again (make export) and rebuild the page.';
const OTHER_VERSION = 'Build the page with the version of Elman that exported the model.';

/**
 * @typedef {{bytes: number, sha256: string}} FileEntry
 * @typedef {import('../core/text.js').Segmentation} Segmentation
 * @typedef {{name: string, role: 'token' | 'state' | 'logits', dtype: string, shape: number[]}} TensorEntry
 * @typedef {Record<string, number>} Metrics
 * @typedef {{key: string, title: string, kind: 'number' | 'share' | 'count', digits: number}} Figure
 * @typedef {object} Manifest
 * @property {number} format
 * @property {string} digest SHA-256 of the canonical form without this field
 * @property {string} name
 * @property {{corpus: string, licence: string}} created_from
 * @property {{layers: number, units: number, vocabulary_size: number, parameters: number}} network
 * @property {string} [formula] what a step computes; single letters are variables, and `_` starts a subscript
 * @property {{rules_version: number, segmentation: Segmentation}} text
 * @property {{end: number, unknown: number}} special
 * @property {Record<string, FileEntry>} files
 * @property {{tfjs: {inputs: TensorEntry[], outputs: TensorEntry[], metrics?: Metrics}}} artifacts
 * @property {Record<string, Metrics>} [metrics]
 * @property {Figure[]} figures how to display metrics, in order
 *
 * @callback ReadFile reads a file of the exported folder; throws if there is none
 * @param {string} path relative to the folder, with slashes
 * @returns {Promise<ArrayBuffer>}
 */

/**
 * Read and check `manifest.json`.
 *
 * @param {ReadFile} readFile
 * @returns {Promise<Manifest>}
 * @throws {ModelError} if it is missing, was changed, or has an unsupported format
 */
export async function readManifest(readFile) {
  const text = decode(await present(readFile, NAME), NAME);
  const manifest = parse(text, NAME);
  if (manifest.format !== FORMAT) {
    throw new ModelError(
      `${NAME} has format ${shown(manifest.format)}, but this page reads format ${FORMAT}. ${OTHER_VERSION}`,
    );
  }
  // The digest covers the values, so it does not notice a missing final newline.
  if (!text.endsWith('\n') || manifest.digest !== (await digestOf(manifest))) {
    throw new ModelError(`${NAME} was changed after the export. ${REPAIR}`);
  }
  checkShape(manifest);
  return manifest;
}

/**
 * Read a file that the manifest lists, and check its size and checksum.
 *
 * @param {ReadFile} readFile
 * @param {Manifest} manifest
 * @param {string} path
 * @returns {Promise<ArrayBuffer>}
 * @throws {ModelError}
 */
export async function verified(readFile, manifest, path) {
  const entry = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
  if (!entry) throw new ModelError(`manifest.json does not list ${path}. ${REPAIR}`);
  const bytes = await present(readFile, path);
  if (bytes.byteLength !== entry.bytes) {
    const sizes = `${bytes.byteLength} bytes, but the manifest says ${entry.bytes}`;
    throw new ModelError(`${path} has ${sizes}: it was truncated or replaced. ${REPAIR}`);
  }
  if ((await sha256(bytes)) !== entry.sha256) {
    throw new ModelError(`${path} is damaged: its SHA-256 does not match the manifest. ${REPAIR}`);
  }
  return bytes;
}

/**
 * @param {Record<string, unknown>} manifest
 * @returns {Promise<string>} the SHA-256 of its canonical form without the field `digest`
 */
async function digestOf(manifest) {
  const fields = Object.entries(manifest).filter(([field]) => field !== 'digest');
  const bytes = new TextEncoder().encode(canonical(Object.fromEntries(fields)));
  return sha256(/** @type {ArrayBuffer} */ (bytes.buffer));
}

/**
 * JSON in canonical form: sorted keys, no white space, ASCII only.
 *
 * @param {any} value parsed JSON
 * @returns {string}
 */
export function canonical(value) {
  if (value === null || typeof value !== 'object') return ascii(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const keys = Object.keys(value).sort(comparePoints);
  return `{${keys.map((key) => `${ascii(key)}:${canonical(value[key])}`).join()}}`;
}

/**
 * Order by code points. UTF-16 puts the characters beyond U+FFFF before U+E000, so they are raised.
 *
 * @param {string} a
 * @param {string} b
 * @returns {number} negative, 0 or positive
 */
function comparePoints(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [unit, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (unit !== other) return raised(unit) - raised(other);
  }
  return a.length - b.length;
}

/** @param {number} unit */
const raised = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** @param {string | number | boolean | null} value */
function ascii(value) {
  const escaped = (/** @type {string} */ unit) =>
    `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, escaped);
}

/**
 * @param {ArrayBuffer} bytes
 * @param {string} path named in the error
 * @returns {string}
 */
export function decode(bytes, path) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ModelError(`${path} is not UTF-8 text. ${REPAIR}`, { cause });
  }
}

/**
 * @param {string} text
 * @param {string} path named in the error
 * @returns {any} an object
 */
export function parse(text, path) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${path} is not JSON. ${REPAIR}`, { cause });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new ModelError(`${path} does not contain a JSON object. ${REPAIR}`);
  }
  return value;
}

/**
 * @param {ReadFile} readFile
 * @param {string} path
 * @returns {Promise<ArrayBuffer>}
 */
async function present(readFile, path) {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`${path} could not be read (${reason}). ${REPAIR}`, { cause });
  }
}

const ROLES = [
  'token state logits state',
  'state token logits state',
  'token state state logits',
  'state token state logits',
];
const KINDS = ['number', 'share', 'count'];
const MOST_DIGITS = 20;
const LONGEST_FORMULA = 400;
/** Maximum number of elements in a tensor. */
const MOST_NUMBERS = 1e7;

/** @param {any} manifest */
function checkShape(manifest) {
  const { inputs, outputs } = manifest.artifacts?.tfjs ?? {};
  const tensors = [inputs, outputs].flatMap((list) => (Array.isArray(list) ? list : []));
  const roles = tensors.map((tensor) => tensor?.role).join(' ');
  const sound =
    SEGMENTATIONS.includes(manifest.text?.segmentation) &&
    isSource(manifest) &&
    isNetwork(manifest.network) &&
    isFormula(manifest.formula) &&
    isFiles(manifest.files) &&
    isFigures(manifest.figures) &&
    ROLES.includes(roles) &&
    tensors.every((tensor) => typeof tensor.name === 'string' && isPossible(tensor.shape)) &&
    holdsState(tensors, manifest.network);
  if (!sound) throw new ModelError(`${NAME} lacks fields that the page needs. ${REPAIR}`);
  if (manifest.text.rules_version !== rulesVersion()) {
    throw new ModelError(
      `${NAME} has version ${shown(manifest.text.rules_version)} of the text rules, ` +
        `but this page has version ${rulesVersion()}. ${OTHER_VERSION}`,
    );
  }
}

/** @param {any} manifest */
function isSource({ name, created_from: source, special }) {
  const texts = [name, source?.corpus, source?.licence];
  const isKnown = special?.end === END && special.unknown === UNKNOWN;
  return isKnown && texts.every((text) => typeof text === 'string');
}

/** @param {any} network */
function isNetwork(network) {
  const counts = ['layers', 'units', 'vocabulary_size', 'parameters'];
  return counts.every((count) => Number.isSafeInteger(network?.[count]) && network[count] > 0);
}

/** @param {any} formula */
const isFormula = (formula) =>
  formula === undefined || (typeof formula === 'string' && formula.length <= LONGEST_FORMULA);

/** @param {any} files */
function isFiles(files) {
  return (
    typeof files === 'object' &&
    files !== null &&
    Object.values(files).every(
      (entry) => Number.isSafeInteger(entry?.bytes) && /^[0-9a-f]{64}$/.test(entry.sha256),
    )
  );
}

/** @param {any} figures */
function isFigures(figures) {
  return (
    Array.isArray(figures) &&
    figures.every(
      (figure) =>
        typeof figure?.key === 'string' &&
        typeof figure.title === 'string' &&
        KINDS.includes(figure.kind) &&
        Number.isSafeInteger(figure.digits) &&
        figure.digits >= 0 &&
        figure.digits <= MOST_DIGITS,
    )
  );
}

/**
 * @param {any[]} tensors
 * @param {any} network
 */
function holdsState(tensors, { layers, units }) {
  const states = tensors.filter(({ role }) => role === 'state');
  return states.every(({ shape }) => sizeOf(shape) === layers * units);
}

/** @param {number[]} shape */
const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/** @param {any} shape */
function isPossible(shape) {
  return (
    Array.isArray(shape) &&
    shape.length > 0 &&
    shape.every((length) => Number.isSafeInteger(length) && length > 0) &&
    sizeOf(shape) <= MOST_NUMBERS
  );
}

/** @param {unknown} value */
function shown(value) {
  return String(JSON.stringify(value) ?? 'unknown').slice(0, 40);
}

/**
 * Browsers provide `crypto.subtle` only over HTTPS and on localhost, not over HTTP on a local network.
 *
 * @param {ArrayBuffer} bytes
 */
async function digestOfBytes(bytes) {
  if (globalThis.crypto?.subtle) return await crypto.subtle.digest('SHA-256', bytes);
  const { sha256: hash } = await import('@noble/hashes/sha2.js');
  return hash(new Uint8Array(bytes));
}

/**
 * @param {ArrayBuffer} bytes
 * @returns {Promise<string>} 64 hexadecimal digits
 */
async function sha256(bytes) {
  const digest = new Uint8Array(await digestOfBytes(bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
