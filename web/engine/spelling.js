/**
 * The cost of spelling a word outside the vocabulary, under a character unigram model estimated from
 * the vocabulary. `training/text/spelling.py` documents the formula.
 */

const CODE_POINTS = 0x110000;

export class SpellingModel {
  /** @type {Map<string, number>} */
  #nats;
  #end;
  #other;

  /** @param {readonly string[]} keys case-folded vocabulary entries, without special tokens */
  constructor(keys) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    let characters = 0;
    for (const key of keys) {
      for (const character of key) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
        characters += 1;
      }
    }
    // Add-one smoothing for each character, the end of a word, and any unseen character.
    const total = characters + keys.length + counts.size + 2;
    this.#end = Math.log(total / (keys.length + 1));
    this.#other = Math.log(total) + Math.log(CODE_POINTS);
    this.#nats = new Map(
      Array.from(counts, ([character, count]) => [character, Math.log(total / (count + 1))]),
    );
  }

  /**
   * @param {string} key case-folded word
   * @returns {number} cost of its characters and of the end of the word, in nats
   */
  nats(key) {
    return Array.from(key).reduce(
      (sum, character) => sum + (this.#nats.get(character) ?? this.#other),
      this.#end,
    );
  }
}
