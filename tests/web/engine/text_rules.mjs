// Applies the text rules of the core in WebAssembly to standard input: one JSON text per line, one JSON reply per line.
// The Python tests compare the replies with their own results.

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

/** @param {string} text */
function applied(text) {
  const tokens = split(text);
  return {
    normalised: normalise(text),
    tokens,
    joined: join(tokens),
    folded: tokens.map(fold),
    words: tokens.map(isWord),
    messages: segments(text, 'message'),
    sentences: segments(text, 'sentence'),
    lines: segments(text, 'line'),
    typedMessage: typed(text, 'message'),
    typedSentence: typed(text, 'sentence'),
    typedLine: typed(text, 'line'),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(applied(JSON.parse(line)))}\n`);
}
