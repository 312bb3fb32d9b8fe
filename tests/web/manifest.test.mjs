import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { ModelError, readManifest, verified } from '../../web/src/manifest.js';

const VOCABULARY = '</s>\n<unk>\nhello\n';

/** A manifest as the exporter writes it, as far as the page reads it. */
function manifest() {
  const sha256 = createHash('sha256').update(VOCABULARY).digest('hex');
  const token = { name: 'token:0', role: 'token', dtype: 'int32', shape: [1] };
  const state = { name: 'state:0', role: 'state', dtype: 'float32', shape: [1, 1, 4] };
  const logits = { name: 'Identity:0', role: 'logits', dtype: 'float32', shape: [1, 3] };
  return {
    format: 1,
    name: 'tiny',
    created_from: { corpus: 'a text', licence: 'MIT' },
    network: { layers: 1, units: 4, vocabulary_size: 3, parameters: 12 },
    text: { rules_version: 1, unit: 'message' },
    special: { end: 0, unknown: 1 },
    files: { 'vocabulary.txt': { bytes: VOCABULARY.length, sha256 } },
    artifacts: {
      tfjs: { inputs: [state, token], outputs: [logits, { ...state, name: 'next:0' }] },
    },
  };
}

/** @param {Record<string, string>} files */
function reading(files) {
  return async (/** @type {string} */ path) => {
    if (!Object.hasOwn(files, path)) throw new Error('the server answered 404');
    return new TextEncoder().encode(files[path]).buffer;
  };
}

/** @param {unknown} value */
const read = (value) => readManifest(reading({ 'manifest.json': JSON.stringify(value) }));

test('a sound manifest is read', async () => {
  assert.equal((await read(manifest())).network.units, 4);
});

for (const [what, change, message] of /** @type {const} */ ([
  ['a later format', { format: 2 }, /format 2.*reads format 1/],
  ['no format', { format: undefined }, /format unknown/],
  ['later text rules', { text: { rules_version: 9, unit: 'message' } }, /version 9/],
  ['an unknown unit', { text: { rules_version: 1, unit: 'verse' } }, /lacks/],
  ['no tensors', { artifacts: {} }, /lacks/],
  ['no files', { files: null }, /lacks/],
  ['no name', { name: undefined }, /lacks/],
  ['no source', { created_from: {} }, /lacks/],
  ['a size that is none', { network: { layers: 1, units: -4 } }, /lacks/],
  ['a checksum that is none', { files: { 'a.bin': { bytes: 1, sha256: '<b>' } } }, /lacks/],
])) {
  test(`a manifest with ${what} is refused in words`, async () => {
    await assert.rejects(read({ ...manifest(), ...change }), (error) => {
      assert.ok(error instanceof ModelError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a manifest that is not JSON is refused in words', async () => {
  const broken = readManifest(reading({ 'manifest.json': '{"format": 1,' }));
  await assert.rejects(broken, { name: 'ModelError', message: /manifest\.json is not JSON/ });
});

test('a missing manifest says what was tried', async () => {
  await assert.rejects(readManifest(reading({})), { name: 'ModelError', message: /answered 404/ });
});

/** @param {string} text */
const vocabularyOf = async (text) =>
  verified(reading({ 'vocabulary.txt': text }), await read(manifest()), 'vocabulary.txt');

test('a file with the right checksum is handed out', async () => {
  assert.equal(new TextDecoder().decode(await vocabularyOf(VOCABULARY)), VOCABULARY);
});

test('a file cut short is refused with both sizes', async () => {
  const cut = vocabularyOf(VOCABULARY.slice(0, -3));
  await assert.rejects(cut, { name: 'ModelError', message: /14 bytes.*17/ });
});

test('a file with one changed byte is refused', async () => {
  const changed = vocabularyOf(VOCABULARY.replace('hello', 'jello'));
  await assert.rejects(changed, { name: 'ModelError', message: /vocabulary\.txt is damaged/ });
});

test('a file that the manifest does not list is not even read', async () => {
  const unread = async () => assert.fail('it was read');
  const wanted = verified(unread, await read(manifest()), 'toString');
  await assert.rejects(wanted, { name: 'ModelError', message: /does not list toString/ });
});
