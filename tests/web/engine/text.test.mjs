import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { loadCore } from '../../../web/engine/core/core.js';
import {
  fold,
  isWord,
  join,
  normalise,
  rulesVersion,
  segments,
  split,
  typed,
} from '../../../web/engine/core/text.js';

await loadCore();

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/text_cases.json', import.meta.url), 'utf8'),
);

/**
 * @param {string} section of the shared cases
 * @param {string} title
 * @param {(found: any) => void} check
 */
function each(section, title, check) {
  test(`${title} (${cases[section].length} cases)`, () => cases[section].forEach(check));
}

test('the core may begin with nothing', () => {
  assert.equal(join([]), '');
  assert.deepEqual(split(''), []);
  assert.deepEqual(typed('', 'sentence'), { segments: [], prefix: '' });
});

test('the cases are of these rules', () => {
  assert.equal(cases.rules_version, rulesVersion());
});

each('normalise', 'a text is normalised as the case says', ({ text, normalised }) =>
  assert.equal(normalise(text), normalised),
);

each('split', 'a text splits as the case says', ({ text, tokens }) =>
  assert.deepEqual(split(text), tokens),
);

each('split', 'tokens join as the case says', ({ tokens, joined }) =>
  assert.equal(join(tokens), joined),
);

each('split', 'joined tokens split again into the same', ({ tokens, joined }) =>
  assert.deepEqual(split(joined), tokens),
);

each('fold', 'a token folds as the case says', ({ token, folded }) =>
  assert.equal(fold(token), folded),
);

each('is_word', 'words are told from punctuation', ({ token, is_word: expected }) =>
  assert.equal(isWord(token), expected, token),
);

each('segments', 'a text is cut as the case says', ({ text, segmentation, segments: expected }) =>
  assert.deepEqual(segments(text, segmentation), expected),
);

each('typed', 'the text before a cursor is read as the case says', (expected) => {
  const { text, segmentation, segments: before, prefix } = expected;
  assert.deepEqual(typed(text, segmentation), { segments: before, prefix });
});

test('an unknown segmentation is refused', () => {
  const segmentation = /** @type {any} */ ('chapter');
  assert.throws(
    () => segments('text', segmentation),
    /the segmentation is chapter, expected one of message/,
  );
  assert.throws(() => typed('text', segmentation), RangeError);
});

for (const piece of [
  'a',
  '\u00e9',
  "a'",
  'a.',
  'a-',
  'a.b@',
  'www.!',
  '\u0301\u0323',
  '\u3002」',
]) {
  test(`200,000 characters of ${JSON.stringify(piece)} are split, joined and typed`, () => {
    const text = `x${piece.repeat(200_000 / piece.length)}`;
    const start = performance.now();
    assert.ok(join(split(text)).length > 20_000);
    typed(text, 'sentence');
    assert.ok(performance.now() - start < 20_000);
  });
}
