import assert from 'node:assert/strict';
import test from 'node:test';
import { ModelError } from '../../../web/engine/model/manifest.js';
import { unpackedWeights } from '../../../web/engine/model/weights.js';

const packed = {
  name: 'words',
  shape: [2, 2],
  dtype: 'float32',
  quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
};
const bias = { name: 'bias', shape: [1], dtype: 'float32' };

test('bytes are converted to floats, and floats are unchanged', async () => {
  const bytes = new Uint8Array([0, 1, 2, 255, ...new Uint8Array(Float32Array.of(3.25).buffer)]);
  const { specs, bytes: parts } = await unpackedWeights([packed, bias], bytes.buffer);
  assert.deepEqual([...new Float32Array(parts[0])], [-1, -0.5, 0, 126.5]);
  assert.deepEqual([...new Float32Array(parts[1])], [3.25]);
  assert.ok(specs.every((spec) => spec.quantization === undefined));
});

test('too few or too many bytes are rejected with a message', async () => {
  for (const length of [7, 9]) {
    await assert.rejects(unpackedWeights([packed, bias], new ArrayBuffer(length)), (error) => {
      assert.ok(error instanceof ModelError);
      assert.match(error.message, new RegExp(`have ${length} bytes.*describes 8`));
      return true;
    });
  }
});
