/* The network behind a model: the host's own, LiteRT, or the built-in one. */
#ifndef ELMAN_NETWORK_H
#define ELMAN_NETWORK_H

#include "elman.h"
#include "model/file.h"

#define ELMAN_MOST_LAYERS 64
#define ELMAN_MOST_UNITS (1 << 16)

/* The built-in network. It runs the operations of the file, whose bytes must outlive it. */
elman_runtime elman_builtin;

/* Check that the numbers of layers and units are possible. */
elman_status elman_network_check(uint32_t layers, uint32_t units, elman_error *error);

/* Open the network of a file. The bytes of the file must outlive it. If this fails, the network must
 * still be closed. */
elman_status elman_network_open(const elman_contents *contents, elman_runtime *runtime,
                                elman_network *network, elman_error *error);
void elman_network_close(elman_network *network);

/* The number of elements in a state. */
static inline size_t elman_state_count(const elman_network *network) {
  return (size_t)network->layers * (size_t)network->units;
}

/* Run one step, as described at `elman_network`. */
elman_status elman_network_step(const elman_network *network, int32_t token_id, const float *state,
                                float *logits, float *next_state, elman_error *error);

/* Compare the network's output with the output recorded in its file. */
elman_status elman_network_test(const elman_network *network, const elman_self_test *test,
                                elman_error *error);

#endif
