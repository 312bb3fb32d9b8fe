// The text rules of the core in WebAssembly, a line at a time; tests/faults/text/text_lines.py says what a line holds.

import { createInterface } from 'node:readline';
import { loadCore } from '../../../web/engine/core/core.js';
import {
  fold,
  isWord,
  join,
  normalise,
  segments,
  split,
  typed,
} from '../../../web/engine/core/text.js';

await loadCore();

/** @param {import('../../../web/engine/core/text.js').Segment[]} found */
const listed = (found) => found.map(({ tokens, complete }) => [tokens, complete]);

/**
 * @param {string} text
 * @param {import('../../../web/engine/core/text.js').Segmentation} segmentation
 */
function read(text, segmentation) {
  const { segments: finished, prefix } = typed(text, segmentation);
  return [listed(segments(text, segmentation)), listed(finished), prefix];
}

/** @param {string} text */
function answer(text) {
  const tokens = split(text);
  const joined = join(tokens);
  return [
    normalise(text),
    tokens,
    tokens.map(fold),
    tokens.map(isWord),
    joined,
    split(joined),
    read(text, 'message'),
    read(text, 'sentence'),
    read(text, 'line'),
  ];
}

for await (const line of createInterface({ input: process.stdin })) {
  const text = Buffer.from(line, 'hex').toString('utf16le');
  process.stdout.write(`${JSON.stringify(answer(text))}\n`);
}
