/** Tests of an exported model in Node.js. test_node.py sets its folder in `ELMAN_EXPORTED`. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { openModel } from '../../../web/replay/node_model.mjs';
import { Engine } from '../../../web/engine/engine.js';
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
