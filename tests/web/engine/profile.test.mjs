import assert from 'node:assert/strict';
import test from 'node:test';
import { loadCore } from '../../../web/engine/core/core.js';
import { Profile } from '../../../web/engine/core/profile.js';
import { constantEngine } from './fake_model.mjs';

await loadCore();

/** @param {string[]} texts */
function taught(...texts) {
  const profile = new Profile();
  for (const text of texts) profile.learn(text);
  return profile;
}

/** @param {Profile} profile */
const names = (profile) => profile.words().map(({ word }) => word);

test('words are listed with their count and time', () => {
  const profile = taught('see you, Zoe', 'you see');
  assert.deepEqual(profile.words(), [
    { word: 'see', count: 2, last: 5 },
    { word: 'you', count: 2, last: 4 },
    { word: 'Zoe', count: 1, last: 3 },
  ]);
  const { bytes, words, clock } = profile.totals();
  assert.deepEqual([bytes, words, clock], [profile.bytes().length, 3, 5]);
});

test('a profile is opened from its bytes', () => {
  const bytes = taught('ünder the Élan 🙂').bytes();
  assert.deepEqual(new Profile(bytes).bytes(), bytes);
});

test('a forgotten word is gone and does not come back with a backup', () => {
  const profile = taught('ask Rajesh', "Rajesh's dog");
  const backup = profile.bytes();
  profile.forget('rajesh');
  profile.learn('ask rajesh');
  profile.merge(backup);
  assert.deepEqual(names(profile), ['ask', 'dog']);
  profile.remember('Rajesh');
  assert.deepEqual(names(profile), ['ask', 'dog', 'Rajesh']);
});

test('deleting everything leaves an empty profile', () => {
  const profile = taught('one two');
  profile.forget('three');
  profile.clear();
  assert.deepEqual(profile.bytes(), new Profile().bytes());
  assert.deepEqual(profile.words(), []);
});

test('a damaged profile is refused and nothing changes', () => {
  const profile = taught('one two');
  const before = profile.bytes();
  const damaged = before.slice();
  damaged[50] ^= 1;
  assert.throws(() => new Profile(damaged), { name: 'RangeError', message: /profile is damaged/ });
  assert.throws(() => profile.merge(damaged), /profile is damaged/);
  assert.throws(() => profile.merge(new Uint8Array()), /profile is damaged/);
  assert.deepEqual(profile.bytes(), before);
});

test('wrong arguments are refused', () => {
  const profile = taught('one two');
  assert.throws(() => profile.forget('two words'), /expected one word/);
  // @ts-expect-error: a number is no text
  assert.throws(() => profile.learn(1), TypeError);
  // @ts-expect-error: a text is no profile
  assert.throws(() => new Profile('x'), TypeError);
});

test('an engine suggests words that only the profile knows', async () => {
  const engine = constantEngine(['</s>', '<unk>', 'ask', 'you'], 'message', (_, id) => -id);
  const profile = taught('ask Rajesh');
  engine.use(profile);
  assert.deepEqual(await engine.predict('ra'), []);
  profile.learn('ask Rajesh');
  const [suggestion] = await engine.predict('ask ');
  assert.deepEqual([suggestion.word, suggestion.id], ['Rajesh', -1]);
  assert.equal(engine.take('ask ra', '', (await engine.predict('ask ra'))[0]).text, 'Rajesh ');
  assert.throws(() => profile.dispose(), /sessions still use the profile/);
  engine.use();
  assert.deepEqual(await engine.predict('ra'), []);
  profile.dispose();
  // @ts-expect-error: a text is no profile
  assert.throws(() => engine.use('x'), TypeError);
});

test('a disposed profile cannot be used', () => {
  const profile = taught('one');
  profile.dispose();
  profile.dispose();
  assert.throws(() => profile.bytes(), /disposed/);
});
