import assert from 'node:assert/strict';
import test from 'node:test';
import { fromFolder, fromZip } from '../../../web/engine/model/disk.js';
import { Engine } from '../../../web/engine/engine.js';
import { divergence, stateBounds } from '../../../web/engine/inside.js';
import { generateFields } from '../../../web/build/fields.mjs';
import { SETTINGS, settingsOf } from '../../../web/engine/settings.js';
import { fromLink, toLink } from '../../../web/page/generate/link.js';
import { ModelError } from '../../../web/engine/model/manifest.js';
import { listedModels } from '../../../web/page/about/models.js';
import { candidateLines, perWord, ranked } from '../../../web/page/score/ranking.js';
import { zipSync } from 'fflate';
import { SentenceModel, vocabulary } from '../engine/fake_model.mjs';

const engine = () => new Engine(new SentenceModel(), vocabulary);

const recipe = {
  prompt: 'how are & <b>?',
  temperature: 0.75,
  topK: 12,
  topP: 0.9,
  repetitionPenalty: 1.2,
  length: 33,
  seed: 4294967295,
  model: '0123456789ab',
};

test('a link reproduces the values it was made from', () => {
  assert.deepEqual(fromLink(toLink(recipe)), { recipe, refused: [] });
});

test('a link without numbers leaves the fields unchanged', () => {
  assert.deepEqual(fromLink('prompt=hi').recipe, { prompt: 'hi', model: '' });
});

for (const query of [
  'seed=',
  'seed=1e3x',
  'length=-1',
  'top_k=2.5',
  'temperature=NaN',
  'top_p=0',
]) {
  test(`the link "${query}" is rejected with a message`, () => {
    assert.match(fromLink(query).refused.join(), /must be .*from/);
  });
}

for (const { name, least, most, usual, field } of SETTINGS) {
  test(`the engine accepts what the page offers for ${name}, and what is usual`, () => {
    assert.ok(least <= field.min && field.min <= field.value);
    assert.ok(field.value <= field.max && field.max <= most);
    for (const value of [usual, field.min, field.value, field.max]) {
      assert.equal(settingsOf({ [name]: value })[name], value);
    }
  });

  test(`the form has one field for ${name}, within its limits, with a label and a hint`, () => {
    const { id, min, max, step, value } = field;
    const html = generateFields();
    const limits = `min="${min}" max="${max}" step="${step}" value="${value}"`;
    assert.equal(html.split(`<input id="${id}"`).length, 2);
    assert.match(html, new RegExp(`<input id="${id}" type="(range|number)"[^>]* ${limits}`));
    assert.ok(html.includes(`<label for="${id}">${field.label}`));
    assert.ok(html.includes(field.hint));
  });

  test(`a link can hold ${name}, and the limits of the form apply`, () => {
    const key = field.id.replaceAll('-', '_');
    assert.equal(fromLink(`${key}=${field.max}`).recipe[name], field.max);
    assert.equal(fromLink(`${key}=${field.max + 1}`).refused.length, 1);
  });
}

test('candidates are the distinct non-empty lines', () => {
  assert.deepEqual(candidateLines('a\n\n b \r\na\u2028c', 2), { lines: ['a', 'b'], left: 1 });
});

test('candidates are ranked per word or by the total', async () => {
  const texts = ['I say goodbye and I say hello', 'sing sing'];
  const candidates = await Promise.all(
    texts.map(async (text) => ({ text, score: await engine().score(text) })),
  );
  const [long, short] = candidates.map(({ score }) => score);
  assert.ok(perWord(long) > perWord(short));
  assert.equal(ranked(candidates, 'word')[0].text, texts[0]);
  const best = long.logProbability > short.logProbability ? texts[0] : texts[1];
  assert.equal(ranked(candidates, 'total')[0].text, best);
});

test('a score contains the rank of each word and the expected words', async () => {
  const { words } = await engine().score('you say hello');
  const hello = words[2];
  assert.equal(hello.expected[0].word, 'goodbye');
  assert.equal(hello.expected[1].word, 'hello');
  // In this model, the unknown word is always the most likely, but it is never listed as expected.
  assert.equal(hello.rank, 3);
});

test('a look inside contains the state and the expected words at each step', async () => {
  const { steps, earlier } = await engine().look('you say');
  assert.equal(earlier, 0);
  assert.deepEqual(
    steps.map(({ word }) => word),
    ['', 'you', 'say'],
  );
  assert.deepEqual(
    steps.map(({ state }) => state[0]),
    [1, 2, 3],
  );
  assert.equal(steps[2].expected[0].word, 'goodbye');
  assert.equal(steps[0].probability, undefined);
});

test('a look counts the earlier tokens', async () => {
  const { steps, earlier } = await engine().look('you say goodbye and I say', { count: 2 });
  assert.deepEqual([steps.length, earlier], [2, 5]);
});

test('only the last word influences a model without memory', async () => {
  const { steps } = await engine().look('you say goodbye');
  const bits = steps.map(({ influence }) => influence.bits);
  assert.deepEqual(bits.slice(0, 3), [0, 0, 0]);
  assert.ok(bits[3] > 0.5);
});

test('a text of one token has no influence to measure', async () => {
  const { steps } = await engine().look('');
  assert.ok(Number.isNaN(steps[0].influence.bits));
});

test('the divergence is in bits, and 0 only for equal distributions', () => {
  const even = Float32Array.of(0, 0);
  assert.equal(divergence(even, even), 0);
  const skewed = Float32Array.of(Math.log(3), 0);
  assert.ok(Math.abs(divergence(even, skewed) - 0.5 * Math.log2(4 / 3)) < 1e-6);
});

test('the scale of the states covers all of them', () => {
  const steps = (/** @type {number[][]} */ ...states) =>
    states.map((state) => ({ state: Float32Array.from(state) }));
  assert.deepEqual(stateBounds(steps([-0.5, 0.25])), { most: 1, negative: true });
  assert.deepEqual(stateBounds(steps([0, 0.5], [6, 0])), { most: 6, negative: false });
  assert.deepEqual(stateBounds([]), { most: 1, negative: false });
});

test('a list of models cannot point outside the page', () => {
  const listed = ['model/', 'models/a/', 'models/../x/', '//evil/', 'models/a', 'https://evil/'];
  const entries = listed.map((folder) => ({ name: 'a', folder, bytes: 1 }));
  assert.deepEqual(
    listedModels([...entries, null, { folder: 'model/' }]).map(({ folder }) => folder),
    ['model/', 'models/a/'],
  );
  assert.deepEqual(listedModels({}), []);
});

const text = (/** @type {ArrayBuffer} */ bytes) => new TextDecoder().decode(bytes);
const bytes = (/** @type {string} */ content) => new TextEncoder().encode(content);

test('the manifest nearest to the top of a zip is the root', async () => {
  const zip = zipSync({
    'out/deep/manifest.json': bytes('deep'),
    'out/manifest.json': bytes('top'),
    'out/tfjs/model.json': bytes('{}'),
    'out/model.tflite': bytes('not read'),
  });
  const read = await fromZip(new Blob([zip]));
  assert.equal(text(await read('manifest.json')), 'top');
  assert.equal(text(await read('tfjs/model.json')), '{}');
  await assert.rejects(read('model.tflite'), /not in the zip/);
});

test('a zip without a manifest is rejected with a message', async () => {
  await assert.rejects(fromZip(new Blob([zipSync({ 'a.txt': bytes('') })])), ModelError);
});

test('a zip bomb is rejected', { timeout: 60_000 }, async () => {
  const huge = zipSync({ 'manifest.json': new Uint8Array(260_000_000) }, { level: 1 });
  await assert.rejects(fromZip(new Blob([huge])), /too large/);
});

test('a folder is read by its relative paths', async () => {
  const file = new File(['{}'], 'manifest.json');
  Object.defineProperty(file, 'webkitRelativePath', { value: 'own/manifest.json' });
  const read = fromFolder([file]);
  assert.equal(text(await read('manifest.json')), '{}');
  await assert.rejects(read('vocabulary.txt'), /not in the folder/);
});
