/* The vocabulary, which maps tokens to ids. */
#ifndef ELMAN_VOCABULARY_H
#define ELMAN_VOCABULARY_H

#include "common/bytes.h"
#include "elman.h"
#include "model/blocklist.h"
#include "model/file.h"
#include "text/trie.h"

#define ELMAN_END 0
#define ELMAN_UNKNOWN 1
#define ELMAN_SPECIAL 2 /* lower ids are special entries */

enum {
  ELMAN_SHORT = 1,
  ELMAN_IS_WORD = 2,
  ELMAN_BLOCKED = 4,
  ELMAN_BARE = 8, /* another entry is the same word with an apostrophe */
  ELMAN_VISITED = 16, /* only during a search */
  ELMAN_MISSPELLED = 32 /* the file of tail words says so */
};

/* An entry, or the part of it after an elided word. Both texts are in the vocabulary's memory and end
 * with a line feed. */
typedef struct {
  const char *folded, *plain;
  uint32_t id;
} elman_plain_word;

typedef struct {
  uint32_t point;
  double nats;
} elman_sign;

/* The cost in nats of each known character, of the end of a word, and of any other character. */
typedef struct {
  elman_sign *signs; /* [count], sorted by code point */
  size_t count;
  double end, other;
} elman_spelling;

typedef struct {
  elman_text_segmentation segmentation;
  uint32_t size;
  const char *entries;      /* in the file's bytes; each ends with a line feed */
  uint32_t *entry_offsets;  /* [size + 1] */
  char *folded;             /* each ends with a line feed */
  uint32_t *folded_offsets; /* [size + 1] */
  uint32_t *by_folded;      /* ids sorted by folded form; NULL if that is the order of ids */
  uint32_t *groups; /* equal for entries that differ only in case and apostrophes; NULL: none do */
  uint8_t *flags;   /* [size] */
  elman_plain_word *plain_words; /* sorted index of entries by their plain form */
  size_t plain_count;
  char *plain; /* their plain forms */
  elman_spelling spelling;
  elman_trie trie; /* the keys of words that may be suggested */
} elman_vocabulary;

/* Open a vocabulary. `contents` must outlive it. */
elman_status elman_vocabulary_open(const elman_contents *contents, elman_vocabulary *vocabulary,
                                   elman_error *error);
void elman_vocabulary_close(elman_vocabulary *vocabulary);

elman_view elman_vocabulary_entry(const elman_vocabulary *vocabulary, uint32_t id);

/* The id of a token in any case, or ELMAN_UNKNOWN. `scratch` receives its folded form. */
uint32_t elman_vocabulary_find(const elman_vocabulary *vocabulary, const char *token,
                               size_t length, char *scratch, size_t capacity);

/* The key by which a token is matched: its folded form, written to `scratch`, or, if the text is
 * pre-tokenized, the token itself. Returns false if `scratch` is too small. */
bool elman_vocabulary_key(const elman_vocabulary *vocabulary, const char *token, size_t length,
                          char *scratch, size_t capacity, elman_view *key);

/* The id of a key, or ELMAN_UNKNOWN. */
uint32_t elman_vocabulary_find_key(const elman_vocabulary *vocabulary, elman_view key);

/* The key of an entry. */
elman_view elman_vocabulary_key_at(const elman_vocabulary *vocabulary, uint32_t id);

/* Find the entries that start with `prefix`, except special ones: from `*first` to `*last` (exclusive). */
void elman_vocabulary_range(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                            char *scratch, size_t capacity, uint32_t *first, uint32_t *last);

/* Block exactly the entries in the list. Returns their number. */
size_t elman_vocabulary_block(elman_vocabulary *vocabulary, const elman_blocklist *list);

#endif
