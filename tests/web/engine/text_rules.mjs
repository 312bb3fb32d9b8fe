// Applies the JavaScript text rules to what comes in: one JSON text a line, one JSON answer a line.
// Python's tests compare the answers with their own.

import { createInterface } from 'node:readline';
import { fold, isWord, join, normalise, segments, split, typed } from '../../../web/engine/text.js';

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
