/* Made by tools/tables/lists_c.py from training/text/lists.py. The lists of the text rules. */
#ifndef ELMAN_LISTS_H
#define ELMAN_LISTS_H

#include <stddef.h>
#include <stdint.h>

#define ELMAN_TEXT_RULES_VERSION 1
#define ELMAN_DASH "\xe2\x80\x93"
#define ELMAN_ELLIPSIS "..."
#define ELMAN_ZERO_WIDTH_JOINER 0x200d
#define ELMAN_FIRST_ACCENT 0x300
#define ELMAN_LAST_ACCENT 0x36f
#define ELMAN_LONGEST_EMOTICON 4
#define ELMAN_LONGEST_ABBREVIATION 4
#define ELMAN_LONGEST_ELIDED 4
#define ELMAN_SHORTEST_REST 3
#define ELMAN_GLUED "!,:;?"
#define ELMAN_CLOSING_BRACKETS ")]}"
#define ELMAN_ELISION_BEFORE "aehiouy"

/* A set of code points: runs from `first` to `last`, in order. */
typedef struct {
  uint32_t first, last;
} elman_run;

typedef struct {
  const elman_run *runs;
  size_t count;
} elman_points;

/* What stands for some code points, in their order. */
typedef struct {
  uint32_t point;
  const char *text;
} elman_substitute;

typedef struct {
  const elman_substitute *items;
  size_t count;
} elman_substitutes;

extern const elman_points elman_ignored;
extern const elman_points elman_line_ends;
extern const elman_points elman_dashes;
extern const elman_points elman_opening;
extern const elman_points elman_currency;
extern const elman_points elman_wide_punctuation;
extern const elman_substitutes elman_replaced;
extern const elman_substitutes elman_plain_letters;

/* Tokens, behind which there is a null pointer. */
extern const char *const elman_emoticons[];
extern const char *const elman_terminators[];
extern const char *const elman_wide_terminators[];
extern const char *const elman_closers[];
extern const char *const elman_abbreviations[];

#endif
