/* Reads a profile from bytes, and refuses any that this library would not have written. */
#include <string.h>

#include "common/error.h"
#include "model/sha256.h"
#include "profile/profile.h"
#include "text/text.h"

/* Bytes while they are read. */
typedef struct {
  elman_counts *counts;
  const uint8_t *at, *end;
  size_t grams; /* left to read */
} source;

/* Read a number. Check `has` first. */
static uint32_t take_number(source *from, int bytes) {
  uint32_t number = 0;
  for (int i = 0; i < bytes; i++) number |= (uint32_t)*from->at++ << 8 * i;
  return number;
}

static bool has(const source *from, size_t bytes) {
  return (size_t)(from->end - from->at) >= bytes;
}

static elman_view take_view(source *from, size_t length) {
  elman_view view = {(const char *)from->at, length};
  from->at += length;
  return view;
}

/* -- head and digest ----------------------------------------------------------------------------------- */

static elman_status damaged(elman_error *error, const char *how) {
  return elman_fail(error, ELMAN_ERROR_DAMAGED,
                    "the profile is damaged: %s; restore a copy, or delete it to start again", how);
}

elman_status elman_profile_check(elman_view bytes, elman_error *error) {
  const uint8_t *at = (const uint8_t *)bytes.bytes;
  uint8_t digest[ELMAN_SHA256_BYTES];
  if (bytes.length < ELMAN_PROFILE_HEAD + sizeof digest ||
      memcmp(at, ELMAN_PROFILE_MAGIC, 4) != 0)
    return damaged(error, "it does not start as a profile does");
  if (bytes.length > ELMAN_LARGEST_PROFILE || elman_uint32_at(at + 8) != bytes.length)
    return damaged(error, "its length is wrong");
  elman_sha256(bytes.bytes, bytes.length - sizeof digest, digest);
  if (memcmp(at + bytes.length - sizeof digest, digest, sizeof digest) != 0)
    return damaged(error, "its SHA-256 does not match the digest at its end");
  uint32_t version = elman_uint32_at(at + 4);
  bool is_read = version == ELMAN_PROFILE_VERSION || version == ELMAN_PROFILE_WITHOUT_WEIGHTS;
  if (!is_read || elman_uint32_at(at + 12) != ELMAN_ORDERS)
    return elman_fail(error, ELMAN_ERROR_VERSION,
                      "the profile has format %u.%u, but this library reads %d.%d: update the library",
                      (unsigned)version, (unsigned)elman_uint32_at(at + 12),
                      ELMAN_PROFILE_VERSION, ELMAN_ORDERS);
  return ELMAN_OK;
}

/* -- weights ------------------------------------------------------------------------------------------- */

static bool take_weights(source *from, elman_profile *profile, bool has_weights) {
  elman_weights_reset(profile);
  if (!has_weights) return true;
  if (!has(from, ELMAN_WEIGHTS_RECORD)) return false;
  for (size_t i = 0; i < ELMAN_LOGITS; i++)
    profile->kept.logits[i] = (int16_t)(uint16_t)take_number(from, 2);
  profile->kept.distrust = (uint16_t)take_number(from, 2);
  profile->kept.overlooked = (uint16_t)take_number(from, 2);
  return elman_weights_restore(profile);
}

/* -- words --------------------------------------------------------------------------------------------- */

/* Whether `written` has this folded form. */
static bool folds_to(elman_view written, elman_view folded) {
  char found[ELMAN_LONGEST_WORD];
  elman_view key;
  return elman_fold_word(written, found, &key) && key.length == folded.length &&
         memcmp(key.bytes, folded.bytes, key.length) == 0;
}

/* Whether the word that was added last is greater than the one before. */
static bool is_sorted(const elman_counts *counts) {
  return counts->sorted[counts->word_count - 1] == counts->word_count - 1;
}

/* Whether the texts of a word are valid. Only `</s>`, the first one, is empty. */
static bool are_texts_valid(const elman_counts *counts, elman_view folded, elman_view written,
                            bool is_written) {
  if (counts->word_count == 0) return folded.length == 0 && !is_written;
  bool differs = is_written && memcmp(written.bytes, folded.bytes, folded.length) != 0;
  return folds_to(folded, folded) && is_written == differs && folds_to(written, folded) &&
         elman_word_find(counts, folded) == ELMAN_NO_NODE;
}

static bool take_texts(source *from, size_t length, bool is_written) {
  elman_counts *counts = from->counts;
  if (length > ELMAN_LONGEST_WORD || !has(from, is_written ? 2 * length : length)) return false;
  elman_view folded = take_view(from, length);
  elman_view written = is_written ? take_view(from, length) : folded;
  if (!are_texts_valid(counts, folded, written, is_written)) return false;
  elman_word_add(counts, folded, written);
  return is_sorted(counts);
}

/* Read a word. `first` receives the number of its children until these are read. */
static bool take_word(source *from) {
  elman_counts *counts = from->counts;
  if (!has(from, ELMAN_WORD_RECORD) ||
      counts->word_bytes + ELMAN_LARGEST_WORD_RECORD > ELMAN_MOST_WORD_BYTES)
    return false;
  uint32_t length = take_number(from, 1), votes = take_number(from, 1), count = take_number(from, 2);
  uint32_t effective = take_number(from, 2), last = take_number(from, 4), children = take_number(from, 2);
  bool is_end = counts->word_count == 0;
  if (!take_texts(from, length & ~ELMAN_WRITTEN_BIT, (length & ELMAN_WRITTEN_BIT) != 0)) return false;
  counts->words[counts->word_count - 1] = (elman_profile_word){
      .text = counts->words[counts->word_count - 1].text, .last = last, .first = children,
      .count = (uint16_t)count, .effective = (uint16_t)effective,
      .length = (uint8_t)(length & ~ELMAN_WRITTEN_BIT),
      .votes = (uint8_t)(votes & ~ELMAN_KEPT_BIT), .is_kept = (votes & ELMAN_KEPT_BIT) != 0};
  if (is_end) return effective <= count && last <= counts->clock && votes <= ELMAN_MOST_VOTES;
  return count > 0 && effective > 0 && effective <= count && last <= counts->clock &&
         (votes & ~ELMAN_KEPT_BIT) <= ELMAN_MOST_VOTES;
}

/* -- n-grams ------------------------------------------------------------------------------------------- */

typedef struct {
  uint16_t count, last;
} limits;

static limits limits_of(const elman_counts *counts, uint32_t node) {
  if (node < ELMAN_FIRST_GRAM)
    return (limits){counts->words[node].count, elman_tick(counts->words[node].last)};
  const elman_gram *gram = elman_gram_at(counts, node);
  return (limits){gram->count, gram->last};
}

/* Whether an n-gram may follow its context, whose order is `order`: no count and no time is greater than
 * that of the context, and `</s>` is at the start or the end. */
static bool is_gram_valid(const elman_gram *gram, limits context, int order, uint32_t children) {
  bool is_end = gram->word == ELMAN_PROFILE_END;
  bool is_possible = !is_end || (children == 0 && gram->parent != ELMAN_PROFILE_END);
  return is_possible && order < ELMAN_ORDERS && gram->count > 0 && gram->effective > 0 &&
         gram->effective <= gram->count && gram->count <= context.count &&
         gram->last <= context.last;
}

/* Read the children of a node, with their own children. */
static bool take_children(source *from, uint32_t parent, int order, uint32_t children) {
  elman_counts *counts = from->counts;
  bool is_leaf = order + 1 == ELMAN_ORDERS;
  int32_t previous = -1;
  for (; children > 0; children--) {
    if (from->grams == 0 || !has(from, is_leaf ? ELMAN_LEAF_RECORD : ELMAN_GRAM_RECORD))
      return false;
    from->grams--;
    elman_gram gram = {.parent = parent, .word = (uint16_t)take_number(from, 2)};
    gram.count = gram.effective = (uint16_t)take_number(from, 2);
    gram.last = (uint16_t)take_number(from, 2);
    if (!is_leaf) gram.effective = (uint16_t)take_number(from, 2);
    uint32_t below = is_leaf ? 0 : take_number(from, 2);
    if (gram.word <= previous || gram.word >= counts->word_count ||
        !is_gram_valid(&gram, limits_of(counts, parent), order, below))
      return false;
    previous = gram.word;
    uint32_t node = elman_gram_add(counts, parent, gram.word);
    elman_gram *added = elman_gram_at(counts, node);
    added->count = gram.count;
    added->effective = gram.effective;
    added->last = gram.last;
    if (!take_children(from, node, order + 1, below)) return false;
  }
  return true;
}

static bool take_grams(source *from) {
  elman_counts *counts = from->counts;
  for (size_t i = 0; i < counts->word_count; i++) {
    uint32_t children = counts->words[i].first;
    counts->words[i].first = ELMAN_NO_NODE;
    if (!take_children(from, (uint32_t)i, 1, children)) return false;
  }
  return from->grams == 0;
}

/* -- everything ---------------------------------------------------------------------------------------- */

static bool take_forgotten(source *from, elman_profile *profile, uint32_t count) {
  if (count > ELMAN_MOST_FORGOTTEN || !has(from, 8 * (size_t)count)) return false;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t digest = take_number(from, 4);
    elman_add_forgotten(profile, digest | (uint64_t)take_number(from, 4) << 32);
  }
  /* A digest that is stored twice was added once. */
  return profile->forgotten_count == count && from->at == from->end;
}

elman_status elman_profile_read(elman_profile *profile, elman_view bytes, elman_error *error) {
  elman_counts *counts = &profile->counts;
  const uint8_t *start = (const uint8_t *)bytes.bytes;
  source from = {counts, start + 16, start + bytes.length - ELMAN_SHA256_BYTES, 0};
  uint32_t clock = take_number(&from, 4), words = take_number(&from, 4);
  uint32_t grams = take_number(&from, 4), forgotten = take_number(&from, 4);
  bool is_valid = words > 0 && words <= ELMAN_MOST_WORDS && grams <= ELMAN_MOST_GRAMS;
  elman_counts_clear(counts);
  counts->clock = clock;
  from.grams = grams;
  is_valid = is_valid && take_weights(&from, profile, elman_uint32_at(start + 4) == ELMAN_PROFILE_VERSION);
  counts->word_count = counts->word_bytes = 0;
  for (uint32_t i = 0; is_valid && i < words; i++) is_valid = take_word(&from);
  is_valid = is_valid && take_grams(&from) && take_forgotten(&from, profile, forgotten);
  return is_valid ? ELMAN_OK : damaged(error, "its parts contradict each other");
}
