/** The Score panel: ranks sentences, colours each word by surprisal, and shows the expected words. */

import { candidateLines, perWord, ranked } from './ranking.js';
import { Slices } from '../../engine/core/slices.js';
import { byId, decimal, element, latestOnly, percent, shownToken } from '../ui.js';

/** @typedef {import('../../engine/engine.js').Score} Score */
/** @typedef {import('../../engine/results.js').ScoredWord} ScoredWord */
/** @typedef {import('../host.js').Host} Host */
/** @typedef {import('./ranking.js').Candidate} Candidate */
/** @typedef {import('./ranking.js').Order} Order */

/** Surprisal in bits at which the next deeper colour starts. */
const LEVELS = [2, 4, 7, 10, 13];
const MOST_CANDIDATES = 100;
const EXAMPLE = ['I would like to go home', 'I would like two go home', 'home I like to would go'];

/**
 * @param {Host} host
 * @param {(error: unknown) => void} onError
 */
export function startScoring(host, onError) {
  new Scoring(host, onError).start();
}

class Scoring {
  #form = byId('score-form', HTMLFormElement);
  #text = byId('score-text', HTMLTextAreaElement);
  #note = byId('score-note', HTMLElement);
  #shown = byId('scored', HTMLElement);
  #latest = latestOnly();
  /** @type {Candidate[]} */
  #candidates = [];
  #leftOut = 0;
  #scoring = false;
  #host;
  #onError;

  /**
   * @param {Host} host
   * @param {(error: unknown) => void} onError
   */
  constructor(host, onError) {
    this.#host = host;
    this.#onError = onError;
  }

  start() {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#score();
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#form.requestSubmit();
    });
    byId('score-example', HTMLButtonElement).addEventListener('click', () => {
      this.#text.value = EXAMPLE.join('\n');
      this.#form.requestSubmit();
    });
    for (const choice of document.querySelectorAll('input[name=order]')) {
      // If scoring is still running, it reads the order when it finishes.
      choice.addEventListener('change', () => {
        if (!this.#scoring) this.#run((signal) => this.#show(signal));
      });
    }
    this.#host.onChange(() => {
      if (this.#scoring || this.#candidates.length > 0) this.#score();
    });
  }

  #score() {
    this.#scoring = true;
    this.#run(async (signal) => {
      const { lines, left } = candidateLines(this.#text.value, MOST_CANDIDATES);
      this.#candidates = [];
      this.#leftOut = left;
      for (const text of lines) {
        this.#note.textContent = `Scoring ${this.#candidates.length + 1} of ${lines.length}…`;
        const score = await this.#host.engine.score(text, { signal });
        if (score.words.length > 0) this.#candidates.push({ text, score });
      }
      this.#scoring = false;
      await this.#show(signal);
    });
  }

  /** @param {AbortSignal} signal */
  async #show(signal) {
    const checked = document.querySelector('input[name=order]:checked');
    const order = /** @type {Order} */ (
      checked instanceof HTMLInputElement ? checked.value : 'total'
    );
    const list = byId('candidates', HTMLOListElement);
    const { segmentation } = this.#host.current.manifest.text;
    const slices = new Slices(signal);
    const items = [];
    for (const [place, candidate] of ranked(this.#candidates, order).entries()) {
      items.push(await card(candidate, { place, order, segmentation }, slices));
    }
    list.replaceChildren(...items);
    this.#shown.hidden = items.length === 0;
    this.#note.textContent = summary(items.length, this.#leftOut);
  }

  /** @param {(signal: AbortSignal) => Promise<void>} task */
  #run(task) {
    this.#latest(task).catch(this.#onError);
  }
}

/**
 * @param {number} count
 * @param {number} left
 */
function summary(count, left) {
  if (count === 0) return 'Enter some text to score.';
  const rest = left > 0 ? ` The last ${left} lines were left out.` : '';
  return `${count === 1 ? 'One sentence.' : `${count} sentences, most likely first.`}${rest}`;
}

/**
 * @param {Candidate} candidate
 * @param {{place: number, order: Order, segmentation: string}} how
 * @param {Slices} slices
 */
async function card({ score }, { place, order, segmentation }, slices) {
  const details = element('p', 'instead');
  details.setAttribute('aria-live', 'polite');
  const chips = [];
  for (const word of score.words) {
    chips.push(chip(word, segmentation, details));
    if (slices.due) await slices.pause();
  }
  const surprise = (/** @type {ScoredWord} */ word) => -word.logProbability;
  const most = score.words.reduce((one, other) => (surprise(other) > surprise(one) ? other : one));
  explain(most, chips[score.words.indexOf(most)], segmentation, details);
  const words = element('ol', 'words', ...chips);
  words.setAttribute('aria-label', 'Words with their surprisal');
  const rank = element('span', 'rank', String(place + 1));
  rank.setAttribute('aria-label', `Rank ${place + 1}`);
  rank.setAttribute('role', 'img');
  return element(
    'li',
    'card padded candidate',
    element('div', 'candidate-head', rank, figures(score, order)),
    words,
    details,
  );
}

/**
 * @param {Score} score
 * @param {Order} order
 */
function figures(score, order) {
  const { words, logProbability, perplexity, unknown } = score;
  /** @type {[string, string, boolean][]} */
  const facts = [
    ['Log-prob. per word', decimal(perWord(score), 3), order === 'word'],
    ['Total log-prob.', decimal(logProbability, 2), order === 'total'],
    ['Bits', decimal(-logProbability / Math.LN2, 1), false],
    ['Perplexity', perplexity < 1e5 ? perplexity.toFixed(1) : perplexity.toExponential(1), false],
    ['Words', String(words.filter(({ end }) => !end).length), false],
    ['Unknown', String(unknown), false],
  ];
  const entries = facts.map(([name, value, decides]) =>
    element('div', decides ? 'decides' : '', element('dt', '', name), element('dd', '', value)),
  );
  return element('dl', 'summary', ...entries);
}

/**
 * @param {ScoredWord} scored
 * @param {string} segmentation
 * @param {HTMLElement} details
 */
function chip(scored, segmentation, details) {
  const bits = -scored.logProbability / Math.LN2;
  const level = LEVELS.filter((bound) => bits >= bound).length;
  const kind = scored.end ? ' end' : scored.unknown ? ' unknown' : '';
  const button = element(
    'button',
    `level-${level}${kind}`,
    element('span', 'word', shownToken(scored.word, segmentation)),
    ...(scored.unknown ? [element('span', 'mark', 'unknown + spelling')] : []),
    element('span', 'bits', bits.toFixed(1), element('span', 'hidden', ' bits')),
  );
  button.type = 'button';
  button.setAttribute('aria-pressed', 'false');
  const item = element('li', '', button);
  button.addEventListener('click', () => explain(scored, item, segmentation, details));
  return item;
}

/**
 * Show what the model expected in place of a word.
 *
 * @param {ScoredWord} scored
 * @param {HTMLElement} item the list item of the word
 * @param {string} segmentation
 * @param {HTMLElement} details
 */
function explain(scored, item, segmentation, details) {
  for (const other of item.parentElement?.querySelectorAll('[aria-pressed=true]') ?? []) {
    other.setAttribute('aria-pressed', 'false');
  }
  const [button] = item.children;
  button.setAttribute('aria-pressed', 'true');
  const word = shownToken(scored.word, segmentation);
  // The network gives the probability of any unknown word; the cost of the spelling is added to it.
  const chance = likelihood(Math.exp(scored.logProbability + scored.spelling));
  const expected = scored.expected
    .map(
      ({ word: other, probability }) =>
        `${shownToken(other, segmentation)} ${percent(probability)}`,
    )
    .join(' · ');
  details.replaceChildren(
    element('b', '', word),
    scored.unknown ? ' is not in the vocabulary. Any unknown word: ' : ': ',
    `${chance}, rank ${scored.rank.toLocaleString('en')}. `,
    scored.unknown ? `Its spelling adds ${spellingBits(scored)} bits. ` : '',
    element('span', 'expected', 'Most likely words: ', expected),
  );
}

/** @param {ScoredWord} scored */
const spellingBits = ({ spelling }) => (spelling / Math.LN2).toFixed(1);

/** @param {number} share */
const likelihood = (share) => `${(100 * share).toPrecision(2)}% likely`;
