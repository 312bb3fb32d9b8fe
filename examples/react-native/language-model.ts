import type { TfliteModel } from 'react-native-fast-tflite';

const END = 0;
const UNKNOWN = 1;
const WORD = /^\p{L}/u;
const TOKENS = /[\p{L}\p{M}\p{N}'’-]+|[^\s]/gu;

/** A place in a text: the last token, and what the network returned for it. */
interface Place {
  token: number;
  state: ArrayBuffer;
  logits: Float32Array;
}

/**
 * Suggests words with an exported `.tflite` file, which contains a single function,
 * `step(token, state) -> logits, next_state`.
 *
 * The places of the current text are kept, so that a new word costs one step and a deleted one none.
 * The calls are synchronous: a step is short, and two calls at a time would share the buffers of the
 * model.
 */
export class LanguageModel {
  private readonly model: TfliteModel;
  private readonly words: string[];
  private readonly ids: Map<string, number>;
  private readonly logitsIndex: number;
  private readonly stateIndex: number;
  private readonly places: Place[];

  /**
   * @param model The model, from `react-native-fast-tflite`.
   * @param words The lines of the export's `vocabulary.txt`.
   */
  constructor(model: TfliteModel, words: string[]) {
    this.model = model;
    this.words = words;
    // logits [1, vocabulary], next_state [layers, 1, units]
    const shapes = model.outputs.map(({ shape }) => shape);
    this.logitsIndex = shapes.findIndex((shape) => shape.length === 2);
    this.stateIndex = shapes.findIndex((shape) => shape.length === 3);
    const size = shapes[this.logitsIndex]?.[1];
    if (size !== words.length) {
      throw new Error(`the model has ${size} words, but the vocabulary has ${words.length}`);
    }
    this.ids = new Map(words.map((word, id) => [word.toLowerCase(), id]));
    const zeros = new Float32Array(
      shapes[this.stateIndex]!.reduce((size, length) => size * length),
    );
    this.places = [this.step(END, zeros.buffer)];
  }

  /** Return the most likely next words or, at the end of a word, its most likely completions. */
  suggest(text: string, count = 3): string[] {
    const tokens = text.toLowerCase().match(TOKENS) ?? [];
    const prefix = /\S$/u.test(text) && WORD.test(tokens.at(-1)!) ? tokens.pop()! : '';
    const logits = this.read(tokens);
    return this.words
      .map((word, id) => ({ word, id, logit: logits[id]! }))
      .filter(({ word, id }) => id > UNKNOWN && WORD.test(word))
      .filter(({ word }) => word.toLowerCase().startsWith(prefix))
      .sort((a, b) => b.logit - a.logit)
      .slice(0, count)
      .map(({ word }) => word);
  }

  /** Return the logits after `tokens`, with a step for each one that is new since the last call. */
  private read(tokens: string[]): Float32Array {
    const ids = [END, ...tokens.map((token) => this.ids.get(token) ?? UNKNOWN)];
    const changed = ids.findIndex((id, index) => this.places[index]?.token !== id);
    const same = changed < 0 ? ids.length : changed;
    this.places.length = same;
    for (const id of ids.slice(same)) {
      this.places.push(this.step(id, this.places.at(-1)!.state));
    }
    return this.places.at(-1)!.logits;
  }

  private step(token: number, state: ArrayBuffer): Place {
    const inputs = this.model.inputs.map(({ dataType }) =>
      dataType === 'int32' ? Int32Array.of(token).buffer : state,
    );
    const outputs = this.model.runSync(inputs);
    // Copied, because the model writes its next outputs into the same buffers.
    const [logits, next] = [
      outputs[this.logitsIndex]!.slice(0),
      outputs[this.stateIndex]!.slice(0),
    ];
    return { token, state: next, logits: new Float32Array(logits) };
  }
}
