/* Builds a trie from sorted words: the words that share a beginning are next to each other. */
#include "text/trie.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
  elman_trie *trie;
  const elman_trie_word *words;
} trie_builder;

static bool is_inside_character(const char *text, size_t at) {
  return ((unsigned char)text[at] & 0xC0) == 0x80;
}

/* The bytes that two words share, up to a whole character. */
static size_t shared_bytes(const trie_builder *of, const elman_trie_word *one, const elman_trie_word *other) {
  const char *a = of->trie->texts + one->text, *b = of->trie->texts + other->text;
  size_t shorter = one->length < other->length ? one->length : other->length, shared = 0;
  while (shared < shorter && a[shared] == b[shared]) shared++;
  while (shared > 0 && shared < one->length && is_inside_character(a, shared)) shared--;
  return shared;
}

/* The first word from `first` on that does not share its first `bytes` bytes. */
static size_t end_of_branch(const trie_builder *of, size_t first, size_t last, size_t bytes) {
  size_t begin = first + 1, end = last;
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    if (shared_bytes(of, &of->words[first], &of->words[middle]) >= bytes)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

/* The width of the character of a word at `at`. */
static size_t character_width(const trie_builder *of, const elman_trie_word *word, size_t at) {
  size_t end = at + 1;
  while (end < word->length && is_inside_character(of->trie->texts + word->text, end)) end++;
  return end - at;
}

/* Extend the range of lengths in a branch. */
static void add_lengths(elman_trie_node *node, uint8_t shortest, uint8_t longest) {
  if (shortest < node->shortest) node->shortest = shortest;
  if (longest > node->longest) node->longest = longest;
}

static void add_length_of(const trie_builder *of, elman_trie_node *node, const elman_trie_word *word) {
  uint8_t letters = 0, marks = 0;
  for (size_t at = 0; at < word->length; at++) {
    char byte = of->trie->texts[word->text + at];
    letters = (uint8_t)(letters + !is_inside_character(of->trie->texts + word->text, at));
    marks = (uint8_t)(marks + (byte == '\'' || byte == '-'));
  }
  add_lengths(node, (uint8_t)(letters - marks), letters);
}

/* Add the node of the words from `first` to `last` (exclusive), and those below it. */
static void add_branch(trie_builder *of, size_t first, size_t last, size_t depth) {
  const elman_trie_word *word = &of->words[first];
  elman_trie_node *node = &of->trie->nodes[of->trie->count++];
  bool is_word = word->length == depth && depth > 0;
  *node = (elman_trie_node){word->text, word->word, 0, (uint8_t)depth, is_word, UINT8_MAX, 0};
  if (is_word) add_length_of(of, node, word);
  for (size_t start = first + is_word; start < last;) {
    size_t width = character_width(of, &of->words[start], depth);
    size_t end = end_of_branch(of, start, last, depth + width);
    const elman_trie_node *child = &of->trie->nodes[of->trie->count];
    add_branch(of, start, end, shared_bytes(of, &of->words[start], &of->words[end - 1]));
    add_lengths(node, child->shortest, child->longest);
    start = end;
  }
  node->end = (uint32_t)of->trie->count;
}

void elman_trie_build(elman_trie *trie, const char *texts, const elman_trie_word *words, size_t count) {
  trie_builder of = {trie, words};
  trie->texts = texts;
  trie->count = 0;
  if (count > 0) add_branch(&of, 0, count, 0);
}

bool elman_trie_open(elman_trie *trie, const char *texts, const elman_trie_word *words, size_t count) {
  trie->nodes = malloc(ELMAN_TRIE_NODES(count) * sizeof *trie->nodes);
  if (trie->nodes == NULL) return false;
  elman_trie_build(trie, texts, words, count);
  elman_trie_node *smaller = realloc(trie->nodes, (trie->count + 1) * sizeof *smaller);
  if (smaller != NULL) trie->nodes = smaller;
  return true;
}

void elman_trie_raise(const elman_trie *trie, float *values, float (*value)(const void *, uint32_t),
                      const void *of) {
  for (size_t at = trie->count; at-- > 0;) {
    const elman_trie_node *node = &trie->nodes[at];
    float highest = node->is_word ? value(of, node->word) : -INFINITY;
    for (size_t child = at + 1; child < node->end; child = trie->nodes[child].end)
      if (values[child] > highest) highest = values[child];
    values[at] = highest;
  }
}
