import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Engine } from '../../../web/engine/engine.js';
import { ranked } from '../../../web/page/score/ranking.js';
import { Vocabulary } from '../../../web/engine/vocabulary.js';
import { Writer } from '../../../web/engine/writing.js';
import { ENTRIES, SentenceModel, vocabulary } from './fake_model.mjs';

const engine = () => new Engine(new SentenceModel(), vocabulary, 'message');

/** @param {string} text */
const words = async (text) => (await engine().predict(text)).map(({ word }) => word);

/**
 * The text after accepting the first suggestion.
 *
 * @param {string} text
 */
async function taken(text) {
  const [{ replaces, insert }] = await engine().predict(text);
  return text.slice(0, text.length - replaces) + insert;
}

/**
 * @param {string} prompt
 * @param {import('../../../web/engine/engine.js').GenerateOptions} options
 */
async function generated(prompt, options) {
  let text = '';
  for await (const word of engine().generate(prompt, options)) text = word.text;
  return text;
}

test('the next words after "you say" are "goodbye" and "hello"', async () => {
  assert.deepEqual((await words('you say ')).slice(0, 2), ['goodbye', 'hello']);
});

test('typed letters are completed', async () => {
  assert.deepEqual(await words('you say he'), ['hello']);
});

test('letters that start no word give no suggestions', async () => {
  assert.deepEqual(await words('you say x'), []);
});

test('if the vocabulary has a word in several cases, the most likely one is suggested', async () => {
  const entries = ['</s>', '<unk>', 'She', 'The', 'he', 'she', 'the'];
  const logits = Float32Array.of(0, 0, 5, 6, 4, 3, 7);
  const model = {
    step: () => ({ logits, state: new Float32Array(1) }),
    advance: () => new Float32Array(1),
    zeroState: () => new Float32Array(1),
  };
  const lines = new Engine(model, new Vocabulary(entries, 'line'), 'line');
  assert.deepEqual(
    (await lines.predict('', 3)).map(({ word }) => word),
    ['the', 'She', 'he'],
  );
});

test('no space is added if the first word is attached to the prompt', () => {
  const words = new Vocabulary(['</s>', '<unk>', 'or'], 'message');
  const writer = (/** @type {string} */ prompt) => new Writer(prompt, 'message', words);
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
    const writer = new Writer(prompt, 'message', shared);
    const written = words
      .split(' ')
      .map((/** @type {string} */ word) => writer.add(shared.idOf(word)));
    assert.equal(prompt + written.at(-1), text);
  }
});

test('for an empty text, first words are suggested, with a capital', async () => {
  assert.deepEqual(await words(''), ['You', 'I', 'Hello']);
});

test('a capital is suggested after the end of a sentence', async () => {
  assert.equal((await words('you say hello. '))[0], 'You');
});

test('punctuation and special tokens are never suggested', async () => {
  const suggested = (await engine().predict('hello ', 99)).map(({ word }) => word);
  assert.deepEqual(
    suggested.filter((word) => /^\W|unk|<\/s>/.test(word)),
    [],
  );
});

test('probabilities of completions are relative to the words that match', async () => {
  const suggestions = await engine().predict('I s', 9);
  const sum = suggestions.reduce((total, { probability }) => total + probability, 0);
  assert.deepEqual(
    suggestions.map(({ word }) => word),
    ['say', 'sing'],
  );
  assert.ok(Math.abs(sum - 1) < 1e-6);
});

test('the network keeps its state across messages', async () => {
  const model = new SentenceModel();
  await new Engine(model, vocabulary, 'message').predict('you say\nI ');
  assert.equal(model.steps, 5, 'an end, two words, an end, one word');
});

test('an accepted suggestion replaces the letters and adds a space', async () => {
  assert.equal(await taken('you say g'), 'you say goodbye ');
});

test('an accepted suggestion keeps the typed case', async () => {
  assert.equal(await taken('you say GOO'), 'you say GOODBYE ');
});

test('an accepted suggestion is separated from punctuation by a space', async () => {
  assert.equal(await taken('hello.'), 'hello. You ');
});

test('scores depend on all earlier words and sum to the total', async () => {
  const { words: scored, logProbability, perplexity } = await engine().score('you say hello');
  const sum = scored.reduce((total, word) => total + word.logProbability, 0);
  assert.deepEqual(
    scored.map(({ word }) => word),
    ['you', 'say', 'hello', ''],
  );
  assert.ok(Math.abs(sum - logProbability) < 1e-9);
  assert.ok(Math.abs(perplexity - Math.exp(-sum / 4)) < 1e-9);
});

test('the more likely of two sentences scores higher', async () => {
  const likely = await engine().score('you say goodbye');
  const odd = await engine().score('goodbye you say');
  assert.ok(likely.logProbability > odd.logProbability);
});

test('a word outside the vocabulary is marked as unknown and keeps its spelling', async () => {
  const { words: scored, unknown } = await engine().score('you say abracadabra');
  assert.deepEqual(
    scored.filter((word) => word.unknown).map(({ word }) => word),
    ['abracadabra'],
  );
  assert.equal(unknown, 1);
});

test('the spelling of an unknown word lowers its score, but does not change the perplexity', async () => {
  const { words: scored, logProbability, perplexity } = await engine().score('you abracadabra');
  const [, unknown] = scored;
  assert.equal(unknown.spelling, vocabulary.spellingNats('abracadabra'));
  const network = scored.map((word) => word.logProbability + word.spelling);
  const sum = network.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(logProbability - (sum - unknown.spelling)) < 1e-9);
  assert.ok(Math.abs(perplexity - Math.exp(-sum / 3)) < 1e-9);
});

test('gibberish is less probable than a sentence, in total and per word', async () => {
  const texts = ['blorf', 'hxw zrq yqx', 'you say hello.'];
  const candidates = await Promise.all(
    texts.map(async (text) => ({ text, score: await engine().score(text) })),
  );
  for (const order of /** @type {const} */ (['total', 'word'])) {
    assert.equal(ranked(candidates, order)[0].text, 'you say hello.');
  }
});

for (const count of [NaN, -1, 0, 1.5, Infinity, 2 ** 60]) {
  test(`${count} suggestions or steps are rejected with a message`, async () => {
    const complaint = {
      name: 'RangeError',
      message: /^count must be a whole number at least 1, not /,
    };
    await assert.rejects(engine().predict('you ', count), complaint);
    await assert.rejects(engine().look('you', { count }), complaint);
  });
}

test('asking for more suggestions than words returns every word once', async () => {
  const found = await engine().predict('you ', Number.MAX_SAFE_INTEGER);
  assert.equal(found.length, 7);
});

test('a text of the wrong type is rejected with a message', async () => {
  for (const text of [undefined, null, 7, ['you'], { toString: () => 'you' }]) {
    const wrong = /** @type {string} */ (/** @type {unknown} */ (text));
    const complaint = { name: 'TypeError', message: /^(text|prompt) must be a string, not / };
    await assert.rejects(engine().predict(wrong), complaint);
    await assert.rejects(engine().score(wrong), complaint);
    await assert.rejects(engine().look(wrong), complaint);
    assert.throws(() => engine().generate(wrong), complaint);
  }
});

test('numbers and objects of the wrong type are rejected with a message', async () => {
  const wrong = /** @type {any} */ ('3');
  await assert.rejects(engine().predict('you ', wrong), {
    message: 'count must be a number, not string',
  });
  await assert.rejects(engine().predict('you ', 3, wrong), {
    message: 'control must be an object, not string',
  });
  assert.throws(() => engine().generate('you', wrong), /options must be an object, not string/);
});

for (const options of [
  { length: NaN },
  { length: -5 },
  { length: 2.5 },
  { seed: NaN },
  { seed: Infinity },
  { temperature: NaN },
  { temperature: -1 },
  { temperature: Infinity },
  { temperature: 101 },
  { topK: -1 },
  { topK: NaN },
  { topK: Infinity },
  { topP: 0 },
  { topP: NaN },
  { repetitionPenalty: Infinity },
  { repetitionPenalty: NaN },
]) {
  const [[name, value]] = Object.entries(options);
  test(`generation rejects ${name} ${value} immediately, by name`, () => {
    assert.throws(() => engine().generate('you', options), {
      name: 'RangeError',
      message: new RegExp(`^${name} must .* ${value}$`),
    });
  });
}

test('scoring nothing gives no words and no error', async () => {
  assert.deepEqual((await engine().score('  \n ')).words, []);
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
  const prose = new Engine(new SentenceModel(), new Vocabulary(ENTRIES, 'sentence'), 'sentence');
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
