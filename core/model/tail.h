/*
 * Tail words: words of the training text outside the vocabulary, which share the probability of `<unk>`.
 *
 * A tail word has the probability P(<unk>) (count - ELMAN_DISCOUNT) / unknown. What remains of P(<unk>)
 * belongs to the words that are not in the list, by their spelling.
 */
#ifndef ELMAN_TAIL_H
#define ELMAN_TAIL_H

#include "common/bytes.h"
#include "elman.h"
#include "model/vocabulary.h"
#include "text/letters.h"

/* Absolute discounting: a word that occurred once is less likely than its count says. */
#define ELMAN_DISCOUNT 0.5

/* The share of a tail word in the probability of `<unk>`, and its natural logarithm. */
typedef struct {
  float share, log;
} elman_tail_share;

typedef struct {
  elman_vocabulary words; /* special entries and then tail words; of size 0 without tail words */
  char *entries;          /* the text of `words` */
  elman_tail_share *shares; /* [size of `words`] */
  float once;               /* the share of a word that occurs once */
  double rest;              /* the share of all other words */
  elman_letters letters;    /* how words are spelled, also those of the vocabulary */
  float *highest; /* for each node of the words' trie, the highest logarithm of a share in its branch */
  uint8_t *rarities;        /* [entries of the vocabulary], or NULL: see `elman_entry_share` */
} elman_tail;

/* Read the words from the bytes of a file, which training/text/tail.py describes, and mark the misspelled ones there
 * and in the vocabulary. None may be in the vocabulary. No bytes: an empty tail. The bytes are not needed
 * afterwards. */
elman_status elman_tail_open(elman_view bytes, elman_vocabulary *vocabulary, elman_tail *tail,
                             elman_error *error);
void elman_tail_close(elman_tail *tail);

/* The id of a word among `words`, or ELMAN_UNKNOWN. `key` is as `elman_vocabulary_key` returns it. */
uint32_t elman_tail_find(const elman_tail *tail, elman_view key);

/* The share of an entry of the vocabulary in the training text; infinite if it is not known. */
double elman_entry_share(const elman_tail *tail, uint32_t id);

/* The cost in nats of a word outside the vocabulary, given its key and that it is `<unk>`. */
double elman_unknown_nats(const elman_vocabulary *vocabulary, const elman_tail *tail,
                          elman_view key);

#endif
