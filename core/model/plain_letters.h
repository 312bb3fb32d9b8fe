/* Words found by their plain letters. */
#ifndef ELMAN_PLAIN_LETTERS_H
#define ELMAN_PLAIN_LETTERS_H

#include "elman.h"
#include "model/vocabulary.h"

/* The plain form of a folded token; false where it does not fit. */
bool elman_plain(elman_view folded, char *output, size_t capacity, size_t *produced);

/* Make the groups and the index of plain words; false without memory. */
bool elman_plain_open(elman_vocabulary *vocabulary);
void elman_plain_close(elman_vocabulary *vocabulary);

/* Finds the entries that typed letters may become, one after another. */
typedef struct {
  const elman_vocabulary *vocabulary;
  size_t at;
  bool accents, apostrophes; /* whether any were typed */
  char folded[ELMAN_WORD_CAPACITY], plain[ELMAN_WORD_CAPACITY]; /* ended by line feeds */
} elman_plain_finder;

/* Begin to search; false where nothing can be found. */
bool elman_plain_search(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                        elman_plain_finder *finder);

/* The next entry, in no order; one may come twice, and may also begin with the prefix. */
bool elman_plain_next(elman_plain_finder *finder, uint32_t *id);

/* Whether an entry is what was typed, and another one is it with an apostrophe. */
bool elman_plain_is_bare(const elman_plain_finder *finder, uint32_t id);

#endif
