/*
 * Interpolates the network's distribution with the counts of a profile, from short to long contexts:
 *
 *   P_k(w) = a_k q_k(w) + (1 - a_k) P_{k-1}(w),   q_k(w) = c_k(w) / C
 *
 * C is the total of the counts after the last k tokens. P_{-1} is the network's, and weights.c computes
 * a_k. The result is the mean of P_{-1} and the last P_k, weighed by how well they did. Counts are
 * `effective` ones, as in Kneser-Ney smoothing.
 */
#include "mixing/mixing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/exponential.h"

bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, const elman_model *model) {
  size_t places = model->vocabulary.size + ELMAN_MOST_WORDS;
  *mixture = (elman_mixture){.profile = profile, .revision = UINT64_MAX,
                               .version = UINT64_MAX};
  mixture->probabilities = malloc(places * sizeof *mixture->probabilities);
  mixture->ids = malloc(ELMAN_MOST_WORDS * sizeof *mixture->ids);
  mixture->spellings = malloc(ELMAN_MOST_WORDS * sizeof *mixture->spellings);
  mixture->tails = malloc(ELMAN_MOST_WORDS * sizeof *mixture->tails);
  mixture->blocked = malloc(ELMAN_MOST_WORDS * sizeof *mixture->blocked);
  mixture->skipped = malloc(ELMAN_MOST_WORDS * sizeof *mixture->skipped);
  mixture->rarities = malloc(ELMAN_MOST_WORDS * sizeof *mixture->rarities);
  mixture->factors = malloc(ELMAN_MOST_WORDS * sizeof *mixture->factors);
  mixture->adapted = malloc(ELMAN_MOST_WORDS * sizeof *mixture->adapted);
  mixture->new_words = malloc(ELMAN_MOST_WORDS * sizeof *mixture->new_words);
  mixture->counted = malloc(ELMAN_MOST_WORDS * sizeof *mixture->counted);
  mixture->trie.nodes = malloc(ELMAN_TRIE_NODES(ELMAN_MOST_WORDS) * sizeof *mixture->trie.nodes);
  mixture->reached = malloc(ELMAN_TRIE_NODES(ELMAN_MOST_WORDS) * sizeof *mixture->reached);
  mixture->trie_words = malloc(ELMAN_MOST_WORDS * sizeof *mixture->trie_words);
  mixture->learned = malloc((model->tail.words.size + 1) * sizeof *mixture->learned);
  if (mixture->probabilities != NULL && mixture->ids != NULL && mixture->spellings != NULL &&
      mixture->tails != NULL && mixture->blocked != NULL && mixture->skipped != NULL &&
      mixture->rarities != NULL && mixture->factors != NULL && mixture->learned != NULL &&
      mixture->adapted != NULL && mixture->new_words != NULL && mixture->counted != NULL &&
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
  free(mixture->skipped);
  free(mixture->rarities);
  free(mixture->factors);
  free(mixture->adapted);
  free(mixture->new_words);
  free(mixture->counted);
  free(mixture->learned);
  free(mixture->trie.nodes);
  free(mixture->reached);
  free(mixture->trie_words);
  *mixture = (elman_mixture){0};
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
  mixture->rarities[word] = elman_rarity_of(&model->tail, id);
  mixture->tails[word] = ELMAN_UNKNOWN;
  mixture->blocked[word] = elman_blocklist_has(&model->blocklist, elman_word_folded(counts, word));
  if (id != ELMAN_UNKNOWN || !elman_vocabulary_key(&model->vocabulary, written.bytes, written.length,
                                                   scratch, capacity, &key))
    return;
  mixture->spellings[word] = (float)exp(-elman_unknown_nats(&model->vocabulary, &model->tail, key));
  mixture->tails[word] = elman_tail_find(&model->tail, key);
  if (mixture->tails[word] != ELMAN_UNKNOWN) mixture->learned[mixture->tails[word]] = word;
}

void elman_mixture_identify(elman_mixture *mixture, const elman_model *model, char *scratch,
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
  mixture->rarities[ELMAN_PROFILE_END] = 0;
  if (mixture->revision != mixture->profile->revision) elman_find_factors(mixture, model);
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

/* Multiply the probabilities of the user's words with what adaptation makes of them. */
static void adapt_entries(elman_mixture *mixture) {
  const elman_blend *blend = &mixture->blend;
  float whole = (float)(1 / (blend->network + blend->adapted));
  float network = whole * (float)blend->network, adapted = whole * (float)blend->adapted;
  for (size_t i = 0; i < mixture->adapted_count; i++)
    mixture->probabilities[mixture->adapted[i].id] *= network + adapted * mixture->adapted[i].factor;
}

/* Set the probability of `<unk>`, which tail words share, and those of the profile's words outside the
 * vocabulary. `network` and `adapted` are the parts of its probability without and with adaptation. */
static void share_unknown(elman_mixture *mixture, double network, double adapted) {
  float *probabilities = mixture->probabilities;
  probabilities[ELMAN_UNKNOWN] = (float)(network + adapted * (1 - mixture->unknown_part));
  for (size_t i = 0; i < mixture->new_count; i++) {
    const elman_new_word *word = &mixture->new_words[i];
    probabilities[word->place] = (float)(network * word->spelling + adapted * word->adapted);
  }
}

/* Compute the first term of the mixture: the network's probabilities. */
static void mix_network(elman_mixture *mixture, uint32_t size, const elman_output *output, bool adapts) {
  const elman_blend *blend = &mixture->blend;
  const float *logits = output->logits;
  double adapted = blend->adapted * (adapts ? 1 : blend->normaliser);
  double unknown = exp(logits[ELMAN_UNKNOWN] - output->log_normaliser);
  float shift = (float)(output->log_normaliser - log(blend->network + adapted));
  for (uint32_t id = 0; id < size; id++)
    mixture->probabilities[id] = elman_exponential(logits[id] - shift);
  if (adapts) adapt_entries(mixture);
  share_unknown(mixture, blend->network * unknown,
                adapted * unknown * (adapts ? mixture->unknown_factor : 1));
}

/* Count the words that followed the last word but one and any other. */
static void count_skipped(elman_mixture *mixture) {
  elman_counts *counts = &mixture->profile->counts;
  uint32_t before = mixture->blend.before, pair, node;
  memset(mixture->skipped, 0, counts->word_count * sizeof *mixture->skipped);
  pair = before == ELMAN_NO_NODE ? before : *elman_first_child(counts, before);
  for (; pair != ELMAN_NO_NODE; pair = elman_gram_at(counts, pair)->next)
    for (node = *elman_first_child(counts, pair); node != ELMAN_NO_NODE;
         node = elman_gram_at(counts, node)->next)
      mixture->skipped[elman_gram_at(counts, node)->word] += elman_gram_at(counts, node)->count;
}

void elman_mix(elman_mixture *mixture, const elman_model *model, const elman_output *output,
               bool has_prefix) {
  elman_mixed_state wanted = has_prefix ? ELMAN_MIXED_PLAIN : ELMAN_MIXED_ADAPTED;
  if (mixture->mixed == wanted) return;
  mixture->mixed = wanted;
  mixture->count++;
  const elman_blend *blend = &mixture->blend;
  uint32_t size = model->vocabulary.size;
  mix_network(mixture, size, output, !has_prefix);
  for (size_t i = 0; i < mixture->counted_count; i++)
    mixture->probabilities[mixture->counted[i].place] += (float)blend->weights[0] * mixture->counted[i].count;
  count_skipped(mixture);
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
