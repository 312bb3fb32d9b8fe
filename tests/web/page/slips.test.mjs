import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Slips, rangeOf } from '../../../web/page/write/slips.js';

/** @typedef {import('../../../web/engine/engine.js').Correction} Correction */

/**
 * @param {string} text
 * @param {number} replaces
 * @param {'literal' | 'certain'} [kind]
 * @returns {Correction}
 */
const reading = (text, replaces, kind) => ({
  text,
  replaces,
  share: 0.3,
  logProbability: -1,
  literal: kind === 'literal',
  certain: kind === 'certain',
});

/**
 * The slip that these readings tell of.
 *
 * @param {string} before
 * @param {Correction[]} readings
 */
async function slipOf(before, ...readings) {
  const engine = /** @type {any} */ ({ correct: async () => readings });
  return await new Slips(() => engine).read(before, []);
}

test('a typed word that is the likeliest reading is no slip', async () => {
  assert.equal(await slipOf('no the', reading('the', 3, 'literal'), reading('then', 3)), undefined);
});

test('a slip in one word has none in that word alone', async () => {
  const slip = await slipOf('no teh', reading('the', 3, 'certain'), reading('teh', 3, 'literal'));
  assert.deepEqual(slip && rangeOf(slip), { start: 3, end: 6 });
  assert.equal(slip?.alone, undefined);
});

test('if the word before is revised, the slip in the typed word is known, too', async () => {
  const slip = await slipOf(
    'so no teh',
    reading('on the', 6, 'certain'),
    reading('the', 3, 'certain'),
    reading('no teh', 6, 'literal'),
  );
  assert.deepEqual([slip?.typed, slip && rangeOf(slip)], ['no teh', { start: 3, end: 9 }]);
  const { alone } = slip ?? {};
  assert.deepEqual([alone?.typed, alone && rangeOf(alone)], ['teh', { start: 6, end: 9 }]);
  assert.equal(alone?.best.text, 'the');
});

test('if only the word before is revised, there is no slip in the typed word', async () => {
  const slip = await slipOf(
    'no the',
    reading('on the', 6, 'certain'),
    reading('no the', 6, 'literal'),
  );
  assert.equal(slip?.best.text, 'on the');
  assert.equal(slip?.alone, undefined);
});
