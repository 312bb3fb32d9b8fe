/* Reads the front-coded list of tail words, and finds words in it. */
#include "model/tail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "model/spelling.h"
#include "text/text.h"

#define HEAD 8
#define MOST_WORDS 1000000
#define COUNT_GROUP_BITS 7
#define MOST_COUNT_GROUPS 5

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

/* Change `word` from the word before to the next one. */
static bool read_record(reader *from, char word[ELMAN_LONGEST_WORD], size_t *length, uint32_t *count) {
  uint32_t shared, others;
  if (!read_byte(from, &shared) || !read_byte(from, &others)) return false;
  if (shared > *length || shared + others > ELMAN_LONGEST_WORD || shared + others == 0) return false;
  if ((size_t)(from->end - from->at) < others) return false;
  memcpy(word + shared, from->at, others);
  from->at += others;
  *length = shared + others;
  return read_count(from, count);
}

/* Append a word with its folded form to the texts. */
static bool add_word(elman_tail *tail, elman_view written, uint32_t count) {
  elman_tail_word *word = &tail->words[tail->size];
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_LONGEST_WORD)];
  size_t length;
  if (elman_text_fold(written.bytes, written.length, folded, sizeof folded, &length) != ELMAN_TEXT_OK)
    return false;
  if (length == 0 || length > UINT8_MAX) return false;
  double share = (double)count / tail->unknown;
  bool is_same = length == written.length && memcmp(folded, written.bytes, length) == 0;
  size_t used = tail->text_bytes;
  *word = (elman_tail_word){(uint32_t)used, (uint32_t)(used + (is_same ? 0 : written.length)),
                            count, (float)share, (float)log(share), (uint8_t)written.length,
                            (uint8_t)length, false};
  memcpy(tail->texts + word->written, written.bytes, written.length);
  memcpy(tail->texts + word->folded, folded, length);
  tail->text_bytes = word->folded + length;
  tail->size++;
  return true;
}

/* Whether the last word is greater than the one before it, and not in the vocabulary. */
static bool follows_last(const elman_tail *tail, const elman_vocabulary *vocabulary) {
  uint32_t last = tail->size - 1;
  elman_view written = elman_tail_written(tail, last);
  char scratch[ELMAN_TEXT_CAPACITY(ELMAN_LONGEST_WORD)];
  if (last > 0 && elman_compare(elman_tail_folded(tail, last - 1), elman_tail_folded(tail, last)) >= 0)
    return false;
  return elman_text_is_word(written.bytes, written.length) &&
         elman_vocabulary_find(vocabulary, written.bytes, written.length, scratch,
                               sizeof scratch) == ELMAN_UNKNOWN;
}

static bool read_words(reader *from, uint32_t size, const elman_vocabulary *vocabulary,
                       elman_tail *tail) {
  char word[ELMAN_LONGEST_WORD];
  size_t length = 0;
  uint64_t sum = 0;
  for (uint32_t index = 0, count; index < size; index++) {
    if (!read_record(from, word, &length, &count)) return false;
    if (!add_word(tail, (elman_view){word, length}, count)) return false;
    if (!follows_last(tail, vocabulary)) return false;
    sum += count;
  }
  if (from->at != from->end || sum > tail->unknown) return false;
  /* Even if no word of the training text is left, there are others. */
  double left = (double)(tail->unknown - sum) + (sum == tail->unknown);
  tail->rest = tail->size == 0 ? 1 : left / tail->unknown;
  return true;
}

static float log_share_of(const void *tail, uint32_t index) {
  return ((const elman_tail *)tail)->words[index].log_share;
}

static bool build_tail_trie(elman_tail *tail) {
  elman_trie_word *words = calloc(tail->size + 1, sizeof *words);
  size_t count = 0;
  for (uint32_t index = 0; words != NULL && index < tail->size; index++) {
    const elman_tail_word *word = &tail->words[index];
    if (word->folded_length <= ELMAN_LONGEST_TRIE_WORD)
      words[count++] = (elman_trie_word){word->folded, word->folded_length, index};
  }
  bool enough = words != NULL && elman_trie_open(&tail->trie, tail->texts, words, count);
  free(words);
  if (enough) tail->values = malloc((tail->trie.count + 1) * sizeof *tail->values);
  if (tail->values == NULL) return false;
  elman_trie_raise(&tail->trie, tail->values, log_share_of, tail);
  return true;
}

/* Give back memory that is not needed, and build the trie. */
static elman_status finish_tail(elman_tail *tail, elman_error *error) {
  char *texts = realloc(tail->texts, tail->text_bytes + 1);
  if (texts != NULL) tail->texts = texts;
  if (build_tail_trie(tail)) return ELMAN_OK;
  elman_tail_close(tail);
  return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the tail words");
}

elman_status elman_tail_open(elman_view bytes, const elman_vocabulary *vocabulary, elman_tail *tail,
                             elman_error *error) {
  *tail = (elman_tail){.rest = 1};
  if (bytes.length == 0) return ELMAN_OK;
  const uint8_t *start = (const uint8_t *)bytes.bytes;
  uint32_t size = bytes.length < HEAD ? MOST_WORDS + 1 : elman_uint32_at(start);
  /* A word has at least 4 bytes. */
  if (size > MOST_WORDS || bytes.length - HEAD < 4 * (size_t)size)
    return elman_fail(error, ELMAN_ERROR_MODEL, "its list of tail words is damaged");
  tail->unknown = elman_uint32_at(start + 4);
  tail->words = calloc(size + 1, sizeof *tail->words);
  tail->texts = malloc((size_t)size * (ELMAN_LONGEST_WORD + UINT8_MAX) + 1);
  if (tail->words == NULL || tail->texts == NULL) {
    elman_tail_close(tail);
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the tail words");
  }
  reader from = {start + HEAD, start + bytes.length};
  if (read_words(&from, size, vocabulary, tail)) return finish_tail(tail, error);
  elman_tail_close(tail);
  return elman_fail(error, ELMAN_ERROR_MODEL, "its list of tail words is damaged");
}

void elman_tail_close(elman_tail *tail) {
  free(tail->words);
  free(tail->texts);
  free(tail->trie.nodes);
  free(tail->values);
  *tail = (elman_tail){0};
}

/* The first word from `begin` on that is not less than `folded` or, with `past`, does not start with it. */
static uint32_t bound(const elman_tail *tail, elman_view folded, uint32_t begin, bool past) {
  uint32_t end = tail->size;
  while (begin < end) {
    uint32_t middle = begin + (end - begin) / 2;
    elman_view found = elman_tail_folded(tail, middle);
    bool starts = found.length >= folded.length &&
                  memcmp(found.bytes, folded.bytes, folded.length) == 0;
    if (past ? starts : elman_compare(found, folded) < 0)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

void elman_tail_range(const elman_tail *tail, elman_view folded, uint32_t *first, uint32_t *last) {
  *first = bound(tail, folded, 0, false);
  *last = bound(tail, folded, *first, true);
}

uint32_t elman_tail_find(const elman_tail *tail, elman_view folded) {
  uint32_t index = bound(tail, folded, 0, false);
  bool found = index < tail->size && elman_compare(elman_tail_folded(tail, index), folded) == 0;
  return found ? index : ELMAN_NO_TAIL;
}

double elman_unknown_nats(const elman_vocabulary *vocabulary, const elman_tail *tail,
                          elman_view folded) {
  uint32_t index = tail->size == 0 ? ELMAN_NO_TAIL : elman_tail_find(tail, folded);
  if (index != ELMAN_NO_TAIL) return -log(tail->words[index].share);
  return elman_spelling_nats(vocabulary, folded) - log(tail->rest);
}

size_t elman_tail_block(elman_tail *tail, const elman_blocklist *list) {
  size_t blocked = 0;
  for (uint32_t index = 0; index < tail->size; index++) {
    elman_tail_word *word = &tail->words[index];
    word->is_blocked = elman_blocklist_has(list, elman_tail_folded(tail, index));
    blocked += word->is_blocked;
  }
  return blocked;
}
