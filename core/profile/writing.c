/*
 * Writes a profile to bytes: head, weights, words, n-grams, forgotten words, digest. README.md describes the format.
 * Equal profiles have equal bytes, because words and children are sorted.
 */
#include <string.h>

#include "model/sha256.h"
#include "profile/profile.h"

static char *put_number(char *at, uint64_t number, int bytes) {
  for (int i = 0; i < bytes; i++) at[i] = (char)(uint8_t)(number >> 8 * i);
  return at + bytes;
}

static char *put_view(char *at, elman_view view) {
  memcpy(at, view.bytes, view.length);
  return at + view.length;
}

size_t elman_profile_size(const elman_profile *profile) {
  const elman_counts *counts = &profile->counts;
  size_t size = ELMAN_PROFILE_HEAD + ELMAN_WEIGHTS_RECORD + counts->gram_bytes + 8 * profile->forgotten_count +
                ELMAN_SHA256_BYTES;
  for (size_t i = 0; i < counts->word_count; i++) {
    size_t length = counts->words[i].length;
    size += ELMAN_WORD_RECORD + (elman_word_is_written(counts, (uint32_t)i) ? 2 * length : length);
  }
  return size;
}

static char *put_head(const elman_profile *profile, size_t length, char *at) {
  at = put_view(at, (elman_view){ELMAN_PROFILE_MAGIC, 4});
  at = put_number(at, ELMAN_PROFILE_VERSION, 4);
  at = put_number(at, length, 4);
  at = put_number(at, ELMAN_ORDERS, 4);
  at = put_number(at, profile->counts.clock, 4);
  at = put_number(at, profile->counts.word_count, 4);
  at = put_number(at, profile->counts.gram_count, 4);
  return put_number(at, profile->forgotten_count, 4);
}

static char *put_weights(const elman_kept_weights *kept, char *at) {
  for (size_t i = 0; i < ELMAN_LOGITS; i++) at = put_number(at, (uint16_t)kept->logits[i], 2);
  at = put_number(at, kept->distrust, 2);
  return put_number(at, kept->overlooked, 2);
}

static size_t children_of(const elman_counts *counts, uint32_t first) {
  size_t count = 0;
  for (; first != ELMAN_NO_NODE; first = elman_gram_at(counts, first)->next) count++;
  return count;
}

static char *put_word(const elman_counts *counts, uint32_t number, char *at) {
  const elman_profile_word *word = &counts->words[number];
  bool is_written = elman_word_is_written(counts, number);
  at = put_number(at, word->length | (is_written ? ELMAN_WRITTEN_BIT : 0u), 1);
  at = put_number(at, word->votes | (word->is_kept ? ELMAN_KEPT_BIT : 0u), 1);
  at = put_number(at, word->count, 2);
  at = put_number(at, word->effective, 2);
  at = put_number(at, word->last, 4);
  at = put_number(at, children_of(counts, word->first), 2);
  at = put_view(at, elman_word_folded(counts, number));
  return is_written ? put_view(at, elman_word_written(counts, number)) : at;
}

/* Write the children of a node of an order, each with its own children. */
static char *put_children(const elman_counts *counts, uint32_t first, int order, char *at) {
  for (; first != ELMAN_NO_NODE; first = elman_gram_at(counts, first)->next) {
    const elman_gram *gram = elman_gram_at(counts, first);
    at = put_number(at, counts->map[gram->word], 2);
    at = put_number(at, gram->count, 2);
    at = put_number(at, gram->last, 2);
    if (order + 1 == ELMAN_ORDERS) continue;
    at = put_number(at, gram->effective, 2);
    at = put_number(at, children_of(counts, gram->first), 2);
    at = put_children(counts, gram->first, order + 1, at);
  }
  return at;
}

void elman_profile_write(elman_profile *profile, uint32_t *order, char *bytes) {
  elman_counts *counts = &profile->counts;
  size_t length = elman_profile_size(profile);
  elman_sort_children(counts, order);
  char *at = put_weights(&profile->kept, put_head(profile, length, bytes));
  for (size_t i = 0; i < counts->word_count; i++) at = put_word(counts, counts->sorted[i], at);
  for (size_t i = 0; i < counts->word_count; i++)
    at = put_children(counts, counts->words[counts->sorted[i]].first, 1, at);
  for (size_t i = 0; i < profile->forgotten_count; i++) at = put_number(at, profile->forgotten[i], 8);
  elman_sha256(bytes, length - ELMAN_SHA256_BYTES, (uint8_t *)at);
}
