/*
 * Fast marginal adaptation (Kneser, Peters and Klakow 1997): a word that the user types more often than the
 * training text becomes more likely after every context. The network's probability of an entry is multiplied
 * by
 *
 *   sqrt((c + COUNTED_AS p) / (COUNTED_AS p)),
 *
 * where c is the user's count and p the share of the entry in the training text, and all are divided by
 * their sum.
 *
 * `<unk>` is an entry, too. Its probability is shared between the words that the user typed, by their counts,
 * and all others, by their spelling; as in Witten and Bell's method, the more different words there are, the
 * more is left to new ones.
 */
#include <math.h>

#include "common/exponential.h"
#include "mixing/mixing.h"

/* How many words of the training text the network's probabilities are worth. */
#define COUNTED_AS 500.0
#define UNKNOWN_DIVERSITY 10.0

/* Exponentials that are computed at once. */
#define POWERS_AT_ONCE 256

double elman_sum_adapted(const elman_mixture *mixture, const float *logits, double log_normaliser) {
  float shift = (float)log_normaliser, powers[POWERS_AT_ONCE];
  double sum = 1 + (mixture->unknown_factor - 1) * elman_exponential(logits[ELMAN_UNKNOWN] - shift);
  for (size_t first = 0; first < mixture->adapted_count; first += POWERS_AT_ONCE) {
    const elman_adapted_entry *entries = mixture->adapted + first;
    size_t left = mixture->adapted_count - first, count = left < POWERS_AT_ONCE ? left : POWERS_AT_ONCE;
    for (size_t i = 0; i < count; i++) powers[i] = logits[entries[i].id] - shift;
    for (size_t i = 0; i < count; i++) powers[i] = elman_exponential(powers[i]);
    for (size_t i = 0; i < count; i++) sum += (entries[i].factor - 1) * powers[i];
  }
  return sum;
}

double elman_adapted_spelling(const elman_mixture *mixture, uint32_t word, double spelling) {
  double part = mixture->unknown_part, others = (1 - part) * spelling;
  if (word == ELMAN_NO_NODE || part == 0) return others;
  return others + part * mixture->profile->counts.words[word].count / mixture->unknown_count;
}

float elman_rarity_of(const elman_tail *tail, uint32_t id) {
  return (float)(1 / (COUNTED_AS * elman_entry_share(tail, id)));
}

/* Keep what is needed after every context. */
static void keep_word(elman_mixture *mixture, uint32_t word, uint32_t size) {
  uint32_t id = mixture->ids[word], place = id == ELMAN_UNKNOWN ? size + word : id;
  float factor = mixture->factors[word], spelling = mixture->spellings[word];
  uint16_t count = mixture->profile->counts.words[word].effective;
  if (factor > 1) mixture->adapted[mixture->adapted_count++] = (elman_adapted_entry){id, factor};
  if (count > 0) mixture->counted[mixture->counted_count++] = (elman_counted_word){place, count};
  if (id == ELMAN_UNKNOWN)
    mixture->new_words[mixture->new_count++] =
        (elman_new_word){place, spelling, elman_adapted_spelling(mixture, word, spelling)};
}

void elman_find_factors(elman_mixture *mixture, const elman_model *model) {
  const elman_counts *counts = &mixture->profile->counts;
  double count = 0, different = 0;
  elman_sums sums = {0, 0};
  for (uint32_t word = 0; word < mixture->identified; word++) {
    bool is_unknown = mixture->ids[word] == ELMAN_UNKNOWN;
    uint16_t times = counts->words[word].count;
    sums.total += counts->words[word].effective;
    sums.different += counts->words[word].effective > 0;
    mixture->factors[word] = is_unknown ? 1 : sqrtf(1 + times * mixture->rarities[word]);
    count += is_unknown ? times : 0;
    different += is_unknown && times > 0;
  }
  mixture->sums = sums;
  mixture->unknown_count = count;
  mixture->unknown_part = count / (count + UNKNOWN_DIVERSITY * different + 1);
  mixture->unknown_factor = sqrt(1 + count * elman_rarity_of(&model->tail, ELMAN_UNKNOWN));
  mixture->adapted_count = mixture->counted_count = mixture->new_count = 0;
  for (uint32_t word = 0; word < mixture->identified; word++)
    keep_word(mixture, word, model->vocabulary.size);
}
