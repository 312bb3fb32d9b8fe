/*
 * A profile in memory: words, n-grams of them, and digests of forgotten words. README.md in this folder
 * describes the design.
 *
 * The n-grams form a trie. A context is a node: of a word, or of a longer n-gram. Its children are the
 * words that followed it. A word is a node and, at the same time, what followed the empty context.
 */
#ifndef ELMAN_PROFILE_H
#define ELMAN_PROFILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "common/bytes.h"
#include "elman.h"

/* The longest n-gram: contexts have 0 to ELMAN_ORDERS - 1 tokens. */
#define ELMAN_ORDERS 4
#define ELMAN_MOST_WORDS 8192
#define ELMAN_MOST_GRAMS 120000
#define ELMAN_MOST_FORGOTTEN 4096
/* Counts stop here. */
#define ELMAN_MOST_TIMES UINT16_MAX

/* Nodes from here on are n-grams of two or more tokens; lower ones are words. */
#define ELMAN_FIRST_GRAM (4u * ELMAN_MOST_WORDS)
#define ELMAN_NO_NODE UINT32_MAX
/* The word `</s>`, which stands before and after each message. Its folded form is empty. */
#define ELMAN_PROFILE_END 0

/* The size of a word in the file, without its two texts, and of an n-gram. */
#define ELMAN_WORD_RECORD 12
#define ELMAN_GRAM_RECORD 10
/* N-grams of ELMAN_ORDERS tokens have no children. */
#define ELMAN_LEAF_RECORD 6
#define ELMAN_PROFILE_HEAD 32
#define ELMAN_LARGEST_WORD_RECORD (ELMAN_WORD_RECORD + 2 * ELMAN_LONGEST_WORD)
/* Words take at most this part of a profile, even if all are written differently from their folded form. */
#define ELMAN_MOST_WORD_BYTES (ELMAN_LARGEST_PROFILE / 2)

/* A word and what followed it. The folded bytes are stored before the written ones; both have the same
 * length. */
typedef struct {
  uint32_t text, last, first; /* offset of the texts; clock when last typed; first child */
  uint16_t count, effective;
  uint8_t length, votes;
  bool is_kept; /* whether the user took a correction of it back */
} elman_profile_word;

/* An n-gram of two or more tokens: a word after a context. `effective` does not count occurrences after
 * which a longer n-gram already existed, so it is the number of different contexts before this n-gram. */
typedef struct {
  uint32_t parent, first, next; /* the context, the first child, and the next child of the context */
  uint16_t word, count, effective, last; /* `last` is in ticks */
} elman_gram;

#define ELMAN_TOTAL_RANGES 12
#define ELMAN_DIVERSITY_RANGES 7
#define ELMAN_PEAK_RANGES 8
#define ELMAN_LOGITS \
  (ELMAN_ORDERS * (ELMAN_TOTAL_RANGES * ELMAN_DIVERSITY_RANGES + ELMAN_PEAK_RANGES))
#define ELMAN_LOGIT_PARTS 1024
#define ELMAN_SHARE_PARTS 60000
/* The size of the weights in the file. */
#define ELMAN_WEIGHTS_RECORD (2 * ELMAN_LOGITS + 4)

/* The time of n-grams is in ticks of 256 words. */
#define ELMAN_TICK_BITS 8
static inline uint16_t elman_tick(uint32_t clock) {
  uint32_t tick = clock >> ELMAN_TICK_BITS;
  return (uint16_t)(tick < UINT16_MAX ? tick : UINT16_MAX);
}

typedef struct {
  uint32_t clock; /* number of words that were learned */
  uint64_t version; /* changes when words get other numbers */
  size_t word_count, word_capacity, word_bytes;
  elman_profile_word *words; /* [word_capacity] */
  uint16_t *sorted;          /* [word_capacity], words by their folded bytes */
  uint16_t *map;             /* [word_capacity], scratch memory: a number for each word */
  char *texts;               /* [text_capacity] */
  size_t text_length, text_capacity;
  size_t gram_count, gram_capacity, gram_bytes;
  elman_gram *grams; /* [gram_capacity]; a context is stored before its children */
  uint32_t *slots;   /* [slot_mask + 1], hash table of n-grams by context and word */
  uint32_t slot_mask;
} elman_counts;

/* What sessions learn while the user types: how much the counts are worth, and how attentive the user is.
 * `counts` and `peaks` are added to the logit of an order's weight: by the total and the diversity of
 * its counts, and by how sure the network is. All zeros at first. */
typedef struct {
  float counts[ELMAN_ORDERS][ELMAN_TOTAL_RANGES][ELMAN_DIVERSITY_RANGES];
  float peaks[ELMAN_ORDERS][ELMAN_PEAK_RANGES];
  double distrust;   /* the weight of the network alone against the mixture */
  double overlooked; /* the share of suggestions that the user overlooks, of those that could be taken */
} elman_weights;

/* The same as they are saved. */
typedef struct {
  int16_t logits[ELMAN_LOGITS]; /* in parts of 1 / ELMAN_LOGIT_PARTS */
  uint16_t distrust, overlooked; /* in parts of 1 / ELMAN_SHARE_PARTS */
} elman_kept_weights;

struct elman_profile {
  atomic_flag in_use;
  size_t sessions;
  uint64_t revision; /* changes with each call that may change the counts */
  elman_counts counts;
  elman_weights weights;
  elman_kept_weights kept; /* `weights` when the profile learned last */
  size_t forgotten_count;
  uint64_t forgotten[ELMAN_MOST_FORGOTTEN]; /* digests, in the order of forgetting */
};

/* Start and finish a call on a profile. Only one call may run at a time. */
elman_status elman_profile_enter(elman_profile *profile, elman_error *error);
/* Start a call that may change the counts. */
elman_status elman_profile_change(elman_profile *profile, elman_error *error);
void elman_profile_leave(elman_profile *profile);

/* -- words (words.c) ----------------------------------------------------------------------------------- */

/* Allocate memory for `scale` times the limits. Returns false if there is not enough. */
bool elman_counts_open(elman_counts *counts, size_t scale);
void elman_counts_close(elman_counts *counts);
/* Remove everything, and overwrite the texts. */
void elman_counts_clear(elman_counts *counts);

elman_view elman_word_folded(const elman_counts *counts, uint32_t word);
elman_view elman_word_written(const elman_counts *counts, uint32_t word);
bool elman_word_is_written(const elman_counts *counts, uint32_t word);

/* The place in `sorted` of the first word that is not less than `folded`. */
size_t elman_word_place(const elman_counts *counts, elman_view folded);
/* The words that start with `prefix`: places in `sorted`, the last one exclusive. */
void elman_word_range(const elman_counts *counts, elman_view prefix, size_t *first, size_t *last);
/* Find a word. ELMAN_NO_NODE: it does not exist. */
uint32_t elman_word_find(const elman_counts *counts, elman_view folded);
/* Add a word that does not exist, with a count of 0. */
uint32_t elman_word_add(elman_counts *counts, elman_view folded, elman_view written);
/* Count a written form of a word: the usual one wins. */
void elman_word_vote(elman_counts *counts, uint32_t word, elman_view written);

/* Whether two words have the same folded form. */
bool elman_fold_alike(elman_view one, elman_view other);
/* Fold a token, and write it to `folded`. Returns false if a profile cannot hold it. */
bool elman_fold_word(elman_view written, char folded[ELMAN_LONGEST_WORD], elman_view *found);

/* -- n-grams (grams.c) --------------------------------------------------------------------------------- */

/* Find a word after a context. ELMAN_NO_NODE: it never followed. */
uint32_t elman_gram_find(const elman_counts *counts, uint32_t context, uint32_t word);
/* Add a word after a context, with a count of 0. It must not exist. */
uint32_t elman_gram_add(elman_counts *counts, uint32_t context, uint32_t word);
/* The number of tokens of a node. */
int elman_gram_order(const elman_counts *counts, uint32_t node);
/* The first child of a node. Others follow by `next`. */
uint32_t *elman_first_child(elman_counts *counts, uint32_t node);
static inline elman_gram *elman_gram_at(const elman_counts *counts, uint32_t node) {
  return &counts->grams[node - ELMAN_FIRST_GRAM];
}
/* Sort the children of all nodes by their words. `order` has room for all n-grams. Sets `map` to the
 * place of each word. */
void elman_sort_children(elman_counts *counts, uint32_t *order);

/* -- fading (fading.c) --------------------------------------------------------------------------------- */

#define ELMAN_REMOVED UINT16_MAX

/* Remove the words whose `map` is ELMAN_REMOVED, all n-grams with these words, and all n-grams with a score
 * of `most` or less. */
void elman_counts_sweep(elman_counts *counts, int32_t most);

/* Whether the limits are kept. */
bool elman_counts_fit(const elman_counts *counts);
/* Whether one more word fits after each context. */
bool elman_counts_have_room(const elman_counts *counts);
/* Remove old and rare entries, until at most three quarters of each limit that was reached are in use. */
void elman_counts_fade(elman_counts *counts);

/* -- forgotten words (forgetting.c) -------------------------------------------------------------------- */

/* Whether a word, or a part of it between marks, was forgotten: `don` is a part of `don't`. */
bool elman_is_forgotten(const elman_profile *profile, elman_view folded);
/* Add a digest as the latest one. */
void elman_add_forgotten(elman_profile *profile, uint64_t digest);
/* Remove forgotten words from the counts. */
void elman_drop_forgotten(elman_profile *profile);

/* -- weights (adapting.c) ------------------------------------------------------------------------------ */

/* Set the weights to those of a new profile. */
void elman_weights_reset(elman_profile *profile);
/* Round the weights, and keep them for saving. */
void elman_weights_keep(elman_profile *profile);
/* Set the weights to those that are kept. Returns false if these cannot have been saved. */
bool elman_weights_restore(elman_profile *profile);

/* -- bytes (reading.c and writing.c) ------------------------------------------------------------------- */

#define ELMAN_PROFILE_MAGIC "ELMP"
#define ELMAN_PROFILE_VERSION 2
/* This version had no weights. */
#define ELMAN_PROFILE_WITHOUT_WEIGHTS 1

/* The most times that a written form counts before others replace it. */
#define ELMAN_MOST_VOTES 15
/* In the same byte: the word is kept. */
#define ELMAN_KEPT_BIT 128u
/* In the byte with the length of a word: its written form follows. */
#define ELMAN_WRITTEN_BIT 128u

/* Read a profile from bytes that were checked. If the function fails, the profile's content is undefined. */
elman_status elman_profile_read(elman_profile *profile, elman_view bytes, elman_error *error);
/* Check the head and the digest. */
elman_status elman_profile_check(elman_view bytes, elman_error *error);
/* The exact size in bytes. */
size_t elman_profile_size(const elman_profile *profile);
/* Write all bytes. `order` has room for all n-grams. */
void elman_profile_write(elman_profile *profile, uint32_t *order, char *bytes);

/* `elman_profile_bytes` during a call on the profile (in profile.c). */
elman_status elman_profile_put(elman_profile *profile, void *bytes, size_t capacity, size_t *length,
                               elman_error *error);

/* Create an empty profile. */
elman_status elman_profile_create(elman_profile **profile, elman_error *error);

#endif
