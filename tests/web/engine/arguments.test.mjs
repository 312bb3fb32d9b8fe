import assert from 'node:assert/strict';
import test from 'node:test';
import {
  Engine,
  Vocabulary,
  fromFolder,
  fromZip,
  greedy,
  join,
  likeliest,
  loadCore,
  loadModel,
  normalise,
  open,
  sample,
  segments,
  split,
  typed,
} from '../../../web/engine/index.js';
import { SentenceModel, vocabulary } from './fake_model.mjs';

/** @param {unknown} value @returns {any} for a call that TypeScript would reject */
const wrong = (value) => value;

test('an invalid source is rejected with a message', async () => {
  for (const [source, message] of [
    ['model/', /absolute URL such as .*, not "model\/"/],
    ['', /absolute URL/],
    [undefined, /must be a string, not undefined/],
    [7, /must be a string, not number/],
  ]) {
    await assert.rejects(open(wrong(source)), { name: 'TypeError', message });
  }
});

test('a relative address of the core is rejected with a message', async () => {
  const message = /^address must be an absolute URL .*, not "core.wasm"$/;
  await assert.rejects(loadCore('core.wasm'), { name: 'TypeError', message });
});

test('invalid options are rejected with a message', async () => {
  const read = async () => new ArrayBuffer();
  await assert.rejects(open(read, wrong('wasm/')), /options must be an object, not string/);
  await assert.rejects(open(read, wrong({ wasmFolder: 7 })), /wasmFolder must be a string/);
});

test('a reader, folder or zip of the wrong type is rejected with a message', async () => {
  await assert.rejects(loadModel(wrong('model/')), /readFile must be a function/);
  assert.throws(() => fromFolder(wrong('model/')), /files must be an array/);
  await assert.rejects(fromZip(wrong(new ArrayBuffer(9))), /zip must be a Blob or File/);
});

test('engine arguments of the wrong type are rejected with a message', () => {
  const model = new SentenceModel();
  assert.throws(() => new Engine(wrong(null), vocabulary), /model must be an object/);
  assert.throws(() => new Engine(model, wrong(['</s>'])), /must be a Vocabulary/);
});

test('every function that takes a text rejects other types', () => {
  for (const text of [undefined, null, 7, ['you']]) {
    for (const call of [normalise, split, Vocabulary.parse, vocabulary.idOf.bind(vocabulary)]) {
      assert.throws(() => call(wrong(text), 'message'), { name: 'TypeError', message: /string/ });
    }
    for (const call of [segments, typed]) {
      assert.throws(() => call(wrong(text), 'line'), { name: 'TypeError', message: /string/ });
    }
    assert.throws(() => join(wrong([text])), { name: 'TypeError', message: /string/ });
    assert.throws(() => vocabulary.read(wrong(text)), { name: 'TypeError' });
    assert.throws(() => vocabulary.encode(wrong([text])), { name: 'TypeError' });
    assert.throws(() => new Vocabulary(wrong(['</s>', '<unk>', text]), 'message'), {
      name: 'TypeError',
    });
  }
  assert.throws(() => join(wrong('you')), /tokens must be an array of strings, not string/);
  const { take, react } = Engine.prototype;
  const engine = new Engine(new SentenceModel(), vocabulary);
  const edit = { replaces: 0, insert: 'you ' };
  assert.throws(() => take.call(engine, wrong(7), '', edit), /before must be a string/);
  assert.throws(() => take.call(engine, '', wrong(7), edit), /after must be a string/);
  assert.throws(
    () => take.call(engine, 'a', '', { ...edit, replaces: 2 }),
    /^RangeError: .*0 to 1/,
  );
  assert.throws(() => react.call(engine, '', wrong('none'), '.'), /^RangeError: space must be/);
  assert.throws(() => react.call(engine, '', 'found', wrong(7)), /typed must be a string/);
  assert.throws(
    () => new Vocabulary(['</s>', '<unk>'], wrong('chapter')),
    /the segmentation is chapter/,
  );
});

test('an invalid number of most likely words is rejected', () => {
  for (const count of [NaN, -1, 1.5, Infinity]) {
    assert.throws(() => likeliest([1, 2], count), { name: 'RangeError', message: /^count must/ });
  }
  assert.throws(() => likeliest([1, 2], wrong('1')), { name: 'TypeError' });
  assert.throws(() => greedy([]), /every token is excluded/);
  assert.throws(() => sample([1, 2, 3], {}, wrong(undefined)), /coin must be a number/);
});
