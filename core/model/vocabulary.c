/* Maps tokens to ids by binary search over case-folded forms, which are sorted by their bytes. */
#include "model/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "model/plain_letters.h"
#include "model/spelling.h"

/* In bytes. Even folded and with one more byte per line, offsets fit in 32 bits. */
#define LARGEST_VOCABULARY ((size_t)1 << 28)

static elman_view line_at(const char *text, const uint32_t *offsets, uint32_t id) {
  return (elman_view){text + offsets[id], offsets[id + 1] - offsets[id] - 1};
}

elman_view elman_vocabulary_entry(const elman_vocabulary *vocabulary, uint32_t id) {
  return line_at(vocabulary->entries, vocabulary->entry_offsets, id);
}

static elman_view folded_at(const elman_vocabulary *vocabulary, uint32_t id) {
  return line_at(vocabulary->folded, vocabulary->folded_offsets, id);
}

/* The sort key of an entry: pre-tokenized entries as written, all others case-folded. */
elman_view elman_vocabulary_key_at(const elman_vocabulary *vocabulary, uint32_t id) {
  return vocabulary->segmentation == ELMAN_TEXT_LINE ? elman_vocabulary_entry(vocabulary, id)
                                             : folded_at(vocabulary, id);
}

static elman_status find_lines(const elman_contents *contents, elman_vocabulary *vocabulary,
                               elman_error *error) {
  elman_view text = contents->vocabulary;
  uint32_t lines = 0;
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] != '\n') continue;
    if (lines == vocabulary->size) break;
    vocabulary->entry_offsets[++lines] = (uint32_t)i + 1;
  }
  if (lines != vocabulary->size || vocabulary->entry_offsets[lines] != text.length)
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "its vocabulary does not have %u entries, as its facts state",
                      (unsigned)vocabulary->size);
  return ELMAN_OK;
}

static elman_status fold_entries(elman_vocabulary *vocabulary, size_t capacity,
                                 elman_error *error) {
  size_t at = 0, produced;
  for (uint32_t id = 0; id < vocabulary->size; id++) {
    elman_view entry = elman_vocabulary_entry(vocabulary, id);
    const char *text = entry.bytes;
    if (elman_text_fold(text, entry.length, vocabulary->folded + at, capacity - at - 1,
                        &produced) != ELMAN_TEXT_OK)
      return elman_fail(error, ELMAN_ERROR_MODEL, "entry %u of its vocabulary is not UTF-8",
                        (unsigned)id);
    at += produced;
    vocabulary->folded[at++] = '\n';
    vocabulary->folded_offsets[id + 1] = (uint32_t)at;
    bool is_word = id >= ELMAN_SPECIAL && elman_text_is_word(text, entry.length);
    vocabulary->flags[id] = (uint8_t)((is_word ? ELMAN_IS_WORD : 0) |
                                      (entry.length <= ELMAN_LONGEST_WORD ? ELMAN_SHORT : 0));
  }
  char *smaller = realloc(vocabulary->folded, at);
  if (smaller != NULL) vocabulary->folded = smaller;
  return ELMAN_OK;
}

static elman_status check_order(const elman_vocabulary *vocabulary, elman_error *error) {
  static const char *const special[] = {"</s>", "<unk>"};
  for (uint32_t id = 0; id < vocabulary->size; id++) {
    elman_view entry = elman_vocabulary_entry(vocabulary, id);
    bool holds = entry.length > 0;
    if (id < ELMAN_SPECIAL)
      holds = entry.length == strlen(special[id]) &&
              memcmp(entry.bytes, special[id], entry.length) == 0;
    else if (id > ELMAN_SPECIAL)
      holds = holds && elman_compare(elman_vocabulary_key_at(vocabulary, id - 1),
                                     elman_vocabulary_key_at(vocabulary, id)) < 0;
    if (!holds && id < ELMAN_SPECIAL)
      return elman_fail(error, ELMAN_ERROR_MODEL,
                        "the first entries of its vocabulary are not %s and %s", special[0],
                        special[1]);
    if (!holds)
      return elman_fail(error, ELMAN_ERROR_MODEL,
                        "entry %u of its vocabulary is empty, duplicated or out of order",
                        (unsigned)id);
  }
  return ELMAN_OK;
}

/* -- sorting pre-tokenized entries by their folded forms ------------------------------------------ */

typedef struct {
  elman_view folded;
  uint32_t id;
} sortable;

static int by_folded_and_id(const void *one, const void *other) {
  const sortable *a = one, *b = other;
  int order = elman_compare(a->folded, b->folded);
  return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static bool sort_by_folded(elman_vocabulary *vocabulary) {
  uint32_t size = vocabulary->size;
  sortable *sorted = calloc(size, sizeof *sorted);
  vocabulary->by_folded = malloc(size * sizeof *vocabulary->by_folded);
  bool enough = sorted != NULL && vocabulary->by_folded != NULL;
  for (uint32_t id = 0; enough && id < size; id++)
    sorted[id] = (sortable){folded_at(vocabulary, id), id};
  if (enough) qsort(sorted, size, sizeof *sorted, by_folded_and_id);
  for (uint32_t i = 0; enough && i < size; i++) vocabulary->by_folded[i] = sorted[i].id;
  free(sorted);
  return enough;
}

/* -- the trie ------------------------------------------------------------------------------------ */

static bool build_trie(elman_vocabulary *vocabulary) {
  bool by_line = vocabulary->segmentation == ELMAN_TEXT_LINE;
  const char *texts = by_line ? vocabulary->entries : vocabulary->folded;
  elman_trie_word *words = calloc(vocabulary->size, sizeof *words);
  size_t count = 0;
  for (uint32_t id = ELMAN_SPECIAL; words != NULL && id < vocabulary->size; id++) {
    elman_view key = elman_vocabulary_key_at(vocabulary, id);
    uint8_t wanted = ELMAN_IS_WORD | ELMAN_SHORT;
    if ((vocabulary->flags[id] & wanted) != wanted || key.length > ELMAN_LONGEST_TRIE_WORD) continue;
    words[count++] = (elman_trie_word){(uint32_t)(key.bytes - texts), (uint32_t)key.length, id};
  }
  bool enough = words != NULL && elman_trie_open(&vocabulary->trie, texts, words, count);
  free(words);
  return enough;
}

/* -- opening ------------------------------------------------------------------------------------- */

static bool make_indices(elman_vocabulary *vocabulary) {
  if (vocabulary->segmentation == ELMAN_TEXT_LINE && !sort_by_folded(vocabulary)) return false;
  return elman_plain_open(vocabulary) && elman_spelling_open(vocabulary) && build_trie(vocabulary);
}

elman_status elman_vocabulary_open(const elman_contents *contents, elman_vocabulary *vocabulary,
                                   elman_error *error) {
  size_t size = contents->vocabulary_size, bytes = contents->vocabulary.length;
  /* Each line has at least one byte: reject an impossible size before allocating memory. */
  if (size <= ELMAN_SPECIAL || size > bytes || bytes > LARGEST_VOCABULARY)
    return elman_fail(error, ELMAN_ERROR_MODEL, "its vocabulary cannot have %u entries",
                      (unsigned)size);
  size_t capacity = 3 * bytes + 2 * size;
  *vocabulary = (elman_vocabulary){.segmentation = contents->segmentation, .size = (uint32_t)size};
  vocabulary->entries = contents->vocabulary.bytes;
  vocabulary->entry_offsets = calloc(size + 1, sizeof *vocabulary->entry_offsets);
  vocabulary->folded_offsets = calloc(size + 1, sizeof *vocabulary->folded_offsets);
  vocabulary->folded = malloc(capacity);
  vocabulary->flags = calloc(size, 1);
  elman_status status = ELMAN_OK;
  if (vocabulary->entry_offsets == NULL || vocabulary->folded_offsets == NULL ||
      vocabulary->folded == NULL || vocabulary->flags == NULL)
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the vocabulary");
  if (!status) status = find_lines(contents, vocabulary, error);
  if (!status) status = fold_entries(vocabulary, capacity, error);
  if (!status) status = check_order(vocabulary, error);
  if (!status && !make_indices(vocabulary))
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the vocabulary");
  if (status) elman_vocabulary_close(vocabulary);
  return status;
}

void elman_vocabulary_close(elman_vocabulary *vocabulary) {
  free(vocabulary->entry_offsets);
  free(vocabulary->folded_offsets);
  free(vocabulary->folded);
  free(vocabulary->by_folded);
  elman_plain_close(vocabulary);
  elman_spelling_close(vocabulary);
  free(vocabulary->trie.nodes);
  free(vocabulary->flags);
  *vocabulary = (elman_vocabulary){0};
}

/* -- looking up ---------------------------------------------------------------------------------- */

bool elman_vocabulary_key(const elman_vocabulary *vocabulary, const char *token, size_t length,
                          char *scratch, size_t capacity, elman_view *key) {
  *key = (elman_view){token, length};
  if (vocabulary->segmentation == ELMAN_TEXT_LINE) return true;
  key->bytes = scratch;
  return elman_text_fold(token, length, scratch, capacity, &key->length) == ELMAN_TEXT_OK;
}

/* The first id, starting at ELMAN_SPECIAL, with a key that is not less than `key`. */
static uint32_t lower_bound(const elman_vocabulary *vocabulary, elman_view key) {
  uint32_t first = ELMAN_SPECIAL, end = vocabulary->size;
  while (first < end) {
    uint32_t middle = first + (end - first) / 2;
    if (elman_compare(elman_vocabulary_key_at(vocabulary, middle), key) < 0)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

uint32_t elman_vocabulary_find(const elman_vocabulary *vocabulary, const char *token,
                               size_t length, char *scratch, size_t capacity) {
  elman_view key;
  if (!elman_vocabulary_key(vocabulary, token, length, scratch, capacity, &key)) return ELMAN_UNKNOWN;
  return elman_vocabulary_find_key(vocabulary, key);
}

uint32_t elman_vocabulary_find_key(const elman_vocabulary *vocabulary, elman_view key) {
  for (uint32_t id = 0; id < ELMAN_SPECIAL; id++)
    if (elman_compare(elman_vocabulary_key_at(vocabulary, id), key) == 0) return id;
  uint32_t id = lower_bound(vocabulary, key);
  bool found =
      id < vocabulary->size && elman_compare(elman_vocabulary_key_at(vocabulary, id), key) == 0;
  return found ? id : ELMAN_UNKNOWN;
}

void elman_vocabulary_range(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                            char *scratch, size_t capacity, uint32_t *first, uint32_t *last) {
  elman_view key;
  *first = *last = vocabulary->size;
  if (!elman_vocabulary_key(vocabulary, prefix, length, scratch, capacity, &key)) return;
  uint32_t end = vocabulary->size, begin = *first = lower_bound(vocabulary, key);
  while (begin < end) {
    uint32_t middle = begin + (end - begin) / 2;
    elman_view candidate = elman_vocabulary_key_at(vocabulary, middle);
    if (candidate.length >= key.length && memcmp(candidate.bytes, key.bytes, key.length) == 0)
      begin = middle + 1;
    else
      end = middle;
  }
  *last = begin;
}

/* -- the blocklist ------------------------------------------------------------------------------- */

static uint32_t nth_by_folded(const elman_vocabulary *vocabulary, uint32_t n) {
  return vocabulary->by_folded == NULL ? n : vocabulary->by_folded[n];
}

/* Block all entries with this folded form. Returns the number that were not blocked before. */
static size_t block_folded(elman_vocabulary *vocabulary, elman_view folded) {
  uint32_t begin = vocabulary->by_folded == NULL ? ELMAN_SPECIAL : 0, end = vocabulary->size;
  size_t blocked = 0;
  while (begin < end) {
    uint32_t middle = begin + (end - begin) / 2;
    if (elman_compare(folded_at(vocabulary, nth_by_folded(vocabulary, middle)), folded) < 0)
      begin = middle + 1;
    else
      end = middle;
  }
  for (; begin < vocabulary->size; begin++) {
    uint32_t id = nth_by_folded(vocabulary, begin);
    if (elman_compare(folded_at(vocabulary, id), folded) != 0) break;
    blocked += (vocabulary->flags[id] & ELMAN_BLOCKED) == 0;
    vocabulary->flags[id] |= ELMAN_BLOCKED;
  }
  return blocked;
}

size_t elman_vocabulary_block(elman_vocabulary *vocabulary, const elman_blocklist *list) {
  size_t blocked = 0;
  for (uint32_t id = 0; id < vocabulary->size; id++)
    vocabulary->flags[id] &= (uint8_t)~ELMAN_BLOCKED;
  for (size_t i = 0; i < list->count; i++) blocked += block_folded(vocabulary, list->words[i]);
  return blocked;
}
