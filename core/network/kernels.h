/* The arithmetic that a step spends its time with: products of 8-bit numbers, and rounding to them. */
#ifndef ELMAN_KERNELS_H
#define ELMAN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most columns of an int8 matrix: no sum of their products exceeds 31 bits. */
#define ELMAN_MOST_COLUMNS (1 << 15)

/*
 * A way to multiply four rows of int8 weights [4, columns] with a vector of 8-bit numbers. All of them
 * give the same sums. They differ in the processor that they need, and in how the vector is stored:
 * each of its numbers, -128 to 127, plus `offset`, as a byte.
 */
typedef struct {
  const char *name;
  void (*multiply)(const uint8_t *vector, const int8_t *rows, size_t columns, int32_t sums[4]);
  int32_t offset;
} elman_kernel;

/* The kernels that this processor runs, the fastest first: at most ELMAN_MOST_KERNELS. */
#define ELMAN_MOST_KERNELS 4
size_t elman_kernels(elman_kernel found[ELMAN_MOST_KERNELS]);

/* A vector in 8 bits: number i is about (vector[i] - zero) * scale. */
typedef struct {
  float scale;
  int32_t zero;
} elman_rounding;

/* Round a vector to 8 bits over the range of its numbers, as XNNPACK does, with an offset added. */
elman_rounding elman_quantise(const float *values, size_t count, int32_t offset, uint8_t *vector);

#endif
