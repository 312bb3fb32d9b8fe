/* The typed word as a series of letters with touches. */
#ifndef ELMAN_TYPED_H
#define ELMAN_TYPED_H

#include "session/readings.h"
#include "text/characters.h"

/* Whether a character can be part of a word that is corrected: a letter or a mark. */
bool elman_is_correctable(elman_character found);

/*
 * Start the session's slips with the letters of its prefix. `key` receives the prefix in the form of the lists.
 * `touches` are those of the last characters of the text, or NULL. Returns false if the prefix is not to be
 * corrected: if it has other characters than letters and marks, or too many.
 */
bool elman_start_typed(elman_session *session, const elman_touch *touches, size_t touch_count,
                       elman_view *key);

#endif
