import assert from 'node:assert/strict';
import test from 'node:test';
import { Session } from '../../../web/engine/core/session.js';
import { SentenceModel, vocabulary } from './fake_model.mjs';

/** A model, and a session that runs it. */
function started() {
  const model = new SentenceModel();
  return { model, session: new Session(model, vocabulary) };
}

/** @param {number} count */
const words = (count) => 'you '.repeat(count);

test('a text costs one step for each token', async () => {
  const { model, session } = started();
  await session.context('you say');
  assert.equal(model.steps, 3);
});

test('the state after a text depends on every token', async () => {
  const { session } = started();
  const { ids, step } = await session.context('you say goodbye');
  assert.deepEqual(ids, [0, 10, 8, 5]);
  assert.deepEqual([...(step?.state ?? [])], [4]);
});

test('one more token costs one step', async () => {
  const { model, session } = started();
  await session.context('you say');
  model.steps = 0;
  await session.context('you say goodbye');
  assert.equal(model.steps, 1);
});

test('the same text again, and the latest texts before it, cost nothing', async () => {
  const { model, session } = started();
  await session.context('you');
  await session.context('you say');
  model.steps = 0;
  await session.context('you say');
  await session.context('you');
  assert.equal(model.steps, 0);
});

test('the last tokens can be left unread', async () => {
  const { model, session } = started();
  const { ids, step } = await session.context('you say goodbye', { leave: 2 });
  assert.deepEqual(ids, [0, 10, 8, 5]);
  assert.deepEqual([...(step?.state ?? [])], [2]);
  assert.equal(model.steps, 2);
  assert.equal((await session.context('you', { leave: 2 })).step, undefined);
});

test('two texts at the same time do not disturb each other', async () => {
  const { session } = started();
  const [one, other] = await Promise.all([session.context(words(400)), session.context('I I')]);
  assert.deepEqual([one.step?.state[0], other.step?.state[0]], [401, 3]);
});

test('an aborted text leaves room for the next one, and what it read is kept', async () => {
  const { model, session } = started();
  const { step } = model;
  const controller = new AbortController();
  const advance = model.advance.bind(model);
  model.advance = (id, state) => {
    if (model.steps === 5) controller.abort();
    return advance(id, state);
  };
  const aborted = session.context(words(50), { signal: controller.signal });
  const next = session.context(words(50));
  await assert.rejects(aborted, { name: 'AbortError' });
  assert.equal((await next).step?.state[0], 51);
  assert.equal(model.steps, 51);
  assert.equal(model.step, step);
});

test('memory stays bounded: of a very long text, the end counts', async () => {
  const { model, session } = started();
  const { ids } = await session.context(words(100_000));
  assert.ok(ids.length > 1000 && ids.length <= 2048);
  assert.equal(model.steps, ids.length);
});
