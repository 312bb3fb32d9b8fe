/*
 * The operations of a step. Each is checked once, when the file is opened, and runs without checks.
 *
 * A step has one token, so that every computed tensor is one vector, or those of all layers one after
 * the other: only the numbers in a tensor and in its last dimension matter.
 */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "common/exponential.h"
#include "model/flatbuffer.h"
#include "network/graph.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

enum { ADD = 0, DEQUANTIZE = 6, EMBEDDING_LOOKUP = 7, FULLY_CONNECTED = 9, LOGISTIC = 14 };
enum { MUL = 18, RELU = 19, RELU6 = 21, RESHAPE = 22, TANH = 28, GATHER = 36, MEAN = 40 };
enum { SQUEEZE = 43, EXPAND_DIMS = 70, RSQRT = 76, PACK = 83, UNPACK = 88, SQUARE = 92 };

/* Fused activations, by their numbers in the schema. */
enum { NO_ACTIVATION = 0, FUSED_RELU = 1, FUSED_RELU6 = 3, FUSED_TANH = 4 };

#define BLOCK 64

static elman_tensor *input_of(const elman_graph *graph, const elman_operation *operation,
                              uint32_t place) {
  bool is_there = place < operation->input_count && operation->inputs[place] >= 0;
  return is_there ? &graph->tensors[operation->inputs[place]] : NULL;
}

static elman_tensor *output_of(const elman_graph *graph, const elman_operation *operation,
                               uint32_t place) {
  return &graph->tensors[operation->outputs[place]];
}

static bool is_float(const elman_tensor *tensor) {
  return tensor != NULL && tensor->type == ELMAN_FLOAT32;
}

static bool has_sides(const elman_operation *operation, uint32_t inputs, uint32_t outputs) {
  return operation->input_count == inputs && operation->output_count == outputs;
}

/* -- activations ------------------------------------------------------------------------------------- */

static void apply_relu(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) values[i] = values[i] > 0 ? values[i] : 0;
}

static void apply_relu6(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float positive = values[i] > 0 ? values[i] : 0;
    values[i] = positive < 6 ? positive : 6;
  }
}

static void apply_tanh(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float magnitude = fabsf(values[i]), power = elman_exponential(-2 * magnitude);
    float result = (1 - power) / (1 + power);
    values[i] = values[i] < 0 ? -result : result;
  }
}

static void apply_logistic(float *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float power = elman_exponential(-fabsf(values[i])), result = 1 / (1 + power);
    values[i] = values[i] < 0 ? power * result : result;
  }
}

static void apply_fused(uint32_t activation, float *values, size_t count) {
  if (activation == FUSED_RELU) apply_relu(values, count);
  if (activation == FUSED_RELU6) apply_relu6(values, count);
  if (activation == FUSED_TANH) apply_tanh(values, count);
}

static bool check_activation(const elman_operation *operation) {
  uint32_t kind = operation->activation;
  return kind == NO_ACTIVATION || kind == FUSED_RELU || kind == FUSED_RELU6 || kind == FUSED_TANH;
}

/* -- vectors ----------------------------------------------------------------------------------------- */

static void add(const float *one, const float *other, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] + other[i];
}

static void add_number(const float *one, float number, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] + number;
}

static void multiply(const float *one, const float *other, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] * other[i];
}

static void multiply_number(const float *one, float number, float *output, size_t count) {
  for (size_t i = 0; i < count; i++) output[i] = one[i] * number;
}

/* output[i] * scale + bias[i], rounded once as XNNPACK does: with the instruction that not every
 * processor has, other bits would become other 8-bit numbers in the next product. */
static void scale_and_add(const float *scales, size_t scale_count, const float *bias, float *output,
                          size_t count) {
  if (scale_count > 1)
    for (size_t i = 0; i < count; i++)
      output[i] = (float)((double)output[i] * (double)scales[i] + (double)bias[i]);
  else
    for (size_t i = 0; i < count; i++)
      output[i] = (float)((double)output[i] * (double)scales[0] + (double)bias[i]);
}

/* Sums in lanes: compilers use vector instructions, and all of them give the same bits. They are as
 * many as XNNPACK's, so that most sums are equal to its own. */
#define LANES 32

static float sum_lanes(float lanes[LANES]) {
  for (size_t i = 0; i < LANES / 4; i++)
    lanes[i] = (lanes[i] + lanes[i + LANES / 4]) + (lanes[i + LANES / 2] + lanes[i + LANES * 3 / 4]);
  for (size_t half = LANES / 8; half > 0; half /= 2)
    for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

static float sum(const float *values, size_t count) {
  float lanes[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += values[i + lane];
  for (; i < count; i++) lanes[i % LANES] += values[i];
  return sum_lanes(lanes);
}

static float sum_of_products(const float *one, const float *other, size_t count) {
  float lanes[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    for (size_t lane = 0; lane < LANES; lane++) lanes[lane] += one[i + lane] * other[i + lane];
  for (; i < count; i++) lanes[i % LANES] += one[i] * other[i];
  return sum_lanes(lanes);
}

/* -- rows of a table --------------------------------------------------------------------------------- */

/* Whether `table` holds a row for each token, and `ids` is the token of the step. */
static bool is_lookup(const elman_graph *graph, const elman_tensor *table, const elman_tensor *ids,
                      const elman_tensor *output) {
  return table != NULL && elman_is_constant(table) && table->rank == 2 &&
         table->count / table->last == graph->vocabulary_size &&
         ids == &graph->tensors[graph->token_at] && output->count == table->last;
}

static bool check_lookup(const elman_graph *graph, const elman_operation *operation) {
  if (!has_sides(operation, 2, 1)) return false;
  const elman_tensor *table = input_of(graph, operation, 1);
  const elman_tensor *output = output_of(graph, operation, 0);
  return is_lookup(graph, table, input_of(graph, operation, 0), output) && is_float(output) &&
         table->type != ELMAN_INT32;
}

static void run_lookup(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *table = input_of(graph, operation, 1);
  float *output = output_of(graph, operation, 0)->values;
  size_t first = graph->token_id * table->last;
  if (table->type == ELMAN_FLOAT32) {
    memcpy(output, table->values + first, table->last * sizeof *output);
    return;
  }
  float scale = table->scales[table->scale_count > 1 ? graph->token_id : 0];
  for (size_t i = 0; i < table->last; i++) output[i] = (float)table->bytes[first + i] * scale;
}

/* A row of 8-bit numbers keeps the only scale of its table. */
static bool check_gather(const elman_graph *graph, const elman_operation *operation) {
  if (!has_sides(operation, 2, 1) || operation->axis != 0) return false;
  const elman_tensor *table = input_of(graph, operation, 0);
  const elman_tensor *output = output_of(graph, operation, 0);
  if (!is_lookup(graph, table, input_of(graph, operation, 1), output) ||
      output->type != table->type || table->type == ELMAN_INT32)
    return false;
  return is_float(table) || (table->scale_count == 1 && output->scale_count == 1 &&
                             table->scales[0] == output->scales[0]);
}

static void run_gather(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *table = input_of(graph, operation, 0);
  elman_tensor *output = output_of(graph, operation, 0);
  size_t first = graph->token_id * table->last;
  if (table->type == ELMAN_FLOAT32)
    memcpy(output->values, table->values + first, table->last * sizeof *output->values);
  else
    output->bytes = table->bytes + first;
}

static bool check_dequantise(const elman_graph *graph, const elman_operation *operation) {
  if (!has_sides(operation, 1, 1)) return false;
  const elman_tensor *input = input_of(graph, operation, 0);
  const elman_tensor *output = output_of(graph, operation, 0);
  return input->type == ELMAN_INT8 && input->scale_count == 1 && is_float(output) &&
         output->count == input->count;
}

static void run_dequantise(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = input_of(graph, operation, 0);
  elman_tensor *output = output_of(graph, operation, 0);
  for (size_t i = 0; i < input->count; i++)
    output->values[i] = (float)input->bytes[i] * input->scales[0];
}

/* -- products with a matrix -------------------------------------------------------------------------- */

static void run_int8_product(elman_graph *graph, const elman_operation *operation);
static void run_float_product(elman_graph *graph, const elman_operation *operation);

static bool check_product(const elman_graph *graph, const elman_operation *operation) {
  if (operation->input_count < 2 || operation->input_count > 3 || operation->output_count != 1 ||
      !check_activation(operation))
    return false;
  const elman_tensor *vector = input_of(graph, operation, 0);
  const elman_tensor *matrix = input_of(graph, operation, 1);
  const elman_tensor *bias = input_of(graph, operation, 2);
  const elman_tensor *output = output_of(graph, operation, 0);
  if (!is_float(vector) || !is_float(output) || matrix == NULL || !elman_is_constant(matrix) ||
      matrix->rank != 2 || vector->count != matrix->last || matrix->type == ELMAN_INT32 ||
      output->count != matrix->count / matrix->last)
    return false;
  if (bias != NULL && !(is_float(bias) && bias->count == output->count)) return false;
  return is_float(matrix) || matrix->last <= ELMAN_MOST_COLUMNS;
}

static void run_product(elman_graph *graph, const elman_operation *operation) {
  bool is_plain = input_of(graph, operation, 1)->type == ELMAN_FLOAT32;
  elman_tensor *output = output_of(graph, operation, 0);
  (is_plain ? run_float_product : run_int8_product)(graph, operation);
  apply_fused(operation->activation, output->values, output->count);
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
  const elman_tensor *matrix = input_of(graph, operation, 1);
  float *output = output_of(graph, operation, 0)->values;
  size_t columns = matrix->last, rows = matrix->count / columns;
  elman_rounding rounding = elman_quantise(input_of(graph, operation, 0)->values, columns,
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
  const elman_tensor *bias = input_of(graph, operation, 2);
  if (bias != NULL)
    scale_and_add(matrix->scales, matrix->scale_count, bias->values, output, rows);
  else if (matrix->scale_count > 1)
    multiply(output, matrix->scales, output, rows);
  else
    multiply_number(output, matrix->scales[0], output, rows);
}

static void run_float_product(elman_graph *graph, const elman_operation *operation) {
  const float *vector = input_of(graph, operation, 0)->values;
  const elman_tensor *matrix = input_of(graph, operation, 1);
  const elman_tensor *bias = input_of(graph, operation, 2);
  elman_tensor *output = output_of(graph, operation, 0);
  for (size_t i = 0; i < output->count; i++)
    output->values[i] = sum_of_products(vector, matrix->values + i * matrix->last, matrix->last);
  if (bias != NULL) add(output->values, bias->values, output->values, output->count);
}

/* -- number by number -------------------------------------------------------------------------------- */

/* ADD and MUL: an input has as many numbers as the output, or one. */
static bool check_pair(const elman_graph *graph, const elman_operation *operation) {
  if (!has_sides(operation, 2, 1) || !check_activation(operation)) return false;
  const elman_tensor *output = output_of(graph, operation, 0);
  for (uint32_t i = 0; i < 2; i++) {
    const elman_tensor *input = input_of(graph, operation, i);
    if (!is_float(input) || (input->count != output->count && input->count != 1)) return false;
  }
  return is_float(output);
}

static void run_pair(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *one = input_of(graph, operation, 0), *other = input_of(graph, operation, 1);
  elman_tensor *output = output_of(graph, operation, 0);
  bool is_sum = operation->code == ADD;
  if (one->count < other->count) {
    const elman_tensor *shorter = one;
    one = other;
    other = shorter;
  }
  float first = is_sum ? one->values[0] + other->values[0] : one->values[0] * other->values[0];
  if (one->count < output->count)
    for (size_t i = 0; i < output->count; i++) output->values[i] = first;
  else if (other->count < output->count)
    (is_sum ? add_number : multiply_number)(one->values, other->values[0], output->values,
                                            output->count);
  else
    (is_sum ? add : multiply)(one->values, other->values, output->values, output->count);
  apply_fused(operation->activation, output->values, output->count);
}

static bool check_each(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = input_of(graph, operation, 0);
  const elman_tensor *output = output_of(graph, operation, 0);
  return has_sides(operation, 1, 1) && is_float(input) && is_float(output) &&
         input->count == output->count;
}

static void run_each(elman_graph *graph, const elman_operation *operation) {
  const float *input = input_of(graph, operation, 0)->values;
  elman_tensor *output = output_of(graph, operation, 0);
  float *values = output->values;
  size_t count = output->count;
  if (operation->code == SQUARE) {
    for (size_t i = 0; i < count; i++) values[i] = input[i] * input[i];
    return;
  }
  if (operation->code == RSQRT) {
    for (size_t i = 0; i < count; i++) values[i] = 1 / sqrtf(input[i]);
    return;
  }
  memcpy(values, input, count * sizeof *values);
  if (operation->code == RELU) apply_relu(values, count);
  if (operation->code == RELU6) apply_relu6(values, count);
  if (operation->code == TANH) apply_tanh(values, count);
  if (operation->code == LOGISTIC) apply_logistic(values, count);
}

/* The same numbers in another shape, which a second input may give. */
static bool check_shape(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = input_of(graph, operation, 0);
  const elman_tensor *output = output_of(graph, operation, 0);
  return operation->input_count <= 2 && operation->output_count == 1 && is_float(input) &&
         is_float(output) && input->count == output->count;
}

static void run_copy(elman_graph *graph, const elman_operation *operation) {
  elman_tensor *output = output_of(graph, operation, 0);
  memcpy(output->values, input_of(graph, operation, 0)->values,
         output->count * sizeof *output->values);
}

/* The mean of a whole vector, over its last dimension. */
static bool check_mean(const elman_graph *graph, const elman_operation *operation) {
  if (!has_sides(operation, 2, 1)) return false;
  const elman_tensor *input = input_of(graph, operation, 0);
  const elman_tensor *axis = input_of(graph, operation, 1);
  const elman_tensor *output = output_of(graph, operation, 0);
  if (!is_float(input) || !is_float(output) || output->count != 1 || axis == NULL ||
      axis->type != ELMAN_INT32 || !elman_is_constant(axis) || axis->count != 1)
    return false;
  uint32_t number = elman_uint32_at(axis->constant.bytes);
  return input->count == input->last && input->rank > 0 &&
         (number == input->rank - 1 || number == UINT32_MAX);
}

static void run_mean(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = input_of(graph, operation, 0);
  float share = 1 / (float)input->count;
  output_of(graph, operation, 0)->values[0] = sum(input->values, input->count) * share;
}

/* -- the layers of a state --------------------------------------------------------------------------- */

static bool check_unpack(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = input_of(graph, operation, 0);
  if (operation->input_count != 1 || operation->axis != 0 || !is_float(input)) return false;
  for (uint32_t i = 0; i < operation->output_count; i++) {
    const elman_tensor *part = output_of(graph, operation, i);
    if (!is_float(part) || part->count * operation->output_count != input->count) return false;
  }
  return true;
}

static void run_unpack(elman_graph *graph, const elman_operation *operation) {
  const float *from = input_of(graph, operation, 0)->values;
  for (uint32_t i = 0; i < operation->output_count; i++) {
    elman_tensor *part = output_of(graph, operation, i);
    memcpy(part->values, from + i * part->count, part->count * sizeof *from);
  }
}

static bool check_pack(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *output = output_of(graph, operation, 0);
  if (operation->output_count != 1 || operation->axis != 0 || !is_float(output)) return false;
  for (uint32_t i = 0; i < operation->input_count; i++) {
    const elman_tensor *part = input_of(graph, operation, i);
    if (!is_float(part) || part->count * operation->input_count != output->count) return false;
  }
  return true;
}

static void run_pack(elman_graph *graph, const elman_operation *operation) {
  float *to = output_of(graph, operation, 0)->values;
  for (uint32_t i = 0; i < operation->input_count; i++) {
    const elman_tensor *part = input_of(graph, operation, i);
    memcpy(to + i * part->count, part->values, part->count * sizeof *to);
  }
}

/* -- all of them --------------------------------------------------------------------------------------- */

/* `activation` and `axis`: the fields of the operator's options that hold them; -1: none. */
typedef struct {
  uint32_t code;
  int activation, axis;
  bool (*check)(const elman_graph *graph, const elman_operation *operation);
  void (*run)(elman_graph *graph, const elman_operation *operation);
} known_operation;

static const known_operation known[] = {
    {EMBEDDING_LOOKUP, -1, -1, check_lookup, run_lookup},
    {GATHER, -1, 0, check_gather, run_gather},
    {DEQUANTIZE, -1, -1, check_dequantise, run_dequantise},
    {FULLY_CONNECTED, 0, -1, check_product, run_product},
    {ADD, 0, -1, check_pair, run_pair},
    {MUL, 0, -1, check_pair, run_pair},
    {SQUARE, -1, -1, check_each, run_each},
    {RSQRT, -1, -1, check_each, run_each},
    {RELU, -1, -1, check_each, run_each},
    {RELU6, -1, -1, check_each, run_each},
    {TANH, -1, -1, check_each, run_each},
    {LOGISTIC, -1, -1, check_each, run_each},
    {RESHAPE, -1, -1, check_shape, run_copy},
    {SQUEEZE, -1, -1, check_shape, run_copy},
    {EXPAND_DIMS, -1, -1, check_shape, run_copy},
    {MEAN, -1, -1, check_mean, run_mean},
    {UNPACK, -1, 1, check_unpack, run_unpack},
    {PACK, -1, 1, check_pack, run_pack},
};

static const known_operation *find_known(uint32_t code) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (known[i].code == code) return &known[i];
  return NULL;
}

bool elman_operation_options(elman_view file, uint64_t table, elman_operation *operation) {
  enum { OPTIONS = 4, WEIGHTS_FORMAT = 1, BATCHES = 1, ROUNDED_FROM_LOWEST = 3 };
  const known_operation *kind = find_known(operation->code);
  uint32_t axis = 0, other = 0, rounding = 1;
  uint64_t options;
  if (kind == NULL || !elman_flat_child(file, table, OPTIONS, &options)) return true;
  if (kind->activation >= 0 &&
      !elman_flat_number(file, options, (uint32_t)kind->activation, 1, &operation->activation))
    return false;
  if (kind->axis >= 0 && !elman_flat_number(file, options, (uint32_t)kind->axis, 4, &axis))
    return false;
  if (operation->code == GATHER && !elman_flat_number(file, options, BATCHES, 4, &other))
    return false;
  if (operation->code == FULLY_CONNECTED &&
      (!elman_flat_number(file, options, WEIGHTS_FORMAT, 1, &other) ||
       !elman_flat_number(file, options, ROUNDED_FROM_LOWEST, 1, &rounding)))
    return false;
  operation->axis = (int32_t)axis;
  operation->is_unusual = other != 0;
  operation->is_symmetric = rounding == 0;
  return true;
}

/* Whether an operation reads only what is set before it, and sets only what nothing else does. */
static bool set_outputs(const elman_graph *graph, const elman_operation *operation) {
  for (uint32_t i = 0; i < operation->input_count; i++) {
    const elman_tensor *input = input_of(graph, operation, i);
    if (input != NULL && !input->is_set) return false;
  }
  for (uint32_t i = 0; i < operation->output_count; i++) {
    elman_tensor *output = output_of(graph, operation, i);
    if (output->is_set) return false;
    output->is_set = true;
  }
  return true;
}

static elman_status check_operation(elman_graph *graph, uint32_t index, elman_error *error) {
  elman_operation *operation = &graph->operations[index];
  const known_operation *kind = find_known(operation->code);
  if (kind == NULL)
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "its operation %u, number %u in TensorFlow Lite, is not built in",
                      (unsigned)index, (unsigned)operation->code);
  bool is_int8 = operation->code == FULLY_CONNECTED && operation->input_count > 1 &&
                 operation->inputs[1] >= 0 &&
                 graph->tensors[operation->inputs[1]].type == ELMAN_INT8;
  if (operation->is_unusual || (is_int8 && operation->is_symmetric) ||
      !kind->check(graph, operation) || !set_outputs(graph, operation))
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "its operation %u does not fit its tensors, or has unknown options",
                      (unsigned)index);
  operation->run = kind->run;
  return ELMAN_OK;
}

/* Mark what the next state depends on. An operation stands behind those that it depends on, and
 * `is_set` has served its purpose, so that it marks the tensors here. */
static void mark_for_state(elman_graph *graph) {
  for (uint32_t i = 0; i < graph->tensor_count; i++) graph->tensors[i].is_set = false;
  graph->tensors[graph->next_state_at].is_set = true;
  for (uint32_t i = graph->operation_count; i > 0; i--) {
    elman_operation *operation = &graph->operations[i - 1];
    for (uint32_t n = 0; n < operation->output_count; n++)
      operation->is_for_state |= output_of(graph, operation, n)->is_set;
    for (uint32_t n = 0; n < operation->input_count && operation->is_for_state; n++)
      if (operation->inputs[n] >= 0) graph->tensors[operation->inputs[n]].is_set = true;
  }
}

elman_status elman_operations_check(elman_graph *graph, elman_error *error) {
  elman_status status = ELMAN_OK;
  graph->tensors[graph->token_at].is_set = true;
  graph->tensors[graph->state_at].is_set = true;
  for (uint32_t i = 0; i < graph->operation_count && !status; i++)
    status = check_operation(graph, i, error);
  if (status != ELMAN_OK) return status;
  if (!graph->tensors[graph->logits_at].is_set || !graph->tensors[graph->next_state_at].is_set)
    return elman_fail(error, ELMAN_ERROR_MODEL, "its network does not compute its outputs");
  mark_for_state(graph);
  return ELMAN_OK;
}
