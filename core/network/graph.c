/* Reading a graph from a file: numbers of fields are those of the TensorFlow Lite schema. */
#include "network/graph.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "model/file.h"
#include "model/flatbuffer.h"

#define MOST_TENSORS (1 << 14)
#define MOST_OPERATIONS (1 << 14)
#define MOST_OPERANDS 256 /* of one operation */

enum { MODEL_CODES = 1, MODEL_SUBGRAPHS = 2, MODEL_SIGNATURES = 7 };
enum { SUBGRAPH_TENSORS = 0, SUBGRAPH_INPUTS = 1, SUBGRAPH_OUTPUTS = 2, SUBGRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2, TENSOR_QUANTISATION = 4 };
enum { TENSOR_SPARSITY = 6 };
enum { QUANTISATION_SCALE = 2, QUANTISATION_ZERO_POINT = 3, QUANTISATION_DIMENSION = 6 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2 };
enum { CODE_NARROW = 0, CODE_WIDE = 3 };
enum { SIGNATURE_INPUTS = 0, SIGNATURE_OUTPUTS = 1 };
enum { MAP_NAME = 0, MAP_TENSOR = 1 };

static elman_status broken(elman_error *error) {
  return elman_fail(error, ELMAN_ERROR_MODEL, "its network cannot be read");
}

/* A vector of `size` bytes an element that lies in the file; one that is left out is empty. */
static bool read_vector(elman_view file, uint64_t table, uint32_t field, size_t size,
                        uint32_t *count, uint64_t *first) {
  uint64_t place;
  *count = 0, *first = 0;
  if (!elman_flat_field(file, table, field, &place)) return true;
  return elman_flat_vector(file, table, field, count, first) && *first <= file.length &&
         *count <= (file.length - *first) / size;
}

/* -- tensors --------------------------------------------------------------------------------------- */

/* Neither a tensor nor all of them together have more numbers than the file has bytes: a small file takes
 * little memory, whatever it declares. */
static bool read_shape(elman_view file, uint64_t table, elman_tensor *tensor) {
  uint64_t first, count = 1;
  if (!read_vector(file, table, TENSOR_SHAPE, 4, &tensor->rank, &first)) return false;
  tensor->last = 1;
  for (uint32_t i = 0; i < tensor->rank; i++) {
    uint32_t size = elman_uint32_at(file.bytes + first + 4 * (uint64_t)i);
    if (size == 0 || size > file.length / count) return false;
    count *= size;
    tensor->last = size;
  }
  tensor->count = (size_t)count;
  return true;
}

/* Scales of one number, or one for each row, and zero points that are all 0. Rows are short enough for
 * their sums. */
static bool read_quantisation(elman_view file, uint64_t table, elman_tensor *tensor,
                              uint64_t *scales) {
  uint32_t count, zeros, dimension;
  uint64_t quantisation, first;
  if (!elman_flat_child(file, table, TENSOR_QUANTISATION, &quantisation) ||
      !read_vector(file, quantisation, QUANTISATION_SCALE, 4, &count, scales) ||
      !read_vector(file, quantisation, QUANTISATION_ZERO_POINT, 8, &zeros, &first) ||
      !elman_flat_number(file, quantisation, QUANTISATION_DIMENSION, 4, &dimension))
    return false;
  for (uint64_t i = 0; i < 8 * (uint64_t)zeros; i++)
    if (file.bytes[first + i] != 0) return false;
  tensor->scale_count = count;
  if (tensor->last > ELMAN_MOST_COLUMNS) return false;
  return count == 1 || (count == tensor->count / tensor->last && dimension == 0);
}

static size_t bytes_of_element(uint32_t type) { return type == ELMAN_INT8 ? 1 : 4; }

/* Everything about a tensor but its memory; `*scales` is the place of its scales. */
static bool read_tensor_table(elman_graph *graph, uint32_t index, uint64_t *scales) {
  elman_tensor *tensor = &graph->tensors[index];
  elman_view file = graph->file;
  uint64_t table, place;
  uint32_t buffer;
  if (!elman_flat_element(file, graph->subgraph, SUBGRAPH_TENSORS, index, &table) ||
      !elman_flat_number(file, table, TENSOR_TYPE, 1, &tensor->type) ||
      !elman_flat_number(file, table, TENSOR_BUFFER, 4, &buffer) ||
      !read_shape(file, table, tensor) || elman_flat_field(file, table, TENSOR_SPARSITY, &place))
    return false;
  if (tensor->type != ELMAN_FLOAT32 && tensor->type != ELMAN_INT32 && tensor->type != ELMAN_INT8)
    return false;
  if (tensor->type == ELMAN_INT8 && !read_quantisation(file, table, tensor, scales)) return false;
  if (!elman_flat_buffer(file, graph->model, buffer, &tensor->constant) ||
      tensor->constant.length == 0) {
    tensor->constant.length = 0;
    return true;
  }
  tensor->is_set = true;
  return tensor->constant.length == tensor->count * bytes_of_element(tensor->type);
}

static size_t rows_of(const elman_tensor *tensor) { return tensor->count / tensor->last; }

/* The floats and the sums of rows that a tensor needs. */
static uint64_t floats_of(const elman_tensor *tensor) {
  return tensor->type == ELMAN_FLOAT32 ? tensor->count : tensor->scale_count;
}

static uint64_t sums_of(const elman_tensor *tensor) {
  return tensor->type == ELMAN_INT8 && elman_is_constant(tensor) ? rows_of(tensor) : 0;
}

static void read_floats(elman_view file, uint64_t first, size_t count, float *values) {
  for (size_t i = 0; i < count; i++) values[i] = elman_float_at(file.bytes + first + 4 * i);
}

static void sum_rows(const elman_tensor *tensor) {
  const int8_t *row = tensor->bytes;
  for (size_t i = 0; i < rows_of(tensor); i++, row += tensor->last) {
    int32_t sum = 0;
    for (size_t j = 0; j < tensor->last; j++) sum += row[j];
    tensor->row_sums[i] = sum;
  }
}

/* Give a tensor its place in the graph's memory, and fill what is constant. */
static void place_tensor(elman_tensor *tensor, elman_view file, uint64_t scales, float **numbers,
                         int32_t **sums) {
  if (tensor->type == ELMAN_FLOAT32) {
    tensor->values = *numbers;
    if (elman_is_constant(tensor)) read_floats(tensor->constant, 0, tensor->count, tensor->values);
  } else if (tensor->type == ELMAN_INT8) {
    tensor->scales = *numbers;
    read_floats(file, scales, tensor->scale_count, tensor->scales);
    if (elman_is_constant(tensor)) {
      tensor->bytes = (const int8_t *)tensor->constant.bytes;
      tensor->row_sums = *sums;
      sum_rows(tensor);
    }
  }
  *numbers += floats_of(tensor);
  *sums += sums_of(tensor);
}

static elman_status place_tensors(elman_graph *graph, const uint64_t *scales, elman_error *error) {
  uint64_t floats = 0, sums = 0, widest = 0;
  for (uint32_t i = 0; i < graph->tensor_count; i++) {
    floats += floats_of(&graph->tensors[i]);
    sums += sums_of(&graph->tensors[i]);
    if (graph->tensors[i].last > widest) widest = graph->tensors[i].last;
  }
  if (floats > graph->file.length || sums > graph->file.length) return broken(error);
  graph->numbers = calloc((size_t)floats + 1, sizeof *graph->numbers);
  graph->sums = calloc((size_t)sums + 1, sizeof *graph->sums);
  graph->quantised = calloc((size_t)widest, 1);
  if (graph->numbers == NULL || graph->sums == NULL || graph->quantised == NULL)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the network");
  float *next_numbers = graph->numbers;
  int32_t *next_sums = graph->sums;
  for (uint32_t i = 0; i < graph->tensor_count; i++)
    place_tensor(&graph->tensors[i], graph->file, scales[i], &next_numbers, &next_sums);
  return ELMAN_OK;
}

static elman_status read_tensors(elman_graph *graph, elman_error *error) {
  uint64_t first;
  if (!read_vector(graph->file, graph->subgraph, SUBGRAPH_TENSORS, 4, &graph->tensor_count,
                   &first) ||
      graph->tensor_count == 0 || graph->tensor_count > MOST_TENSORS)
    return broken(error);
  graph->tensors = calloc(graph->tensor_count, sizeof *graph->tensors);
  uint64_t *scales = calloc(graph->tensor_count, sizeof *scales);
  elman_status status = ELMAN_OK;
  if (graph->tensors == NULL || scales == NULL)
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the network");
  for (uint32_t i = 0; i < graph->tensor_count && !status; i++)
    if (!read_tensor_table(graph, i, &scales[i])) status = broken(error);
  if (!status) status = place_tensors(graph, scales, error);
  free(scales);
  return status;
}

/* -- operations ------------------------------------------------------------------------------------ */

static bool read_code(const elman_graph *graph, uint64_t table, uint32_t *code) {
  uint32_t index, narrow, wide;
  uint64_t entry;
  if (!elman_flat_number(graph->file, table, OPERATOR_CODE, 4, &index) ||
      !elman_flat_element(graph->file, graph->model, MODEL_CODES, index, &entry) ||
      !elman_flat_number(graph->file, entry, CODE_NARROW, 1, &narrow) ||
      !elman_flat_number(graph->file, entry, CODE_WIDE, 4, &wide))
    return false;
  /* Files that are older than the wide field have the code in the narrow one. */
  *code = wide > narrow ? wide : narrow;
  return true;
}

/* The tensors on one side of an operation, into `*operands`, which moves on. Only an input can be
 * left out. */
static bool read_operands(const elman_graph *graph, uint64_t table, uint32_t field,
                          int32_t **operands, uint32_t *count) {
  uint64_t first;
  if (!read_vector(graph->file, table, field, 4, count, &first) || *count > MOST_OPERANDS)
    return false;
  for (uint32_t i = 0; i < *count; i++) {
    uint32_t tensor = elman_uint32_at(graph->file.bytes + first + 4 * (uint64_t)i);
    bool is_left_out = tensor == UINT32_MAX && field == OPERATOR_INPUTS;
    if (!is_left_out && tensor >= graph->tensor_count) return false;
    *(*operands)++ = is_left_out ? -1 : (int32_t)tensor;
  }
  return true;
}

/* The operands of all operations, or none if there are too many. */
static uint64_t count_operands(const elman_graph *graph) {
  uint64_t total = 0, table, first;
  uint32_t inputs, outputs;
  for (uint32_t i = 0; i < graph->operation_count; i++) {
    if (!elman_flat_element(graph->file, graph->subgraph, SUBGRAPH_OPERATORS, i, &table) ||
        !read_vector(graph->file, table, OPERATOR_INPUTS, 4, &inputs, &first) ||
        !read_vector(graph->file, table, OPERATOR_OUTPUTS, 4, &outputs, &first) ||
        inputs > MOST_OPERANDS || outputs > MOST_OPERANDS)
      return 0;
    total += inputs + outputs;
  }
  return total;
}

static bool read_operation(elman_graph *graph, uint32_t index, int32_t **operands) {
  elman_operation *operation = &graph->operations[index];
  uint64_t table;
  if (!elman_flat_element(graph->file, graph->subgraph, SUBGRAPH_OPERATORS, index, &table) ||
      !read_code(graph, table, &operation->code))
    return false;
  operation->inputs = *operands;
  if (!read_operands(graph, table, OPERATOR_INPUTS, operands, &operation->input_count))
    return false;
  operation->outputs = *operands;
  if (!read_operands(graph, table, OPERATOR_OUTPUTS, operands, &operation->output_count))
    return false;
  return operation->input_count > 0 && operation->inputs[0] >= 0 && operation->output_count > 0 &&
         elman_operation_options(graph->file, table, operation);
}

static elman_status read_operations(elman_graph *graph, elman_error *error) {
  uint64_t first;
  if (!read_vector(graph->file, graph->subgraph, SUBGRAPH_OPERATORS, 4, &graph->operation_count,
                   &first) ||
      graph->operation_count == 0 || graph->operation_count > MOST_OPERATIONS)
    return broken(error);
  uint64_t operands = count_operands(graph);
  if (operands == 0) return broken(error);
  graph->operations = calloc(graph->operation_count, sizeof *graph->operations);
  graph->operands = calloc((size_t)operands, sizeof *graph->operands);
  if (graph->operations == NULL || graph->operands == NULL)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the network");
  int32_t *next = graph->operands;
  for (uint32_t i = 0; i < graph->operation_count; i++)
    if (!read_operation(graph, i, &next)) return broken(error);
  return ELMAN_OK;
}

/* -- the signature ----------------------------------------------------------------------------------- */

/* What a tensor at the border must be. */
typedef struct {
  const char *name;
  uint32_t type;
  size_t count;
  uint32_t *tensor; /* receives its number */
} border;

static bool is_named(elman_view file, uint64_t map, const char *name) {
  elman_view found;
  return elman_flat_bytes(file, map, MAP_NAME, &found) && found.length == strlen(name) &&
         memcmp(found.bytes, name, found.length) == 0;
}

/* Find one of two tensors of a side by the name that the signature gives it. */
static bool find_border(const elman_graph *graph, uint64_t signature, uint32_t side,
                        const border *wanted) {
  uint64_t map;
  for (uint32_t i = 0; i < 2; i++) {
    if (!elman_flat_element(graph->file, signature, side, i, &map)) return false;
    if (!is_named(graph->file, map, wanted->name)) continue;
    if (!elman_flat_number(graph->file, map, MAP_TENSOR, 4, wanted->tensor) ||
        *wanted->tensor >= graph->tensor_count)
      return false;
    const elman_tensor *tensor = &graph->tensors[*wanted->tensor];
    return tensor->type == wanted->type && tensor->count == wanted->count && !tensor->is_set;
  }
  return false;
}

/* Whether a tensor stands where the facts list its name. */
static bool is_in_place(const elman_graph *graph, uint32_t field, elman_view list,
                        const border *found) {
  uint32_t count;
  uint64_t first;
  if (!read_vector(graph->file, graph->subgraph, field, 4, &count, &first) || count != 2)
    return false;
  for (uint32_t i = 0; i < 2; i++)
    if (elman_uint32_at(graph->file.bytes + first + 4 * (uint64_t)i) == *found->tensor)
      return elman_is_listed(list, (int)i, found->name);
  return false;
}

static elman_status read_borders(elman_graph *graph, const elman_contents *contents,
                                 elman_error *error) {
  size_t state = (size_t)contents->layers * contents->units;
  const border borders[4] = {{"token", ELMAN_INT32, 1, &graph->token_at},
                             {"state", ELMAN_FLOAT32, state, &graph->state_at},
                             {"logits", ELMAN_FLOAT32, graph->vocabulary_size, &graph->logits_at},
                             {"next_state", ELMAN_FLOAT32, state, &graph->next_state_at}};
  uint32_t signatures, inputs, outputs;
  uint64_t first, signature;
  if (!read_vector(graph->file, graph->model, MODEL_SIGNATURES, 4, &signatures, &first) ||
      signatures != 1 ||
      !elman_flat_element(graph->file, graph->model, MODEL_SIGNATURES, 0, &signature) ||
      !read_vector(graph->file, signature, SIGNATURE_INPUTS, 4, &inputs, &first) || inputs != 2 ||
      !read_vector(graph->file, signature, SIGNATURE_OUTPUTS, 4, &outputs, &first) || outputs != 2)
    return elman_fail(error, ELMAN_ERROR_MODEL, "it does not have one step with four tensors");
  for (int i = 0; i < 4; i++) {
    bool is_input = i < 2;
    if (!find_border(graph, signature, is_input ? SIGNATURE_INPUTS : SIGNATURE_OUTPUTS,
                     &borders[i]) ||
        !is_in_place(graph, is_input ? SUBGRAPH_INPUTS : SUBGRAPH_OUTPUTS,
                     is_input ? contents->inputs : contents->outputs, &borders[i]))
      return elman_fail(error, ELMAN_ERROR_MODEL,
                        "its tensor %s does not have the shape or position that its facts state",
                        borders[i].name);
  }
  return ELMAN_OK;
}

elman_status elman_graph_read(const elman_contents *contents, elman_graph *graph,
                              elman_error *error) {
  uint32_t subgraphs;
  uint64_t first;
  graph->file = contents->file;
  graph->vocabulary_size = contents->vocabulary_size;
  if (!elman_flat_model(graph->file, &graph->model) ||
      !read_vector(graph->file, graph->model, MODEL_SUBGRAPHS, 4, &subgraphs, &first) ||
      subgraphs != 1 ||
      !elman_flat_element(graph->file, graph->model, MODEL_SUBGRAPHS, 0, &graph->subgraph))
    return broken(error);
  elman_status status = read_tensors(graph, error);
  if (!status) status = read_operations(graph, error);
  if (!status) status = read_borders(graph, contents, error);
  return status;
}

void elman_graph_free(elman_graph *graph) {
  free(graph->tensors);
  free(graph->operations);
  free(graph->operands);
  free(graph->numbers);
  free(graph->sums);
  free(graph->quantised);
}
