/**
 * The exported network as a function, `step(id, state) -> {logits, state}`. It runs in browsers and in
 * Node.js; the caller passes the function that reads files.
 */

import * as tf from '@tensorflow/tfjs-core';
import { loadGraphModelSync } from '@tensorflow/tfjs-converter';
import { loadCore } from '../core/core.js';
import { ModelError, REPAIR, decode, parse, readManifest, verified } from './manifest.js';
import { nextTask } from '../core/slices.js';
import { Vocabulary } from '../core/vocabulary.js';
import { unpackedWeights } from './weights.js';

/** @typedef {import('./manifest.js').Manifest} Manifest */
/** @typedef {import('./manifest.js').ReadFile} ReadFile */
/** @typedef {import('./manifest.js').TensorEntry} TensorEntry */
/** @typedef {import('../core/core.js').Step} Step */

/** Words that are only known for completion. Not every model has them. */
const TAIL = 'tail.bin';

/** A loaded network. It holds no state: each step takes the state and returns the next one. */
export class Model {
  /** @type {import('@tensorflow/tfjs-converter').GraphModel} */
  #graph;
  /** @type {{token: TensorEntry, state: TensorEntry, logits: TensorEntry, next: TensorEntry}} */
  #tensors;

  /**
   * @param {import('@tensorflow/tfjs-converter').GraphModel} graph
   * @param {Manifest} manifest
   */
  constructor(graph, manifest) {
    const { inputs, outputs } = manifest.artifacts.tfjs;
    this.#graph = graph;
    this.#tensors = {
      token: withRole(inputs, 'token'),
      state: withRole(inputs, 'state'),
      logits: withRole(outputs, 'logits'),
      next: withRole(outputs, 'state'),
    };
    this.manifest = manifest;
    this.vocabularySize = manifest.network.vocabulary_size;
    this.stateSize = this.#tensors.state.shape.reduce((product, length) => product * length, 1);
  }

  /** The state at the start of a text, before the first step on `</s>`: zeros, [layers * units]. */
  zeroState() {
    return new Float32Array(this.stateSize);
  }

  /**
   * Run one step of the network.
   *
   * @param {number} id vocabulary id of the word to read
   * @param {Float32Array} state [layers * units]; not modified
   * @returns {Step} new arrays, which the caller may keep
   * @throws {RangeError} for an id outside the vocabulary or a state of the wrong size
   */
  step(id, state) {
    const [logits, next] = this.#run(id, state, [
      this.#tensors.logits.name,
      this.#tensors.next.name,
    ]);
    return { logits, state: next };
  }

  /**
   * Run one step without computing the output layer.
   *
   * @param {number} id
   * @param {Float32Array} state [layers * units]
   * @returns {Float32Array} the next state, [layers * units]
   */
  advance(id, state) {
    return this.#run(id, state, [this.#tensors.next.name])[0];
  }

  /**
   * The word vector that is the input of the first layer, before normalisation.
   *
   * @param {number} id
   * @returns {Float32Array | undefined} [embedding size]; `undefined` if the table is not found by name
   */
  wordVector(id) {
    this.#checkId(id);
    const words = this.#weight('words');
    const scales = this.#weight('words_scales');
    if (words?.rank !== 2 || !scales || words.shape[1] !== scales.size) return undefined;
    let vector;
    tf.tidy(() => {
      const ids = tf.tensor1d([id], 'int32');
      vector = copied(tf.mul(tf.gather(words, ids, 1), tf.gather(scales, ids)));
    });
    return vector;
  }

  /**
   * @param {string} name name in the export, without the scope
   * @returns {tf.Tensor | undefined}
   */
  #weight(name) {
    const entries = Object.entries(this.#graph.weights ?? {});
    return entries.find(([path]) => path.split('/').at(-1) === name)?.[1][0];
  }

  /** Free the weights. The model cannot be used afterwards. */
  dispose() {
    this.#graph.dispose();
  }

  /** @param {number} id */
  #checkId(id) {
    if (!Number.isInteger(id) || id < 0 || id >= this.vocabularySize) {
      throw new RangeError(
        `id must be a whole number from 0 to ${this.vocabularySize - 1}, not ${id}`,
      );
    }
  }

  /**
   * @param {number} id
   * @param {Float32Array} state
   * @param {string[]} outputs names of tensors
   * @returns {Float32Array[]}
   */
  #run(id, state, outputs) {
    this.#checkId(id);
    if (!(state instanceof Float32Array)) throw new TypeError('state must be a Float32Array');
    if (state.length !== this.stateSize) {
      throw new RangeError(`state must have ${this.stateSize} numbers, not ${state.length}`);
    }
    /** @type {Float32Array[]} */
    let found = [];
    // Return nothing from `tidy`, because it would search every number of the result for tensors.
    tf.tidy(() => {
      const inputs = {
        [this.#tensors.token.name]: tf.tensor1d([id], 'int32'),
        [this.#tensors.state.name]: tf.tensor(state, this.#tensors.state.shape, 'float32'),
      };
      // `execute` returns a tensor for one output, and an array for several.
      found = [this.#graph.execute(inputs, outputs)].flat().map(copied);
    });
    return found;
  }
}

/**
 * @param {tf.Tensor} tensor
 * @returns {Float32Array} a copy, because the JavaScript backend returns its own memory
 */
function copied(tensor) {
  return /** @type {Float32Array} */ (tensor.dataSync()).slice();
}

/**
 * Load an exported model. Each file is read once, so the bytes that are checked are the bytes used.
 *
 * @param {ReadFile} readFile
 * @returns {Promise<{model: Model, vocabulary: Vocabulary}>}
 * @throws {ModelError} if the model cannot be used, with a message for users
 */
export async function loadModel(readFile) {
  if (typeof readFile !== 'function') throw new TypeError('readFile must be a function');
  await loadCore();
  const manifest = await readManifest(readFile);
  const [vocabularyBytes, topology, tail] = await Promise.all([
    verified(readFile, manifest, 'vocabulary.txt'),
    verified(readFile, manifest, 'tfjs/model.json'),
    Object.hasOwn(manifest.files, TAIL) ? verified(readFile, manifest, TAIL) : undefined,
  ]);
  const description = parse(decode(topology, 'tfjs/model.json'), 'tfjs/model.json');
  const weights = await readWeights(readFile, manifest, description);
  // Each of these steps takes time. Let the page respond between them.
  await nextTask();
  const vocabulary = openVocabulary(vocabularyBytes, manifest);
  try {
    if (tail) addTail(vocabulary, tail);
    await nextTask();
    return { model: await openNetwork(description, weights, manifest), vocabulary };
  } catch (error) {
    vocabulary.dispose();
    throw error;
  }
}

/**
 * @param {ArrayBuffer} bytes of `vocabulary.txt`
 * @param {Manifest} manifest
 * @returns {Vocabulary}
 */
function openVocabulary(bytes, manifest) {
  const text = decode(bytes, 'vocabulary.txt');
  let vocabulary;
  try {
    vocabulary = Vocabulary.parse(text, manifest.text.segmentation);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`vocabulary.txt cannot be used: ${reason}. ${REPAIR}`, { cause });
  }
  if (vocabulary.size !== manifest.network.vocabulary_size) {
    vocabulary.dispose();
    throw new ModelError(
      `vocabulary.txt has ${vocabulary.size} entries, but the network has ${manifest.network.vocabulary_size}. ${REPAIR}`,
    );
  }
  return vocabulary;
}

/**
 * @param {Vocabulary} vocabulary
 * @param {ArrayBuffer} bytes of `tail.bin`
 */
function addTail(vocabulary, bytes) {
  try {
    vocabulary.setTail(new Uint8Array(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`${TAIL} cannot be used: ${reason}. ${REPAIR}`, { cause });
  }
}

/**
 * @param {ReadFile} readFile
 * @param {Manifest} manifest
 * @param {any} description the parsed `model.json`
 * @returns {Promise<ArrayBuffer>} all weight files, concatenated
 */
async function readWeights(readFile, manifest, description) {
  /** @type {{paths: string[]}[]} */
  const groups = Array.isArray(description.weightsManifest) ? description.weightsManifest : [];
  const paths = groups.flatMap((group) => group.paths);
  const parts = await Promise.all(
    paths.map((path) => verified(readFile, manifest, `tfjs/${path}`)),
  );
  return await new Blob(parts).arrayBuffer();
}

/**
 * @param {any} description the parsed `model.json`
 * @param {ArrayBuffer} weights
 * @param {Manifest} manifest
 */
async function openNetwork(description, weights, manifest) {
  const graph = await openGraph(description, weights);
  try {
    const model = new Model(graph, manifest);
    await nextTask();
    warmUp(model);
    return model;
  } catch (error) {
    graph.dispose();
    throw error;
  }
}

/**
 * @param {any} description the parsed `model.json`
 * @param {ArrayBuffer} weightData
 * @returns {Promise<import('@tensorflow/tfjs-converter').GraphModel>}
 */
async function openGraph(description, weightData) {
  const { modelTopology, weightsManifest, signature, format } = description;
  try {
    const packed = weightsManifest.flatMap(
      (/** @type {{weights: import('./weights.js').WeightSpec[]}} */ group) => group.weights,
    );
    const { specs, bytes } = await unpackedWeights(packed, weightData);
    const weightSpecs = /** @type {tf.io.WeightsManifestEntry[]} */ (specs);
    const weights = { weightSpecs, weightData: bytes };
    const load = () => ({ modelTopology, signature, format, ...weights });
    /** @type {any} */
    let graph;
    // If the graph cannot be opened, its weights are freed.
    tf.tidy(() => {
      graph = loadGraphModelSync({ load });
      Object.values(graph.weights).flat().forEach(tf.keep);
    });
    return graph;
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError('TensorFlow.js cannot load this model. Export it again (make export).', {
      cause,
    });
  }
}

/**
 * Run a first step, which compiles and allocates, and check the result against the manifest.
 *
 * @param {Model} model
 */
function warmUp(model) {
  let result;
  try {
    result = model.step(model.manifest.special.end, model.zeroState());
  } catch (cause) {
    throw new ModelError('The model does not run in this browser. Export it again (make export).', {
      cause,
    });
  }
  if (result.logits.length !== model.vocabularySize || result.state.length !== model.stateSize) {
    throw new ModelError(
      'The sizes of the model do not match its manifest. Export it again (make export).',
    );
  }
  if (!result.logits.every(Number.isFinite)) {
    throw new ModelError(
      'The outputs of the model are not finite: its weights are damaged. Train and export it again.',
    );
  }
}

/**
 * @param {TensorEntry[]} entries
 * @param {TensorEntry['role']} role
 * @returns {TensorEntry}
 */
function withRole(entries, role) {
  const entry = entries.find((candidate) => candidate.role === role);
  if (!entry) throw new ModelError(`manifest.json lists no tensor with the role "${role}".`);
  return entry;
}
