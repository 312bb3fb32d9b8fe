import assert from 'node:assert/strict';
import test from 'node:test';
import { Keystrokes, isCapital, lengthOf } from '../../../web/page/write/keystrokes.js';

/**
 * @param {Keystrokes} keystrokes
 * @param {string} letters
 */
function type(keystrokes, letters, before = 0) {
  [...letters].forEach((_letter, place) => {
    const [from, to] = [before + place, before + place + 1];
    keystrokes.count({ kind: 'insertText', taken: false, before: from, after: to });
  });
}

test('typing letter by letter saves nothing', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'hello');
  assert.deepEqual(keystrokes.summary(5), { keys: 5, characters: 5, saved: 0 });
});

test('an accepted suggestion costs one key', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'he');
  const taken = { kind: 'insertText', taken: true, before: 2, after: 6 };
  keystrokes.count(taken);
  assert.deepEqual(keystrokes.summary(6), { keys: 3, characters: 6, saved: 0.5 });
});

test('deleting counts, and pasted text does not count as saved', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const change = { taken: false };
  keystrokes.count({ ...change, kind: 'deleteContentBackward', before: 4, after: 3 });
  keystrokes.count({ ...change, kind: 'insertFromPaste', before: 3, after: 103 });
  assert.deepEqual(keystrokes.summary(103), { keys: 6, characters: 3, saved: -1 });
});

test('text typed before suggestions were available does not count as saved', () => {
  const keystrokes = new Keystrokes(15);
  type(keystrokes, 'a', 15);
  assert.deepEqual(keystrokes.summary(16), { keys: 1, characters: 1, saved: 0 });
});

test('pasted text stops counting once it is undone', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const change = { taken: false };
  keystrokes.count({ ...change, kind: 'insertFromPaste', before: 4, after: 1004 });
  keystrokes.count({ ...change, kind: 'historyUndo', before: 1004, after: 4 });
  type(keystrokes, 'efghij', 4);
  assert.equal(keystrokes.summary(10).characters, 6);
});

test('text inserted at once without a suggestion does not count as saved', () => {
  for (const kind of [
    'insertText',
    'insertCompositionText',
    'insertReplacementText',
    'insertFromDrop',
  ]) {
    const keystrokes = new Keystrokes();
    type(keystrokes, 'abcd');
    keystrokes.count({ kind, taken: false, before: 4, after: 24 });
    assert.deepEqual(keystrokes.summary(24), { keys: 5, characters: 4, saved: -0.25 }, kind);
  }
});

test('the end of a composition is not counted twice', () => {
  const keystrokes = new Keystrokes();
  const change = { kind: 'insertCompositionText', taken: false };
  for (let before = 0; before < 4; before += 1) {
    keystrokes.count({ ...change, before, after: before + 1 });
  }
  keystrokes.count({ kind: 'deleteCompositionText', taken: false, before: 4, after: 1 });
  keystrokes.count({ kind: 'insertFromComposition', taken: false, before: 1, after: 4 });
  keystrokes.count({ kind: 'insertText', taken: false, mended: true, before: 4, after: 3 });
  assert.deepEqual(keystrokes.summary(3), { keys: 4, characters: 3, saved: 1 - 4 / 3 });
});

test('text restored by undo into an empty field does not count as saved', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  keystrokes.count({ kind: 'deleteContentBackward', taken: false, before: 4, after: 0 });
  keystrokes.count({ kind: 'historyUndo', taken: false, before: 0, after: 4 });
  assert.equal(keystrokes.summary(4).characters, 0);
});

test('an emoji is one character, as it is one key', () => {
  assert.equal(lengthOf('a\u{1f600}b\ud83d'), 4);
});

test('counting starts over when the text is cleared', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const emptied = { kind: 'deleteByCut', taken: false, before: 4, after: 0 };
  keystrokes.count(emptied);
  assert.equal(keystrokes.keys, 0);
});

test('a capital also costs Shift, as in the measured savings', () => {
  const keystrokes = new Keystrokes();
  keystrokes.count({ kind: 'insertText', taken: false, shifted: true, before: 0, after: 1 });
  keystrokes.count({ kind: 'insertText', taken: false, shifted: false, before: 1, after: 2 });
  assert.equal(keystrokes.keys, 3);
  assert.deepEqual(['I', 'É', 'i', '?', 'IT', null].map(isCapital), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
