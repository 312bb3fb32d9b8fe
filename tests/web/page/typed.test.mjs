import assert from 'node:assert/strict';
import test from 'node:test';
import { Typed } from '../../../web/page/write/typed.js';

/** @param {string} keys typed one by one; ⌫ deletes @param {{at?: string}} [start] */
function typing(keys, { at = '' } = {}) {
  const typed = new Typed(at, at.length);
  let text = at;
  for (const key of keys) {
    text = key === '⌫' ? text.slice(0, -1) : text + key;
    typed.changed(text, text.length, key === '⌫' ? 'deleteContentBackward' : 'insertText');
  }
  return { typed, text };
}

test('typed characters are covered, earlier ones are not', () => {
  const { typed } = typing('yuo', { at: 'how are ' });
  assert.ok(typed.covers(8, 11));
  assert.ok(!typed.covers(7, 11));
});

test('deleting and typing again is typing', () => {
  const { typed } = typing('yout⌫⌫⌫⌫yuo', { at: 'how ' });
  assert.deepEqual([typed.length, typed.covers(4, 7)], [3, true]);
});

test('deleting what was there before starts again', () => {
  const { typed } = typing('⌫s', { at: 'howx' });
  assert.ok(!typed.covers(3, 4) || typed.length === 1);
  assert.ok(!typed.covers(0, 4));
});

for (const kind of [
  'insertFromPaste',
  'insertFromDrop',
  'historyUndo',
  'insertReplacementText',
  '',
]) {
  test(`${kind || 'a change by the page'} is not typing`, () => {
    const { typed } = typing('how ');
    typed.changed('how yuo', 7, kind);
    assert.equal(typed.length, 0);
  });
}

test('several characters at once are typed only by an input method', () => {
  const { typed } = typing('how ');
  typed.changed('how yuo', 7, 'insertCompositionText');
  assert.ok(typed.covers(4, 7));
  typed.changed('how yuo are', 11, 'insertText');
  assert.equal(typed.length, 0);
});

test('a change elsewhere and a moved cursor start again', () => {
  const { typed } = typing('how yuo');
  typed.changed('show yuo', 1, 'insertText');
  assert.deepEqual([typed.length, typed.covers(0, 1)], [0, false]);
  const { typed: moved } = typing('how yuo');
  moved.moved(7);
  assert.equal(moved.length, 7);
  moved.moved(3);
  assert.equal(moved.length, 0);
});

test('touches belong to the characters that they typed', () => {
  const typed = new Typed('ab', 2);
  typed.changed('abc', 3, 'insertText', { x: 3.5, y: 2.5 });
  typed.changed('abcd', 4, 'insertText');
  assert.deepEqual(typed.touches(4), [{ x: 3.5, y: 2.5 }, undefined]);
  assert.deepEqual(typed.touches(3), [{ x: 3.5, y: 2.5 }]);
  typed.changed('abc', 3, 'deleteContentBackward');
  assert.deepEqual(typed.touches(3), [{ x: 3.5, y: 2.5 }]);
  assert.deepEqual(typed.touches(2), []);
});

test('where characters and code units differ, there are no touches', () => {
  const typed = new Typed();
  typed.changed('a', 1, 'insertText', { x: 0.5, y: 1.5 });
  typed.changed('a😀', 3, 'insertCompositionText');
  assert.deepEqual(typed.touches(3), []);
  assert.deepEqual(typed.touches(1), [{ x: 0.5, y: 1.5 }]);
});

test('a corrected word counts as typed, without touches', () => {
  const typed = new Typed();
  let text = '';
  for (const key of 'so teh ') {
    text += key;
    typed.changed(text, text.length, 'insertText', { x: 1, y: 1 });
  }
  typed.replaced('so the ', 7, 3);
  assert.ok(typed.covers(0, 7));
  assert.deepEqual(typed.touches(7).slice(3), [undefined, undefined, undefined, undefined]);
});

test('long texts are not remembered as a whole', () => {
  const { typed } = typing('ab '.repeat(100));
  assert.ok(typed.length < 150 && typed.covers(297, 300));
});
