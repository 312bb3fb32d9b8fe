/* The best suggestions so far. */
#ifndef ELMAN_RANKING_H
#define ELMAN_RANKING_H

#include "network/opened_model.h"

/* Words by their numbers, which `elman_first_tail_number` describes. */
typedef struct {
  size_t count, most;
  uint32_t numbers[ELMAN_MOST_SUGGESTIONS];
  float values[ELMAN_MOST_SUGGESTIONS];
} elman_ranking;

/* Insert a word if it is among the best. Of several words that differ only in case and apostrophes, the best
 * one stays; of words with the same value, the one with the lowest number. */
void elman_rank(elman_ranking *best, const elman_model *model, uint32_t number, float value);

#endif
