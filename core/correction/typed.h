/* The typed word as a series of letters with touches. */
#ifndef ELMAN_TYPED_H
#define ELMAN_TYPED_H

#include "correction/readings.h"
#include "text/characters.h"

/* Whether a character can be part of a word that is corrected: a letter or a mark. */
bool elman_is_correctable(elman_character found);

/*
 * Start the slips with the letters of a typed word. `key` receives the word in the form of the lists.
 * `touches` are those of its last letters, or NULL. Returns false if the word is not to be
 * corrected: if it has other characters than letters and marks, or too many.
 */
bool elman_start_typed(const elman_reader *reader, elman_view typed, const elman_touch *touches,
                       size_t touch_count, elman_view *key);

#endif
