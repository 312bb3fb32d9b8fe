/* How often a user slips. */
#ifndef ELMAN_SLIP_RATE_H
#define ELMAN_SLIP_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "elman.h"

/* An estimate from the words that were corrected before. All zeros at first. */
typedef struct {
  double slips, words;   /* faded sums */
  double latest;         /* the probability that the latest word has a slip */
  uint64_t latest_place; /* where that word is: a digest of the words before it */
  bool has_latest;       /* whether it is not counted yet */
} elman_slip_rate;

/* Go to the word at a place. The latest one is counted if it is at another place, as it was then: a word may be
 * corrected several times while it is typed. */
void elman_slip_rate_move(elman_slip_rate *rate, uint64_t place);

/* Note the probability that the word there has a slip. */
void elman_slip_rate_note(elman_slip_rate *rate, double probability);

/* How much more likely a slip is than expected first, in nats. */
double elman_slip_rate_nats(const elman_slip_rate *rate, const elman_slip_costs *costs);

#endif
