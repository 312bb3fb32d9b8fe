/*
 * The operations of a step. Each is checked once, when the file is opened, and runs without checks.
 *
 * A step has one token, so that every computed tensor is one vector, or those of all layers one after
 * the other: only the numbers in a tensor and in its last dimension matter.
 */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "model/flatbuffer.h"
#include "network/operations.h"
#include "network/vectors.h"

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#endif

enum { ADD = 0, DEQUANTIZE = 6, EMBEDDING_LOOKUP = 7, FULLY_CONNECTED = 9, LOGISTIC = 14 };
enum { MUL = 18, RELU = 19, RELU6 = 21, RESHAPE = 22, TANH = 28, GATHER = 36, MEAN = 40 };
enum { SQUEEZE = 43, EXPAND_DIMS = 70, RSQRT = 76, PACK = 83, UNPACK = 88, SQUARE = 92 };

/* -- number by number -------------------------------------------------------------------------------- */

/* ADD and MUL: one input has as many numbers as the output, the other as many or one. */
static bool check_pair(const elman_graph *graph, const elman_operation *operation) {
  if (!elman_has_sides(operation, 2, 1) || !elman_check_activation(operation)) return false;
  const elman_tensor *one = elman_input_of(graph, operation, 0);
  const elman_tensor *other = elman_input_of(graph, operation, 1);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  if (!elman_is_float(one) || !elman_is_float(other) || !elman_is_float(output)) return false;
  return (one->count == output->count && (other->count == output->count || other->count == 1)) ||
         (one->count == 1 && other->count == output->count);
}

static void run_pair(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *one = elman_input_of(graph, operation, 0);
  const elman_tensor *other = elman_input_of(graph, operation, 1);
  elman_tensor *output = elman_output_of(graph, operation, 0);
  bool is_sum = operation->code == ADD;
  if (one->count < other->count) {
    const elman_tensor *shorter = one;
    one = other;
    other = shorter;
  }
  if (other->count < output->count)
    (is_sum ? elman_add_number : elman_multiply_number)(one->values, other->values[0],
                                                        output->values, output->count);
  else
    (is_sum ? elman_add : elman_multiply)(one->values, other->values, output->values, output->count);
  elman_apply_fused(operation->activation, output->values, output->count);
}

static bool check_each(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  return elman_has_sides(operation, 1, 1) && elman_is_float(input) && elman_is_float(output) &&
         input->count == output->count;
}

static void run_each(elman_graph *graph, const elman_operation *operation) {
  const float *input = elman_input_of(graph, operation, 0)->values;
  elman_tensor *output = elman_output_of(graph, operation, 0);
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
  if (operation->code == RELU) elman_apply_relu(values, count);
  if (operation->code == RELU6) elman_apply_relu6(values, count);
  if (operation->code == TANH) elman_apply_tanh(values, count);
  if (operation->code == LOGISTIC) elman_apply_logistic(values, count);
}

/* The same numbers in another shape, which a second input may give. */
static bool check_shape(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  return operation->input_count <= 2 && operation->output_count == 1 && elman_is_float(input) &&
         elman_is_float(output) && input->count == output->count;
}

static void run_copy(elman_graph *graph, const elman_operation *operation) {
  elman_tensor *output = elman_output_of(graph, operation, 0);
  memcpy(output->values, elman_input_of(graph, operation, 0)->values,
         output->count * sizeof *output->values);
}

/* The mean of a whole vector, over its last dimension. */
static bool check_mean(const elman_graph *graph, const elman_operation *operation) {
  if (!elman_has_sides(operation, 2, 1)) return false;
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  const elman_tensor *axis = elman_input_of(graph, operation, 1);
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  if (!elman_is_float(input) || !elman_is_float(output) || output->count != 1 || axis == NULL ||
      axis->type != ELMAN_INT32 || !elman_is_constant(axis) || axis->count != 1)
    return false;
  uint32_t number = elman_uint32_at(axis->constant.bytes);
  return input->count == input->last && input->rank > 0 &&
         (number == input->rank - 1 || number == UINT32_MAX);
}

static void run_mean(elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  float share = 1 / (float)input->count;
  elman_output_of(graph, operation, 0)->values[0] = elman_sum(input->values, input->count) * share;
}

/* -- the layers of a state --------------------------------------------------------------------------- */

static bool check_unpack(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *input = elman_input_of(graph, operation, 0);
  if (operation->input_count != 1 || operation->axis != 0 || !elman_is_float(input)) return false;
  for (uint32_t i = 0; i < operation->output_count; i++) {
    const elman_tensor *part = elman_output_of(graph, operation, i);
    if (!elman_is_float(part) || part->count * operation->output_count != input->count) return false;
  }
  return true;
}

static void run_unpack(elman_graph *graph, const elman_operation *operation) {
  const float *from = elman_input_of(graph, operation, 0)->values;
  for (uint32_t i = 0; i < operation->output_count; i++) {
    elman_tensor *part = elman_output_of(graph, operation, i);
    memcpy(part->values, from + i * part->count, part->count * sizeof *from);
  }
}

static bool check_pack(const elman_graph *graph, const elman_operation *operation) {
  const elman_tensor *output = elman_output_of(graph, operation, 0);
  if (operation->output_count != 1 || operation->axis != 0 || !elman_is_float(output)) return false;
  for (uint32_t i = 0; i < operation->input_count; i++) {
    const elman_tensor *part = elman_input_of(graph, operation, i);
    if (!elman_is_float(part) || part->count * operation->input_count != output->count) return false;
  }
  return true;
}

static void run_pack(elman_graph *graph, const elman_operation *operation) {
  float *to = elman_output_of(graph, operation, 0)->values;
  for (uint32_t i = 0; i < operation->input_count; i++) {
    const elman_tensor *part = elman_input_of(graph, operation, i);
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
    {EMBEDDING_LOOKUP, -1, -1, elman_check_lookup, elman_run_lookup},
    {GATHER, -1, 0, elman_check_gather, elman_run_gather},
    {DEQUANTIZE, -1, -1, elman_check_dequantise, elman_run_dequantise},
    {FULLY_CONNECTED, 0, -1, elman_check_product, elman_run_product},
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
  uint32_t axis = 0, other = 0, rounding = 0;
  uint64_t options;
  operation->is_symmetric = true; /* the default of the schema; only of products */
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
    const elman_tensor *input = elman_input_of(graph, operation, i);
    if (input != NULL && !input->is_set) return false;
  }
  for (uint32_t i = 0; i < operation->output_count; i++) {
    elman_tensor *output = elman_output_of(graph, operation, i);
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
      operation->is_for_state |= elman_output_of(graph, operation, n)->is_set;
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
