import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Engine } from '../../../web/engine/engine.js';
import { Vocabulary } from '../../../web/engine/core/vocabulary.js';
import { Writer } from '../../../web/engine/core/writing.js';
import { ENTRIES, SentenceModel, vocabulary } from './fake_model.mjs';

const engine = () => new Engine(new SentenceModel(), vocabulary);

/**
 * @param {string} prompt
 * @param {import('../../../web/engine/engine.js').GenerateOptions} options
 */
async function generated(prompt, options) {
  let text = '';
  for await (const word of engine().generate(prompt, options)) text = word.text;
  return text;
}

test('no space is added if the first word is attached to the prompt', () => {
  const words = new Vocabulary(['</s>', '<unk>', 'or'], 'message');
  const writer = (/** @type {string} */ prompt) => new Writer(prompt, words);
  assert.equal(`and/${writer('and/').add(2)}`, 'and/or');
  assert.equal(`this${writer('this').add(2)}`, 'this or');
  assert.equal(writer('and/').add(0), '\n');
});

test('the prompt is not changed', () => {
  const cases = JSON.parse(
    readFileSync(new URL('../../fixtures/keyboard_cases.json', import.meta.url), 'utf8'),
  );
  const shared = new Vocabulary(cases.entries, 'message');
  for (const [prompt, words, text] of cases.continuations) {
    const writer = new Writer(prompt, shared);
    const written = words
      .split(' ')
      .map((/** @type {string} */ word) => writer.add(shared.idOf(word)));
    assert.equal(prompt + written.at(-1), text);
  }
});

test('generation continues the prompt', async () => {
  assert.equal(await generated('you say', { temperature: 0, length: 4 }), ' goodbye and I say');
});

test('generation adds no second space after a prompt that ends with one', async () => {
  assert.equal(await generated('you say ', { temperature: 0, length: 2 }), 'goodbye and');
});

test('generation starts a new line after each message', async () => {
  assert.equal(await generated('you sing', { temperature: 0, length: 2 }), '\nYou say');
});

test('in prose, sentences follow each other on one line', async () => {
  const prose = new Engine(new SentenceModel(), new Vocabulary(ENTRIES, 'sentence'));
  let text = '';
  for await (const word of prose.generate('you sing', { temperature: 0, length: 2 })) {
    text = word.text;
  }
  assert.equal(text, ' You say');
});

test('a message is never empty', async () => {
  const text = await generated('', { temperature: 5, length: 300, seed: 3 });
  assert.doesNotMatch(text, /^\n|\n\n/);
});

test('the unknown word is never generated', async () => {
  assert.doesNotMatch(await generated('', { temperature: 3, length: 300, seed: 1 }), /unk/);
});

test('the same seed gives the same text, a different seed a different one', async () => {
  const text = (/** @type {number} */ seed) =>
    generated('I', { temperature: 1.5, length: 40, seed });
  assert.equal(await text(4), await text(4));
  assert.notEqual(await text(4), await text(5));
});

test('length counts words and punctuation', async () => {
  let count = 0;
  for await (const { word } of engine().generate('', { length: 25, seed: 2 }))
    count += word ? 1 : 0;
  assert.equal(count, 25);
});

test('onWord is called for each word', async () => {
  /** @type {string[]} */
  const told = [];
  const onWord = (/** @type {{word: string}} */ { word }) => told.push(word);
  const run = engine().generate('you', { temperature: 0, length: 2 }, { onWord });
  for await (const generatedWord of run) assert.ok(generatedWord.text);
  assert.deepEqual(told, ['say', 'goodbye']);
});

test('generation stops when it is aborted', async () => {
  const controller = new AbortController();
  const endless = engine().generate('', { length: Infinity }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 40);
  const run = async () => {
    for await (const word of endless) assert.notEqual(word.id, 1);
  };
  await assert.rejects(run(), { name: 'AbortError' });
});

test('generation lets other tasks run every few milliseconds', async () => {
  let [last, longest] = [performance.now(), 0];
  const clock = setInterval(() => {
    const now = performance.now();
    [last, longest] = [now, Math.max(longest, now - last)];
  }, 1);
  await generated('', { length: 20000, seed: 1 });
  clearInterval(clock);
  assert.ok(longest < 200, `nothing else ran for ${Math.round(longest)} ms`);
});
