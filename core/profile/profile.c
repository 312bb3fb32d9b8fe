/* Opens and closes profiles, lists their words, and returns their bytes. */
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "text/text.h"

elman_status elman_profile_enter(elman_profile *profile, elman_error *error) {
  if (atomic_flag_test_and_set_explicit(&profile->in_use, memory_order_acquire))
    return elman_fail(error, ELMAN_ERROR_BUSY, "another call on this profile is running");
  return ELMAN_OK;
}

elman_status elman_profile_change(elman_profile *profile, elman_error *error) {
  elman_status status = elman_profile_enter(profile, error);
  if (status == ELMAN_OK) profile->revision++;
  return status;
}

void elman_profile_leave(elman_profile *profile) {
  atomic_flag_clear_explicit(&profile->in_use, memory_order_release);
}

elman_status elman_profile_create(elman_profile **profile, elman_error *error) {
  elman_profile *created = calloc(1, sizeof *created);
  *profile = NULL;
  if (created == NULL || !elman_counts_open(&created->counts, 1)) {
    free(created);
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for a profile");
  }
  atomic_flag_clear(&created->in_use);
  elman_weights_reset(created);
  *profile = created;
  return ELMAN_OK;
}

static void release_profile(elman_profile *profile) {
  elman_counts_clear(&profile->counts);
  elman_counts_close(&profile->counts);
  free(profile);
}

elman_status elman_profile_open_bytes(const void *bytes, size_t length, elman_profile **profile,
                                      elman_error *error) {
  if (profile != NULL) *profile = NULL;
  if (profile == NULL || (bytes == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or bytes is NULL");
  if (bytes == NULL) return elman_profile_create(profile, error);
  elman_view view = {bytes, length};
  elman_profile *created = NULL;
  elman_status status = elman_profile_check(view, error);
  if (!status) status = elman_profile_create(&created, error);
  if (!status) status = elman_profile_read(created, view, error);
  if (status == ELMAN_OK)
    *profile = created;
  else if (created != NULL)
    release_profile(created);
  return status;
}

elman_status elman_profile_close(elman_profile *profile, elman_error *error) {
  if (profile == NULL) return ELMAN_OK;
  elman_status status = elman_profile_enter(profile, error);
  if (status != ELMAN_OK) return status;
  if (profile->sessions > 0) {
    size_t sessions = profile->sessions;
    elman_profile_leave(profile);
    return elman_fail(error, ELMAN_ERROR_BUSY, "sessions still use the profile: %zu", sessions);
  }
  release_profile(profile);
  return ELMAN_OK;
}

elman_status elman_profile_clear(elman_profile *profile, elman_error *error) {
  if (profile == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile is NULL");
  elman_status status = elman_profile_change(profile, error);
  if (status != ELMAN_OK) return status;
  elman_counts_clear(&profile->counts);
  elman_weights_reset(profile);
  memset(profile->forgotten, 0, sizeof profile->forgotten);
  profile->forgotten_count = 0;
  elman_profile_leave(profile);
  return ELMAN_OK;
}

/* -- bytes --------------------------------------------------------------------------------------------- */

elman_status elman_profile_put(elman_profile *profile, void *bytes, size_t capacity, size_t *length,
                               elman_error *error) {
  size_t size = elman_profile_size(profile);
  if (capacity < size)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the profile has %zu bytes, not %zu", size, capacity);
  uint32_t *order = malloc((profile->counts.gram_count + 1) * sizeof *order);
  if (order == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the profile's bytes");
  elman_profile_write(profile, order, bytes);
  *length = size;
  free(order);
  return ELMAN_OK;
}

elman_status elman_profile_bytes(elman_profile *profile, void *bytes, size_t capacity,
                                 size_t *length, elman_error *error) {
  if (length != NULL) *length = 0;
  if (profile == NULL || bytes == NULL || length == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile, bytes or length is NULL");
  elman_status status = elman_profile_enter(profile, error);
  if (status != ELMAN_OK) return status;
  status = elman_profile_put(profile, bytes, capacity, length, error);
  elman_profile_leave(profile);
  return status;
}

/* -- words --------------------------------------------------------------------------------------------- */

/* Whether a word is listed: punctuation, emoji and `</s>` are not. */
static bool is_listed(const elman_counts *counts, uint32_t word) {
  elman_view folded = elman_word_folded(counts, word);
  return elman_text_is_word(folded.bytes, folded.length);
}

elman_status elman_profile_measure(elman_profile *profile, elman_profile_totals *totals,
                                   elman_error *error) {
  if (profile == NULL || totals == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or totals is NULL");
  elman_status status = elman_profile_enter(profile, error);
  if (status != ELMAN_OK) return status;
  const elman_counts *counts = &profile->counts;
  *totals = (elman_profile_totals){.bytes = elman_profile_size(profile), .clock = counts->clock};
  for (size_t i = 0; i < counts->word_count; i++) totals->words += is_listed(counts, (uint32_t)i);
  elman_profile_leave(profile);
  return ELMAN_OK;
}

static void describe_word(const elman_counts *counts, uint32_t word, elman_learned_word *learned) {
  elman_view written = elman_word_written(counts, word);
  memcpy(learned->word, written.bytes, written.length);
  learned->word[written.length] = '\0';
  learned->count = counts->words[word].count;
  learned->last = counts->words[word].last;
}

elman_status elman_profile_words(elman_profile *profile, size_t from, elman_learned_word *words,
                                 size_t capacity, size_t *count, elman_error *error) {
  if (count != NULL) *count = 0;
  if (profile == NULL || words == NULL || count == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile, words or count is NULL");
  elman_status status = elman_profile_enter(profile, error);
  if (status != ELMAN_OK) return status;
  const elman_counts *counts = &profile->counts;
  for (size_t place = 0; place < counts->word_count && *count < capacity; place++) {
    uint32_t word = counts->sorted[place];
    if (!is_listed(counts, word)) continue;
    if (from > 0)
      from--;
    else
      describe_word(counts, word, &words[(*count)++]);
  }
  elman_profile_leave(profile);
  return ELMAN_OK;
}
