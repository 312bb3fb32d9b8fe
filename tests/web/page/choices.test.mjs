import assert from 'node:assert/strict';
import test from 'node:test';
import { correctionChoices } from '../../../web/page/write/choices.js';

/** @param {string} text @param {object} [more] */
const reading = (text, more) => ({
  text,
  replaces: 3,
  share: 0.2,
  logProbability: -1,
  literal: false,
  certain: false,
  ...more,
});
/** @param {string} word */
const suggestion = (word) => ({ id: 7, word, probability: 0.5, replaces: 3, insert: `${word} ` });
/** @param {boolean} certain */
const slip = (certain) => ({
  before: 'I want teh',
  start: 7,
  typed: 'teh',
  share: 0.1,
  best: reading('the', { certain }),
  others: [reading('ten')],
});
/** @param {ReturnType<typeof correctionChoices>} choices */
const inserted = (choices) => choices?.map(({ insert }) => insert);

test('the typed word is on the left, its correction in the middle, another reading on the right', () => {
  const choices = correctionChoices(slip(true), [suggestion('the')], false);
  assert.deepEqual(inserted(choices), ['teh ', 'the ', 'ten ']);
  assert.deepEqual(
    choices?.map(({ literal, probability }) => [Boolean(literal), probability]),
    [
      [true, 0.1],
      [false, 0.2],
      [false, 0.2],
    ],
  );
});

test('a likelier completion is offered instead of corrections, or of another reading', () => {
  const found = [suggestion('tehran'), suggestion('the')];
  assert.equal(correctionChoices(slip(true), found, false), undefined);
  assert.deepEqual(inserted(correctionChoices(slip(true), found, true)), [
    'teh ',
    'the ',
    'tehran ',
  ]);
  assert.deepEqual(inserted(correctionChoices(slip(true), found.reverse(), false)), [
    'teh ',
    'the ',
    'ten ',
  ]);
});

test('the beginning of a word is not corrected unless the user sees that it may be a slip', () => {
  const found = [suggestion('the'), suggestion('Tehran')];
  assert.equal(correctionChoices(slip(false), found, false), undefined);
  assert.deepEqual(inserted(correctionChoices(slip(false), found, true)), ['teh ', 'the ', 'ten ']);
  assert.deepEqual(inserted(correctionChoices(slip(false), [], false)), ['teh ', 'the ', 'ten ']);
});

test('a single letter is rather the beginning of a word', () => {
  const letter = { ...slip(true), typed: 'i', best: reading('I', { certain: true }) };
  assert.equal(correctionChoices(letter, [suggestion('I'), suggestion('it')], false), undefined);
  assert.deepEqual(inserted(correctionChoices(letter, [], false)), ['i ', 'I ', 'ten ']);
});

test('a longer word is corrected even if another completion is likelier', () => {
  const long = {
    ...slip(true),
    typed: 'becuas',
    best: reading('because', { certain: true, replaces: 6 }),
  };
  const found = [suggestion('becuase'), suggestion('because')];
  assert.deepEqual(inserted(correctionChoices(long, found, false)), [
    'becuas ',
    'because ',
    'becuase ',
  ]);
});

test('a correction that only completes the typed letters is the first suggestion', () => {
  const begun = { ...slip(true), typed: 'th' };
  const found = [suggestion('the'), suggestion('that')];
  assert.equal(correctionChoices(begun, found, false), undefined);
  assert.deepEqual(inserted(correctionChoices(begun, found, true)), ['th ', 'the ', 'ten ']);
});

test('a curly apostrophe begins a word with a straight one', () => {
  const begun = { ...slip(true), typed: 'don’', best: reading('don’t', { certain: true }) };
  assert.equal(correctionChoices(begun, [suggestion('don’t')], false), undefined);
  assert.equal(correctionChoices(begun, [suggestion("don't")], false), undefined);
});

test('two choices are enough', () => {
  const alone = { ...slip(true), others: [] };
  assert.deepEqual(inserted(correctionChoices(alone, [], false)), ['teh ', 'the ']);
});
