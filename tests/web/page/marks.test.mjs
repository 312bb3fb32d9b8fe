import assert from 'node:assert/strict';
import test from 'node:test';
import { movedMarks } from '../../../web/page/write/marks.js';

/** @param {string} text with marked words in [brackets] */
function marked(text) {
  const marks = [];
  let plain = '';
  for (const part of text.split(/(\[.*?\])/)) {
    const word = part.replace(/[[\]]/g, '');
    if (word !== part) marks.push({ start: plain.length, end: plain.length + word.length });
    plain += word;
  }
  return { marks, plain };
}

for (const [before, after, why] of [
  ['[teh] dog', '[teh] dog x', 'text behind it changes'],
  ['a [teh]', 'ab [teh]', 'text before it changes'],
  ['a [teh]', 'a [teh] ', 'a space follows it'],
  ['a [teh]', 'a [teh].', 'a mark follows it'],
  ['[teh] and [wierd]', '[teh] an [wierd]', 'text between them changes'],
  ['a [teh]', 'a tehe', 'a letter follows it'],
  ['a [teh] b', 'a the b', 'it changes'],
  ['a [teh] b', 'ateh b', 'a letter is right before it'],
  ['[teh].', 'teh.c', 'it was the beginning of an address'],
  ['[teh] b', '', 'everything is deleted'],
]) {
  test(`a mark ${after.includes('[') ? 'stays' : 'goes'} when ${why}`, () => {
    const { marks, plain } = marked(before);
    const wanted = marked(after);
    assert.deepEqual(movedMarks(marks, plain, wanted.plain), wanted.marks);
  });
}
