/*
 * Interpolates the network's distribution with the counts of a profile, from short to long contexts:
 *
 *   P_k(w) = a_k q_k(w) + (1 - a_k) P_{k-1}(w),   q_k(w) = c_k(w) / C
 *
 * C is the total of the counts after the last k tokens. P_{-1} is the network's, and weights.c computes
 * a_k. The result is the mean of P_{-1} and the last P_k, weighed by how well they did. Counts are
 * `effective` ones, as in Kneser-Ney smoothing.
 */
#include "session/mixing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exponential.h"

bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, const elman_model *model) {
  size_t places = model->vocabulary.size + ELMAN_MOST_WORDS;
  *mixture = (elman_mixture){.profile = profile, .version = UINT64_MAX};
  elman_weights_reset(&mixture->weights);
  mixture->probabilities = malloc(places * sizeof *mixture->probabilities);
  mixture->ids = malloc(ELMAN_MOST_WORDS * sizeof *mixture->ids);
  mixture->spellings = malloc(ELMAN_MOST_WORDS * sizeof *mixture->spellings);
  mixture->tails = malloc(ELMAN_MOST_WORDS * sizeof *mixture->tails);
  mixture->blocked = malloc(ELMAN_MOST_WORDS * sizeof *mixture->blocked);
  mixture->trie.nodes = malloc(ELMAN_TRIE_NODES(ELMAN_MOST_WORDS) * sizeof *mixture->trie.nodes);
  mixture->reached = malloc(ELMAN_TRIE_NODES(ELMAN_MOST_WORDS) * sizeof *mixture->reached);
  mixture->trie_words = malloc(ELMAN_MOST_WORDS * sizeof *mixture->trie_words);
  mixture->learned = malloc((model->tail.words.size + 1) * sizeof *mixture->learned);
  if (mixture->probabilities != NULL && mixture->ids != NULL && mixture->spellings != NULL &&
      mixture->tails != NULL && mixture->blocked != NULL && mixture->learned != NULL &&
      mixture->trie.nodes != NULL && mixture->reached != NULL && mixture->trie_words != NULL)
    return true;
  elman_mixture_close(mixture);
  return false;
}

void elman_mixture_close(elman_mixture *mixture) {
  free(mixture->probabilities);
  free(mixture->ids);
  free(mixture->spellings);
  free(mixture->tails);
  free(mixture->blocked);
  free(mixture->learned);
  free(mixture->trie.nodes);
  free(mixture->reached);
  free(mixture->trie_words);
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

bool elman_blend_is_at(const elman_blend *one, const elman_blend *other) {
  if (one->known != other->known) return false;
  for (int k = 1; k <= one->known; k++)
    if (one->contexts[k] != other->contexts[k]) return false;
  return true;
}

/* -- weights ------------------------------------------------------------------------------------------- */

static elman_sums sums_after(const elman_counts *counts, const elman_blend *blend, int order) {
  elman_sums found = {0, 0};
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

void elman_blend_weigh(const elman_profile *profile, const elman_weights *weights, double highest,
                       elman_blend *blend) {
  double left = 1;
  blend->peak = elman_peak_range(highest);
  for (int k = ELMAN_ORDERS - 1; k >= 0; k--) {
    elman_sums sums = k <= blend->known ? sums_after(&profile->counts, blend, k) : (elman_sums){0, 0};
    blend->ranges[k] = elman_range_of(sums);
    blend->used[k] = elman_weight_of(weights, k, sums, blend->peak);
    blend->weights[k] = 0;
    if (sums.total == 0) continue;
    blend->weights[k] = (1 - weights->distrust) * left * blend->used[k] / (double)sums.total;
    left *= 1 - blend->used[k];
  }
  blend->network = weights->distrust + (1 - weights->distrust) * left;
}

/* The count of a word after the blend's context of this order. */
static double count_in_blend(const elman_counts *counts, const elman_blend *blend, int order,
                          uint32_t word) {
  if (order == 0) return counts->words[word].effective;
  uint32_t node = elman_gram_find(counts, blend->contexts[order], word);
  return node == ELMAN_NO_NODE ? 0 : elman_gram_at(counts, node)->effective;
}

double elman_mixed(const elman_profile *profile, const elman_blend *blend, elman_view token,
                   double network) {
  const elman_counts *counts = &profile->counts;
  uint32_t word = word_of_token(profile, token);
  double probability = blend->network * network;
  for (int k = 0; k <= blend->known && word != ELMAN_NO_NODE; k++)
    probability += blend->weights[k] * count_in_blend(counts, blend, k, word);
  return probability;
}

void elman_mixture_adapt(elman_mixture *mixture, elman_view token, double network) {
  const elman_blend *blend = &mixture->blend;
  const elman_counts *counts = &mixture->profile->counts;
  uint32_t word = token.length == 0 ? ELMAN_PROFILE_END : word_of_token(mixture->profile, token);
  elman_evidence evidence = {.network = network};
  for (int k = 0; k <= blend->known && word != ELMAN_NO_NODE; k++) {
    elman_sums sums = sums_after(counts, blend, k);
    if (sums.total > 0)
      evidence.shares[k] = count_in_blend(counts, blend, k, word) / (double)sums.total;
  }
  elman_weights_adapt(&mixture->weights, blend->used, blend->ranges, blend->peak, &evidence);
}

/* -- all words ----------------------------------------------------------------------------------------- */

/* Look up the id of a word of the profile or, if it is not an entry, its place among the tail words. */
static void identify_word(elman_mixture *mixture, uint32_t word, const elman_model *model, char *scratch,
                          size_t capacity) {
  const elman_counts *counts = &mixture->profile->counts;
  elman_view written = elman_word_written(counts, word), key;
  uint32_t id =
      elman_vocabulary_find(&model->vocabulary, written.bytes, written.length, scratch, capacity);
  mixture->ids[word] = id;
  mixture->spellings[word] = 0;
  mixture->tails[word] = ELMAN_UNKNOWN;
  mixture->blocked[word] = elman_blocklist_has(&model->blocklist, elman_word_folded(counts, word));
  if (id != ELMAN_UNKNOWN || !elman_vocabulary_key(&model->vocabulary, written.bytes, written.length,
                                                   scratch, capacity, &key))
    return;
  mixture->spellings[word] = (float)exp(-elman_unknown_nats(&model->vocabulary, &model->tail, key));
  mixture->tails[word] = elman_tail_find(&model->tail, key);
  if (mixture->tails[word] != ELMAN_UNKNOWN) mixture->learned[mixture->tails[word]] = word;
}

/* Look up the words that the profile learned since the last call. */
static void identify_words(elman_mixture *mixture, const elman_model *model, char *scratch,
                           size_t capacity) {
  const elman_counts *counts = &mixture->profile->counts;
  if (mixture->version != counts->version || mixture->blocklist != model->blocklist.version) {
    mixture->identified = mixture->spelled = 0;
    for (uint32_t id = 0; id < model->tail.words.size; id++) mixture->learned[id] = ELMAN_NO_NODE;
  }
  mixture->version = counts->version;
  mixture->blocklist = model->blocklist.version;
  for (; mixture->identified < counts->word_count; mixture->identified++)
    identify_word(mixture, (uint32_t)mixture->identified, model, scratch, capacity);
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

void elman_mix(elman_mixture *mixture, const elman_model *model, const elman_output *output,
               char *scratch, size_t capacity) {
  identify_words(mixture, model, scratch, capacity);
  if (mixture->mixed) return;
  mixture->mixed = true;
  mixture->count++;
  const elman_counts *counts = &mixture->profile->counts;
  const elman_blend *blend = &mixture->blend;
  float *probabilities = mixture->probabilities;
  const float *logits = output->logits;
  float shift = (float)(output->log_normaliser - log(blend->network));
  uint32_t size = model->vocabulary.size;
  for (uint32_t id = 0; id < size; id++) probabilities[id] = elman_exponential(logits[id] - shift);
  for (size_t i = 0; i < counts->word_count; i++)
    probabilities[size + i] = probabilities[ELMAN_UNKNOWN] * mixture->spellings[i];
  for (size_t i = 0; i < counts->word_count; i++)
    *place_of(mixture, size, (uint32_t)i) += (float)blend->weights[0] * counts->words[i].effective;
  for (int k = 1; k <= blend->known; k++)
    add_children(mixture, size, blend->contexts[k], (float)blend->weights[k]);
}

bool elman_mixture_spell(elman_mixture *mixture) {
  const elman_counts *counts = &mixture->profile->counts;
  size_t count = 0;
  if (mixture->spelled == counts->word_count) return false;
  for (size_t place = 0; place < counts->word_count; place++) {
    uint32_t word = counts->sorted[place];
    const elman_profile_word *found = &counts->words[word];
    if (mixture->ids[word] == ELMAN_UNKNOWN)
      mixture->trie_words[count++] = (elman_trie_word){found->text, found->length, word};
  }
  elman_trie_build(&mixture->trie, counts->texts, mixture->trie_words, count);
  mixture->spelled = counts->word_count;
  return true;
}
