/* Arithmetic on vectors of floats. The output may be an input. */
#ifndef ELMAN_VECTORS_H
#define ELMAN_VECTORS_H

#include <stddef.h>

/* Activations, in place. */
void elman_apply_relu(float *values, size_t count);
void elman_apply_relu6(float *values, size_t count);
void elman_apply_tanh(float *values, size_t count);
void elman_apply_logistic(float *values, size_t count);

void elman_add(const float *one, const float *other, float *output, size_t count);
void elman_add_number(const float *one, float number, float *output, size_t count);
void elman_multiply(const float *one, const float *other, float *output, size_t count);
void elman_multiply_number(const float *one, float number, float *output, size_t count);

/* output[i] * scales[i] + bias[i], rounded once; `scale_count` is `count` or 1. */
void elman_scale_and_add(const float *scales, size_t scale_count, const float *bias, float *output,
                         size_t count);

float elman_sum(const float *values, size_t count);
float elman_sum_of_products(const float *one, const float *other, size_t count);

#endif
