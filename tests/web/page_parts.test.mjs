import assert from 'node:assert/strict';
import test from 'node:test';
import { fromFolder, fromZip } from '../../web/src/disk.js';
import { Engine } from '../../web/src/engine.js';
import { divergence, stateBounds } from '../../web/src/inside.js';
import { Keystrokes } from '../../web/src/keystrokes.js';
import { warm } from '../../web/src/host.js';
import { fromLink, toLink } from '../../web/src/link.js';
import { ModelError } from '../../web/src/manifest.js';
import { listedModels } from '../../web/src/models.js';
import { candidateLines, perWord, ranked } from '../../web/src/ranking.js';
import { TimedModel } from '../../web/src/timing.js';
import { zipSync } from 'fflate';
import { SentenceModel, vocabulary } from './fake_model.mjs';

const engine = () => new Engine(new SentenceModel(), vocabulary, 'message');

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

test('a link gives back what it was made of', () => {
  assert.deepEqual(fromLink(toLink(recipe)), { recipe, refused: [] });
});

test('a link without numbers leaves them as they are', () => {
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
  test(`the link "${query}" is refused in words`, () => {
    assert.match(fromLink(query).refused.join(), /must be .*from/);
  });
}

/**
 * @param {Keystrokes} keystrokes
 * @param {string} letters
 */
function type(keystrokes, letters, before = 0) {
  [...letters].forEach((data, place) => {
    const [from, to] = [before + place, before + place + 1];
    keystrokes.count({ kind: 'insertText', data, taken: false, before: from, after: to });
  });
}

test('typing letter by letter saves nothing', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'hello');
  assert.deepEqual(keystrokes.summary(5), { keys: 5, characters: 5, saved: 0 });
});

test('a taken word costs one key', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'he');
  const taken = { kind: 'insertText', data: 'hello ', taken: true, before: 2, after: 6 };
  keystrokes.count(taken);
  assert.deepEqual(keystrokes.summary(6), { keys: 3, characters: 6, saved: 0.5 });
});

test('a key that deletes counts, and what is pasted was not saved', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const change = { data: null, taken: false };
  keystrokes.count({ ...change, kind: 'deleteContentBackward', before: 4, after: 3 });
  keystrokes.count({ ...change, kind: 'insertFromPaste', before: 3, after: 103 });
  assert.deepEqual(keystrokes.summary(103), { keys: 6, characters: 3, saved: -1 });
});

test('what was there before suggestions came was not saved by them', () => {
  const keystrokes = new Keystrokes(15);
  type(keystrokes, 'a', 15);
  assert.deepEqual(keystrokes.summary(16), { keys: 1, characters: 1, saved: 0 });
});

test('what was pasted and taken back does not count for ever', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const change = { data: null, taken: false };
  keystrokes.count({ ...change, kind: 'insertFromPaste', before: 4, after: 1004 });
  keystrokes.count({ ...change, kind: 'historyUndo', before: 1004, after: 4 });
  type(keystrokes, 'efghij', 4);
  assert.equal(keystrokes.summary(10).characters, 6);
});

test('an emptied text begins anew', () => {
  const keystrokes = new Keystrokes();
  type(keystrokes, 'abcd');
  const emptied = { kind: 'deleteByCut', data: null, taken: false, before: 4, after: 0 };
  keystrokes.count(emptied);
  assert.equal(keystrokes.keys, 0);
});

test('candidates are the lines that hold something, each once', () => {
  assert.deepEqual(candidateLines('a\n\n b \r\na\u2028c', 2), { lines: ['a', 'b'], left: 1 });
});

test('candidates are ranked by the word or by the total', async () => {
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

test('a score tells the rank of each word and what was expected instead', async () => {
  const { words } = await engine().score('you say hello');
  const hello = words[2];
  assert.equal(hello.expected[0].word, 'goodbye');
  assert.equal(hello.expected[1].word, 'hello');
  // The unknown word is likelier everywhere in this model, and never expected.
  assert.equal(hello.rank, 3);
});

test('a look inside tells the state and what is expected at each step', async () => {
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

test('a look counts what came before it', async () => {
  const { steps, earlier } = await engine().look('you say goodbye and I say', { count: 2 });
  assert.deepEqual([steps.length, earlier], [2, 5]);
});

test('only the last word matters to a model that sees no further', async () => {
  const { steps } = await engine().look('you say goodbye');
  const bits = steps.map(({ influence }) => influence.bits);
  assert.deepEqual(bits.slice(0, 3), [0, 0, 0]);
  assert.ok(bits[3] > 0.5);
});

test('without its only token a look has nothing to compare', async () => {
  const { steps } = await engine().look('');
  assert.ok(Number.isNaN(steps[0].influence.bits));
});

test('the divergence is in bits, and 0 only from itself', () => {
  const even = Float32Array.of(0, 0);
  assert.equal(divergence(even, even), 0);
  const skewed = Float32Array.of(Math.log(3), 0);
  assert.ok(Math.abs(divergence(even, skewed) - 0.5 * Math.log2(4 / 3)) < 1e-6);
});

test('states have a scale that holds all of them', () => {
  const steps = (/** @type {number[][]} */ ...states) =>
    states.map((state) => ({ state: Float32Array.from(state) }));
  assert.deepEqual(stateBounds(steps([-0.5, 0.25])), { most: 1, negative: true });
  assert.deepEqual(stateBounds(steps([0, 0.5], [6, 0])), { most: 6, negative: false });
  assert.deepEqual(stateBounds([]), { most: 1, negative: false });
});

/**
 * A model whose steps take a time of their own, on a clock that ticks.
 *
 * @param {number} step milliseconds that a step takes
 * @param {number} tick milliseconds
 */
function timedSteps(step, tick) {
  let time = 0.4;
  const model = new SentenceModel();
  const walk = model.step.bind(model);
  model.step = (token, state) => {
    time += step;
    return walk(token, state);
  };
  // Looking at the clock takes a little time, too.
  const timed = new TimedModel(model, () => Math.floor((time += 0.001) / tick) * tick);
  assert.equal(timed.summary(), undefined);
  for (let turn = 0; turn < 1000; turn += 1) timed.step(0, timed.zeroState());
  assert.equal(timed.steps, 1000);
  const summary = timed.summary();
  assert.ok(summary !== undefined && summary.p95 >= summary.median);
  return summary;
}

test('steps are timed on a clock that ticks in milliseconds', () => {
  const { median, digits } = timedSteps(0.3, 1);
  assert.equal(digits, 1);
  assert.equal(median.toFixed(digits), '0.3');
});

test('a finer clock tells more digits', () => {
  const { median, digits } = timedSteps(0.33, 0.1);
  assert.equal(digits, 2);
  assert.ok(Math.abs(median - 0.33) < 0.01);
});

test('a program that is held up while it looks at the clock still knows its ticks', () => {
  let looks = 0;
  let time = 0;
  const timed = new TimedModel(new SentenceModel(), () => {
    // Steps look 498 times; then one of the ticks that are watched comes late.
    time += ++looks === 550 ? 9 : 0.001;
    return Math.floor(time * 10) / 10;
  });
  for (let turn = 0; turn < 249; turn += 1) timed.step(0, timed.zeroState());
  assert.equal(timed.summary()?.digits, 2);
});

test('a clock that ticks ten times a second tells none', () => {
  assert.equal(timedSteps(7, 100).digits, 0);
});

test('warming up ends after half a second, however slow a step is', async () => {
  const model = new SentenceModel();
  const walk = model.step.bind(model);
  model.step = (token, state) => {
    for (const end = performance.now() + 60; performance.now() < end;);
    return walk(token, state);
  };
  await warm(model, new AbortController().signal);
  assert.ok(model.steps > 0 && model.steps <= 9, `${model.steps} steps`);
});

test('warming up ends with the first key', async () => {
  const model = new SentenceModel();
  const controller = new AbortController();
  const warming = warm(model, controller.signal);
  controller.abort();
  await warming;
  assert.equal(model.steps, 1);
});

test('a list of models may not lead elsewhere', () => {
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

test('a zip without a manifest is refused in words', async () => {
  await assert.rejects(fromZip(new Blob([zipSync({ 'a.txt': bytes('') })])), ModelError);
});

test('a file that swells beyond all bounds is refused', { timeout: 60_000 }, async () => {
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
