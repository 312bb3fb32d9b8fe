/** Finds slips: words that were probably not meant as they were typed. */

/**
 * @typedef {import('../../engine/engine.js').Correction} Correction
 * @typedef {import('../../engine/engine.js').Engine} Engine
 * @typedef {import('../../engine/engine.js').Touch} Touch
 *
 * @typedef {object} Slip a word with a likelier reading
 * @property {string} before the text up to its end
 * @property {number} start where its correction begins
 * @property {string} typed the word, with the one before it if that is revised
 * @property {number} share the probability of having meant it
 * @property {Correction} best
 * @property {Correction[]} others without the typed word
 * @property {Slip} [alone] if the word before is revised: the slip in the typed word alone, if there is one
 */

const READINGS = 4;
/** A text ending with a word that is short enough to correct. */
const WORD = /(?:^|\s)\S{1,64}$/u;

export class Slips {
  #engine;
  /** @type {{before: string, engine: Engine, slip: Slip | undefined} | undefined} */
  #latest;

  /** @param {() => Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /**
   * The latest answer, if it was for this text.
   *
   * @param {string} before a text that ends with the word
   * @returns {{slip: Slip | undefined} | undefined}
   */
  known(before) {
    const isSame = this.#latest?.before === before && this.#latest.engine === this.#engine();
    return isSame ? this.#latest : undefined;
  }

  /**
   * @param {string} before a text that ends with the word
   * @param {(Touch | undefined)[]} touches for its last characters
   * @param {AbortSignal} [signal]
   * @returns {Promise<Slip | undefined>} `undefined` if the typed word is the likeliest reading
   */
  async read(before, touches, signal) {
    if (!WORD.test(before)) return undefined;
    const known = this.known(before);
    if (known) return known.slip;
    const engine = this.#engine();
    const slip = slipOf(before, await engine.correct(before, READINGS, { touches, signal }));
    this.#latest = { before, engine, slip };
    return slip;
  }

  /** Forget the latest answer. */
  clear() {
    this.#latest = undefined;
  }
}

/**
 * @param {string} before
 * @param {Correction[]} readings
 * @returns {Slip | undefined}
 */
function slipOf(before, readings) {
  const slip = slipIn(before, readings);
  // The literal reading has two words only if the word before is revised.
  return slip?.typed.includes(' ')
    ? { ...slip, alone: slipIn(before, readings.slice(1).map(ofLastWord)) }
    : slip;
}

/**
 * @param {string} before
 * @param {Correction[]} readings
 * @returns {Slip | undefined}
 */
function slipIn(before, readings) {
  const literal = readings.find((reading) => reading.literal);
  const [best, ...others] = readings.filter((reading) => !reading.literal);
  if (!literal || !best || readings[0] !== best) return undefined;
  const { text: typed, share } = literal;
  return { before, start: before.length - best.replaces, typed, share, best, others };
}

/**
 * @param {Correction} reading
 * @returns {Correction} the literal reading without the word before
 */
function ofLastWord(reading) {
  const text = lastWord(reading.text);
  return reading.literal ? { ...reading, text, replaces: text.length } : reading;
}

/** @param {string} text */
export const lastWord = (text) => text.slice(text.lastIndexOf(' ') + 1);

/**
 * @param {Slip} slip
 * @returns {{start: number, end: number}} the range that its correction replaces
 */
export const rangeOf = ({ start, before }) => ({ start, end: before.length });
