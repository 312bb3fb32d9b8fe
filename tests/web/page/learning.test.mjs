import assert from 'node:assert/strict';
import test from 'node:test';
import { loadCore } from '../../../web/engine/core/core.js';
import { Profile } from '../../../web/engine/core/profile.js';
import { Learning } from '../../../web/page/learning/learning.js';
import { MemoryStore } from '../../../web/page/learning/store.js';
import { constantEngine } from '../engine/fake_model.mjs';

await loadCore();

/** Like `localStorage`, entries are properties. */
class FakeStorage {
  /** @type {Record<string, string>} */
  #entries = /** @type {any} */ (this);

  /** @param {string} key */
  getItem(key) {
    return this.#entries[key] ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    this.#entries[key] = text;
  }

  /** @param {string} key */
  removeItem(key) {
    delete this.#entries[key];
  }
}

Object.assign(globalThis, { document: { baseURI: 'https://example.org/page/' } });
Object.defineProperty(globalThis, 'localStorage', { value: new FakeStorage() });

/** The entries of lines that are not learned yet. */
const kept = () =>
  Object.entries(localStorage).filter(([key]) => key.startsWith('unlearned /page/ '));

/** The store of a page that is closing: changes are never made. */
class ClosingStore extends MemoryStore {
  isOpen = true;

  /** @param {import('../../../web/page/learning/store.js').Edit} edit */
  async change(edit) {
    return this.isOpen ? super.change(edit) : new Promise(() => {});
  }
}

/** The store of a browser whose disk may be full. */
class FullStore extends MemoryStore {
  isFull = false;

  /** @param {import('../../../web/page/learning/store.js').Edit} edit */
  change(edit) {
    return super.change((stored) => {
      const after = edit(stored);
      if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
      return after;
    });
  }
}

/** A store in which learning is on, and a page that closed before it learned a line. */
async function closed() {
  const store = new ClosingStore();
  const { learning } = await tab(store);
  await learning.turn(true);
  store.isOpen = false;
  learning.learn(['ask Zoe']);
  await new Promise((resolve) => setTimeout(resolve));
  store.isOpen = true;
  assert.deepEqual(
    kept().map(([, text]) => text),
    ['ask Zoe\n'],
  );
  return store;
}

/** Two tabs with one store. */
function tabs() {
  const store = new MemoryStore();
  return Promise.all([tab(store), tab(store)]);
}

/** @param {MemoryStore} store */
async function tab(store) {
  const engine = constantEngine(['</s>', '<unk>', 'ask'], 'message');
  const host = { engine, onChange: () => {} };
  const learning = new Learning(/** @type {any} */ (host));
  await learning.open(store);
  return { learning, engine };
}

/** @param {Learning} learning */
const names = (learning) => learning.words().map(({ word }) => word);

test('nothing is learned while learning is off', async () => {
  const [{ learning }] = await tabs();
  await learning.learn(['ask Zoe']);
  assert.deepEqual([names(learning), learning.bytes], [[], undefined]);
});

test('a change is made to what another tab has stored, not to an older profile', async () => {
  const [{ learning: one }, { learning: other, engine }] = await tabs();
  await one.turn(true);
  await one.learn(['ask Zoe']);
  await other.learn(['ask Zoe']);
  assert.deepEqual(other.words()[1], { word: 'Zoe', count: 2, last: 4 });
  assert.equal((await engine.predict('zo'))[0].word, 'Zoe');
  await one.clear();
  await other.learn(['bye']);
  assert.deepEqual(names(other), ['bye']);
});

test('learning that another tab has turned off stops at once', async () => {
  const [{ learning: one }, { learning: other }] = await tabs();
  await one.turn(true);
  await other.learn(['one']);
  await one.turn(false);
  await other.learn(['two']);
  assert.deepEqual(names(other), ['one']);
});

test('changes that start together are made in order', async () => {
  const [{ learning }] = await tabs();
  await Promise.all([learning.turn(true), learning.learn(['one']), learning.forget('one')]);
  await learning.learn(['one two']);
  assert.deepEqual(names(learning), ['two']);
});

test('the switch counts at once, before it is stored', async () => {
  const [{ learning }] = await tabs();
  const turned = [learning.turn(true)];
  assert.equal(learning.on, true);
  turned.push(learning.turn(false));
  assert.equal(learning.on, false);
  await turned[0];
  assert.equal(learning.on, false);
  await turned[1];
  assert.equal(learning.on, false);
});

test('a change that fails leaves everything as it was', async () => {
  const [{ learning }] = await tabs();
  await learning.turn(true);
  await learning.learn(['one two']);
  const before = learning.bytes;
  await assert.rejects(learning.forget('one two'), RangeError);
  await assert.rejects(learning.import(Uint8Array.of(1)), /damaged/);
  assert.equal(learning.bytes, before);
  await learning.learn(['three']);
  assert.deepEqual(names(learning), ['one', 'three', 'two']);
});

test('a damaged profile is kept until it is deleted or replaced', async () => {
  const store = new MemoryStore();
  const bytes = Uint8Array.of(1, 2, 3);
  await store.change(() => ({ on: true, bytes }));
  const { learning, engine } = await tab(store);
  assert.match(learning.damage, /profile is damaged/);
  await learning.learn(['one']);
  await learning.turn(false);
  assert.equal(learning.bytes, bytes);
  assert.equal((await engine.predict('as'))[0].word, 'ask');
  const copy = new Profile();
  copy.learn('two');
  await learning.import(copy.bytes());
  assert.deepEqual([names(learning), learning.damage], [['two'], '']);
});

test('what the last visit did not learn is learned once', async () => {
  const store = await closed();
  const { learning } = await tab(store);
  await tab(store);
  assert.deepEqual(
    learning.words().map(({ word, count }) => [word, count]),
    [
      ['ask', 1],
      ['Zoe', 1],
    ],
  );
  assert.deepEqual(kept(), []);
});

test('a line is learned once even if another tab still sees its entry', async () => {
  const store = await closed();
  const [[key, text]] = kept();
  const { learning } = await tab(store);
  localStorage.setItem(key, text);
  const { learning: other } = await tab(store);
  await other.learn(['bye']);
  for (const each of [learning, other]) {
    await each.learn(['so long']);
    assert.equal(each.words().find(({ word }) => word === 'Zoe')?.count, 1);
  }
  assert.deepEqual(kept(), []);
});

test('what is not learned yet is deleted with the rest, and when learning is turned off', async () => {
  for (const end of [
    (/** @type {Learning} */ learning) => learning.clear(),
    (/** @type {Learning} */ learning) => learning.turn(false),
  ]) {
    const [{ learning }] = await tabs();
    await learning.turn(true);
    await closed();
    await end(learning);
    assert.deepEqual(kept(), []);
  }
});

test('where nothing can be stored, lines are learned all the same', async () => {
  const { setItem } = localStorage;
  localStorage.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  const [{ learning }] = await tabs();
  await learning.turn(true);
  await learning.learn(['ask Zoe', 'bye']);
  localStorage.setItem = setItem;
  assert.deepEqual(names(learning), ['ask', 'bye', 'Zoe']);
});

test('what the browser cannot store changes nothing, and lines are learned later', async () => {
  const store = new FullStore();
  const { learning } = await tab(store);
  await learning.turn(true);
  await learning.learn(['one']);
  store.isFull = true;
  /** @type {unknown[]} */
  const told = [];
  learning.onChange(() => told.push([learning.on, learning.failed, ...names(learning)]));
  assert.equal(await learning.turn(false), false);
  assert.equal(await learning.clear(), false);
  assert.equal(await learning.learn(['two']), false);
  assert.deepEqual(told, Array(3).fill([true, true, 'one']));
  store.isFull = false;
  assert.equal(await learning.learn(['three']), true);
  assert.deepEqual(told[3], [true, false, 'one', 'three', 'two']);
});
