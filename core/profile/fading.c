/*
 * Removes old and rare entries of a profile. Each entry has a score: the tick of its last occurrence, plus
 * a bonus for each time that its count doubled. The entries with the lowest scores go. No n-gram has a
 * higher score than a part of it, so none remains without its context or its words.
 */
#include <string.h>

#include "profile/profile.h"

/* An entry with twice the count stays this much longer: 128 ticks are 32,768 words. */
#define TICKS_PER_DOUBLING 128
/* What a profile has besides words and n-grams. */
#define OTHER_BYTES (ELMAN_PROFILE_HEAD + ELMAN_WEIGHTS_RECORD + 8 * ELMAN_MOST_FORGOTTEN + 32)
#define MOST_COUNT_BYTES (ELMAN_LARGEST_PROFILE - OTHER_BYTES)
#define HIGHEST_SCORE (UINT16_MAX + 16 * TICKS_PER_DOUBLING)
#define NO_SCORE (-1)

static int32_t score_of(uint16_t count, uint16_t tick) {
  int32_t score = tick;
  for (; count > 1; count >>= 1) score += TICKS_PER_DOUBLING;
  return score;
}

static int32_t word_score(const elman_counts *counts, size_t word) {
  const elman_profile_word *found = &counts->words[word];
  /* `</s>` always stays. */
  return word == ELMAN_PROFILE_END ? HIGHEST_SCORE : score_of(found->count, elman_tick(found->last));
}

/* -- removing ------------------------------------------------------------------------------------------ */

/* Close the gaps that removed words leave. `map` receives the new number of each word. */
static void pack_words(elman_counts *counts) {
  uint16_t kept = 0;
  size_t length = 0, sorted = 0;
  counts->word_bytes = 0;
  for (size_t i = 0; i < counts->word_count; i++) {
    if (counts->map[i] == ELMAN_REMOVED) continue;
    elman_profile_word word = counts->words[i];
    memmove(counts->texts + length, counts->texts + word.text, 2 * (size_t)word.length);
    word.text = (uint32_t)length;
    word.first = ELMAN_NO_NODE;
    length += 2 * (size_t)word.length;
    counts->word_bytes += ELMAN_WORD_RECORD + 2 * (size_t)word.length;
    counts->words[kept] = word;
    counts->map[i] = kept++;
  }
  for (size_t i = 0; i < counts->word_count; i++) {
    uint16_t word = counts->map[counts->sorted[i]];
    if (word != ELMAN_REMOVED) counts->sorted[sorted++] = word;
  }
  elman_wipe(counts->texts + length, counts->text_length - length);
  counts->text_length = length;
  counts->word_count = kept;
}

/* The new number of a node, or ELMAN_NO_NODE. `slots` has those of n-grams. */
static uint32_t moved(const elman_counts *counts, uint32_t node) {
  if (node >= ELMAN_FIRST_GRAM) return counts->slots[node - ELMAN_FIRST_GRAM];
  return counts->map[node] == ELMAN_REMOVED ? ELMAN_NO_NODE : counts->map[node];
}

/* Close the gaps among n-grams. Contexts come before their children. Returns how many remain. */
static size_t pack_grams(elman_counts *counts, int32_t most) {
  size_t kept = 0;
  for (size_t i = 0; i < counts->gram_count; i++) {
    elman_gram gram = counts->grams[i];
    uint32_t parent = moved(counts, gram.parent), word = moved(counts, gram.word);
    bool stays = parent != ELMAN_NO_NODE && word != ELMAN_NO_NODE &&
                 score_of(gram.count, gram.last) > most;
    counts->slots[i] = stays ? ELMAN_FIRST_GRAM + (uint32_t)kept : ELMAN_NO_NODE;
    if (!stays) continue;
    gram.parent = parent;
    gram.word = (uint16_t)word;
    counts->grams[kept++] = gram;
  }
  return kept;
}

void elman_counts_sweep(elman_counts *counts, int32_t most) {
  counts->version++;
  pack_words(counts);
  size_t kept = pack_grams(counts, most);
  memset(counts->slots, 0, ((size_t)counts->slot_mask + 1) * sizeof *counts->slots);
  counts->gram_count = counts->gram_bytes = 0;
  for (size_t i = 0; i < kept; i++) {
    elman_gram gram = counts->grams[i];
    elman_gram *added = elman_gram_at(counts, elman_gram_add(counts, gram.parent, gram.word));
    added->count = gram.count;
    added->effective = gram.effective;
    added->last = gram.last;
  }
}

/* -- choosing what to remove --------------------------------------------------------------------------- */

typedef struct {
  size_t count, bytes;
} amount;

/* What would remain of the words if those with a score of `most` or less were removed. */
static amount words_above(const elman_counts *counts, int32_t most) {
  amount left = {0, 0};
  for (size_t i = 0; i < counts->word_count; i++) {
    if (word_score(counts, i) <= most) continue;
    left.count++;
    left.bytes += ELMAN_WORD_RECORD + 2 * (size_t)counts->words[i].length;
  }
  return left;
}

static amount grams_above(const elman_counts *counts, int32_t most) {
  amount left = {0, 0};
  for (size_t i = 0; i < counts->gram_count; i++) {
    const elman_gram *gram = &counts->grams[i];
    if (score_of(gram->count, gram->last) <= most) continue;
    bool is_leaf = elman_gram_order(counts, ELMAN_FIRST_GRAM + (uint32_t)i) == ELMAN_ORDERS;
    left.count++;
    left.bytes += is_leaf ? ELMAN_LEAF_RECORD : ELMAN_GRAM_RECORD;
  }
  return left;
}

/* The lowest score at which three quarters of a limit suffice. */
static int32_t lowest_score(const elman_counts *counts, amount limit,
                            amount (*above)(const elman_counts *, int32_t)) {
  int32_t low = NO_SCORE, high = HIGHEST_SCORE;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    amount left = above(counts, middle);
    if (left.count <= limit.count / 4 * 3 && left.bytes <= limit.bytes / 4 * 3)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static bool words_fit(const elman_counts *counts) {
  return counts->word_count < ELMAN_MOST_WORDS &&
         counts->word_bytes + ELMAN_LARGEST_WORD_RECORD <= ELMAN_MOST_WORD_BYTES;
}

static bool grams_fit(const elman_counts *counts) {
  size_t bytes = counts->word_bytes + ELMAN_LARGEST_WORD_RECORD + counts->gram_bytes +
                 (ELMAN_ORDERS - 1) * ELMAN_GRAM_RECORD;
  return counts->gram_count + ELMAN_ORDERS - 1 <= ELMAN_MOST_GRAMS && bytes <= MOST_COUNT_BYTES;
}

bool elman_counts_fit(const elman_counts *counts) {
  return counts->word_count <= ELMAN_MOST_WORDS && counts->word_bytes <= ELMAN_MOST_WORD_BYTES &&
         counts->gram_count <= ELMAN_MOST_GRAMS &&
         counts->word_bytes + counts->gram_bytes <= MOST_COUNT_BYTES;
}

bool elman_counts_have_room(const elman_counts *counts) {
  return words_fit(counts) && grams_fit(counts);
}

void elman_counts_fade(elman_counts *counts) {
  int32_t words = NO_SCORE, grams = NO_SCORE;
  if (!words_fit(counts))
    words = lowest_score(counts, (amount){ELMAN_MOST_WORDS, ELMAN_MOST_WORD_BYTES}, words_above);
  if (!grams_fit(counts)) {
    amount left = {ELMAN_MOST_GRAMS, MOST_COUNT_BYTES - words_above(counts, words).bytes};
    grams = lowest_score(counts, left, grams_above);
  }
  for (size_t i = 0; i < counts->word_count; i++)
    counts->map[i] = word_score(counts, i) <= words ? ELMAN_REMOVED : 0;
  elman_counts_sweep(counts, grams);
}
