/*
 * Words that the user asked for, and words that the user does not want: these leave the counts, and only a digest of each remains, so that
 * neither typing nor an import brings them back.
 */
#include <string.h>

#include "common/error.h"
#include "model/sha256.h"
#include "profile/keeping.h"
#include "profile/profile.h"
#include "text/rules.h"
#include "text/text.h"

/* Digests of the same words elsewhere differ from those of profiles. */
#define SALT "elman forgotten word:"
#define SALT_LENGTH (sizeof SALT - 1)
/* Longer words are compared as a whole only. */
#define MOST_PARTS 16

static uint64_t digest_of(elman_view folded) {
  char salted[SALT_LENGTH + ELMAN_LONGEST_WORD];
  uint8_t digest[ELMAN_SHA256_BYTES];
  memcpy(salted, SALT, SALT_LENGTH);
  memcpy(salted + SALT_LENGTH, folded.bytes, folded.length);
  elman_sha256(salted, SALT_LENGTH + folded.length, digest);
  uint64_t found = 0;
  for (int i = 0; i < 8; i++) found = found << 8 | digest[i];
  return found;
}

static bool has_digest(const elman_profile *profile, uint64_t digest) {
  for (size_t i = 0; i < profile->forgotten_count; i++)
    if (profile->forgotten[i] == digest) return true;
  return false;
}

static void drop_digest(elman_profile *profile, uint64_t digest) {
  size_t kept = 0;
  for (size_t i = 0; i < profile->forgotten_count; i++)
    if (profile->forgotten[i] != digest) profile->forgotten[kept++] = profile->forgotten[i];
  profile->forgotten_count = kept;
}

void elman_add_forgotten(elman_profile *profile, uint64_t digest) {
  drop_digest(profile, digest);
  if (profile->forgotten_count == ELMAN_MOST_FORGOTTEN) {
    profile->forgotten_count--;
    memmove(profile->forgotten, profile->forgotten + 1,
            profile->forgotten_count * sizeof *profile->forgotten);
  }
  profile->forgotten[profile->forgotten_count++] = digest;
}

/* -- parts of words ------------------------------------------------------------------------------------ */

/* The parts of a word between marks, such as `don` and `t` in `don't`. Returns their number. */
static size_t parts_of(elman_view word, elman_view parts[MOST_PARTS]) {
  size_t count = 0, start = 0, at = 0;
  bool inside = false;
  while (at <= word.length) {
    elman_character found = elman_character_at(word, at);
    bool is_part = found.width > 0 && elman_is_part(found.kind);
    if (is_part && !inside) start = at;
    if (!is_part && inside && count < MOST_PARTS)
      parts[count++] = (elman_view){word.bytes + start, at - start};
    inside = is_part;
    if (found.width == 0) break;
    at += found.width;
  }
  return count;
}

/* Call `visit` with the digest of a word and of each series of its parts, until it returns true. */
static bool any_digest(elman_profile *profile, elman_view folded,
                       bool (*visit)(elman_profile *, uint64_t)) {
  elman_view parts[MOST_PARTS];
  size_t count = parts_of(folded, parts);
  if (visit(profile, digest_of(folded))) return true;
  for (size_t first = 0; first < count; first++)
    for (size_t last = first; last < count; last++) {
      const char *end = parts[last].bytes + parts[last].length;
      elman_view series = {parts[first].bytes, (size_t)(end - parts[first].bytes)};
      if (series.length < folded.length && visit(profile, digest_of(series))) return true;
    }
  return false;
}

static bool visit_is_forgotten(elman_profile *profile, uint64_t digest) {
  return has_digest(profile, digest);
}

static bool visit_remember(elman_profile *profile, uint64_t digest) {
  drop_digest(profile, digest);
  return false;
}

bool elman_is_forgotten(const elman_profile *profile, elman_view folded) {
  if (profile->forgotten_count == 0) return false;
  return any_digest((elman_profile *)profile, folded, visit_is_forgotten);
}

void elman_drop_forgotten(elman_profile *profile) {
  elman_counts *counts = &profile->counts;
  bool any = false;
  for (size_t i = 0; i < counts->word_count; i++) {
    bool is_gone = i != ELMAN_PROFILE_END &&
                   elman_is_forgotten(profile, elman_word_folded(counts, (uint32_t)i));
    counts->map[i] = is_gone ? ELMAN_REMOVED : 0;
    any = any || is_gone;
  }
  if (any) elman_counts_sweep(counts, -1);
}

/* -- calls --------------------------------------------------------------------------------------------- */

/* A word that a call names. The views are of the two texts. */
typedef struct {
  char normal[ELMAN_WORD_CAPACITY], folded[ELMAN_LONGEST_WORD];
  elman_view written, key;
} named_word;

/* Normalise and fold a word. Returns false if it is not one word that a profile can hold. */
static bool read_word(const char *text, size_t length, named_word *word) {
  size_t produced;
  elman_view next;
  if (elman_text_normalise(text, length, word->normal, sizeof word->normal, &produced) !=
      ELMAN_TEXT_OK)
    return false;
  elman_scanner scanner = elman_scan((elman_view){word->normal, produced});
  return elman_next_token(&scanner, &word->written) &&
         elman_fold_word(word->written, word->folded, &word->key) &&
         !elman_next_token(&scanner, &next);
}

static elman_status check_text(const elman_profile *profile, const char *text, size_t length,
                               elman_error *error) {
  size_t invalid_at;
  if (profile == NULL || text == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or word is NULL");
  if (elman_text_validate(text, length, &invalid_at) != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the word is not UTF-8 at byte %zu", invalid_at);
  return ELMAN_OK;
}

/* Read a word and begin a call on a profile. */
static elman_status enter_with_word(elman_profile *profile, const char *text, size_t length,
                                    named_word *word, elman_error *error) {
  elman_status status = check_text(profile, text, length, error);
  if (status != ELMAN_OK) return status;
  if (!read_word(text, length, word))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "expected one word of at most %d bytes",
                      ELMAN_LONGEST_WORD);
  return elman_profile_change(profile, error);
}

elman_status elman_forget(elman_profile *profile, const char *word, size_t length,
                          elman_error *error) {
  named_word named;
  elman_status status = enter_with_word(profile, word, length, &named, error);
  if (status != ELMAN_OK) return status;
  elman_add_forgotten(profile, digest_of(named.key));
  elman_drop_forgotten(profile);
  elman_profile_leave(profile);
  return ELMAN_OK;
}

/* Add a word, or raise its count to `least`. */
static elman_profile_word *add_named(elman_counts *counts, const named_word *named, uint16_t least) {
  if (!elman_counts_have_room(counts)) elman_counts_fade(counts);
  uint32_t word = elman_word_find(counts, named->key);
  if (word == ELMAN_NO_NODE) word = elman_word_add(counts, named->key, named->written);
  elman_profile_word *added = &counts->words[word];
  if (added->count < least) added->count = least;
  if (added->effective < least) added->effective = least;
  added->last = counts->clock;
  return added;
}

elman_status elman_remember(elman_profile *profile, const char *word, size_t length,
                            elman_error *error) {
  named_word named;
  elman_status status = enter_with_word(profile, word, length, &named, error);
  if (status != ELMAN_OK) return status;
  any_digest(profile, named.key, visit_remember);
  add_named(&profile->counts, &named, ELMAN_SUGGESTED_COUNT);
  elman_profile_leave(profile);
  return ELMAN_OK;
}

/* Which of several words should stay is not known. Sessions notice that the profile has changed, and do not revise
 * what they remember. */
elman_status elman_keep(elman_profile *profile, const char *word, size_t length, elman_error *error) {
  named_word named;
  elman_view text = {word, length};
  elman_status status = check_text(profile, word, length, error);
  if (status == ELMAN_OK) status = elman_profile_change(profile, error);
  if (status != ELMAN_OK) return status;
  if (read_word(word, length, &named) && elman_may_keep(text) && !elman_is_forgotten(profile, named.key))
    add_named(&profile->counts, &named, 1)->is_kept = true;
  elman_profile_leave(profile);
  return ELMAN_OK;
}
