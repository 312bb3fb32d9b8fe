/* What the files with operations share. An operation is checked once, when a file is opened, and runs
 * without checks. */
#ifndef ELMAN_OPERATIONS_H
#define ELMAN_OPERATIONS_H

#include "network/graph.h"

static inline elman_tensor *elman_input_of(const elman_graph *graph,
                                           const elman_operation *operation, uint32_t place) {
  bool is_there = place < operation->input_count && operation->inputs[place] >= 0;
  return is_there ? &graph->tensors[operation->inputs[place]] : NULL;
}

static inline elman_tensor *elman_output_of(const elman_graph *graph,
                                            const elman_operation *operation, uint32_t place) {
  return &graph->tensors[operation->outputs[place]];
}

static inline bool elman_is_float(const elman_tensor *tensor) {
  return tensor != NULL && tensor->type == ELMAN_FLOAT32;
}

static inline bool elman_has_sides(const elman_operation *operation, uint32_t inputs,
                                   uint32_t outputs) {
  return operation->input_count == inputs && operation->output_count == outputs;
}

/* Activations that are fused with another operation. */
bool elman_check_activation(const elman_operation *operation);
void elman_apply_fused(uint32_t activation, float *values, size_t count);

/* Lookups in a table of rows, and products with a matrix (in products.c). */
bool elman_check_lookup(const elman_graph *graph, const elman_operation *operation);
void elman_run_lookup(elman_graph *graph, const elman_operation *operation);
bool elman_check_gather(const elman_graph *graph, const elman_operation *operation);
void elman_run_gather(elman_graph *graph, const elman_operation *operation);
bool elman_check_dequantise(const elman_graph *graph, const elman_operation *operation);
void elman_run_dequantise(elman_graph *graph, const elman_operation *operation);
bool elman_check_product(const elman_graph *graph, const elman_operation *operation);
void elman_run_product(elman_graph *graph, const elman_operation *operation);

#endif
