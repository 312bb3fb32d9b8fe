/* Reconsiders the word before the typed one, which the typed one may make less likely: `no the` for `on the`. */
#ifndef ELMAN_REVISING_H
#define ELMAN_REVISING_H

#include "replacing/correcting.h"

/* Go to the typed word. Before any other function that overwrites the session's workspace or context. */
void elman_begin_revising(elman_correction_work *work);

/*
 * Look for a better reading of the word before. `decided` is the reading of the typed word that will be in the text.
 * If there is one, it is written to `to`, together with the decided one.
 */
elman_status elman_revise(elman_correction_work *work, const elman_reading *decided, elman_spaced_reading *to,
                          bool *is_revised, elman_error *error);

/* Remember the readings of the typed word for the next call. */
void elman_remember_readings(elman_correction_work *work, const elman_reading *decided);

#endif
