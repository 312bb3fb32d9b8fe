/* Lookups in a table of rows, products with a matrix, and the activations fused with them. */
#include <string.h>

#include "network/operations.h"
#include "network/vectors.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

/* Fused activations, by their numbers in the schema. */
enum { NO_ACTIVATION = 0, FUSED_RELU = 1, FUSED_RELU6 = 3, FUSED_TANH = 4 };

#define BLOCK 64

void elman_apply_fused(uint32_t activation, float *values, size_t count) {
  if (activation == FUSED_RELU) elman_apply_relu(values, count);
  if (activation == FUSED_RELU6) elman_apply_relu6(values, count);
  if (activation == FUSED_TANH) elman_apply_tanh(values, count);
}

bool elman_check_activation(const elman_operation *operation) {
  uint32_t kind = operation->activation;
  return kind == NO_ACTIVATION || kind == FUSED_RELU || kind == FUSED_RELU6 || kind == FUSED_TANH;
}

/* -- rows of a table --------------------------------------------------------------------------------- */

/* Whether `table` holds a row for each token, and `ids` is the token of the step. */
static bool is_lookup(const elman_graph *graph, const elman_tensor *table, const elman_tensor *ids,
                      const elman_tensor *output) {
  return table != NULL && elman_is_constant(table) && table->rank == 2 &&
         table->count / table->last == graph->vocabulary_size &&
         ids == &graph->tensors[graph->token_at] && output->count == table->last;
}

bool elman_check_lookup(const elman_graph *graph, const elman_operation *operation) {
  if (!elman_has_sides(operation, 2, 1)) return false;
  const elman_tensor *table = elman_input_of(graph, operation, 1);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  return is_lookup(graph, table, elman_input_of(graph, operation, 0), output) &&
         elman_is_float(output) && table->type != ELMAN_INT32;
}

void elman_run_lookup(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *table = elman_input_of(graph, operation, 1);
  float *output = elman_output_of(graph, operation, 0)->values;
  size_t first = graph->token_id * table->last;
  if (table->type == ELMAN_FLOAT32) {
    memcpy(output, table->values + first, table->last * sizeof *output);
    return;
  }
  float scale = table->scales[table->scale_count > 1 ? graph->token_id : 0];
  for (size_t i = 0; i < table->last; i++) output[i] = (float)table->bytes[first + i] * scale;
}

/* A row of 8-bit numbers keeps the only scale of its table. */
bool elman_check_gather(const elman_graph *graph, const elman_operation *operation) {
  if (!elman_has_sides(operation, 2, 1) || operation->axis != 0) return false;
  const elman_tensor *table = elman_input_of(graph, operation, 0);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  if (!is_lookup(graph, table, elman_input_of(graph, operation, 1), output) ||
      output->type != table->type || table->type == ELMAN_INT32)
    return false;
  return elman_is_float(table) || (table->scale_count == 1 && output->scale_count == 1 &&
                             table->scales[0] == output->scales[0]);
}

void elman_run_gather(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *table = elman_input_of(graph, operation, 0);
  elman_tensor *output = elman_output_of(graph, operation, 0);
  size_t first = graph->token_id * table->last;
  if (table->type == ELMAN_FLOAT32)
    memcpy(output->values, table->values + first, table->last * sizeof *output->values);
  else
    output->bytes = table->bytes + first;
}

bool elman_check_dequantise(const elman_graph *graph, const elman_operation *operation) {
  if (!elman_has_sides(operation, 1, 1)) return false;
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  return input->type == ELMAN_INT8 && input->scale_count == 1 && elman_is_float(output) &&
         output->count == input->count;
}

void elman_run_dequantise(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  elman_tensor *output = elman_output_of(graph, operation, 0);
  for (size_t i = 0; i < input->count; i++)
    output->values[i] = (float)input->bytes[i] * input->scales[0];
}

/* -- products with a matrix -------------------------------------------------------------------------- */

static void run_int8_product(elman_graph *graph, const elman_operation *operation);
static void run_float_product(elman_graph *graph, const elman_operation *operation);

bool elman_check_product(const elman_graph *graph, const elman_operation *operation) {
  if (operation->input_count < 2 || operation->input_count > 3 || operation->output_count != 1 ||
      !elman_check_activation(operation))
    return false;
  const elman_tensor *vector = elman_input_of(graph, operation, 0);
  const elman_tensor *matrix = elman_input_of(graph, operation, 1);
  const elman_tensor *bias = elman_input_of(graph, operation, 2);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  if (!elman_is_float(vector) || !elman_is_float(output) || matrix == NULL || !elman_is_constant(matrix) ||
      matrix->rank != 2 || vector->count != matrix->last || matrix->type == ELMAN_INT32 ||
      output->count != matrix->count / matrix->last)
    return false;
  return bias == NULL || (elman_is_float(bias) && bias->count == output->count);
}

void elman_run_product(elman_graph *graph, const elman_operation *operation) {
  bool is_plain = elman_input_of(graph, operation, 1)->type == ELMAN_FLOAT32;
  elman_tensor *output = elman_output_of(graph, operation, 0);
  (is_plain ? run_float_product : run_int8_product)(graph, operation);
  elman_apply_fused(operation->activation, output->values, output->count);
}

/* The products of one row, where there are fewer than four. */
static int32_t row_product(const elman_kernel *kernel, const uint8_t *vector, const int8_t *row,
                           size_t columns) {
  int32_t sum = 0;
  for (size_t i = 0; i < columns; i++)
    sum += (kernel->offset == 0 && vector[i] > 127 ? vector[i] - 256 : vector[i]) * row[i];
  return sum;
}

/* The products of `count` rows with a vector. The last four rows may overlap with those before. */
static void multiply_rows(const elman_kernel *kernel, const uint8_t *vector, const int8_t *rows,
                          size_t columns, size_t count, int32_t *sums) {
  for (size_t i = 0; count < 4 && i < count; i++)
    sums[i] = row_product(kernel, vector, rows + i * columns, columns);
  for (size_t i = 0; count >= 4 && i < count; i += 4) {
    size_t first = i + 4 <= count ? i : count - 4;
    kernel->multiply(vector, rows + first * columns, columns, sums + first);
  }
}

static void run_int8_product(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *matrix = elman_input_of(graph, operation, 1);
  float *output = elman_output_of(graph, operation, 0)->values;
  size_t columns = matrix->last, rows = matrix->count / columns;
  elman_rounding rounding = elman_quantise(elman_input_of(graph, operation, 0)->values, columns,
                                           graph->kernel.offset, graph->quantised);
  for (size_t first = 0; first < rows; first += BLOCK) {
    int32_t sums[BLOCK];
    size_t count = rows - first < BLOCK ? rows - first : BLOCK;
    multiply_rows(&graph->kernel, graph->quantised, matrix->bytes + first * columns, columns,
                  count, sums);
    for (size_t i = 0; i < count; i++)
      output[first + i] =
          (float)(sums[i] - rounding.zero * matrix->row_sums[first + i]) * rounding.scale;
  }
  const elman_tensor *bias = elman_input_of(graph, operation, 2);
  if (bias != NULL)
    elman_scale_and_add(matrix->scales, matrix->scale_count, bias->values, output, rows);
  else if (matrix->scale_count > 1)
    elman_multiply(output, matrix->scales, output, rows);
  else
    elman_multiply_number(output, matrix->scales[0], output, rows);
}

static void run_float_product(elman_graph *graph, const elman_operation *operation) {
  const float *vector = elman_input_of(graph, operation, 0)->values;
  const elman_tensor *matrix = elman_input_of(graph, operation, 1);
  const elman_tensor *bias = elman_input_of(graph, operation, 2);
  elman_tensor *output = elman_output_of(graph, operation, 0);
  for (size_t i = 0; i < output->count; i++)
    output->values[i] = elman_sum_of_products(vector, matrix->values + i * matrix->last, matrix->last);
  if (bias != NULL) elman_add(output->values, bias->values, output->values, output->count);
}
