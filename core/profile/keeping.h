/* Which words a profile may keep. */
#ifndef ELMAN_KEEPING_H
#define ELMAN_KEEPING_H

#include <stdbool.h>

#include "common/bytes.h"

/* In characters. Longer words are probably keys or passwords. */
#define ELMAN_LONGEST_KEPT 24
/* A word with more digits is probably a phone number, a code, or part of an account number. */
#define ELMAN_MOST_KEPT_DIGITS 4

/*
 * Whether a profile may keep a word. `written` is the text between white space that contains the word.
 * False for text that is not UTF-8, and for anything that looks like a secret: if `written` mixes digits
 * with letters, has more than ELMAN_LONGEST_KEPT characters or ELMAN_MOST_KEPT_DIGITS digits, or is a mail
 * or web address. Checking `written` finds secrets that the text rules split into several tokens.
 */
bool elman_may_keep(elman_view written);

#endif
