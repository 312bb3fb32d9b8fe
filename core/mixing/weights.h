/* How much each order of a profile's counts is worth, learned from what the user types. */
#ifndef ELMAN_WEIGHTS_H
#define ELMAN_WEIGHTS_H

#include "profile/profile.h"

#define ELMAN_TOTAL_RANGES 12
#define ELMAN_DIVERSITY_RANGES 7
#define ELMAN_PEAK_RANGES 8

/* What is added to the logit of an order's weight: by the total and the diversity of its counts, and by
 * how sure the network is. All zeros at first. */
typedef struct {
  float counts[ELMAN_ORDERS][ELMAN_TOTAL_RANGES][ELMAN_DIVERSITY_RANGES];
  float peaks[ELMAN_ORDERS][ELMAN_PEAK_RANGES];
  double distrust; /* the weight of the network alone against the mixture */
} elman_weights;

/* The counts of one order after a context: their total, and the number of different words. */
typedef struct {
  uint64_t total;
  uint32_t different;
} elman_sums;

/* Where an order's weight stands in the tables. */
typedef struct {
  uint8_t total, diversity;
} elman_range;

void elman_weights_reset(elman_weights *weights);

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
