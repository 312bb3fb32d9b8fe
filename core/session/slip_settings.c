/* The layout of the keyboard and the costs of slips in a session. */
#include "common/error.h"
#include "session/session.h"
#include "text/text.h"

elman_status elman_session_layout(elman_session *session, const char *layout, size_t length,
                                  elman_error *error) {
  size_t invalid_at;
  if (session == NULL || layout == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session or layout is NULL");
  if (elman_text_validate(layout, length, &invalid_at) != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the layout is not UTF-8 at byte %zu", invalid_at);
  elman_status status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_layout_read(&session->corrector->layout, (elman_view){layout, length}, error);
  elman_session_leave(session);
  return status;
}

elman_slip_costs elman_default_slip_costs(void) { return elman_usual_slip_costs; }

elman_status elman_session_costs(elman_session *session, const elman_slip_costs *costs,
                                 elman_error *error) {
  if (session == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session is NULL");
  if (costs == NULL) costs = &elman_usual_slip_costs;
  elman_status status = elman_check_slip_costs(costs, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  session->corrector->costs = *costs;
  elman_session_leave(session);
  return ELMAN_OK;
}
