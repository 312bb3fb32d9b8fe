#include "correction/slip_rate.h"

#include <math.h>

/* The expectation counts for as many words. */
#define EXPECTED_WORDS 3
/* How much less each word counts after the next one. */
#define FADING 0.99

void elman_slip_rate_move(elman_slip_rate *rate, uint64_t place) {
  if (rate->has_latest && rate->latest_place != place) {
    rate->slips = FADING * rate->slips + rate->latest;
    rate->words = FADING * rate->words + 1;
    rate->has_latest = false;
  }
  rate->latest_place = place;
}

void elman_slip_rate_note(elman_slip_rate *rate, double probability) {
  rate->latest = probability;
  rate->has_latest = true;
}

static double log_odds(double probability) { return log(probability / (1 - probability)); }

double elman_slip_rate_nats(const elman_slip_rate *rate, const elman_slip_costs *costs) {
  double expected = costs->slip_rate;
  double found = (EXPECTED_WORDS * expected + rate->slips) / (EXPECTED_WORDS + rate->words);
  return costs->adaptation * (log_odds(found) - log_odds(expected));
}
