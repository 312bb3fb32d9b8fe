import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { loadCore } from '../../../web/engine/core/core.js';
import {
  ModelError,
  canonical,
  readManifest,
  verified,
} from '../../../web/engine/model/manifest.js';

await loadCore();

const VOCABULARY = '</s>\n<unk>\nhello\n';

/** The fields of an exported manifest that the page reads. */
function manifest() {
  const sha256 = createHash('sha256').update(VOCABULARY).digest('hex');
  const token = { name: 'token:0', role: 'token', dtype: 'int32', shape: [1] };
  const state = { name: 'state:0', role: 'state', dtype: 'float32', shape: [1, 1, 4] };
  const logits = { name: 'Identity:0', role: 'logits', dtype: 'float32', shape: [1, 3] };
  return {
    format: 2,
    name: 'tiny',
    created_from: { corpus: 'a text', licence: 'MIT' },
    network: { layers: 1, units: 4, vocabulary_size: 3, parameters: 12 },
    formula: 's_t = tanh(U x_t)',
    text: { rules_version: 2, segmentation: 'message' },
    special: { end: 0, unknown: 1 },
    files: { 'vocabulary.txt': { bytes: VOCABULARY.length, sha256 } },
    artifacts: {
      tfjs: { inputs: [state, token], outputs: [logits, { ...state, name: 'next:0' }] },
    },
    figures: [{ key: 'top1', title: 'top-1 accuracy', kind: 'share', digits: 2 }],
  };
}

/** @param {Record<string, string>} files */
function reading(files) {
  return async (/** @type {string} */ path) => {
    if (!Object.hasOwn(files, path)) throw new Error('the server answered 404');
    return new TextEncoder().encode(files[path]).buffer;
  };
}

/** @param {object} value */
function sealed(value) {
  const digest = createHash('sha256').update(canonical(JSON.parse(JSON.stringify(value))));
  return JSON.stringify({ ...value, digest: digest.digest('hex') }) + '\n';
}

/** @param {string} text */
const readText = (text) => readManifest(reading({ 'manifest.json': text }));

/** @param {object} value */
const read = (value) => readText(sealed(value));

test('a valid manifest is read', async () => {
  assert.equal((await read(manifest())).network.units, 4);
});

test('the canonical form is the same as in Python: test_manifest.py has the same case', () => {
  assert.equal(canonical({ b: 1, a: [0.5, '\u00e9'] }), '{"a":[0.5,"\\u00e9"],"b":1}');
  const numbers = [0.0, 3.0, 2e-3, 1e-5, 1e-7, 1.5e-12, 1e20, 1e21];
  assert.equal(canonical(numbers), '[0,3,0.002,0.00001,1e-7,1.5e-12,100000000000000000000,1e+21]');
});

test('keys of the canonical form are in the order of their code points', () => {
  const keys = ['10', '9', 'a', '\uffee', '\u{1f600}'];
  const value = Object.fromEntries(keys.toReversed().map((key) => [key, null]));
  assert.deepEqual(
    [...canonical(value).matchAll(/"([^"]*)"/g)].map(([, key]) => key),
    [...keys.slice(0, 3), '\\uffee', '\\ud83d\\ude00'],
  );
});

for (const [what, change] of /** @type {[string, (text: string) => string][]} */ ([
  ['another number', (text) => text.replace('"units":4', '"units":5')],
  ['another name', (text) => text.replace('"tiny"', '"tinz"')],
  ['one field less', (text) => text.replace('"parameters":12', '"qarameters":12')],
  ['another digest', (text) => text.replace(/("digest":")(.)/, (_, key) => `${key}x`)],
  ['no digest', (text) => text.replace('"digest"', '"dugest"')],
  ['its last byte cut off', (text) => text.slice(0, -1)],
])) {
  test(`a manifest with ${what} was changed after the export`, async () => {
    const text = sealed(manifest());
    assert.notEqual(change(text), text);
    await assert.rejects(readText(change(text)), {
      name: 'ModelError',
      message: /^manifest\.json was changed after the export\. Export the model again/,
    });
  });
}

for (const [what, change, message] of /** @type {const} */ ([
  ['an older format', { format: 1 }, /format 1.*reads format 2/],
  ['a later format', { format: 3 }, /format 3.*reads format 2/],
  ['no format', { format: undefined }, /format unknown/],
  ['later text rules', { text: { rules_version: 9, segmentation: 'message' } }, /version 9/],
  ['an unknown segmentation', { text: { rules_version: 2, segmentation: 'verse' } }, /lacks/],
  ['no tensors', { artifacts: {} }, /lacks/],
  ['no files', { files: null }, /lacks/],
  ['no name', { name: undefined }, /lacks/],
  ['no source', { created_from: {} }, /lacks/],
  ['another end', { special: { end: 1, unknown: 1 } }, /lacks/],
  ['another unknown word', { special: { end: 0, unknown: 2 } }, /lacks/],
  ['a size that is none', { network: { layers: 1, units: -4 } }, /lacks/],
  ['a formula that is no text', { formula: ['s_t'] }, /lacks/],
  ['a formula that is too long', { formula: 's_t'.repeat(200) }, /lacks/],
  ['no list of figures', { figures: undefined }, /lacks/],
  ['a figure of no kind', { figures: [{ key: 'a', title: 'a', digits: 1 }] }, /lacks/],
  [
    'more digits than a number has',
    { figures: [{ key: 'a', title: 'a', kind: 'number', digits: 999 }] },
    /lacks/,
  ],
  ['a checksum that is none', { files: { 'a.bin': { bytes: 1, sha256: '<b>' } } }, /lacks/],
])) {
  test(`a manifest with ${what} is rejected with a message`, async () => {
    await assert.rejects(read({ ...manifest(), ...change }), (error) => {
      assert.ok(error instanceof ModelError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a manifest that is not JSON is rejected with a message', async () => {
  const broken = readText('{"format": 1,');
  await assert.rejects(broken, { name: 'ModelError', message: /manifest\.json is not JSON/ });
});

test('the error for a missing manifest states the cause', async () => {
  await assert.rejects(readManifest(reading({})), { name: 'ModelError', message: /answered 404/ });
});

/** @param {string} text */
const vocabularyOf = async (text) =>
  verified(reading({ 'vocabulary.txt': text }), await read(manifest()), 'vocabulary.txt');

test('a file with the correct checksum is returned', async () => {
  assert.equal(new TextDecoder().decode(await vocabularyOf(VOCABULARY)), VOCABULARY);
});

test('a truncated file is rejected with both sizes', async () => {
  const cut = vocabularyOf(VOCABULARY.slice(0, -3));
  await assert.rejects(cut, { name: 'ModelError', message: /14 bytes.*17/ });
});

test('a file with one changed byte is rejected', async () => {
  const changed = vocabularyOf(VOCABULARY.replace('hello', 'jello'));
  await assert.rejects(changed, { name: 'ModelError', message: /vocabulary\.txt is damaged/ });
});

test('a file that the manifest does not list is not read', async () => {
  const unread = async () => assert.fail('it was read');
  const wanted = verified(unread, await read(manifest()), 'toString');
  await assert.rejects(wanted, { name: 'ModelError', message: /does not list toString/ });
});
