import assert from 'node:assert/strict';
import test from 'node:test';
import { Slices } from '../../../web/engine/core/slices.js';

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
