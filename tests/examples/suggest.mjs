/**
 * Runs the app's `LanguageModel` on recorded steps: `node suggest.mjs recorded.json`. Prints the
 * suggestions for each text, and how many steps each took.
 *
 * Like react-native-fast-tflite, the model writes its outputs into the same buffers at each step.
 */
import { readFileSync } from 'node:fs';
import { LanguageModel } from '../../examples/react-native/language-model.ts';

const { inputs, outputs, steps, words, texts } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const bytes = (base64) => new Uint8Array(Buffer.from(base64, 'base64'));
const key = (buffers) => buffers.map((buffer) => Buffer.from(buffer).toString('base64')).join(' ');
const recorded = new Map(steps.map((step) => [step.inputs.join(' '), step.outputs.map(bytes)]));
const buffers = steps[0].outputs.map((base64) => bytes(base64).buffer);
let taken = 0;

const model = new LanguageModel(
  {
    // The package creates these objects at each access.
    get inputs() {
      return structuredClone(inputs);
    },
    get outputs() {
      return structuredClone(outputs);
    },
    runSync(given) {
      taken++;
      const results = recorded.get(key(given));
      if (results === undefined) throw new Error('this step was not recorded');
      results.forEach((result, index) => new Uint8Array(buffers[index]).set(result));
      return buffers;
    },
  },
  words,
);

const found = texts.map((text) => {
  const before = taken;
  return { suggestions: model.suggest(text), steps: taken - before };
});
console.log(JSON.stringify(found));
