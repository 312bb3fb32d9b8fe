/* Entries that are other words without their apostrophe, hyphen or space: `dont`, `thankyou`. */
#ifndef ELMAN_VARIANTS_H
#define ELMAN_VARIANTS_H

#include <stdbool.h>

#include "common/bytes.h"

/* Whether a typed word, case-folded, is another text without marks and spaces that this text has. False for words
 * such as `its`, which mean something else. */
bool elman_is_variant(elman_view typed, elman_view text);

#endif
