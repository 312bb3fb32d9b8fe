/* Readings with the last word before the typed one: a space too early, too late or too many. */
#ifndef ELMAN_MOVING_H
#define ELMAN_MOVING_H

#include "replacing/spacing.h"

/* The word before the typed one, which has `typed` bytes at the end of the text: one token of letters and marks with
 * one space after it, the last one that was read. Empty if it is not. */
elman_view elman_word_before(const elman_session *session, elman_view text, size_t typed);

/*
 * Find readings of the typed word and the word before it: `i nthe` for `in the`, `th e` for `the`. `text` is the
 * text before the cursor, and `replaces` the number of bytes of the typed word. Only if one of both words is in
 * no list. Overwrites the session's workspace and context.
 */
elman_status elman_move_space(elman_session *session, elman_view text, size_t replaces, bool all,
                              elman_spaced_readings *readings, elman_error *error);

#endif
