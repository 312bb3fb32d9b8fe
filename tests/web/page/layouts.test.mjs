import assert from 'node:assert/strict';
import test from 'node:test';
import { constantEngine } from '../engine/fake_model.mjs';
import {
  LAYOUTS,
  keyAt,
  letterPage,
  symbolPage,
  usualLayout,
} from '../../../web/page/keyboard/layouts.js';

/** @typedef {import('../../../web/page/keyboard/layouts.js').LayoutName} LayoutName */
const NAMES = /** @type {LayoutName[]} */ (Object.keys(LAYOUTS));

for (const name of NAMES) {
  test(`the rows of ${name} are those of the engine`, async () => {
    // Each pair of keys is as far apart for the engine as on the screen.
    const letters = [...new Set(LAYOUTS[name].replace(/[\d.\s']/g, ''))];
    const costs = async (/** @type {string} */ layout) => {
      const engine = constantEngine(['</s>', '<unk>', ...letters.sort()], 'message');
      engine.layout(layout);
      const found = [];
      for (const letter of letters) {
        const readings = await engine.correct(letter, 64);
        found.push(readings.map(({ text, logProbability }) => `${text} ${logProbability}`).sort());
      }
      return found;
    };
    assert.deepEqual(await costs(LAYOUTS[name]), await costs(name));
  });

  test(`the keys of ${name} fill their rows and do not overlap`, () => {
    for (const { columns, rows } of [letterPage(name), symbolPage()]) {
      assert.equal(rows.length, 4);
      for (const row of rows) {
        let end = row[0].x;
        for (const { x, width } of row) {
          assert.equal(x, end);
          assert.ok(width >= 1);
          end = x + width;
        }
        assert.ok(end <= columns && row[0].x <= 0.5);
      }
    }
  });

  test(`${name} can type every letter, an apostrophe, a space and a new line, and delete`, () => {
    const keys = letterPage(name).rows.flat();
    const texts = keys.map(({ text }) => text);
    for (const text of "abcdefghijklmnopqrstuvwxyz' ,.") assert.ok(texts.includes(text), text);
    const actions = keys.map(({ action }) => action).filter(Boolean);
    assert.deepEqual(actions.sort(), ['enter', 'erase', 'shift', 'symbols']);
  });
}

test('a touch beside a row counts for its nearest key', () => {
  const [, row] = letterPage('qwerty').rows;
  assert.deepEqual(
    [keyAt(row, 0.1).text, keyAt(row, 1.6).text, keyAt(row, 9.9).text],
    ['a', 's', 'l'],
  );
});

test('the layout follows the language', () => {
  /** @type {[string, LayoutName][]} */
  const wanted = [
    ['en-US', 'qwerty'],
    ['de', 'qwertz'],
    ['de-AT', 'qwertz'],
    ['fr-FR', 'azerty'],
    ['fr', 'azerty'],
    ['fr-CH', 'qwertz'],
    ['fr-CA', 'qwerty'],
    ['nl-NL', 'qwerty'],
    ['nl-BE', 'azerty'],
    ['', 'qwerty'],
  ];
  for (const [language, layout] of wanted) assert.equal(usualLayout(language), layout, language);
});
