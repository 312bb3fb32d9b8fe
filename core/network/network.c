/* Opens networks, runs their steps and tests their output. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>

#include "common/error.h"

elman_status elman_network_check(uint32_t layers, uint32_t units, elman_error *error) {
  if (layers > 0 && layers <= ELMAN_MOST_LAYERS && units > 0 && units <= ELMAN_MOST_UNITS)
    return ELMAN_OK;
  return elman_fail(error, ELMAN_ERROR_MODEL, "its network cannot have %u layers of %u units",
                    (unsigned)layers, (unsigned)units);
}

elman_status elman_network_open(const elman_contents *contents, elman_runtime *runtime,
                                elman_network *network, elman_error *error) {
  *network = (elman_network){.layers = (int32_t)contents->layers,
                             .units = (int32_t)contents->units,
                             .vocabulary_size = (int32_t)contents->vocabulary_size};
  elman_status status = elman_network_check(contents->layers, contents->units, error);
  if (status != ELMAN_OK) return status;
  return (runtime == NULL ? elman_builtin : runtime)(contents, network, error);
}

void elman_network_close(elman_network *network) {
  if (network->close != NULL) network->close(network->host);
  *network = (elman_network){0};
}

elman_status elman_network_step(const elman_network *network, int32_t token_id, const float *state,
                                float *logits, float *next_state, elman_error *error) {
  int failure = network->step(network->host, token_id, state, logits, next_state);
  if (failure == 0) return ELMAN_OK;
  return elman_fail(error, ELMAN_ERROR_RUNTIME, "the network's step failed (%d)", failure);
}

/* Whether the logits match one step of the self-test. NaN never matches. */
static bool passes(const float *logits, size_t count, const elman_self_test *test, uint32_t step) {
  size_t first = (size_t)step * test->top;
  float likeliest = elman_float_at(test->logits + 4 * first) + test->tolerance;
  for (uint32_t i = 0; i < test->top; i++) {
    uint32_t id = elman_uint32_at(test->top_ids + 4 * (first + i));
    if (id >= count) return false;
    float expected = elman_float_at(test->logits + 4 * (first + i));
    if (!(fabsf(logits[id] - expected) <= test->tolerance)) return false;
  }
  for (size_t i = 0; i < count; i++)
    if (!(logits[i] <= likeliest)) return false;
  return true;
}

elman_status elman_network_test(const elman_network *network, const elman_self_test *test,
                                elman_error *error) {
  size_t size = (size_t)network->vocabulary_size;
  float *state = calloc(elman_state_count(network), sizeof *state);
  float *logits = malloc(size * sizeof *logits);
  elman_status status = ELMAN_OK;
  if (state == NULL || logits == NULL)
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while testing the network");
  for (uint32_t step = 0; step < test->steps && !status; step++) {
    uint32_t id = elman_uint32_at(test->ids + 4 * (size_t)step);
    if (id >= size)
      status = elman_fail(error, ELMAN_ERROR_MODEL, "its self-test contains ids that do not exist");
    if (!status) status = elman_network_step(network, (int32_t)id, state, logits, state, error);
    if (!status && !passes(logits, size, test, step))
      status = elman_fail(error, ELMAN_ERROR_SELF_TEST,
                          "it fails its self-test at step %u: this network's output differs from "
                          "the recorded output",
                          (unsigned)step);
  }
  free(state);
  free(logits);
  return status;
}
