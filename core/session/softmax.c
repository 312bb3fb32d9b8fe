/*
 * Converts logits to log-probabilities. With the C library's expf, this took four times as long as a step
 * of the network. This version lets compilers use vector instructions.
 */
#include "session/softmax.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define BLOCK 256
/* The exponentials of smaller numbers are negligible. */
#define LEAST (-80.0f)

/* exp(x) for LEAST <= x <= 0: a power of two, times a Taylor polynomial of the remainder, which is at
 * most ln 2 / 2, so the error is below 1e-8. */
static inline float exponential(float x) {
  const float high = 0.693359375f, low = -2.12194440e-4f; /* ln 2, in two parts */
  int32_t power = (int32_t)(x * 1.44269504f - 0.5f);
  float r = x - (float)power * high - (float)power * low;
  float sum = 1.0f / 5040;
  sum = sum * r + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  sum = sum * r + 1.0f;
  sum = sum * r + 1.0f;
  uint32_t bits = (uint32_t)(power + 127) << 23;
  float scale;
  memcpy(&scale, &bits, sizeof scale);
  return sum * scale;
}

static inline float clamped(float x) { return x > LEAST ? x : LEAST; }

static float highest_of(const float *values, size_t count) {
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
  for (size_t i = 0; i < BLOCK; i++) terms[i] = exponential(clamped(values[i] - highest));
  for (size_t half = BLOCK / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; i++) terms[i] += terms[i + half];
  return terms[0];
}

double elman_log_sum_exp(const float *values, size_t count) {
  float highest = highest_of(values, count);
  double sum = 0;
  size_t i = 0;
  for (; i + BLOCK <= count; i += BLOCK) sum += sum_of_block(values + i, highest);
  for (; i < count; i++) sum += exponential(clamped(values[i] - highest));
  return highest + log(sum);
}
