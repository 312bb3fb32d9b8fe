/* A word while it is corrected, and what is decided about it. */
#ifndef ELMAN_CORRECTING_H
#define ELMAN_CORRECTING_H

#include "session/session.h"
#include "replacing/spacing.h"

/* The reading that leaves a word as it is, and the first one with other spaces. */
#define ELMAN_LITERAL UINT32_MAX
#define ELMAN_SPACED (UINT32_MAX - ELMAN_SPACED_READINGS - 1)

typedef struct {
  elman_session *session;
  elman_reader reader;
  elman_view text;    /* before the cursor */
  elman_view written; /* the word, at its end */
  bool all;
  bool is_touched;    /* whether a letter of the word has a touch */
  bool is_entry;      /* whether the vocabulary has the typed word, and does not mark it as misspelled */
  bool is_listed;     /* whether the vocabulary or the tail does */
  uint32_t same;      /* the word of a list that differs from it at most in case, or ELMAN_LITERAL */
  double slip_nats;   /* how much more likely slips are than expected */
  bool is_misspelled; /* whether a list has it, but it is a misspelling of another word */
  bool is_wanted;     /* whether the profile wants it to stay */
  elman_view before;  /* the word before the typed one, if its readings are known */
  uint32_t certain;   /* the reading that should replace the typed word, or ELMAN_LITERAL */
  size_t revised;     /* bytes before the cursor that a reading of both words replaces, or 0 */
  elman_readings readings;
  elman_spaced_readings spaced;
} elman_correction_work;

/* Write a word in the case of the typed one. Returns its length, or 0 if it is too long. */
size_t elman_write_shown(const elman_correction_work *work, uint32_t number, char *shown, size_t capacity);

/* The place of the literal reading. */
size_t elman_place_of_literal(const elman_readings *readings);

/* Compare the literal reading with the others: lower its score if it is a variant or a misspelling, and follow how often
 * the user slips. Notes how likely a slip is in this word. */
void elman_weigh_literal(elman_correction_work *work, elman_view key);

/* Whether the first reading should replace what was typed. */
bool elman_is_certain(const elman_correction_work *work, double all);

/* Whether too little speaks for replacing the typed word by another one: it is a single letter that no touch tells
 * about, and the user seldom slips. */
bool elman_is_single_letter(const elman_correction_work *work);

#endif
