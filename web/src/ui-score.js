/** Score: each word with its surprisal, the sum, and the perplexity. */

import { byId, element, latestOnly } from './ui.js';

/** @typedef {import('./engine.js').Score} Score */
/** @typedef {import('./engine.js').ScoredWord} ScoredWord */

/** Surprisal in bits at which the colour grows deeper. */
const LEVELS = [2, 4, 7, 10, 13];

/**
 * @param {import('./engine.js').Engine} engine
 * @param {import('./manifest.js').Unit} unit
 * @param {(error: unknown) => void} onError
 */
export function startScoring(engine, unit, onError) {
  const form = byId('score-form', HTMLFormElement);
  const text = byId('score-text', HTMLTextAreaElement);
  const latest = latestOnly();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    latest(async (signal) => show(await engine.score(text.value, { signal }), unit)).catch(onError);
  });
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/**
 * @param {Score} score
 * @param {import('./manifest.js').Unit} unit
 */
function show(score, unit) {
  const empty = score.words.length === 0;
  byId('score-note', HTMLElement).textContent = empty ? 'Type something to score first.' : '';
  byId('scored', HTMLElement).hidden = empty;
  if (empty) return;
  byId('score-summary', HTMLElement).replaceChildren(...summary(score));
  byId('score-words', HTMLElement).replaceChildren(
    ...lines(score.words).map((line) =>
      element('ol', 'words', ...line.map((word) => chip(word, unit))),
    ),
  );
}

/**
 * @param {ScoredWord[]} words
 * @returns {ScoredWord[][]} one list a segment
 */
function lines(words) {
  /** @type {ScoredWord[][]} */
  const found = [[]];
  for (const word of words) {
    found[found.length - 1].push(word);
    if (word.end) found.push([]);
  }
  return found.filter((line) => line.length > 0);
}

/** @param {Score} score */
function summary({ words, logProbability, perplexity, unknown }) {
  /** @type {[string, string][]} */
  const facts = [
    ['Log-probability', logProbability.toFixed(2).replace('-', '−')],
    ['Bits of surprise', (-logProbability / Math.LN2).toFixed(1)],
    ['Perplexity', perplexity < 1e5 ? perplexity.toFixed(1) : perplexity.toExponential(1)],
    ['Tokens', String(words.length)],
    ['Unknown', String(unknown)],
  ];
  return facts.map(([name, value]) =>
    element('div', '', element('dt', '', name), element('dd', '', value)),
  );
}

/**
 * @param {ScoredWord} scored
 * @param {import('./manifest.js').Unit} unit
 */
function chip({ word, logProbability, unknown, end }, unit) {
  const bits = -logProbability / Math.LN2;
  const level = LEVELS.filter((bound) => bits >= bound).length;
  const kind = end ? ' end' : unknown ? ' unknown' : '';
  const item = element(
    'li',
    `level-${level}${kind}`,
    end
      ? element('span', 'word', 'end', element('span', 'hidden', ` of ${unit}`))
      : element('span', 'word', word),
    ...(unknown ? [element('span', 'hidden', ' (not in the vocabulary)')] : []),
    element('span', 'bits', bits.toFixed(1)),
  );
  item.title = `${(100 * Math.exp(logProbability)).toPrecision(2)}% likely${unknown ? ', not in the vocabulary' : ''}`;
  return item;
}
