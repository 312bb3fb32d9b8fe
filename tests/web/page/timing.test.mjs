import assert from 'node:assert/strict';
import test from 'node:test';
import { warm } from '../../../web/page/host.js';
import { TimedModel } from '../../../web/page/timing.js';
import { SentenceModel } from '../engine/fake_model.mjs';

/**
 * A model with steps of a given duration, on a clock of a given resolution.
 *
 * @param {number} step duration of a step in milliseconds
 * @param {number} tick resolution of the clock in milliseconds
 */
function timedSteps(step, tick) {
  let time = 0.4;
  const model = new SentenceModel();
  const walk = model.step.bind(model);
  model.step = (id, state) => {
    time += step;
    return walk(id, state);
  };
  // Reading the clock also takes a little time.
  const timed = new TimedModel(model, () => Math.floor((time += 0.001) / tick) * tick);
  assert.equal(timed.summary(), undefined);
  for (let turn = 0; turn < 1000; turn += 1) timed.step(0, timed.zeroState());
  assert.equal(timed.steps, 1000);
  const summary = timed.summary();
  assert.ok(summary !== undefined && summary.p95 >= summary.median);
  return summary;
}

test('steps are timed on a clock that ticks in milliseconds', () => {
  const { median, digits } = timedSteps(0.3, 1);
  assert.equal(digits, 1);
  assert.equal(median.toFixed(digits), '0.3');
});

test('a finer clock gives more digits', () => {
  const { median, digits } = timedSteps(0.33, 0.1);
  assert.equal(digits, 2);
  assert.ok(Math.abs(median - 0.33) < 0.01);
});

test('a delay while reading the clock does not change the measured resolution', () => {
  let looks = 0;
  let time = 0;
  const timed = new TimedModel(new SentenceModel(), () => {
    // The steps read the clock 498 times; afterwards, one of the measured ticks is late.
    time += ++looks === 650 ? 9 : 0.001;
    return Math.floor(time * 10) / 10;
  });
  for (let turn = 0; turn < 249; turn += 1) timed.step(0, timed.zeroState());
  assert.equal(timed.summary()?.digits, 2);
});

test('a clock that ticks ten times a second gives no decimal places', () => {
  assert.equal(timedSteps(7, 100).digits, 0);
});

test('warming up ends after half a second, however slow a step is', async () => {
  const model = new SentenceModel();
  const walk = model.step.bind(model);
  model.step = (id, state) => {
    for (const end = performance.now() + 60; performance.now() < end;);
    return walk(id, state);
  };
  await warm(model, new AbortController().signal);
  assert.ok(model.steps > 0 && model.steps <= 9, `${model.steps} steps`);
});

test('warming up ends with the first key', async () => {
  const model = new SentenceModel();
  const controller = new AbortController();
  const warming = warm(model, controller.signal);
  controller.abort();
  await warming;
  assert.equal(model.steps, 1);
});
