/* Orders the most likely words by what a profile knows about each of them. */
#ifndef ELMAN_RANKING_H
#define ELMAN_RANKING_H

#include <stddef.h>

/* The most likely words, whose order can change. */
#define ELMAN_RANKED 20

/* The weights differ between words of which 0, 1, 2, or more characters are typed. */
#define ELMAN_TYPED_RANGES 4

/* What a score is a weighted sum of. "Never" means that the user has not typed the word. */
typedef enum {
  ELMAN_MIXED = 0,        /* log-probability by the mixture */
  ELMAN_ALONE,            /* log-probability by the network */
  ELMAN_NEVER,            /* 1 if never */
  ELMAN_NEVER_LONG,       /* if never: log of the words that the user typed */
  ELMAN_AGE,              /* log of the words since the last time */
  ELMAN_SAID,             /* 1 if it is in this message */
  ELMAN_SAID_KNOWN,       /* 1 if it is in this message and an earlier one */
  ELMAN_RARE,             /* 1 for a tail word, never */
  ELMAN_OWN,              /* 1 for the user's word outside the vocabulary */
  ELMAN_AFTER_ONE,        /* log of the count after the last word */
  ELMAN_AFTER_ONE_AGE,    /* log of the ticks since then */
  ELMAN_NOT_AFTER_ONE,    /* if never after it: log of the count of all words there */
  ELMAN_AFTER_TWO,        /* log of the share among the words after the last two words */
  ELMAN_AFTER_THREE,      /* 1 if it was after the last three words */
  ELMAN_SKIPPED,          /* 1 if it was after the last word but one and any other word */
  ELMAN_SKIPPED_COUNT,    /* log of that count */
  ELMAN_LEFT,             /* characters left to type */
  ELMAN_LEFT_NEVER,       /* the same, if never */
  ELMAN_SAME_CASE,        /* 1 if it starts with exactly what is typed inside a sentence */
  ELMAN_FEATURES
} elman_feature;

/* The features of the words that were ranked last, in the order of their ranks. */
typedef struct {
  size_t count;
  double features[ELMAN_RANKED][ELMAN_FEATURES];
} elman_ranked;

#endif
