/* The n-grams of a profile: a trie whose nodes a hash table finds. */
#include <string.h>

#include "profile/profile.h"

static uint32_t slot_of(const elman_counts *counts, uint32_t context, uint32_t word) {
  uint32_t hash = (context * 0x9E3779B1u) ^ (word * 0x85EBCA6Bu);
  hash = (hash ^ hash >> 15) * 0x2C1B3C6Du;
  return (hash ^ hash >> 13) & counts->slot_mask;
}

/* The slot of an n-gram, or the empty one where it belongs. A slot holds the node, or 0. */
static uint32_t *find_slot(const elman_counts *counts, uint32_t context, uint32_t word) {
  for (uint32_t slot = slot_of(counts, context, word);; slot = (slot + 1) & counts->slot_mask) {
    uint32_t node = counts->slots[slot];
    if (node == 0) return &counts->slots[slot];
    const elman_gram *gram = elman_gram_at(counts, node);
    if (gram->parent == context && gram->word == word) return &counts->slots[slot];
  }
}

uint32_t elman_gram_find(const elman_counts *counts, uint32_t context, uint32_t word) {
  uint32_t node = *find_slot(counts, context, word);
  return node == 0 ? ELMAN_NO_NODE : node;
}

uint32_t *elman_first_child(elman_counts *counts, uint32_t node) {
  return node < ELMAN_FIRST_GRAM ? &counts->words[node].first
                                 : &elman_gram_at(counts, node)->first;
}

int elman_gram_order(const elman_counts *counts, uint32_t node) {
  int order = 1;
  for (; node >= ELMAN_FIRST_GRAM; node = elman_gram_at(counts, node)->parent) order++;
  return order;
}

uint32_t elman_gram_add(elman_counts *counts, uint32_t context, uint32_t word) {
  uint32_t node = ELMAN_FIRST_GRAM + (uint32_t)counts->gram_count++;
  uint32_t *slot = find_slot(counts, context, word), *first = elman_first_child(counts, context);
  *elman_gram_at(counts, node) = (elman_gram){
      .parent = context, .first = ELMAN_NO_NODE, .next = *first, .word = (uint16_t)word};
  *slot = *first = node;
  bool is_leaf = elman_gram_order(counts, node) == ELMAN_ORDERS;
  counts->gram_bytes += is_leaf ? ELMAN_LEAF_RECORD : ELMAN_GRAM_RECORD;
  return node;
}

/* Write the n-grams to `order`, sorted by the places of their words in `map`. */
static void order_by_word(const elman_counts *counts, uint32_t *order) {
  uint32_t starts[ELMAN_MOST_WORDS + 1] = {0};
  for (size_t i = 0; i < counts->gram_count; i++) starts[counts->map[counts->grams[i].word] + 1]++;
  for (size_t place = 0; place < counts->word_count; place++) starts[place + 1] += starts[place];
  for (size_t i = 0; i < counts->gram_count; i++)
    order[starts[counts->map[counts->grams[i].word]]++] = ELMAN_FIRST_GRAM + (uint32_t)i;
}

void elman_sort_children(elman_counts *counts, uint32_t *order) {
  for (size_t place = 0; place < counts->word_count; place++)
    counts->map[counts->sorted[place]] = (uint16_t)place;
  order_by_word(counts, order);
  for (size_t i = 0; i < counts->word_count; i++) counts->words[i].first = ELMAN_NO_NODE;
  for (size_t i = 0; i < counts->gram_count; i++) counts->grams[i].first = ELMAN_NO_NODE;
  for (size_t i = counts->gram_count; i > 0; i--) {
    elman_gram *gram = elman_gram_at(counts, order[i - 1]);
    uint32_t *first = elman_first_child(counts, gram->parent);
    gram->next = *first;
    *first = order[i - 1];
  }
}
