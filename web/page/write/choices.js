/** What the strip offers for a word that may be a slip. */

import { lastWord } from './slips.js';

/**
 * @typedef {import('../../engine/engine.js').Correction} Correction
 * @typedef {import('../../engine/engine.js').Suggestion} Suggestion
 * @typedef {import('./slips.js').Slip} Slip
 * @typedef {import('./strip.js').Choice} Choice
 */

/** So few letters are rather the beginning of a likelier word than a slip. */
const SHORT = 3;

/**
 * The typed word, its correction, and the best other word, in this order, as on phones.
 *
 * @param {Slip} slip
 * @param {Suggestion[]} suggestions for the same text, the most likely first
 * @param {boolean} isUnderlined whether the user can see that the word may be a slip
 * @returns {Choice[] | undefined} `undefined` if the suggestions are more useful, because the word may be the
 *   beginning of another one
 */
export function correctionChoices(slip, suggestions, isUnderlined) {
  const { typed, share, best, others } = slip;
  if (!isUnderlined && isBeginning(slip, suggestions)) return undefined;
  const literal = { ...choiceOf({ text: typed, replaces: typed.length, share }), literal: true };
  const [likeliest] = suggestions;
  const shown = [best.text, typed, lastWord(best.text), lastWord(typed)];
  const isOther = likeliest && !shown.includes(likeliest.insert.trim());
  const other = isOther ? likeliest : others.map(choiceOf)[0];
  return [literal, choiceOf(best), ...(other ? [other] : [])];
}

/**
 * Whether the word is rather the beginning of another one.
 *
 * @param {Slip} slip
 * @param {Suggestion[]} suggestions
 */
function isBeginning({ typed: written, best }, suggestions) {
  const typed = lastWord(written);
  const begun = suggestions.filter(({ word }) => begins(word, typed));
  if (begun.length === 0) return false;
  const isShort = Array.from(typed).length <= SHORT;
  const isMerelyCompleted = begins(lastWord(best.text), typed);
  return !best.certain || (begun[0] === suggestions[0] && (isShort || isMerelyCompleted));
}

/**
 * @param {string} word
 * @param {string} typed
 */
const begins = (word, typed) => folded(word).startsWith(folded(typed));

/** @param {string} word */
const folded = (word) => word.toLowerCase().replaceAll('’', "'");

/**
 * @param {Pick<Correction, 'text' | 'replaces' | 'share'>} reading
 * @returns {Choice}
 */
const choiceOf = ({ text, replaces, share }) => ({
  replaces,
  insert: `${text} `,
  probability: share,
});
