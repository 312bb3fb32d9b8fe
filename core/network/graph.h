/* The step of a `.tflite` file as the built-in network runs it: tensors, and operations on them. */
#ifndef ELMAN_GRAPH_H
#define ELMAN_GRAPH_H

#include <stdbool.h>

#include "common/bytes.h"
#include "elman.h"
#include "network/kernels.h"

/* Element types, by their numbers in the schema. */
#define ELMAN_FLOAT32 0
#define ELMAN_INT32 2
#define ELMAN_INT8 9

typedef struct elman_graph elman_graph;
typedef struct elman_operation elman_operation;

typedef struct {
  uint32_t type, rank;
  size_t count, last;  /* numbers, and those of the last dimension */
  elman_view constant; /* the bytes of a constant, in the file */
  float *values;       /* [count] of float32; the caller's own while logits are computed */
  const int8_t *bytes; /* [count] of int8, in the file */
  float *scales;       /* [scale_count] of int8: one, or one for each row */
  size_t scale_count;
  int32_t *row_sums; /* [rows] of an int8 matrix */
  bool is_set;       /* a constant, an input, or what an earlier operation computes */
} elman_tensor;

static inline bool elman_is_constant(const elman_tensor *tensor) {
  return tensor->constant.length > 0;
}

struct elman_operation {
  uint32_t code, activation;
  int32_t axis;
  uint32_t input_count, output_count;
  const int32_t *inputs, *outputs; /* tensors; -1: none */
  void (*run)(elman_graph *graph, const elman_operation *operation);
  bool is_for_state; /* whether the next state depends on it */
  bool is_unusual, is_symmetric; /* options: batches or packed weights; rounding around 0 */
};

struct elman_graph {
  elman_view file;
  uint64_t model, subgraph; /* tables in the file */
  elman_tensor *tensors;
  elman_operation *operations;
  uint32_t tensor_count, operation_count;
  int32_t *operands; /* of all operations */
  float *numbers;    /* of all tensors */
  int32_t *sums;
  uint8_t *quantised; /* a vector in 8 bits */
  elman_kernel kernel;
  size_t vocabulary_size;
  uint32_t token_at, state_at, logits_at, next_state_at; /* tensors */
  float *own_logits; /* the memory of the logits where the caller has none for them */
  size_t token_id;   /* of the present step */
};

/* Read tensors and operations from the file, whose bytes must outlive the graph, and give every tensor
 * its memory. What the operations do is not checked. `elman_graph_free` is due after a failure, too. */
elman_status elman_graph_read(const elman_contents *contents, elman_graph *graph,
                              elman_error *error);
void elman_graph_free(elman_graph *graph);

/* Read what the operation at `table` says besides its tensors: activation and axis. */
bool elman_operation_options(elman_view file, uint64_t table, elman_operation *operation);

/* Check that every operation is known, that its tensors have the types and shapes that it needs, and
 * that it comes after those that compute its inputs. */
elman_status elman_operations_check(elman_graph *graph, elman_error *error);

#endif
