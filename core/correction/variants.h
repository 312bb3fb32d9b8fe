/* Listed words that are careless spellings of others: `dont`, `thankyou`, `becasue`. */
#ifndef ELMAN_VARIANTS_H
#define ELMAN_VARIANTS_H

#include <stdbool.h>

#include "correction/readings.h"

/* Whether a typed word, case-folded, is another text without marks and spaces that this text has. False for words
 * such as `its`, which mean something else. */
bool elman_is_variant(elman_view typed, elman_view text);

/* Whether one text has a space where another one has a hyphen: `well known`, `well-known`. */
bool elman_are_spaced_differently(elman_view one, elman_view other);

/* Whether a list marks a word as misspelled. */
bool elman_reading_is_marked(const elman_reader *reader, uint32_t number);

/* Whether, in addition, the profile has not learned it. */
bool elman_reading_is_misspelled(const elman_reader *reader, elman_view key, uint32_t number);

/* Find the word of which a listed one, given by its key and number, is a misspelling: with two letters swapped or one
 * letter doubled, it is much more likely after the text that was read. Returns false if there is none. */
bool elman_find_misspelled(const elman_reader *reader, elman_view key, uint32_t number, uint32_t *found);

/* Replace misspellings among the first readings by the right words, unless these are the typed one. */
void elman_spell_rightly(const elman_reader *reader, bool all, elman_view typed, elman_readings *readings);

#endif
