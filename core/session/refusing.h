/*
 * Suggestions that the user saw but did not take. While a word is being typed, each makes the suggested word
 * less likely to be the one that is meant.
 */
#ifndef ELMAN_REFUSING_H
#define ELMAN_REFUSING_H

#include "elman.h"
#include "mixing/mixing.h"
#include "session/ranking.h"

/* The number of suggestions that a user is expected to read. */
#define ELMAN_READ 3
/* As many as are remembered while a word is typed. */
#define ELMAN_MOST_REFUSED (ELMAN_READ * 24)

/* What was suggested for the word at one place of a text, since its first letter. */
typedef struct {
  elman_place_in_text place;
  char prefix[ELMAN_WORD_CAPACITY]; /* of the last call */
  size_t prefix_length;
  size_t refused, count; /* numbers of refused words, and then of those that were suggested last */
  uint32_t numbers[ELMAN_MOST_REFUSED];
} elman_refusals;

/* Take note that letters were typed after the last call, or none: then, its suggestions were not refused. */
void elman_refusals_update(elman_refusals *refusals, const elman_place_in_text *place, elman_view prefix);
/* Take note of what is suggested now. */
void elman_refusals_add(elman_refusals *refusals, const elman_ranking *suggested);
/* How often a word was refused. */
int elman_times_refused(const elman_refusals *refusals, uint32_t number);

#endif
