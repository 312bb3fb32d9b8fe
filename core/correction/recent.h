/* What the words before the cursor may be read as, so that the word after one of them can decide about it. */
#ifndef ELMAN_RECENT_H
#define ELMAN_RECENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"
#include "elman.h"

/* How many readings of a word are remembered. */
#define ELMAN_RECENT_READINGS 4

typedef struct {
  char text[ELMAN_WORD_CAPACITY]; /* terminated by a NUL */
  int32_t id;                     /* that the network reads */
  double score;
} elman_recent_reading;

/* A word that was corrected. The first reading is the one that should be in the text. */
typedef struct {
  uint64_t place; /* a digest of the words before it */
  size_t count;   /* 0: the word stays as it is */
  elman_recent_reading found[ELMAN_RECENT_READINGS];
} elman_recent_word;

/* The latest word, and the one before it. All zeros at first. */
typedef struct {
  uint64_t profile, blocklist; /* the revision of the profile and the version of the blocklist then */
  elman_recent_word latest, before;
} elman_recent_words;

/* Go to the word at a place. If the latest one is at another place, it becomes the one before: a word may be
 * corrected several times while it is typed. */
void elman_recent_move(elman_recent_words *recent, uint64_t place);

/* Remember another reading of the latest word, unless there are enough. */
void elman_recent_add(elman_recent_word *word, elman_view text, int32_t id, double score);

#endif
