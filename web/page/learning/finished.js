/**
 * Finds what is new in the finished lines of a text. A line is finished when the cursor leaves it. Nothing
 * is found twice, so a word counts as often as it was typed: of a line that was edited later, only the
 * changed words are new.
 */
export class Finished {
  /** For each line of the latest text, what was found in it or skipped. @type {string[]} */
  #seen = [];
  #text = '';

  /**
   * Treat a text as known, because it was not typed.
   *
   * @param {string} text
   */
  skip(text) {
    this.#text = text;
    this.#seen = text.split('\n');
  }

  /**
   * Treat what was pasted or restored as known.
   *
   * @param {string} text after that
   * @returns {string[]} new words that were typed before and are still there, one string for each line
   */
  paste(text) {
    const typed = this.take(this.#text);
    this.skip(text);
    const left = new Set(wordsOf(text));
    return typed
      .map((line) =>
        wordsOf(line)
          .filter((word) => left.has(word))
          .join(' '),
      )
      .filter((each) => each !== '');
  }

  /**
   * @param {string} text
   * @param {number} [cursor] its position, or `undefined` if the text is not being edited
   * @returns {string[]} new words of finished lines, one string for each line
   */
  take(text, cursor) {
    this.#text = text;
    const lines = text.split('\n');
    const open = cursor === undefined ? -1 : text.slice(0, cursor).split('\n').length - 1;
    const known = new Map();
    for (const line of this.#seen) known.set(line, (known.get(line) ?? 0) + 1);
    const changed = lines.map((line) => !taken(known, line));
    const earlier = [...known.keys()].filter((line) => known.get(line) > 0);
    /** @type {string[]} */
    const found = [];
    this.#seen = lines.map((line, place) => {
      if (!changed[place]) return line;
      const before = nearest(earlier, line);
      if (place === open) return before;
      found.push(difference(before, line));
      return line;
    });
    return found.filter((each) => each.trim() !== '');
  }
}

/**
 * @param {Map<string, number>} known lines and how often each occurs
 * @param {string} line
 * @returns {boolean} whether the line was there; then it is counted down
 */
function taken(known, line) {
  const left = known.get(line) ?? 0;
  if (left > 0) known.set(line, left - 1);
  return left > 0;
}

/**
 * @param {string[]} earlier lines that changed or vanished
 * @param {string} line
 * @returns {string} the one that shares most words with `line`, or an empty string
 */
function nearest(earlier, line) {
  let [found, most] = ['', 0];
  for (const before of earlier) {
    const { start, end } = shared(before, line);
    if (start + end > most) [found, most] = [before, start + end];
  }
  return found;
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {string} the words of `after` between the beginning and the end that it shares with `before`
 */
function difference(before, after) {
  if (before === '') return after;
  const { start, end } = shared(before, after);
  const words = wordsOf(after);
  return words.slice(start, words.length - end).join(' ');
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {{start: number, end: number}} numbers of equal words at the start and at the end
 */
function shared(before, after) {
  const [left, right] = [wordsOf(before), wordsOf(after)];
  const most = Math.min(left.length, right.length);
  let [start, end] = [0, 0];
  while (start < most && left[start] === right[start]) start += 1;
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return { start, end };
}

/** @param {string} line */
const wordsOf = (line) => line.split(/\s+/).filter((word) => word !== '');
