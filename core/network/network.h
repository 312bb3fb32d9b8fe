/* Runs the network one step at a time. */
#ifndef ELMAN_NETWORK_H
#define ELMAN_NETWORK_H

#include "elman.h"
#include "model/file.h"
#include "network/litert_api.h"

typedef struct {
  LiteRtEnvironment environment;
  LiteRtModel model;
  LiteRtCompiledModel compiled;
  LiteRtTensorBuffer inputs[2], outputs[2];
  int token, state, logits, next_state; /* positions of the tensors */
  size_t state_count, logits_count;     /* numbers of elements */
} elman_network;

/* Open the network in `file`. The bytes of the file must outlive it. */
elman_status elman_network_open(elman_view file, const elman_contents *contents,
                                elman_network *network, elman_error *error);
void elman_network_close(elman_network *network);

/* Run one step. `state` and `next_state` are [layers, 1, units] and may be the same array; a `state` of
 * NULL stands for zeros. `logits` [vocabulary] and `next_state` may be NULL. */
elman_status elman_network_step(elman_network *network, uint32_t token, const float *state,
                                float *logits, float *next_state, elman_error *error);

/* Compare the network's output with the output recorded in its file. */
elman_status elman_network_test(elman_network *network, const elman_self_test *test,
                                elman_error *error);

#endif
