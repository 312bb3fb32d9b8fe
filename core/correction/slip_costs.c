/* Chosen by hand from the rates of slips on touch screens and checked on validation text.
 * `python -m benchmarks.fit_correction --write` replaces this file if it finds better ones. */
#include "correction/slips.h"

const elman_slip_costs elman_usual_slip_costs = {
    .neighbour = 3.7,
    .substitution = 8.5,
    .vowel = 6.5,
    .omission = 5.2,
    .insertion = 9,
    .brush = 6.9,
    .transposition = 4.5,
    .doubling = 5.5,
    .undoubling = 5,
    .mark = 2,
    .extra_mark = 6,
    .accent = 1.5,
    .capital = 4,
    .missing_space = 4.6,
    .extra_space = 7,
    .moved_space = 6,
    .variant = 5,
    .touch_sigma = 0.2525,
    .context = 0.95,
    .spelling = 0.6,
    .unknown = 3.5,
    .name = 2.5,
    .stem = 3,
    .limit = 18,
    .completion = 4,
    .certain = 0.5,
    .certain_known = 0.8,
    .certain_unknown = 0.85,
};
