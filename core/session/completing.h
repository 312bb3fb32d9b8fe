/* Completions past a slip: `becuas` for `because`. */
#ifndef ELMAN_COMPLETING_H
#define ELMAN_COMPLETING_H

#include "session/readings.h"

/*
 * Find the best words of which a beginning may have been meant by the session's prefix, without those that
 * begin with it exactly. `floor` is the least score that is wanted; words that are less likely than a word that
 * no list has are left out, too. There are none for short prefixes.
 */
void elman_complete_slips(elman_session *session, const elman_output *output, bool all, double floor,
                          elman_readings *readings);

#endif
