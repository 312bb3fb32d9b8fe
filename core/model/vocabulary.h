/* The vocabulary: tokens and their ids. */
#ifndef ELMAN_VOCABULARY_H
#define ELMAN_VOCABULARY_H

#include "common/bytes.h"
#include "elman.h"
#include "model/file.h"

#define ELMAN_END 0
#define ELMAN_UNKNOWN 1
#define ELMAN_SPECIAL 2 /* ids below are special entries */

enum {
  ELMAN_SHORT = 1,
  ELMAN_IS_WORD = 2,
  ELMAN_BLOCKED = 4,
  ELMAN_BARE = 8 /* another entry differs from it in having an apostrophe */
};

/* An entry, or the part of it behind an elided word, in the vocabulary's memory: both texts are
 * ended by a line feed. */
typedef struct {
  const char *folded, *plain;
  uint32_t id;
} elman_plain_word;

typedef struct {
  uint32_t point;
  double nats;
} elman_sign;

/* What characters cost in a word that is spelled out; the end of a word; any other character. */
typedef struct {
  elman_sign *signs; /* [count], sorted by their code points */
  size_t count;
  double end, other;
} elman_spelling;

typedef struct {
  elman_text_segmentation segmentation;
  uint32_t size;
  const char *entries;      /* in the file's bytes, each ended by a line feed */
  uint32_t *entry_offsets;  /* [size + 1] */
  char *folded;             /* each ended by a line feed, too */
  uint32_t *folded_offsets; /* [size + 1] */
  uint32_t *by_folded;      /* ids in the order of their folded forms; NULL: the order of ids */
  uint32_t *groups; /* equal for entries that differ in case and apostrophes only; NULL: none do */
  uint8_t *flags;   /* [size] */
  elman_plain_word *plain_words; /* what is found by other letters than it begins with, sorted */
  size_t plain_count;
  char *plain; /* their plain forms */
  elman_spelling spelling;
} elman_vocabulary;

/* Take a vocabulary in: `contents` must outlive it. */
elman_status elman_vocabulary_open(const elman_contents *contents, elman_vocabulary *vocabulary,
                                   elman_error *error);
void elman_vocabulary_close(elman_vocabulary *vocabulary);

elman_view elman_vocabulary_entry(const elman_vocabulary *vocabulary, uint32_t id);

/* The id of a token however it is written, or ELMAN_UNKNOWN; `scratch` takes its folded form. */
uint32_t elman_vocabulary_find(const elman_vocabulary *vocabulary, const char *token,
                               size_t length, char *scratch, size_t capacity);

/* What a token is matched by: its folded form, in `scratch`, or for ready-made tokens itself. False
 * where the scratch is too small. */
bool elman_vocabulary_key(const elman_vocabulary *vocabulary, const char *token, size_t length,
                          char *scratch, size_t capacity, elman_view *key);

/* What an entry is matched by. */
elman_view elman_vocabulary_key_at(const elman_vocabulary *vocabulary, uint32_t id);

/* First id and last id + 1 of the entries beginning with `prefix`, without special ones. */
void elman_vocabulary_range(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                            char *scratch, size_t capacity, uint32_t *first, uint32_t *last);

/* Set the flag ELMAN_BLOCKED on the entries that are among the lines of `words`, and only there. */
elman_status elman_vocabulary_block(elman_vocabulary *vocabulary, const char *words,
                                    size_t length, size_t *blocked, elman_error *error);

#endif
