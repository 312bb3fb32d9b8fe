/* What `export/keyboard/core.py` calls besides `elman.h`. Part of `libelman-python.so` only. */
#include "session/session.h"

/* Run one step of a model's network, as described at `elman_network`. */
ELMAN_API elman_status elman_python_step(elman_model *model, int32_t token_id, const float *state,
                                         float *logits, float *next_state, elman_error *error) {
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  status = elman_network_step(&model->network, token_id, state, logits, next_state, error);
  elman_leave(model);
  return status;
}

/* The ids of the context after a finished text, valid until the session's next call. */
ELMAN_API elman_status elman_python_context(elman_session *session, const char *text,
                                            size_t length, const int32_t **ids, size_t *count,
                                            elman_error *error) {
  elman_status status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, true, error);
  *ids = session->context;
  *count = session->context_length;
  elman_session_leave(session);
  return status;
}

/* The features of the words that a session suggested last with a profile: `*features` [count, size], in the
 * order of the suggestions, valid until the next call. At most ELMAN_RERANKED words have features. */
ELMAN_API elman_status elman_python_features(elman_session *session, const double **features,
                                             size_t *count, size_t *size, elman_error *error) {
  (void)error;
  *features = session->reranked.features[0];
  *count = session->reranked.count;
  *size = ELMAN_FEATURES;
  return ELMAN_OK;
}
