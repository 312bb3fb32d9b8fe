/*
 * Weights of orders, learned online.
 *
 * The weight of an order is a logistic function of log(C / (4 T)), which is Witten and Bell's weight, plus
 * what was learned. A step of gradient ascent on the log-probability of each typed word moves the learned
 * part. If P is the probability after an order, a its weight and q its share, then
 *
 *   d log P / d logit(a) = a q / P - a
 *
 * for the last order; for lower ones, it is multiplied by the part of P that is left to them.
 *
 * The network alone and the mixture are weighed like two experts: by the probability that each gave to
 * the words typed so far (Herbster and Warmuth's fixed share, so that either can recover). So the words of
 * a user cost at most about log(1 / FIRST_DISTRUST) nats (in profile/adapting.c) more than by the network
 * alone, plus SHARE nats a word, whatever the counts say.
 */
#include "mixing/weights.h"

#include <math.h>

#define DIVERSITY_WEIGHT 4.0
#define STEP 0.03
/* The step for `peaks`, relative to that for `counts`. */
#define PEAK_STEP 0.5
#define SHARE 0.002
/* Totals from here on are in the last range. */
#define HIGH_TOTAL 23

/* 2 + floor(2 log2(total)), without a rounding error. */
static uint8_t total_range(uint64_t total) {
  if (total >= HIGH_TOTAL) return ELMAN_TOTAL_RANGES - 1;
  uint8_t range = 1;
  for (uint64_t square = total * total; square > 0; square /= 2) range++;
  return range;
}

elman_range elman_range_of(elman_sums sums) {
  static const double limits[] = {0.15, 0.3, 0.5, 0.7, 0.9};
  double ratio = (double)sums.different / (double)(sums.total > 0 ? sums.total : 1);
  uint8_t diversity = sums.different > 1;
  for (int i = 0; diversity > 0 && i < 5 && ratio >= limits[i]; i++) diversity++;
  return (elman_range){total_range(sums.total), diversity};
}

int elman_peak_range(double highest) {
  static const double limits[] = {0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9};
  int range = 0;
  while (range < ELMAN_PEAK_RANGES - 1 && highest >= limits[range]) range++;
  return range;
}

double elman_weight_of(const elman_weights *weights, int order, elman_sums sums, int peak) {
  if (sums.total == 0) return 0;
  elman_range range = elman_range_of(sums);
  double learned = weights->counts[order][range.total][range.diversity] + weights->peaks[order][peak];
  double total = (double)sums.total;
  return total / (total + DIVERSITY_WEIGHT * sums.different * exp(-learned));
}

/* The weight of the network alone after a word with these probabilities. */
static double distrust_after(double distrust, double alone, double mixed) {
  double both = distrust * alone + (1 - distrust) * mixed;
  if (!(both > 0)) return distrust;
  return (1 - 2 * SHARE) * distrust * alone / both + SHARE;
}

void elman_weights_adapt(elman_weights *weights, const double used[ELMAN_ORDERS],
                         const elman_range ranges[ELMAN_ORDERS], int peak,
                         const elman_evidence *evidence) {
  double after[ELMAN_ORDERS], probability = evidence->network, left = 1;
  for (int k = 0; k < ELMAN_ORDERS; k++)
    after[k] = probability = used[k] * evidence->shares[k] + (1 - used[k]) * probability;
  if (!(probability > 0)) return;
  weights->distrust = distrust_after(weights->distrust, evidence->network, probability);
  for (int k = ELMAN_ORDERS - 1; k >= 0 && after[k] > 0; k--) {
    if (used[k] <= 0) continue;
    double part = used[k] * evidence->shares[k] / after[k];
    float step = (float)(STEP * left * (part - used[k]));
    weights->counts[k][ranges[k].total][ranges[k].diversity] += step;
    weights->peaks[k][peak] += (float)PEAK_STEP * step;
    left *= 1 - part;
  }
}
