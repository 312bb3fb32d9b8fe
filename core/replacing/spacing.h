/* Readings with other spaces: `thankyou`, `th eend`, `i nthe`, `wellknown`. */
#ifndef ELMAN_SPACING_H
#define ELMAN_SPACING_H

#include "session/session.h"

/* The most readings with other spaces that are scored by further steps. */
#define ELMAN_SPACED_READINGS 7

/* The text of a reading, and how many bytes before the cursor it replaces. */
typedef struct {
  char text[ELMAN_CORRECTION_CAPACITY];
  size_t length, replaces;
  double score;
} elman_spaced_reading;

typedef struct {
  size_t count;
  elman_spaced_reading found[ELMAN_SPACED_READINGS + 1]; /* the last one for the word before */
} elman_spaced_readings;

/*
 * Find readings of the typed word as two words, each possibly with slips. `best` is the score of the best
 * reading so far; much worse ones are not looked for. `replaces` is the number of bytes of the typed word.
 * Overwrites the session's workspace and context.
 */
elman_status elman_split_word(elman_session *session, const elman_reader *reader, bool all, double best,
                              size_t replaces, elman_spaced_readings *readings, elman_error *error);

#endif
