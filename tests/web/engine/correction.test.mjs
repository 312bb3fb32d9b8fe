import assert from 'node:assert/strict';
import test from 'node:test';
import { Profile } from '../../../web/engine/core/profile.js';
import { constantEngine } from './fake_model.mjs';

const ENTRIES = ['</s>', '<unk>', "don't", 'I', 'thank', 'the', 'you'];
const engine = () => constantEngine(ENTRIES, 'message');

test('a slip is corrected, and the literal reading is offered, too', async () => {
  const found = await engine().correct('I thnak');
  assert.equal(found[0].text, 'thank');
  assert.deepEqual(
    found.filter(({ literal }) => literal).map(({ text }) => text),
    ['thnak'],
  );
  assert.ok(found.every(({ replaces }) => replaces === 5));
});

test('lengths are in UTF-16 code units', async () => {
  const [{ text, replaces }] = await engine().correct('😀 don’t. thankyou');
  assert.deepEqual([text, replaces], ['thank you', 8]);
  const found = await engine().correct('😀 don’t. dont');
  assert.ok(found.some((each) => each.text === 'don’t' && each.replaces === 4));
});

test('touches decide between words', async () => {
  const two = constantEngine(['</s>', '<unk>', 'tin', 'ton'], 'message');
  const near = async (/** @type {number} */ x) =>
    (await two.correct('tun', 2, { touches: [undefined, { x, y: 0.5 }, undefined] }))[0].text;
  assert.deepEqual([await near(7.2), await near(8.6)], ['tin', 'ton']);
});

test('a layout is checked', () => {
  const typing = engine();
  typing.layout('azerty');
  typing.layout('0 qwertyuiop\n0.5 asdfghjkl');
  assert.throws(() => typing.layout('qwerty?'), {
    name: 'RangeError',
    message: /row 1 of the layout/,
  });
});

test('a correction that was taken back is not made again', async () => {
  const typing = engine();
  const profile = new Profile();
  typing.use(profile);
  assert.ok((await typing.correct('you i'))[0].certain);
  profile.keep('i');
  assert.ok(!(await typing.correct('you i'))[0].certain);
  typing.use();
  profile.dispose();
});

test('words past a slip complete what is typed, unless exact ones are wanted', async () => {
  const words = async (/** @type {object} */ control) =>
    (await engine().predict('I thn', 3, control)).map(({ word }) => word);
  assert.ok((await words({})).includes('thank'));
  assert.deepEqual(await words({ exact: true }), []);
});

test('wrong arguments are rejected with a message', async () => {
  const wrong = /** @type {any} */ ('3');
  await assert.rejects(engine().correct(wrong, 65), { message: /from 1 to 64/ });
  await assert.rejects(engine().correct('teh', 3, { touches: wrong }), {
    message: /must be an array/,
  });
  await assert.rejects(engine().correct('teh', 3, { touches: [{ x: wrong, y: 1 }] }), {
    message: 'x of a touch must be a number, not string',
  });
  assert.deepEqual(await engine().correct('teh '), []);
});
