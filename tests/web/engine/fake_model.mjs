/** A model of one sentence: after each word, it predicts the word that follows it in the sentence. */

import { loadCore } from '../../../web/engine/core/core.js';
import { Engine } from '../../../web/engine/engine.js';
import { Vocabulary } from '../../../web/engine/core/vocabulary.js';

export const ENTRIES = [
  '</s>',
  '<unk>',
  '.',
  '?',
  'and',
  'goodbye',
  'hello',
  'I',
  'say',
  'sing',
  'you',
];

/**
 * The entries that follow each entry, most likely first.
 *
 * @type {Record<string, string[]>}
 */
const FOLLOWERS = {
  '</s>': ['you', 'I', 'hello'],
  you: ['say', 'and'],
  say: ['goodbye', 'hello'],
  goodbye: ['and', '.'],
  and: ['I', 'you'],
  I: ['say', 'sing'],
  hello: ['.', '</s>'],
  sing: ['</s>'],
  '.': ['</s>', 'you'],
  '?': ['</s>'],
  '<unk>': ['.'],
};

await loadCore();

export const vocabulary = new Vocabulary(ENTRIES, 'message');

/**
 * An engine whose model always predicts the same.
 *
 * @param {readonly string[]} entries
 * @param {import('../../../web/engine/core/text.js').Segmentation} segmentation
 * @param {(entry: string, id: number) => number} [logit]
 * @param {Uint8Array} [tail] bytes of tail words
 */
export function constantEngine(entries, segmentation, logit = () => 0, tail = undefined) {
  const logits = Float32Array.from(entries, logit);
  const model = {
    step: () => ({ logits, state: new Float32Array(1) }),
    advance: () => new Float32Array(1),
    zeroState: () => new Float32Array(1),
  };
  const opened = new Vocabulary(entries, segmentation);
  if (tail) opened.setTail(tail);
  return new Engine(model, opened);
}

/** Its state is one number, the count of earlier steps. `steps` counts all steps that were run. */
export class SentenceModel {
  steps = 0;

  zeroState() {
    return new Float32Array(1);
  }

  /**
   * @param {number} id
   * @param {Float32Array} state
   */
  step(id, state) {
    const followers = FOLLOWERS[ENTRIES[id]];
    // The unknown word is always the most likely, to test that it is never returned.
    const logits = Float32Array.from(ENTRIES, (entry) => (entry === '<unk>' ? 9 : 0));
    for (const [place, entry] of followers.entries()) logits[ENTRIES.indexOf(entry)] = 8 - place;
    return { logits, state: this.advance(id, state) };
  }

  /**
   * @param {number} _token
   * @param {Float32Array} state
   */
  advance(_token, state) {
    this.steps += 1;
    return Float32Array.of(state[0] + 1);
  }
}
