import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { END, UNKNOWN, Vocabulary } from '../../../web/engine/core/vocabulary.js';
import { constantEngine } from './fake_model.mjs';

const { vocabulary: cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/text_cases.json', import.meta.url), 'utf8'),
);
const shared = new Vocabulary(cases.entries, cases.segmentation);
/** @param {string[]} words */
const withWords = (...words) => new Vocabulary(['</s>', '<unk>', ...words], 'message');

test('a token has the id that the case says', () => {
  for (const [token, id] of cases.ids) assert.equal(shared.idOf(token), id, token);
});

test('a suggestion is written as the case says', async () => {
  for (const [id, prefix, start, shown] of cases.suggestions) {
    if (!cases.is_word[id]) continue;
    const engine = constantEngine(cases.entries, 'message', (_, other) => Number(other === id));
    const [{ word }] = await engine.predict(start ? prefix : `a ${prefix}`);
    assert.equal(word, shown);
  }
});

test('words can be suggested and the rest cannot', () => {
  assert.deepEqual(Array.from(shared.isWord, Boolean), cases.is_word);
});

test('every entry has its own id', () => {
  const ids = shared.encode(cases.entries);
  assert.deepEqual(ids, [...ids.keys()]);
  assert.equal(shared.size, ids.length);
});

test('the special entries come first', () => {
  assert.deepEqual([shared.entry(END), shared.entry(UNKNOWN)], ['</s>', '<unk>']);
});

test('a file is read line by line', () => {
  const read = Vocabulary.parse(`${cases.entries.join('\n')}\n`, cases.segmentation);
  assert.deepEqual(read.encode(cases.entries), shared.encode(cases.entries));
});

test('a file that is cut off is refused', () => {
  assert.throws(() => Vocabulary.parse('</s>\n<unk>\nwor', 'message'), /no line feed/);
});

test('entries out of order, double or empty are refused', () => {
  assert.throws(() => withWords('b', 'a'), /entry 3 .* out of order/);
  assert.throws(() => withWords('a', 'A'), /entry 3 .* duplicated/);
  assert.throws(() => withWords(''), /entry 2 .* empty/);
  assert.throws(() => new Vocabulary(['a', 'b', 'c'], 'message'), /first entries/);
});

test('an id that does not exist is refused', () => {
  assert.throws(() => shared.entry(-1), RangeError);
  assert.throws(() => shared.entry(shared.size), RangeError);
});

test('entries are in the order of code points, not of UTF-16', () => {
  assert.equal(withWords('\uff01', '\u{1f600}').size, 4);
});

test('ready-made tokens are not folded', async () => {
  const ready = new Vocabulary(['</s>', '<unk>', 'N', 'The', 'the'], 'line');
  assert.deepEqual(ready.encode(['the', 'The', 'THE', 'n', '<unk>']), [4, 3, 1, 1, 1]);
  const engine = constantEngine(['</s>', '<unk>', 'N', 'The', 'the'], 'line');
  assert.deepEqual(
    (await engine.predict('t')).map(({ word }) => word),
    ['the'],
  );
});

test('tail words are suggested once a letter is typed', async () => {
  // 2 words of 9 unknown ones: "xqa" 3 times, "xqab" twice.
  const head = [2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];
  const tail = Uint8Array.of(...head, 0, 3, 120, 113, 97, 3, 3, 1, 98, 2);
  const entries = ['</s>', '<unk>', 'a', 'see'];
  const engine = constantEngine(entries, 'message', (_, id) => -id, tail);
  const found = await engine.predict('see xq', 3, { exact: true });
  assert.deepEqual(
    found.map(({ word }) => word),
    ['xqa', 'xqab'],
  );
  assert.deepEqual(await engine.predict('see xqz', 3, { exact: true }), []);
});

test('a tail word is scored by its count, and other unknown words share the rest', async () => {
  const head = [2, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];
  const tail = Uint8Array.of(...head, 0, 3, 120, 113, 97, 3, 3, 1, 98, 2);
  const entries = ['</s>', '<unk>', 'a', 'see'];
  const spellingOf = async (/** @type {Uint8Array | undefined} */ words) => {
    const { words: scored } = await constantEngine(entries, 'message', () => 0, words).score(
      'xqa xyz',
    );
    return scored.filter(({ unknown }) => unknown).map(({ spelling }) => spelling);
  };
  const [plain, known] = [await spellingOf(undefined), await spellingOf(tail)];
  assert.ok(Math.abs(known[0] - Math.log(9 / 2.5)) < 1e-6);
  assert.ok(Math.abs(known[1] - plain[1] - Math.log(9 / 5)) < 1e-6);
});

test('damaged tail words are refused', () => {
  assert.throws(() => shared.setTail(Uint8Array.of(1)), /list of tail words is damaged/);
});
