/*
 * Imports a profile into another. Each count becomes the higher of the two, so importing a backup twice
 * changes nothing. Times keep their distance from the clock of their profile. The weights are those of the
 * profile that learned more words.
 */
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "profile/profile.h"

static uint16_t higher_of(uint16_t one, uint16_t other) { return one > other ? one : other; }

/* Add a word `later` words after its time. Returns its number. */
static uint16_t merge_word(elman_counts *to, const elman_counts *from, uint32_t number,
                           uint32_t later) {
  const elman_profile_word *word = &from->words[number];
  elman_view folded = elman_word_folded(from, number);
  uint32_t found = elman_word_find(to, folded);
  if (found == ELMAN_NO_NODE) found = elman_word_add(to, folded, elman_word_written(from, number));
  elman_profile_word *merged = &to->words[found];
  if (word->votes > merged->votes) {
    memcpy(to->texts + merged->text + merged->length, elman_word_written(from, number).bytes,
           merged->length);
    merged->votes = word->votes;
  }
  merged->is_kept = merged->is_kept || word->is_kept;
  merged->count = higher_of(merged->count, word->count);
  merged->effective = higher_of(merged->effective, word->effective);
  if (word->last + later > merged->last) merged->last = word->last + later;
  return (uint16_t)found;
}

/* Add all counts. `nodes` has room for the n-grams of `from`. */
static void merge_counts(elman_counts *to, elman_counts *from, uint32_t *nodes) {
  uint32_t later = to->clock > from->clock ? to->clock - from->clock : 0;
  for (size_t i = 0; i < from->word_count; i++)
    from->map[i] = merge_word(to, from, (uint32_t)i, later);
  for (size_t i = 0; i < from->gram_count; i++) {
    const elman_gram *gram = &from->grams[i];
    uint32_t word = from->map[gram->word];
    uint32_t parent = gram->parent < ELMAN_FIRST_GRAM ? from->map[gram->parent]
                                                      : nodes[gram->parent - ELMAN_FIRST_GRAM];
    uint32_t node = elman_gram_find(to, parent, word);
    if (node == ELMAN_NO_NODE) node = elman_gram_add(to, parent, word);
    elman_gram *merged = elman_gram_at(to, node);
    uint32_t last = gram->last + (later >> ELMAN_TICK_BITS);
    merged->count = higher_of(merged->count, gram->count);
    merged->effective = higher_of(merged->effective, gram->effective);
    merged->last = higher_of(merged->last, (uint16_t)(last < UINT16_MAX ? last : UINT16_MAX));
    nodes[i] = node;
  }
}

static void merge_forgotten(elman_profile *to, const elman_profile *from) {
  for (size_t i = 0; i < from->forgotten_count; i++) elman_add_forgotten(to, from->forgotten[i]);
}

/* Merge two profiles into `both`, which has twice their room, and move the result to `own`. */
static void merge_profiles(elman_profile *own, elman_profile *other, elman_profile *both,
                           uint32_t *nodes) {
  if (other->counts.clock > own->counts.clock) {
    own->kept = other->kept;
    elman_weights_restore(own);
  }
  both->counts.clock =
      own->counts.clock > other->counts.clock ? own->counts.clock : other->counts.clock;
  merge_counts(&both->counts, &own->counts, nodes);
  merge_counts(&both->counts, &other->counts, nodes);
  merge_forgotten(both, other);
  merge_forgotten(both, own);
  elman_drop_forgotten(both);
  if (!elman_counts_fit(&both->counts)) elman_counts_fade(&both->counts);
  elman_counts_clear(&own->counts);
  own->counts.clock = both->counts.clock;
  merge_counts(&own->counts, &both->counts, nodes);
  own->forgotten_count = 0;
  merge_forgotten(own, both);
}

static elman_status merge_other(elman_profile *own, elman_profile *other, elman_error *error) {
  elman_profile *both = calloc(1, sizeof *both);
  uint32_t *nodes = malloc(2 * ELMAN_MOST_GRAMS * sizeof *nodes);
  bool enough = both != NULL && nodes != NULL && elman_counts_open(&both->counts, 2);
  if (enough) {
    merge_profiles(own, other, both, nodes);
    elman_counts_clear(&both->counts);
    elman_counts_close(&both->counts);
  }
  free(nodes);
  free(both);
  return enough ? ELMAN_OK : elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for an import");
}

elman_status elman_profile_merge(elman_profile *profile, const void *bytes, size_t length,
                                 elman_error *error) {
  elman_profile *other;
  if (profile == NULL || bytes == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or bytes is NULL");
  elman_status status = elman_profile_change(profile, error);
  if (status != ELMAN_OK) return status;
  status = elman_profile_open_bytes(bytes, length, &other, error);
  if (!status) {
    status = merge_other(profile, other, error);
    elman_profile_close(other, NULL);
  }
  elman_profile_leave(profile);
  return status;
}
