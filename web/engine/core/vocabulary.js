/** A vocabulary: the ids of tokens. The core looks them up, and knows how suggestions are written. */

import { checkText, checkTexts } from './arguments.js';
import { core } from './core.js';
import { checkSegmentation, read } from './text.js';

/**
 * @typedef {import('./text.js').Segmentation} Segmentation
 * @typedef {{id: number, word: string}} Token `word` is as written; empty for an end token
 */

export const END = 0;
export const UNKNOWN = 1;
/** The bit of an entry's flags that is set for words. */
const IS_WORD = 2;

/** Entries by id. Needs the core: see `loadCore`. */
export class Vocabulary {
  #entries;
  #address;

  /**
   * @param {readonly string[]} entries `</s>`, `<unk>`, then all others, sorted by the code points of
   *   their case-folded forms, without duplicates
   * @param {Segmentation} segmentation
   * @throws {TypeError | RangeError} if the entries break these rules
   */
  constructor(entries, segmentation) {
    checkTexts(entries, 'entries');
    checkSegmentation(segmentation);
    this.#entries = entries;
    this.segmentation = segmentation;
    this.#address = core().passing(
      [`${segmentation}\0`, entries.map((entry) => `${entry}\n`).join('')],
      (name, _, text, length) =>
        core().checked(core().calls.open_model(name, text, length, entries.length)),
    );
    const flags = core().bytes(core().calls.flags(this.#address), entries.length);
    /** 1 for words, 0 for special entries, punctuation and emoji; [size] */
    this.isWord = Uint8Array.from(flags, (flag) => Number((flag & IS_WORD) !== 0));
  }

  /**
   * @param {string} text the content of `vocabulary.txt`
   * @param {Segmentation} segmentation
   */
  static parse(text, segmentation) {
    checkText(text, 'text');
    if (!text.endsWith('\n'))
      throw new RangeError('the last line of the vocabulary has no line feed');
    return new Vocabulary(text.slice(0, -1).split('\n'), segmentation);
  }

  /**
   * Set the words that are only known for completion.
   *
   * @param {Uint8Array} bytes the content of `tail.bin`, which belongs to this vocabulary
   * @throws {RangeError} if they are damaged
   */
  setTail(bytes) {
    core().holding([bytes], (start) =>
      core().checked(core().calls.set_tail(this.address, start, bytes.length)),
    );
  }

  /** Address of the model that the core opened. */
  get address() {
    if (this.#address === 0) throw new Error('the vocabulary was disposed');
    return this.#address;
  }

  /** The number of entries, including special ones. */
  get size() {
    return this.#entries.length;
  }

  /**
   * @param {number} id
   * @returns {string} the written form
   * @throws {RangeError} for an id that does not exist
   */
  entry(id) {
    const entry = this.#entries[id];
    if (entry === undefined) {
      throw new RangeError(`there is no entry ${id}; ids are from 0 to ${this.size - 1}`);
    }
    return entry;
  }

  /**
   * @param {string} token in any case
   * @returns {number} its id, or `UNKNOWN`
   */
  idOf(token) {
    checkText(token, 'token');
    return core().passing([token], (...place) =>
      core().counted(core().calls.id_of(this.address, ...place)),
    );
  }

  /**
   * @param {readonly string[]} tokens
   * @returns {number[]} the id of each
   */
  encode(tokens) {
    checkTexts(tokens, 'tokens');
    return tokens.map((token) => this.idOf(token));
  }

  /**
   * The tokens of a text, with an end token after each complete segment.
   *
   * @param {string} text
   * @param {{ended?: boolean}} [options] whether the last segment counts as complete
   * @returns {Token[]}
   */
  read(text, { ended = false } = {}) {
    checkText(text, 'text');
    const found = read(text, this.segmentation, this.address);
    return found.flatMap(({ text: word, id, ends }, place) => {
      const isEnd = ends || (ended && place === found.length - 1);
      return isEnd
        ? [
            { word, id },
            { word: '', id: END },
          ]
        : [{ word, id }];
    });
  }

  /**
   * The cost of a token outside the vocabulary, in addition to that of `<unk>`.
   *
   * @param {string} token
   * @returns {number} nats
   */
  spellingNats(token) {
    checkText(token, 'token');
    return core().passing([token], (...place) =>
      core().checked(core().calls.spelling_nats(this.address, ...place)),
    );
  }

  /** Free the memory of the vocabulary, unless an engine still uses it. */
  dispose() {
    if (this.#address !== 0 && core().calls.close_model(this.#address)) this.#address = 0;
  }
}
