/*
 * Tail words: words of the training text outside the vocabulary, which share the probability of `<unk>`.
 *
 * A tail word has the probability P(<unk>) count / unknown. What remains of P(<unk>) belongs to the words
 * that the training text does not have, by their spelling.
 */
#ifndef ELMAN_TAIL_H
#define ELMAN_TAIL_H

#include "common/bytes.h"
#include "elman.h"
#include "model/vocabulary.h"

/* Both texts are in the tail's memory. They are the same bytes if folding changes nothing. */
typedef struct {
  uint32_t written, folded; /* offsets */
  uint32_t count;           /* in the training text */
  float share, log_share; /* in the probability of `<unk>` */
  uint8_t written_length, folded_length;
  bool is_blocked;
} elman_tail_word;

typedef struct {
  uint32_t size;
  uint32_t unknown;       /* words outside the vocabulary in the training text */
  double rest;            /* the share of all other words */
  elman_tail_word *words; /* [size], sorted by their folded bytes */
  char *texts;            /* [text_bytes] */
  size_t text_bytes;
  elman_trie trie; /* of the folded forms */
  float *values;   /* for each node of the trie, the highest log-share below it */
} elman_tail;

/* Read the words from the bytes of a file, which training/text/tail.py describes. None may be in the
 * vocabulary. No bytes: an empty tail. The bytes are not needed afterwards. */
elman_status elman_tail_open(elman_view bytes, const elman_vocabulary *vocabulary, elman_tail *tail,
                             elman_error *error);
void elman_tail_close(elman_tail *tail);

static inline elman_view elman_tail_written(const elman_tail *tail, uint32_t index) {
  return (elman_view){tail->texts + tail->words[index].written, tail->words[index].written_length};
}
static inline elman_view elman_tail_folded(const elman_tail *tail, uint32_t index) {
  return (elman_view){tail->texts + tail->words[index].folded, tail->words[index].folded_length};
}

#define ELMAN_NO_TAIL UINT32_MAX

/* Find a word by its folded form. ELMAN_NO_TAIL: it is not in the list. */
uint32_t elman_tail_find(const elman_tail *tail, elman_view folded);

/* The cost in nats of a word outside the vocabulary, given its folded form and that it is `<unk>`. */
double elman_unknown_nats(const elman_vocabulary *vocabulary, const elman_tail *tail,
                          elman_view folded);

/* Block exactly the words in the list. Returns their number. */
size_t elman_tail_block(elman_tail *tail, const elman_blocklist *list);

/* Find the words whose folded form starts with `folded`: from `*first` to `*last` (exclusive). */
void elman_tail_range(const elman_tail *tail, elman_view folded, uint32_t *first, uint32_t *last);

#endif
