/**
 * Loads `core.wasm`, the C library compiled to WebAssembly, and gives access to its memory. Texts are
 * copied in and out as UTF-8; half of a surrogate pair becomes U+FFFD.
 */

import { checkAddress } from './arguments.js';
import { ModelError } from './errors.js';

/**
 * @typedef {object} StepModel a network
 * @property {(id: number, state: Float32Array) => Step} step
 * @property {(id: number, state: Float32Array) => Float32Array} advance `step` without the logits
 * @property {() => Float32Array} zeroState
 * @property {(id: number) => Float32Array | undefined} [wordVector] if the network has one
 * @property {() => void} [dispose] frees its weights
 *
 * @typedef {{logits: Float32Array, state: Float32Array}} Step logits [vocabulary], state [layers * units]
 */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** @param {string} text */
export const utf8 = (text) => ENCODER.encode(text);

/** @param {readonly number[]} numbers whole numbers of 32 bits */
export const integers = (numbers) => new Uint8Array(Int32Array.from(numbers).buffer);

/** The running core. It has one memory, which all vocabularies and engines share. */
export class Core {
  /** The exported functions; `core/browser/` documents them. @type {Record<string, Function>} */
  calls;
  #memory;
  /** The network that `step` runs. @type {StepModel | undefined} */
  #model;
  /** What the network threw. @type {unknown} */
  #thrown;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    const imports = { elman: { step: this.#step.bind(this) } };
    const { memory, ...calls } = new WebAssembly.Instance(module, imports).exports;
    this.#memory = /** @type {WebAssembly.Memory} */ (memory);
    this.calls = /** @type {Record<string, Function>} */ (calls);
    this.calls._initialize();
  }

  /**
   * Call a function with texts in the core's memory.
   *
   * @template T
   * @param {readonly string[]} texts
   * @param {(...places: number[]) => T} use receives the address and the length of each text in bytes
   * @returns {T}
   */
  passing(texts, use) {
    const encoded = texts.map(utf8);
    return this.holding(encoded, (start) => {
      let end = start;
      return use(...encoded.flatMap(({ length }) => [(end += length) - length, length]));
    });
  }

  /**
   * Call a function with bytes in the core's memory.
   *
   * @template T
   * @param {readonly Uint8Array[]} parts stored one after the other
   * @param {(start: number) => T} use receives their address, a multiple of 4
   * @returns {T}
   */
  holding(parts, use) {
    const total = parts.reduce((sum, { length }) => sum + length, 0);
    const start = this.calls.allocate(total);
    if (start === 0) throw new RangeError(`there is no memory for ${total} bytes`);
    try {
      let end = start;
      for (const part of parts) {
        this.bytes(end, part.length).set(part);
        end += part.length;
      }
      return use(start);
    } finally {
      this.calls.release(start);
    }
  }

  /** The text that the latest call made. */
  answer() {
    return this.text(this.calls.answer(), this.calls.answer_length());
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  text(address, length) {
    return DECODER.decode(this.bytes(address, length));
  }

  /**
   * A view of memory, valid until the next call.
   *
   * @param {number} address
   * @param {number} length
   */
  bytes(address, length) {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  integers(address, length) {
    return new Int32Array(this.#memory.buffer, address, length);
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  floats(address, length) {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  /**
   * Check the result of a call: false, 0 and negative numbers are errors.
   *
   * @param {number} result
   * @returns {number}
   * @throws {RangeError} with the core's message, or what the network threw
   */
  checked(result) {
    if (result > 0) return result;
    const thrown = this.#thrown;
    this.#thrown = undefined;
    if (thrown !== undefined) throw thrown;
    throw new RangeError(this.#message());
  }

  /**
   * Check a count: only negative numbers are errors.
   *
   * @param {number} result
   * @returns {number}
   * @throws {RangeError} as `checked` does
   */
  counted(result) {
    return result < 0 ? this.checked(result) : result;
  }

  #message() {
    const start = this.calls.message();
    const rest = new Uint8Array(this.#memory.buffer, start);
    return this.text(start, rest.indexOf(0));
  }

  /**
   * Call a function that may run steps of a network.
   *
   * @param {StepModel} model
   * @param {() => number} call
   * @returns {number}
   */
  stepping(model, call) {
    this.#model = model;
    this.#thrown = undefined;
    try {
      return call();
    } finally {
      this.#model = undefined;
    }
  }

  /**
   * Run one step for the core. An error must not pass through the core's functions.
   *
   * @param {number} id
   * @param {number} state address, 0 for zeros
   * @param {number} logits address, 0 if they are not wanted
   * @param {number} next address, 0 if it is not wanted
   * @returns {number} 0, or 1 after an error
   */
  #step(id, state, logits, next) {
    try {
      const model = /** @type {StepModel} */ (this.#model);
      const zeros = model.zeroState();
      const before = state === 0 ? zeros : this.floats(state, zeros.length).slice();
      const step = logits === 0 ? { state: model.advance(id, before) } : model.step(id, before);
      if ('logits' in step) this.floats(logits, step.logits.length).set(step.logits);
      if (next !== 0) this.floats(next, zeros.length).set(step.state);
      return 0;
    } catch (error) {
      this.#thrown = error;
      return 1;
    }
  }
}

/** @type {Core | undefined} */
let running;
/** @type {Promise<void> | undefined} */
let loading;

/**
 * Load the core, once. Text functions, `Vocabulary` and `Engine` need it; `open` and `loadModel` load it.
 *
 * @param {URL | string} [address] of `core.wasm`; by default it is next to this module
 * @returns {Promise<void>}
 * @throws {ModelError} if it cannot be loaded
 * @throws {TypeError} if the address is not absolute
 */
export async function loadCore(address = new URL('core.wasm', import.meta.url)) {
  const absolute = checkAddress(address, 'address');
  loading ??= load(absolute);
  try {
    await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** @param {URL} address */
async function load(address) {
  if (typeof WebAssembly === 'undefined') {
    throw new ModelError(
      'This browser has no WebAssembly, or it is switched off. The text rules need it: use another browser, or switch it on.',
    );
  }
  try {
    running = new Core(await WebAssembly.compile(await contents(address)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(
      `core.wasm, which contains the text rules, could not be loaded (${reason}). Reload the page.`,
      { cause },
    );
  }
}

/**
 * @param {URL} address
 * @returns {Promise<BufferSource>}
 */
async function contents(address) {
  // In Node.js, `fetch` cannot read files.
  const files = globalThis.process?.getBuiltinModule?.('node:fs');
  if (address.protocol === 'file:' && files) return files.readFileSync(address);
  const response = await fetch(address, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return await response.arrayBuffer();
}

/** The core, which must be loaded. */
export function core() {
  if (!running) throw new Error('the core is not loaded: await loadCore() first');
  return running;
}
