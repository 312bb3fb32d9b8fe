/*
 * Interpolates the network's distribution with the counts of a profile, from short to long contexts:
 *
 *   P_k(w) = a_k q_k(w) + (1 - a_k) P_{k-1}(w),   q_k(w) = c_k(w) / C,   a_k = C / (C + 4 T)
 *
 * C is the total of the counts after the last k tokens, T the number of different words there (Witten and
 * Bell, with a weight of 4). P_{-1} is the network's. Counts are `effective` ones, as in Kneser-Ney
 * smoothing.
 */
#include "session/mixing.h"

#include <math.h>
#include <stdlib.h>

#include "common/exponential.h"
#include "model/spelling.h"

#define DIVERSITY_WEIGHT 4.0

bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, size_t vocabulary_size) {
  *mixture = (elman_mixture){.profile = profile, .version = UINT64_MAX};
  mixture->probabilities =
      malloc((vocabulary_size + ELMAN_MOST_WORDS) * sizeof *mixture->probabilities);
  mixture->ids = malloc(ELMAN_MOST_WORDS * sizeof *mixture->ids);
  mixture->spellings = malloc(ELMAN_MOST_WORDS * sizeof *mixture->spellings);
  if (mixture->probabilities != NULL && mixture->ids != NULL && mixture->spellings != NULL)
    return true;
  elman_mixture_close(mixture);
  return false;
}

void elman_mixture_close(elman_mixture *mixture) {
  free(mixture->probabilities);
  free(mixture->ids);
  free(mixture->spellings);
  *mixture = (elman_mixture){0};
}

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
}

void elman_blend_go_on(const elman_profile *profile, elman_blend *blend, elman_view token) {
  follow_word(&profile->counts, blend, word_of_token(profile, token));
}

void elman_blend_start(const elman_profile *profile, elman_blend *blend,
                       const elman_text_token *tokens, size_t count) {
  size_t first = count < ELMAN_ORDERS ? 0 : count - (ELMAN_ORDERS - 1);
  blend->known = 0;
  if (first == 0) follow_word(&profile->counts, blend, ELMAN_PROFILE_END);
  for (size_t i = first; i < count; i++)
    elman_blend_go_on(profile, blend, (elman_view){tokens[i].text, tokens[i].length});
}

/* -- weights ------------------------------------------------------------------------------------------- */

typedef struct {
  double total, different;
} sums;

static sums sums_after(const elman_counts *counts, const elman_blend *blend, int order) {
  sums found = {0, 0};
  if (order == 0) {
    for (size_t i = 0; i < counts->word_count; i++) {
      found.total += counts->words[i].effective;
      found.different += counts->words[i].effective > 0;
    }
    return found;
  }
  uint32_t node = *elman_first_child((elman_counts *)counts, blend->contexts[order]);
  for (; node != ELMAN_NO_NODE; node = elman_gram_at(counts, node)->next) {
    found.total += elman_gram_at(counts, node)->effective;
    found.different++;
  }
  return found;
}

void elman_blend_weigh(const elman_profile *profile, elman_blend *blend) {
  blend->network = 1;
  for (int k = 0; k < ELMAN_ORDERS; k++) {
    sums after = k <= blend->known ? sums_after(&profile->counts, blend, k) : (sums){0, 0};
    blend->weights[k] = 0;
    if (after.total == 0) continue;
    double weight = after.total / (after.total + DIVERSITY_WEIGHT * after.different);
    blend->network *= 1 - weight;
    for (int lower = 0; lower < k; lower++) blend->weights[lower] *= 1 - weight;
    blend->weights[k] = weight / after.total;
  }
}

double elman_mixed(const elman_profile *profile, const elman_blend *blend, elman_view token,
                   double network) {
  const elman_counts *counts = &profile->counts;
  uint32_t word = word_of_token(profile, token);
  double probability = blend->network * network;
  if (word == ELMAN_NO_NODE) return probability;
  probability += blend->weights[0] * counts->words[word].effective;
  for (int k = 1; k <= blend->known; k++) {
    uint32_t node = elman_gram_find(counts, blend->contexts[k], word);
    if (node != ELMAN_NO_NODE)
      probability += blend->weights[k] * elman_gram_at(counts, node)->effective;
  }
  return probability;
}

/* -- all words ----------------------------------------------------------------------------------------- */

/* Look up the ids of words that the profile learned since the last call. */
static void identify_words(elman_mixture *mixture, const elman_vocabulary *vocabulary,
                           char *scratch, size_t capacity) {
  const elman_counts *counts = &mixture->profile->counts;
  if (mixture->version != counts->version) mixture->identified = 0;
  mixture->version = counts->version;
  for (; mixture->identified < counts->word_count; mixture->identified++) {
    elman_view written = elman_word_written(counts, (uint32_t)mixture->identified);
    size_t at = mixture->identified;
    mixture->ids[at] =
        elman_vocabulary_find(vocabulary, written.bytes, written.length, scratch, capacity);
    mixture->spellings[at] = 0;
    elman_view key;
    if (mixture->ids[at] == ELMAN_UNKNOWN &&
        elman_vocabulary_key(vocabulary, written.bytes, written.length, scratch, capacity, &key))
      mixture->spellings[at] = (float)exp(-elman_spelling_nats(vocabulary, key));
  }
  mixture->ids[ELMAN_PROFILE_END] = ELMAN_END;
}

/* The place of a profile's word in `probabilities`. */
static float *place_of(const elman_mixture *mixture, uint32_t size, uint32_t word) {
  uint32_t id = mixture->ids[word];
  return &mixture->probabilities[id == ELMAN_UNKNOWN ? size + word : id];
}

static void add_children(elman_mixture *mixture, uint32_t size, uint32_t context, float weight) {
  const elman_counts *counts = &mixture->profile->counts;
  uint32_t node = *elman_first_child((elman_counts *)counts, context);
  for (; node != ELMAN_NO_NODE; node = elman_gram_at(counts, node)->next) {
    const elman_gram *gram = elman_gram_at(counts, node);
    *place_of(mixture, size, gram->word) += weight * gram->effective;
  }
}

void elman_mix(elman_mixture *mixture, const elman_vocabulary *vocabulary, const float *logits,
               double log_normaliser, char *scratch, size_t capacity) {
  const elman_counts *counts = &mixture->profile->counts;
  const elman_blend *blend = &mixture->blend;
  float *probabilities = mixture->probabilities;
  float shift = (float)(log_normaliser - log(blend->network));
  uint32_t size = vocabulary->size;
  identify_words(mixture, vocabulary, scratch, capacity);
  for (uint32_t id = 0; id < size; id++) probabilities[id] = elman_exponential(logits[id] - shift);
  for (size_t i = 0; i < counts->word_count; i++)
    probabilities[size + i] = probabilities[ELMAN_UNKNOWN] * mixture->spellings[i];
  for (size_t i = 0; i < counts->word_count; i++)
    *place_of(mixture, size, (uint32_t)i) += (float)blend->weights[0] * counts->words[i].effective;
  for (int k = 1; k <= blend->known; k++)
    add_children(mixture, size, blend->contexts[k], (float)blend->weights[k]);
}
