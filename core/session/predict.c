/* `elman_predict` and `elman_predict_apart`. */
#include <string.h>

#include "common/error.h"
#include "session/session.h"

static elman_status check_arguments(const elman_session *session, size_t k,
                                    const void *suggestions, size_t *count, elman_error *error) {
  if (session == NULL || suggestions == NULL || count == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, suggestions or count is NULL");
  *count = 0;
  return elman_check_k(k, error);
}

elman_status elman_predict(elman_session *session, const char *text, size_t length,
                           const elman_options *options, size_t k, elman_suggestion *suggestions,
                           size_t *count, elman_error *error) {
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_suggest(session, options, k, suggestions, count, error);
  elman_session_leave(session);
  return status;
}

/* Normalise a prefix that was passed separately, and store it in the session. */
static elman_status take_prefix(elman_session *session, const char *prefix, size_t length,
                                elman_error *error) {
  size_t produced = 0;
  elman_text_status status = ELMAN_TEXT_OK;
  if (prefix == NULL && length > 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "prefix is NULL");
  if (length > session->text_bytes)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the prefix is longer than %zu bytes",
                      session->text_bytes);
  if (length > 0 && session->model->vocabulary.segmentation == ELMAN_TEXT_LINE) {
    status = elman_text_validate(prefix, length, &produced);
    if (status == ELMAN_TEXT_OK) {
      memcpy(session->prefix, prefix, length);
      produced = length;
    }
  } else {
    status = elman_text_normalise(prefix, length, session->prefix, session->prefix_capacity,
                                  &produced);
  }
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the prefix is not UTF-8 at byte %zu", produced);
  session->prefix_length = produced;
  return ELMAN_OK;
}

elman_status elman_predict_apart(elman_session *session, const char *context,
                                 size_t context_length, const char *prefix, size_t prefix_length,
                                 const elman_options *options, size_t k,
                                 elman_suggestion *suggestions, size_t *count,
                                 elman_error *error) {
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, context, context_length, true, error);
  if (!status) status = take_prefix(session, prefix, prefix_length, error);
  if (!status) status = elman_session_suggest(session, options, k, suggestions, count, error);
  elman_session_leave(session);
  return status;
}
