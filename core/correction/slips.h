/*
 * How probable it is that somebody who meant one word typed another: the cheapest way to get from one to
 * the other, as a Damerau-Levenshtein distance with a cost in nats for each kind of slip.
 *
 * The distance is computed in rows: row i holds the costs of the first i letters of the meant word, for
 * each number of typed letters. Words with a common beginning share its rows.
 */
#ifndef ELMAN_SLIPS_H
#define ELMAN_SLIPS_H

#include <stdbool.h>

#include "elman.h"
#include "correction/layout.h"

/* The most letters of a typed word that is corrected. */
#define ELMAN_MOST_TYPED 48
#define ELMAN_SLIP_COLUMNS (ELMAN_MOST_TYPED + 1)
/* One more than the letters of a meant word. */
#define ELMAN_SLIP_ROWS (ELMAN_LONGEST_WORD + 1)
#define ELMAN_ASCII 128

/* A letter as it was typed, case-folded, and where the screen was touched. */
typedef struct {
  uint32_t point;
  bool is_touched;
  elman_touch touch;
  float nearest; /* the square of its distance from the nearest key */
} elman_typed;

typedef struct {
  const elman_slip_costs *costs;
  const elman_layout *layout;
  size_t count;                                        /* typed letters */
  elman_typed typed[ELMAN_MOST_TYPED];
  float touched[ELMAN_SLIP_COLUMNS];                   /* of touching each typed letter's key there */
  float inserted[ELMAN_SLIP_COLUMNS];                  /* of each typed letter that was not meant */
  float replaced[ELMAN_ASCII + 1][ELMAN_SLIP_COLUMNS]; /* of each, for an ASCII letter or another one */
  bool is_known[ELMAN_ASCII];                          /* whether these were computed */
  uint64_t places[ELMAN_ASCII]; /* bit i is set for the letter at place i of the typed ones */
  uint32_t points[ELMAN_SLIP_ROWS];                    /* the meant letters, from place 1 */
  float rows[ELMAN_SLIP_ROWS][ELMAN_SLIP_COLUMNS];
  float fewer, more; /* what a letter too many or too few costs at least */
} elman_slips;

/* The costs with which a session starts. */
extern const elman_slip_costs elman_usual_slip_costs;

/* Check costs. */
elman_status elman_check_slip_costs(const elman_slip_costs *costs, elman_error *error);

/* Start with the typed letters, of which there are 1 to ELMAN_MOST_TYPED: compute row 0. */
void elman_slips_start(elman_slips *slips, const elman_typed *typed, size_t count);

/* Start with other costs for row 0: those of what was read before each place. */
void elman_slips_start_at(elman_slips *slips, const float *costs);

/* Compute a row, 1 to ELMAN_SLIP_ROWS - 1, from those before it. */
void elman_slips_add(elman_slips *slips, size_t row, uint32_t point);

/* How many letters can follow a row's. */
typedef struct {
  int fewest, most;
} elman_slip_rest;

/* What a word that goes on from a row with so many letters costs at least. */
float elman_slips_least(const elman_slips *slips, size_t row, elman_slip_rest rest);

/* The cost of having meant exactly the typed letters: that of their touches. */
float elman_slips_literal(elman_slips *slips);

/* The cost of a row's letters for all typed letters. */
static inline float elman_slips_cost(const elman_slips *slips, size_t row) {
  return slips->rows[row][slips->count];
}

/* Whether a character is an apostrophe or a hyphen. */
static inline bool elman_is_mark(uint32_t point) { return point == '\'' || point == '-'; }

#endif
