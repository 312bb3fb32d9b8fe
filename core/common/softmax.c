/*
 * Converts logits to log-probabilities. With the C library's expf, this took four times as long as a step
 * of the network. This version lets compilers use vector instructions.
 */
#include "common/softmax.h"

#include <math.h>

#include "common/exponential.h"

#define BLOCK 256

float elman_highest(const float *values, size_t count) {
  float best[BLOCK], highest = values[0];
  size_t i = 0;
  for (size_t place = 0; place < BLOCK; place++) best[place] = highest;
  for (; i + BLOCK <= count; i += BLOCK)
    for (size_t place = 0; place < BLOCK; place++)
      best[place] = values[i + place] > best[place] ? values[i + place] : best[place];
  for (size_t place = 0; place < BLOCK; place++)
    if (best[place] > highest) highest = best[place];
  for (; i < count; i++)
    if (values[i] > highest) highest = values[i];
  return highest;
}

/* The sum over one block. Pairwise summation limits the rounding error in single precision. */
static float sum_of_block(const float *values, float highest) {
  float terms[BLOCK];
  for (size_t i = 0; i < BLOCK; i++) terms[i] = elman_exponential(values[i] - highest);
  for (size_t half = BLOCK / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; i++) terms[i] += terms[i + half];
  return terms[0];
}

double elman_log_sum_exp(const float *values, size_t count) {
  float highest = elman_highest(values, count);
  double sum = 0;
  size_t i = 0;
  for (; i + BLOCK <= count; i += BLOCK) sum += sum_of_block(values + i, highest);
  for (; i < count; i++) sum += elman_exponential(values[i] - highest);
  return highest + log(sum);
}
