/* The exponential function, the same bits on every processor, in a form that compilers vectorise. */
#ifndef ELMAN_EXPONENTIAL_H
#define ELMAN_EXPONENTIAL_H

#include <stdint.h>
#include <string.h>

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/* Smaller numbers have an exponential that does not count. */
#define ELMAN_LEAST_EXPONENT (-80.0f)

/* exp(x) of a number that is at most 0: a power of two, and a Taylor polynomial of what remains, which
 * is at most ln 2 / 2 and so leaves an error of less than 1e-8. */
static inline float elman_exponential(float x) {
  const float high = 0.693359375f, low = -2.12194440e-4f; /* ln 2, in two parts */
  x = x > ELMAN_LEAST_EXPONENT ? x : ELMAN_LEAST_EXPONENT;
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

#endif
