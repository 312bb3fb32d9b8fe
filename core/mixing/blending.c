/*
 * What a profile counted after a context, and how much it is worth: P_k in mixing.c for single words.
 */
#include <math.h>

#include "mixing/mixing.h"
#include "common/softmax.h"

/* -- contexts ------------------------------------------------------------------------------------------ */

static uint32_t word_of_token(const elman_profile *profile, elman_view token) {
  char folded[ELMAN_LONGEST_WORD];
  elman_view key;
  if (!elman_fold_word(token, folded, &key)) return ELMAN_NO_NODE;
  return elman_word_find(&profile->counts, key);
}

/* Move the contexts on by a word. */
static void follow_word(const elman_counts *counts, elman_blend *blend, uint32_t word) {
  uint32_t next[ELMAN_ORDERS];
  int known = 0;
  if (word != ELMAN_NO_NODE) next[++known] = word;
  for (int k = 1; known == k && k <= blend->known && k + 1 < ELMAN_ORDERS; k++) {
    next[k + 1] = elman_gram_find(counts, blend->contexts[k], word);
    known += next[k + 1] != ELMAN_NO_NODE;
  }
  for (int k = 1; k <= known; k++) blend->contexts[k] = next[k];
  blend->known = known;
  blend->before = blend->last;
  blend->last = word;
}

void elman_blend_go_on(const elman_profile *profile, elman_blend *blend, elman_view token) {
  follow_word(&profile->counts, blend, word_of_token(profile, token));
}

void elman_blend_start(const elman_profile *profile, elman_blend *blend,
                       const elman_text_token *tokens, size_t count) {
  size_t first = count < ELMAN_ORDERS ? 0 : count - (ELMAN_ORDERS - 1);
  blend->known = 0;
  blend->last = ELMAN_NO_NODE;
  if (first == 0) follow_word(&profile->counts, blend, ELMAN_PROFILE_END);
  for (size_t i = first; i < count; i++)
    elman_blend_go_on(profile, blend, (elman_view){tokens[i].text, tokens[i].length});
}

bool elman_blend_is_at(const elman_blend *one, const elman_blend *other) {
  if (one->known != other->known || one->before != other->before) return false;
  for (int k = 1; k <= one->known; k++)
    if (one->contexts[k] != other->contexts[k]) return false;
  return true;
}

/* -- weights ------------------------------------------------------------------------------------------- */

static elman_sums sums_after(const elman_mixture *mixture, const elman_blend *blend, int order) {
  if (order == 0) return mixture->sums;
  const elman_counts *counts = &mixture->profile->counts;
  elman_sums found = {0, 0};
  uint32_t node = *elman_first_child((elman_counts *)counts, blend->contexts[order]);
  for (; node != ELMAN_NO_NODE; node = elman_gram_at(counts, node)->next) {
    found.total += elman_gram_at(counts, node)->effective;
    found.different++;
  }
  return found;
}

void elman_blend_weigh(const elman_mixture *mixture, const float *logits, double log_normaliser,
                       size_t vocabulary_size, elman_blend *blend) {
  const elman_weights *weights = &mixture->profile->weights;
  double left = 1 - weights->distrust;
  blend->peak = elman_peak_range(exp(elman_highest(logits, vocabulary_size) - log_normaliser));
  blend->mixes = false;
  for (int k = ELMAN_ORDERS - 1; k >= 0; k--) {
    elman_sums sums = {0, 0};
    if (k <= blend->known) sums = sums_after(mixture, blend, k);
    blend->sums[k] = sums;
    blend->ranges[k] = elman_range_of(sums);
    blend->used[k] = elman_weight_of(weights, k, sums, blend->peak);
    blend->weights[k] = 0;
    if (sums.total == 0) continue;
    blend->mixes = true;
    blend->weights[k] = left * blend->used[k] / (double)sums.total;
    left *= 1 - blend->used[k];
  }
  blend->network = weights->distrust;
  blend->normaliser = elman_sum_adapted(mixture, logits, log_normaliser);
  blend->adapted = left / blend->normaliser;
}

/* The count of a word after the blend's context of this order. */
static double count_in_blend(const elman_counts *counts, const elman_blend *blend, int order,
                          uint32_t word) {
  if (order == 0) return counts->words[word].effective;
  uint32_t node = elman_gram_find(counts, blend->contexts[order], word);
  return node == ELMAN_NO_NODE ? 0 : elman_gram_at(counts, node)->effective;
}

/* The probability of a token after adaptation, before it is divided by the normaliser. */
static double adapted_of(const elman_mixture *mixture, uint32_t word, elman_guess guess) {
  if (guess.id == ELMAN_UNKNOWN)
    return guess.probability * mixture->unknown_factor *
           elman_adapted_spelling(mixture, word, guess.spelling);
  return guess.probability * (word == ELMAN_NO_NODE ? 1 : mixture->factors[word]);
}

double elman_mixed(const elman_mixture *mixture, const elman_blend *blend, elman_view token,
                   elman_guess guess) {
  const elman_counts *counts = &mixture->profile->counts;
  uint32_t word = word_of_token(mixture->profile, token);
  double probability = blend->network * guess.probability * guess.spelling +
                       blend->adapted * adapted_of(mixture, word, guess);
  for (int k = 0; k <= blend->known && word != ELMAN_NO_NODE; k++)
    probability += blend->weights[k] * count_in_blend(counts, blend, k, word);
  return probability;
}

void elman_mixture_adapt(elman_mixture *mixture, elman_view token, elman_guess guess) {
  const elman_blend *blend = &mixture->blend;
  const elman_counts *counts = &mixture->profile->counts;
  uint32_t word = token.length == 0 ? ELMAN_PROFILE_END : word_of_token(mixture->profile, token);
  /* With the adapted probability, the counts get too little weight. */
  elman_evidence evidence = {.network = guess.probability * guess.spelling};
  for (int k = 0; k <= blend->known && word != ELMAN_NO_NODE; k++) {
    if (blend->sums[k].total > 0)
      evidence.shares[k] = count_in_blend(counts, blend, k, word) / (double)blend->sums[k].total;
  }
  elman_weights_adapt(&mixture->profile->weights, blend->used, blend->ranges, blend->peak, &evidence);
}
