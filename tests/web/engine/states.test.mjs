import assert from 'node:assert/strict';
import test from 'node:test';
import { Slices } from '../../../web/engine/slices.js';
import { States } from '../../../web/engine/states.js';
import { SentenceModel } from './fake_model.mjs';

test('a text costs one step a token', async () => {
  const model = new SentenceModel();
  await new States(model).after([0, 10, 8]);
  assert.equal(model.steps, 3);
});

test('the state after a text has seen every token', async () => {
  const { state } = await new States(new SentenceModel()).after([0, 10, 8, 5]);
  assert.deepEqual([...state], [4]);
});

test('one more token costs one step', async () => {
  const model = new SentenceModel();
  const states = new States(model);
  await states.after([0, 10, 8]);
  model.steps = 0;
  await states.after([0, 10, 8, 5]);
  assert.equal(model.steps, 1);
});

test('the same text again costs nothing', async () => {
  const model = new SentenceModel();
  const states = new States(model);
  await states.after([0, 10, 8]);
  model.steps = 0;
  await states.after([0, 10, 8]);
  assert.equal(model.steps, 0);
});

test('going back a token costs one step, as logits are not kept', async () => {
  const model = new SentenceModel();
  const states = new States(model);
  await states.after([0, 10, 8]);
  model.steps = 0;
  await states.after([0, 10]);
  assert.equal(model.steps, 1);
});

test('two texts at the same time do not disturb each other', async () => {
  const states = new States(new SentenceModel());
  const long = Array.from({ length: 400 }, (_, place) => place % 11);
  const [one, other] = await Promise.all([states.after(long), states.after([0, 5, 5])]);
  assert.deepEqual([one.state[0], other.state[0]], [400, 3]);
});

test('memory stays bounded over many texts', async () => {
  const model = new SentenceModel();
  const states = new States(model);
  const text = Array.from({ length: 2000 }, () => 4);
  await states.after(text);
  for (let word = 0; word < 11; word += 1) await states.after([word, ...text.slice(1)]);
  model.steps = 0;
  await states.after(text);
  assert.equal(model.steps, 2000, 'the first text should have been forgotten');
});

test('long work is aborted between two slices', async () => {
  const controller = new AbortController();
  const slices = new Slices(controller.signal);
  setTimeout(() => controller.abort(), 30);
  const endless = async () => {
    for (;;) if (slices.due) await slices.pause();
  };
  await assert.rejects(endless(), { name: 'AbortError' });
});

test('work whose signal is aborted already does not start', () => {
  assert.throws(() => new Slices(AbortSignal.abort()), { name: 'AbortError' });
});
