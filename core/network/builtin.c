/* The built-in network: a step of the `.tflite` file without a runtime, on one thread. */
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "network/graph.h"
#include "network/network.h"

static void run_operations(elman_graph *graph, bool for_state_only) {
  for (uint32_t i = 0; i < graph->operation_count; i++) {
    const elman_operation *operation = &graph->operations[i];
    if (operation->is_for_state || !for_state_only) operation->run(graph, operation);
  }
}

static int step_builtin(void *host, int32_t token_id, const float *state, float *logits,
                        float *next_state) {
  elman_graph *graph = host;
  elman_tensor *before = &graph->tensors[graph->state_at];
  const elman_tensor *after = &graph->tensors[graph->next_state_at];
  size_t bytes = before->count * sizeof *state;
  if (token_id < 0 || (size_t)token_id >= graph->vocabulary_size) return ELMAN_ERROR_ARGUMENT;
  graph->token_id = (size_t)token_id;
  graph->tensors[graph->logits_at].values = logits == NULL ? graph->own_logits : logits;
  if (state != NULL)
    memcpy(before->values, state, bytes);
  else
    memset(before->values, 0, bytes);
  run_operations(graph, logits == NULL);
  if (next_state != NULL) memcpy(next_state, after->values, bytes);
  return 0;
}

static void close_builtin(void *host) {
  elman_graph_free(host);
  free(host);
}

elman_status elman_builtin(const elman_contents *contents, elman_network *network,
                           elman_error *error) {
  elman_kernel kernels[ELMAN_MOST_KERNELS];
  elman_graph *graph = calloc(1, sizeof *graph);
  if (graph == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the network");
  network->host = graph, network->step = step_builtin, network->close = close_builtin;
  elman_kernels(kernels);
  graph->kernel = kernels[0];
  elman_status status = elman_graph_read(contents, graph, error);
  if (!status) status = elman_operations_check(graph, error);
  if (!status) graph->own_logits = graph->tensors[graph->logits_at].values;
  return status;
}
