/* Corrections for JavaScript. */
#include <string.h>

#include "browser/browser.h"

#define FAILED (-1)

static elman_correction corrections[ELMAN_MOST_SUGGESTIONS];

/* Correct the word before the cursor. `touches` are two numbers for each of the last characters. Returns the
 * number of readings, or -1 after an error. */
EXPORTED(correct) int32_t browser_correct(elman_session *session, const char *text, size_t length,
                                          const elman_touch *touches, size_t touch_count, size_t k) {
  size_t count = 0;
  if (elman_correct(session, text, length, touches, touch_count, NULL, k, corrections, &count,
                    &elman_browser_error))
    return FAILED;
  return (int32_t)count;
}

EXPORTED(correction_text) void browser_correction_text(size_t place) {
  elman_browser_answer(corrections[place].text, strlen(corrections[place].text));
}

EXPORTED(correction_replaces) size_t browser_correction_replaces(size_t place) {
  return corrections[place].replaces;
}

EXPORTED(correction_log) double browser_correction_log(size_t place) {
  return corrections[place].log_probability;
}

EXPORTED(correction_share) double browser_correction_share(size_t place) {
  return corrections[place].share;
}

EXPORTED(correction_is_literal) bool browser_correction_is_literal(size_t place) {
  return corrections[place].is_literal;
}

EXPORTED(correction_is_certain) bool browser_correction_is_certain(size_t place) {
  return corrections[place].is_certain;
}

/* Returns whether the layout is valid. */
EXPORTED(layout) bool browser_layout(elman_session *session, const char *layout, size_t length) {
  return elman_session_layout(session, layout, length, &elman_browser_error) == ELMAN_OK;
}
