/* Finds words by their plain letters. */
#ifndef ELMAN_PLAIN_LETTERS_H
#define ELMAN_PLAIN_LETTERS_H

#include "elman.h"
#include "model/vocabulary.h"

/* The base letter of an accented character, or the character itself. */
uint32_t elman_without_accents(uint32_t point);

/* Write the plain form of a folded token. Returns false if it does not fit. */
bool elman_plain(elman_view folded, char *output, size_t capacity, size_t *produced);

/* Build the groups and the index of plain forms. Returns false if out of memory. */
bool elman_plain_open(elman_vocabulary *vocabulary);
void elman_plain_close(elman_vocabulary *vocabulary);

/* Iterates over the entries that match the typed letters. */
typedef struct {
  const elman_vocabulary *vocabulary;
  size_t at;
  bool accents, apostrophes; /* whether the typed letters contain any */
  char folded[ELMAN_WORD_CAPACITY], plain[ELMAN_WORD_CAPACITY]; /* end with line feeds */
} elman_plain_finder;

/* Start a search. Returns false if nothing can match. */
bool elman_plain_search(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                        elman_plain_finder *finder);

/* Find the next entry, in no particular order. An entry may occur twice, and may be one that
 * `elman_vocabulary_range` also returns. */
bool elman_plain_next(elman_plain_finder *finder, uint32_t *id);

/* Whether an entry equals the typed letters and has a variant with an apostrophe. */
bool elman_plain_is_bare(const elman_plain_finder *finder, uint32_t id);

#endif
