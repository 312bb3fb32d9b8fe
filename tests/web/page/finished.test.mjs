import assert from 'node:assert/strict';
import test from 'node:test';
import { Finished } from '../../../web/page/learning/finished.js';

/**
 * What is found while a text is typed letter by letter, with `|` for leaving the field.
 *
 * @param {Finished} finished
 * @param {string} typed
 * @param {string} [start] the text before
 */
function typing(finished, typed, start = '') {
  let text = start;
  const found = [];
  for (const letter of typed) {
    if (letter !== '|') text += letter;
    found.push(...finished.take(text, letter === '|' ? undefined : text.length));
  }
  return found;
}

test('a line is finished when another one is started', () => {
  assert.deepEqual(typing(new Finished(), 'see you\nask Zoe'), ['see you']);
});

test('the last line is finished when the text is left', () => {
  assert.deepEqual(typing(new Finished(), 'see you|'), ['see you']);
  assert.deepEqual(typing(new Finished(), 'see you||\n|'), ['see you']);
});

test('equal lines count once each', () => {
  assert.deepEqual(typing(new Finished(), 'ok\nok\n'), ['ok', 'ok']);
});

test('after the text was cleared, the same line counts again', () => {
  const finished = new Finished();
  assert.deepEqual(typing(finished, 'see Zoe|'), ['see Zoe']);
  assert.deepEqual(finished.take('', 0), []);
  assert.deepEqual(typing(finished, 'see Zoe|'), ['see Zoe']);
});

test('of a line that goes on after it was left, only the new words count', () => {
  assert.deepEqual(typing(new Finished(), 'see Zoe| at noon|'), ['see Zoe', 'at noon']);
  assert.deepEqual(typing(new Finished(), 'see Zo|e|'), ['see Zo', 'Zoe']);
});

test('of a line that is edited later, only the changed words count', () => {
  const finished = new Finished();
  assert.deepEqual(typing(finished, 'aks Zoe first\nyes'), ['aks Zoe first']);
  assert.deepEqual(finished.take('ask Zoe first\nyes', 3), ['yes']);
  assert.deepEqual(finished.take('ask Zoe first\nyes', 17), ['ask']);
});

test('a line that was split or deleted is not found again', () => {
  const finished = new Finished();
  typing(finished, 'one two three\n');
  assert.deepEqual(finished.take('one two\n three\n', 8), []);
  assert.deepEqual(finished.take('one two\n three\n', undefined), []);
  assert.deepEqual(finished.take('one two\n', undefined), []);
});

test('a text that was pasted or restored is skipped', () => {
  const finished = new Finished();
  finished.skip('pasted line\nand');
  assert.deepEqual(finished.take('pasted line\nand more', undefined), ['more']);
});

test('words that were typed before others were pasted count, and the pasted ones do not', () => {
  const finished = new Finished();
  assert.deepEqual(typing(finished, 'see Zoe '), []);
  assert.deepEqual(finished.paste('see Zoe pasted words'), ['see Zoe']);
  assert.deepEqual(finished.take('see Zoe pasted words now', undefined), ['now']);
});

test('what was undone, replaced or completed by pasting does not count', () => {
  for (const [text, left] of [
    ['see ', ['see']],
    ['', []],
    ['see Zoey', ['see']],
    ['see you', ['see']],
  ]) {
    const finished = new Finished();
    typing(finished, 'see Zoe');
    assert.deepEqual(finished.paste(/** @type {string} */ (text)), left);
  }
});
