/* Reads the front-coded list of tail words into a vocabulary of its own. */
#include "model/tail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "model/spelling.h"
#include "text/text.h"

#define HEAD 12
/* Rarities are in parts of a bit. */
#define PARTS_OF_BIT 8
#define MOST_TAIL_WORDS 1000000
/* A record has at least two lengths, one byte of text and a count. */
#define SHORTEST_RECORD 4
#define COUNT_GROUP_BITS 7
#define MOST_COUNT_GROUPS 5
#define SPECIAL_ENTRIES "</s>\n<unk>\n"

/* The bytes that are left to read. */
typedef struct {
  const uint8_t *at, *end;
} reader;

static bool read_byte(reader *from, uint32_t *byte) {
  if (from->at == from->end) return false;
  *byte = *from->at++;
  return true;
}

static bool read_count(reader *from, uint32_t *count) {
  uint64_t number = 0;
  for (uint32_t group = 0, byte; group < MOST_COUNT_GROUPS; group++) {
    if (!read_byte(from, &byte)) return false;
    number |= (uint64_t)(byte & 127) << (COUNT_GROUP_BITS * group);
    if (byte > 127) continue;
    *count = (uint32_t)number;
    return number > 0 && number <= UINT32_MAX;
  }
  return false;
}

/* Write the next word to `*at`, after the one before it, which has `*length` bytes and a line feed. */
static bool read_record(reader *from, char **at, size_t *length, uint32_t *count) {
  uint32_t shared, others;
  if (!read_byte(from, &shared) || !read_byte(from, &others)) return false;
  if (shared > *length || shared + others > ELMAN_LONGEST_WORD) return false;
  if ((size_t)(from->end - from->at) < others) return false;
  memcpy(*at, *at - *length - 1, shared);
  memcpy(*at + shared, from->at, others);
  from->at += others;
  *length = shared + others;
  *at += *length;
  *(*at)++ = '\n';
  return read_count(from, count);
}

/* Read all records, and compute the shares. Returns the number of bytes of `entries`, or 0 if a record is
 * not valid. */
static size_t read_records(reader *from, uint32_t size, uint32_t unknown, elman_tail *tail) {
  char *at = tail->entries;
  size_t length = 0;
  uint64_t sum = 0;
  tail->once = (float)((1 - ELMAN_DISCOUNT) / unknown);
  memcpy(at, SPECIAL_ENTRIES, strlen(SPECIAL_ENTRIES));
  at += strlen(SPECIAL_ENTRIES);
  for (uint32_t id = ELMAN_SPECIAL, count; id < size + ELMAN_SPECIAL; id++) {
    if (!read_record(from, &at, &length, &count)) return 0;
    double share = (count - ELMAN_DISCOUNT) / unknown;
    tail->shares[id] = (elman_tail_share){(float)share, (float)log(share)};
    tail->rest -= share;
    sum += count;
  }
  return sum <= unknown ? (size_t)(at - tail->entries) : 0;
}

/* Whether all are words that the vocabulary does not have. */
static bool are_tail_words(const elman_tail *tail, const elman_vocabulary *vocabulary) {
  for (uint32_t id = ELMAN_SPECIAL; id < tail->words.size; id++)
    if (!(tail->words.flags[id] & ELMAN_IS_WORD) ||
        elman_vocabulary_find_key(vocabulary, elman_vocabulary_key_at(&tail->words, id)) !=
            ELMAN_UNKNOWN)
      return false;
  return true;
}

static float log_share_of(const void *tail, uint32_t id) {
  return ((const elman_tail *)tail)->shares[id].log;
}

static elman_status raise_shares(elman_tail *tail) {
  tail->highest = malloc((tail->words.trie.count + 1) * sizeof *tail->highest);
  if (tail->highest == NULL) return ELMAN_ERROR_MEMORY;
  elman_trie_raise(&tail->words.trie, tail->highest, log_share_of, tail);
  return ELMAN_OK;
}

static bool mark_misspelled(uint64_t number, elman_vocabulary *vocabulary, elman_tail *tail) {
  if (number < vocabulary->size) {
    vocabulary->flags[number] |= ELMAN_MISSPELLED;
    return true;
  }
  number -= vocabulary->size - ELMAN_SPECIAL;
  if (number >= tail->words.size) return false;
  tail->words.flags[number] |= ELMAN_MISSPELLED;
  return true;
}

/* Read the marks of misspelled words, if there are any: their number, and the distance of each from the one before. */
static bool read_misspelled(reader *from, elman_vocabulary *vocabulary, elman_tail *tail) {
  uint32_t left, distance;
  uint64_t number = 0;
  if (from->at == from->end) return true;
  if (!read_count(from, &left)) return false;
  for (; left > 0; left--) {
    if (!read_count(from, &distance)) return false;
    number += distance;
    if (!mark_misspelled(number, vocabulary, tail)) return false;
  }
  return from->at == from->end;
}

static void clear_misspelled(elman_vocabulary *vocabulary) {
  for (uint32_t id = 0; id < vocabulary->size; id++) vocabulary->flags[id] &= (uint8_t)~ELMAN_MISSPELLED;
}

/* Read `size` words. */
static elman_status read_words(reader *from, uint32_t size, uint32_t unknown,
                               elman_vocabulary *vocabulary, elman_tail *tail) {
  tail->shares = calloc(size + ELMAN_SPECIAL, sizeof *tail->shares);
  tail->entries = malloc(sizeof SPECIAL_ENTRIES + (size_t)size * (ELMAN_LONGEST_WORD + 1));
  if (tail->shares == NULL || tail->entries == NULL) return ELMAN_ERROR_MEMORY;
  size_t length = read_records(from, size, unknown, tail);
  if (length == 0) return ELMAN_ERROR_MODEL;
  char *smaller = realloc(tail->entries, length);
  if (smaller != NULL) tail->entries = smaller;
  elman_contents contents = {.vocabulary = {tail->entries, length},
                             .vocabulary_size = size + ELMAN_SPECIAL,
                             .segmentation = vocabulary->segmentation};
  elman_status status = elman_vocabulary_open(&contents, &tail->words, NULL);
  if (status != ELMAN_OK) return status;
  return are_tail_words(tail, vocabulary) ? raise_shares(tail) : ELMAN_ERROR_MODEL;
}

/* Copy the rarities of the vocabulary's entries, if there are any. */
static elman_status read_rarities(reader *from, uint32_t count, const elman_vocabulary *vocabulary,
                                  elman_tail *tail) {
  if (count == 0) return ELMAN_OK;
  if (count != vocabulary->size || (size_t)(from->end - from->at) < count) return ELMAN_ERROR_MODEL;
  tail->rarities = malloc(count);
  if (tail->rarities == NULL) return ELMAN_ERROR_MEMORY;
  memcpy(tail->rarities, from->at, count);
  from->at += count;
  return ELMAN_OK;
}

static elman_status read_tail(reader *from, elman_vocabulary *vocabulary, elman_tail *tail) {
  if (from->end - from->at < HEAD) return ELMAN_ERROR_MODEL;
  uint32_t size = elman_uint32_at(from->at), unknown = elman_uint32_at(from->at + 4);
  uint32_t entries = elman_uint32_at(from->at + 8);
  from->at += HEAD;
  elman_status status = read_rarities(from, entries, vocabulary, tail);
  if (status != ELMAN_OK) return status;
  size_t left = (size_t)(from->end - from->at);
  if (size > MOST_TAIL_WORDS || left < SHORTEST_RECORD * (size_t)size || (size == 0 && entries == 0))
    return ELMAN_ERROR_MODEL;
  if (size > 0) status = read_words(from, size, unknown, vocabulary, tail);
  if (!status && !read_misspelled(from, vocabulary, tail)) status = ELMAN_ERROR_MODEL;
  return status;
}

static elman_status learn_letters(elman_tail *tail, const elman_vocabulary *vocabulary) {
  bool enough = elman_letters_add(&tail->letters, &vocabulary->trie) &&
                elman_letters_add(&tail->letters, &tail->words.trie);
  return enough ? ELMAN_OK : ELMAN_ERROR_MEMORY;
}

elman_status elman_tail_open(elman_view bytes, elman_vocabulary *vocabulary, elman_tail *tail,
                             elman_error *error) {
  *tail = (elman_tail){.rest = 1};
  clear_misspelled(vocabulary);
  reader from = {(const uint8_t *)bytes.bytes, (const uint8_t *)bytes.bytes + bytes.length};
  elman_status status = bytes.length == 0 ? ELMAN_OK : read_tail(&from, vocabulary, tail);
  if (!status) status = learn_letters(tail, vocabulary);
  if (status == ELMAN_OK) return status;
  elman_tail_close(tail);
  clear_misspelled(vocabulary);
  learn_letters(tail, vocabulary);
  return elman_fail(error, status,
                    status == ELMAN_ERROR_MEMORY ? "out of memory for the tail words"
                                                 : "its list of tail words is damaged");
}

void elman_tail_close(elman_tail *tail) {
  if (tail->words.size > 0) elman_vocabulary_close(&tail->words);
  free(tail->entries);
  free(tail->shares);
  free(tail->highest);
  free(tail->rarities);
  elman_letters_close(&tail->letters);
  *tail = (elman_tail){.rest = 1};
}

uint32_t elman_tail_find(const elman_tail *tail, elman_view key) {
  return tail->words.size == 0 ? ELMAN_UNKNOWN : elman_vocabulary_find_key(&tail->words, key);
}

double elman_entry_share(const elman_tail *tail, uint32_t id) {
  return tail->rarities == NULL ? INFINITY : exp2(-(double)tail->rarities[id] / PARTS_OF_BIT);
}

double elman_unknown_nats(const elman_vocabulary *vocabulary, const elman_tail *tail,
                          elman_view key) {
  uint32_t id = elman_tail_find(tail, key);
  if (id != ELMAN_UNKNOWN) return -tail->shares[id].log;
  return elman_spelling_nats(vocabulary, key) - log(tail->rest);
}
