/* The best suggestions so far. */
#ifndef ELMAN_RANKING_H
#define ELMAN_RANKING_H

#include "session/opened_model.h"

/*
 * Words of three lists have one sequence of numbers: first the ids of the vocabulary, then, from its size
 * on, the words of a profile, and then the ids of the tail.
 */
typedef struct {
  size_t count, most;
  uint32_t numbers[ELMAN_MOST_SUGGESTIONS];
  float values[ELMAN_MOST_SUGGESTIONS];
} elman_ranking;

/* The number of the tail's id 0. */
uint32_t elman_first_tail_number(const elman_model *model);

/* Insert a word if it is among the best. Of several words that differ only in case and apostrophes, the best
 * one stays; of words with the same value, the one with the lowest number. */
void elman_rank(elman_ranking *best, const elman_model *model, uint32_t number, float value);

#endif
