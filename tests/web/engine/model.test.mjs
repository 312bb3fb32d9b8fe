/** Tests of an exported model in Node.js. test_node.py sets its folder in `ELMAN_EXPORTED`. */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { openModel } from '../../../web/replay/node_model.mjs';
import { core } from '../../../web/engine/core/core.js';
import { Engine } from '../../../web/engine/engine.js';
import { canonical } from '../../../web/engine/model/manifest.js';
import { loadModel } from '../../../web/engine/model/model.js';

const folder = process.env.ELMAN_EXPORTED ?? '';
const options = { skip: folder === '' && 'ELMAN_EXPORTED is not set' };

test('the model runs on WebAssembly', options, async () => {
  assert.equal((await openModel(folder)).backend, 'wasm');
});

test('a step does not modify its input state', options, async () => {
  const { model } = await openModel(folder);
  const state = model.zeroState();
  const next = model.step(0, state);
  assert.ok(state.every((value) => value === 0));
  assert.ok(next.state.some((value) => value !== 0));
});

test('advance gives the same state as step', options, async () => {
  const { model } = await openModel(folder);
  const { state } = model.step(0, model.zeroState());
  assert.deepEqual(model.advance(2, state), model.step(2, state).state);
});

test('two steps from the same state are equal', options, async () => {
  const { model } = await openModel(folder);
  const { state } = model.step(0, model.zeroState());
  const one = model.step(3, state);
  model.step(4, state);
  assert.deepEqual(model.step(3, state), one);
});

test('steps do not leak tensors', options, async () => {
  const { model, vocabulary } = await openModel(folder);
  const engine = new Engine(model, vocabulary);
  const before = tf.memory().numTensors;
  for await (const word of engine.generate('Hello', { length: 50 })) assert.ok(word.id !== 1);
  await engine.score('Hello, how are you?');
  await engine.predict('How are y');
  assert.equal(tf.memory().numTensors, before);
});

test('disposing the model frees its weights', options, async () => {
  const before = tf.memory().numTensors;
  const { model } = await openModel(folder);
  model.dispose();
  assert.equal(tf.memory().numTensors, before);
});

for (const id of [-1, 1.5, NaN, 1e9]) {
  test(`the id ${id} is rejected`, options, async () => {
    const { model } = await openModel(folder);
    assert.throws(() => model.step(id, model.zeroState()), RangeError);
  });
}

test('a state of the wrong size is rejected', options, async () => {
  const { model } = await openModel(folder);
  assert.throws(() => model.step(0, new Float32Array(3)), RangeError);
});

test('weights with one changed byte are rejected with a message', options, async () => {
  const damaged = loadModel(async (file) => {
    const bytes = new Uint8Array(await readFile(path.join(folder, file)));
    if (file.endsWith('.bin')) bytes[0] ^= 1;
    return bytes.buffer;
  });
  await assert.rejects(damaged, { name: 'ModelError', message: /damaged/ });
});

/** @param {Uint8Array | string} content */
const sha256 = (content) => createHash('sha256').update(content).digest('hex');

/**
 * Load the export as if one of its files had been exported with other content.
 *
 * @param {string} file
 * @param {(before: Uint8Array) => Uint8Array} change
 */
async function loadAltered(file, change) {
  const content = change(await readFile(path.join(folder, file)));
  const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'));
  manifest.files[file] = { bytes: content.length, sha256: sha256(content) };
  delete manifest.digest;
  manifest.digest = sha256(canonical(manifest));
  return await loadModel(async (name) => {
    if (name === 'manifest.json') return Buffer.from(`${JSON.stringify(manifest)}\n`);
    return /** @type {any} */ (name === file ? content : await readFile(path.join(folder, name)));
  });
}

/** @type {[string, string, (before: Uint8Array) => Uint8Array, RegExp][]} */
const UNUSABLE = [
  [
    'words too many',
    'vocabulary.txt',
    (text) => Buffer.concat([text, Buffer.from('\u{10fffd}\n')]),
    /entries/,
  ],
  ['damaged tail words', 'tail.bin', () => Uint8Array.of(1), /tail\.bin/],
  [
    'no graph',
    'tfjs/model.json',
    (text) => Buffer.from(`${text}`.replace('"versions"', '"v"')),
    /cannot load/,
  ],
  ['damaged weights', 'tfjs/group1-shard1of1.bin', (bytes) => bytes.map(() => 255), /not run/],
];
for (const [name, file, change, message] of UNUSABLE) {
  test(`a model with ${name} leaves nothing in memory`, options, async (context) => {
    await openModel(folder);
    const { calls } = core();
    const [opened, closed] = ['open_model', 'close_model'].map((each) =>
      context.mock.method(calls, each),
    );
    const before = tf.memory().numTensors;
    await assert.rejects(loadAltered(file, change), { name: 'ModelError', message });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([opened.mock.callCount(), closed.mock.callCount()], [1, 1]);
  });
}
