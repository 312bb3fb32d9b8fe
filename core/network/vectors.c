/* Loops that compilers turn into vector instructions, with the same bits on every processor. */
#include "network/vectors.h"

#include <math.h>

#include "common/exponential.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

void elman_apply_relu(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = values[i] > 0 ? values[i] : 0;
}

void elman_apply_relu6(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float positive = values[i] > 0 ? values[i] : 0;
    values[i] = positive < 6 ? positive : 6;
  }
}

void elman_apply_tanh(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float magnitude = fabsf(values[i]), power = elman_exponential(-2 * magnitude);
    float result = (1 - power) / (1 + power);
    values[i] = values[i] < 0 ? -result : result;
  }
}

void elman_apply_logistic(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float power = elman_exponential(-fabsf(values[i])), result = 1 / (1 + power);
    values[i] = values[i] < 0 ? power * result : result;
  }
}

void elman_add(const float *one, const float *other, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] + other[i];
}

void elman_add_number(const float *one, float number, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] + number;
}

void elman_multiply(const float *one, const float *other, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] * other[i];
}

void elman_multiply_number(const float *one, float number, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] * number;
}

/* XNNPACK uses fused multiply-add, which not every processor has. Its product and sum in double precision
 * give the same floats. With other bits, the next product could round to other 8-bit numbers. */
void elman_scale_and_add(const float *scales, size_t scale_count, const float *bias, float *output,
                          size_t count) {
  if (scale_count > 1)
    for (size_t i = 0; i < count; i++)
      output[i] = (float)((double)output[i] * (double)scales[i] + (double)bias[i]);
  else
    for (size_t i = 0; i < count; i++)
      output[i] = (float)((double)output[i] * (double)scales[0] + (double)bias[i]);
}

/* Sums are computed in as many lanes as in XNNPACK, so that most of them are equal to its own. */
#define LANES 32

static float sum_lanes(float lanes[LANES]) {
  for (size_t i = 0; i < LANES / 4; i++)
    lanes[i] = (lanes[i] + lanes[i + LANES / 4]) + (lanes[i + LANES / 2] + lanes[i + LANES * 3 / 4]);
  for (size_t half = LANES / 8; half > 0; half /= 2)
    for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

float elman_sum(const float *values, size_t count) {
  float lanes[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += values[i + lane];
  for (; i < count; i++) lanes[i % LANES] += values[i];
  return sum_lanes(lanes);
}

float elman_sum_of_products(const float *one, const float *other, size_t count) {
  float lanes[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += one[i + lane] * other[i + lane];
  for (; i < count; i++) lanes[i % LANES] += one[i] * other[i];
  return sum_lanes(lanes);
}
