import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { constantEngine } from './fake_model.mjs';

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/taking_cases.json', import.meta.url), 'utf8'),
);

/**
 * An engine of one word.
 *
 * @param {import('../../../web/engine/core/text.js').Segmentation} segmentation
 * @param {string} [word]
 */
const engine = (segmentation, word = 'you') =>
  constantEngine(['</s>', '<unk>', word], segmentation);

/**
 * The text and cursor after an edit.
 *
 * @param {string} text with `|` for the cursor
 * @param {{before: number, after: number, text: string, back?: number}} edit
 */
function edited(text, { before, after, text: inserted, back = 0 }) {
  const [left, right] = text.split('|');
  const written = left.slice(0, left.length - before) + inserted;
  const cursor = written.length - back;
  return `${written.slice(0, cursor)}|${written.slice(cursor)}${right.slice(after)}`;
}

for (const { text, replaces, insert, segmentation, result, space } of cases.taken) {
  test(`accepting "${insert}" in ${JSON.stringify(text)} of ${segmentation}s gives ${JSON.stringify(result)}`, () => {
    const [before, after] = text.split('|');
    const found = engine(segmentation).take(before, after, { replaces, insert });
    assert.equal(edited(text, found), result);
    assert.equal(found.space ?? null, space);
  });
}

for (const { text, space, typed: letter, segmentation, result, next } of cases.reactions) {
  const name = `${JSON.stringify(letter)} after a ${space} space in ${JSON.stringify(text)}`;
  test(`${name} of ${segmentation}s gives ${JSON.stringify(result)}`, () => {
    const found = engine(segmentation).react(text.split('|')[0], space, letter);
    assert.equal(found ? edited(text, found) : null, result);
    assert.equal(found?.space ?? null, next);
  });
}

for (const { text, word, segmentation, replaces, insert } of cases.placed) {
  test(`"${word}" after ${JSON.stringify(text)} is placed as ${JSON.stringify(insert)}`, async () => {
    const [found] = await engine(segmentation, word).predict(text);
    assert.deepEqual({ replaces: found.replaces, insert: found.insert }, { replaces, insert });
  });
}
