/* Converts logits to log-probabilities. */
#ifndef ELMAN_SOFTMAX_H
#define ELMAN_SOFTMAX_H

#include <stddef.h>

/* The natural logarithm of the sum of the exponentials of `count` numbers, to about 1e-7. */
double elman_log_sum_exp(const float *values, size_t count);

/* The highest of `count` numbers. */
float elman_highest(const float *values, size_t count);

#endif
