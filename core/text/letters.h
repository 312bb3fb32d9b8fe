/*
 * How much a text looks like a word: a model of the next letter after the last few, estimated from all words
 * that are known. Counts are interpolated from short to long contexts as Witten and Bell did.
 */
#ifndef ELMAN_LETTERS_H
#define ELMAN_LETTERS_H

#include <stdbool.h>

#include "common/bytes.h"
#include "text/trie.h"

/* A letter after up to ELMAN_LETTER_ORDER - 1 others. */
#define ELMAN_LETTER_ORDER 5

/* A series of letters: a digest of it, how often it occurs, and how many different letters follow. */
typedef struct {
  uint32_t digest;
  uint16_t count, different;
} elman_series;

typedef struct {
  size_t count, capacity; /* a power of two */
  elman_series *series;   /* [capacity], a hash table */
  uint32_t total, different; /* letters of all words, and different ones */
} elman_letters;

/* Add the words of a trie. Returns false if there is not enough memory. */
bool elman_letters_add(elman_letters *letters, const elman_trie *trie);
void elman_letters_close(elman_letters *letters);

/* The cost of a case-folded word in nats. */
double elman_letters_nats(const elman_letters *letters, elman_view word);

#endif
