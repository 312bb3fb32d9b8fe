/* How much each order of a profile's counts is worth, learned from what the user types. */
#ifndef ELMAN_WEIGHTS_H
#define ELMAN_WEIGHTS_H

#include "profile/profile.h"

/* The counts of one order after a context: their total, and the number of different words. */
typedef struct {
  uint64_t total;
  uint32_t different;
} elman_sums;

/* Where an order's weight stands in the tables. */
typedef struct {
  uint8_t total, diversity;
} elman_range;

elman_range elman_range_of(elman_sums sums);
/* The range of the network's highest probability. */
int elman_peak_range(double highest);

/* The weight of an order against all lower ones and the network; 0 without counts. */
double elman_weight_of(const elman_weights *weights, int order, elman_sums sums, int peak);

/* A word that was typed: its probability by the network, and by the counts of each order. */
typedef struct {
  double network, shares[ELMAN_ORDERS];
} elman_evidence;

/* Adapt the weights. `used` holds the weights that `elman_weight_of` returned before the word was typed,
 * and `ranges` their places. */
void elman_weights_adapt(elman_weights *weights, const double used[ELMAN_ORDERS],
                         const elman_range ranges[ELMAN_ORDERS], int peak,
                         const elman_evidence *evidence);

#endif
