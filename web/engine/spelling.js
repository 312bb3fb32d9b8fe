/**
 * What it costs to spell a word that is outside the vocabulary: a fixed character unigram model, made
 * of the vocabulary alone. `training/text/spelling.py` states it.
 */

const CODE_POINTS = 0x110000;

export class SpellingModel {
  /** @type {Map<string, number>} */
  #nats;
  #end;
  #other;

  /** @param {readonly string[]} keys folded forms of the entries, without the special ones */
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
    // One is added to the count of each character, of the end of a word and of any other character.
    const total = characters + keys.length + counts.size + 2;
    this.#end = Math.log(total / (keys.length + 1));
    this.#other = Math.log(total) + Math.log(CODE_POINTS);
    this.#nats = new Map(
      Array.from(counts, ([character, count]) => [character, Math.log(total / (count + 1))]),
    );
  }

  /**
   * @param {string} key of a word
   * @returns {number} the cost of its characters and of its end, in nats
   */
  nats(key) {
    return Array.from(key).reduce(
      (sum, character) => sum + (this.#nats.get(character) ?? this.#other),
      this.#end,
    );
  }
}
