/* Sorted words as a trie whose nodes hold several letters, for searches that leave out whole branches. */
#ifndef ELMAN_TRIE_H
#define ELMAN_TRIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"

/* A node spells the first `depth` bytes of a word. Its children follow it, up to node `end`. */
typedef struct {
  uint32_t text; /* offset of that word */
  uint32_t word; /* number of the first word in the branch */
  uint32_t end;
  uint8_t depth;
  bool is_word; /* whether the node spells a whole word */
  /* The fewest letters of a word in the branch, without apostrophes and hyphens, and the most, with them. */
  uint8_t shortest, longest;
} elman_trie_node;

typedef struct {
  const char *texts;
  size_t count;
  elman_trie_node *nodes; /* [count], parents before their children; the first one spells nothing */
} elman_trie;

/* A word of a sorted list: its offset in the list's texts, its length and its number. */
typedef struct {
  uint32_t text, length, word;
} elman_trie_word;

/* The most nodes of a trie. */
#define ELMAN_TRIE_NODES(words) (2 * (size_t)(words) + 1)
/* Longer words are left out. */
#define ELMAN_LONGEST_TRIE_WORD 80

/* Build a trie in `nodes`, which has room for ELMAN_TRIE_NODES. `words` are sorted by their bytes in
 * `texts`, and different from each other. */
void elman_trie_build(elman_trie *trie, const char *texts, const elman_trie_word *words, size_t count);

/* Build a trie in memory that is allocated for it. Returns false if there is not enough. */
bool elman_trie_open(elman_trie *trie, const char *texts, const elman_trie_word *words, size_t count);

/* Set the value of each node to the highest one of a word in its branch. `value` returns that of a word. */
void elman_trie_raise(const elman_trie *trie, float *values, float (*value)(const void *, uint32_t),
                      const void *of);

#endif
