/* Completions past a slip: `becuas` for `because`. */
#ifndef ELMAN_COMPLETING_H
#define ELMAN_COMPLETING_H

#include "correction/readings.h"

/*
 * Find the best words of which a beginning may have been meant by a prefix, without those that
 * begin with it exactly. `floor` is the least score that is wanted; words that are less likely than a word that
 * no list has are left out, too. There are none for short prefixes.
 */
void elman_complete_slips(const elman_reader *reader, elman_view prefix, bool all, double floor,
                          elman_readings *readings);

#endif
