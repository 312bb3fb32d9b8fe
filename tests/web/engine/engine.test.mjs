import assert from 'node:assert/strict';
import test from 'node:test';
import { Engine } from '../../../web/engine/engine.js';
import { ranked } from '../../../web/page/score/ranking.js';
import { Vocabulary } from '../../../web/engine/core/vocabulary.js';
import { ENTRIES, SentenceModel, constantEngine, vocabulary } from './fake_model.mjs';

const engine = () => new Engine(new SentenceModel(), vocabulary);

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
  const lines = constantEngine(entries, 'line', (_, id) => [0, 0, 5, 6, 4, 3, 7][id]);
  assert.deepEqual(
    (await lines.predict('', 3)).map(({ word }) => word),
    ['the', 'She', 'he'],
  );
});

test('for an empty text, first words are suggested, with a capital', async () => {
  assert.deepEqual(await words(''), ['You', 'I', 'Hello']);
});

test('a capital is suggested after the end of a sentence', async () => {
  assert.equal((await words('you say hello. '))[0], 'You');
});

test('punctuation and special tokens are never suggested', async () => {
  const suggested = (await engine().predict('hello ', 64)).map(({ word }) => word);
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
  await new Engine(model, vocabulary).predict('you say\nI ');
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
    const complaint = (/** @type {string} */ range) => ({
      name: 'RangeError',
      message: new RegExp(`^count must be a whole number ${range}, not `),
    });
    await assert.rejects(engine().predict('you ', count), complaint('from 1 to 64'));
    await assert.rejects(engine().look('you', { count }), complaint('at least 1'));
  });
}

test('asking for more suggestions than words returns every word once', async () => {
  const found = await engine().predict('you ', 64);
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

test('an error of the network reaches the caller, and the next call works', async () => {
  const model = new SentenceModel();
  const broken = new Engine(model, vocabulary);
  const { step } = model;
  model.step = () => {
    throw new Error('the device was lost');
  };
  await assert.rejects(broken.predict('you '), { name: 'Error', message: 'the device was lost' });
  model.step = step;
  assert.equal((await broken.predict('you '))[0].word, 'say');
});

test('half of a surrogate pair counts as one character', async () => {
  const [{ replaces, insert }] = await constantEngine(['</s>', '<unk>', 'you'], 'message').predict(
    '\ud83d \u{1f600} yo',
  );
  assert.deepEqual([replaces, insert], [2, 'you ']);
});

test('an engine that was disposed says so', async () => {
  const entries = new Vocabulary(ENTRIES, 'message');
  const disposed = new Engine(new SentenceModel(), entries);
  const running = disposed.predict('you say '.repeat(2000));
  disposed.dispose();
  await assert.rejects(running, /the engine was disposed/);
  await assert.rejects(disposed.predict('you '), /the engine was disposed/);
  assert.throws(() => entries.idOf('you'), /the vocabulary was disposed/);
});

test('a vocabulary serves several networks if their states have the same size', async () => {
  const one = new Engine(new SentenceModel(), vocabulary);
  const wide = new SentenceModel();
  wide.zeroState = () => new Float32Array(2);
  assert.throws(() => new Engine(wide, vocabulary), /states have another size/);
  assert.equal((await one.predict('you '))[0].word, 'say');
});
