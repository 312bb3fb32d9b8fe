import assert from 'node:assert/strict';
import test from 'node:test';
import { Profile } from '../../../web/engine/core/profile.js';
import { core } from '../../../web/engine/core/core.js';
import { constantEngine } from './fake_model.mjs';

// The four last words are never among three suggestions before a letter is typed.
const ENTRIES = ['</s>', '<unk>', 'a', 'b', 'c', 'say', 'see', 'so', 'sun'];
const engine = constantEngine(ENTRIES, 'message', (_, id) => -id);

test('each word costs the letters until it is suggested, and one key', async () => {
  assert.deepEqual(await engine.countKeys('a'), { keys: 1, characters: 2 });
  assert.deepEqual(await engine.countKeys('say'), { keys: 2, characters: 4 });
  assert.deepEqual(await engine.countKeys('sun'), { keys: 3, characters: 4 });
});

test('a word that is never suggested costs its letters and a space', async () => {
  assert.deepEqual(await engine.countKeys('xyz'), { keys: 4, characters: 4 });
});

test('marks and capitals are not counted', async () => {
  assert.deepEqual(await engine.countKeys('“A, SAY!” 🙂'), { keys: 3, characters: 6 });
  assert.deepEqual(await engine.countKeys(''), { keys: 0, characters: 0 });
});

test('a profile saves keys, and the engine goes on without it', async () => {
  const profile = new Profile();
  for (let time = 0; time < 3; time += 1) profile.learn('a Rajesh');
  const alone = await engine.countKeys('a Rajesh');
  assert.deepEqual(alone, { keys: 8, characters: 9 });
  const taught = await engine.countKeys('a Rajesh', { profile });
  assert.deepEqual(taught, { keys: 2, characters: 9 });
  assert.deepEqual(await engine.countKeys('a Rajesh'), alone);
  profile.dispose(); // no session uses it any more
});

test('a profile does not learn from it how attentive its user is', async () => {
  const profile = new Profile();
  for (let time = 0; time < 3; time += 1) profile.learn('a Rajesh sees Rajesh');
  const before = profile.bytes();
  await engine.countKeys('a Rajesh sees Rajesh a Rajesh', { profile });
  profile.learn('');
  assert.deepEqual(profile.bytes(), before);
  profile.dispose();
});

test('nothing stays in memory if the engine is disposed of meanwhile, or the profile was before', async (context) => {
  const close = context.mock.method(core().calls, 'close_model');
  const counting = constantEngine(ENTRIES, 'message');
  const counted = counting.countKeys('say see so sun');
  counting.dispose();
  await assert.rejects(counted, /disposed/);
  const refusing = constantEngine(ENTRIES, 'message');
  const profile = new Profile();
  profile.dispose();
  await assert.rejects(refusing.countKeys('say', { profile }), /disposed/);
  refusing.dispose();
  assert.deepEqual(
    close.mock.calls.map(({ result }) => result),
    [1, 1],
  );
});

test('wrong arguments are refused', async () => {
  // @ts-expect-error: a number is no text
  await assert.rejects(engine.countKeys(1), TypeError);
  await assert.rejects(engine.countKeys('a', { signal: AbortSignal.abort() }), /abort/);
});
