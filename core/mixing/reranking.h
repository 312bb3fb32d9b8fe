/* Orders the most likely words by what a profile knows about each of them. */
#ifndef ELMAN_RERANKING_H
#define ELMAN_RERANKING_H

#include <stddef.h>

/* The number of the most likely words, whose order can change. */
#define ELMAN_RERANKED 20

/* Weights depend on how many characters are typed: 0, 1, 2, or more. */
#define ELMAN_TYPED_RANGES 4

/* A score is a weighted sum of these. Logarithms of counts are log(1 + count). */
typedef enum {
  ELMAN_MIXED = 0,      /* log-probability by the mixture */
  ELMAN_ALONE,          /* log-probability by the network, at least LEAST_ALONE */
  ELMAN_NEVER,          /* 1 if the profile does not have the word */
  ELMAN_FREQUENT,       /* log of the factor by which it is adapted, in mixing.h */
  ELMAN_AGE,            /* log of the words that were typed since it was */
  ELMAN_AFTER_LAST,     /* log of its effective count after the last word */
  ELMAN_AFTER_LAST_AGE, /* log of the ticks since it was typed there */
  ELMAN_AFTER_SKIPPED,  /* log of its count after the last word but one and any other word */
  ELMAN_SAID,           /* 1 if the message has it already */
  ELMAN_SAID_BEFORE,    /* 1 if an earlier message has it, too */
  ELMAN_RARE,           /* 1 for a tail word that the profile does not have */
  ELMAN_OWN,            /* 1 for a word of the profile outside the vocabulary */
  ELMAN_LEFT,           /* number of characters that are left to type */
  ELMAN_SAME_CASE,      /* 1 if it starts with exactly what was typed inside a sentence */
  ELMAN_FEATURES
} elman_feature;

/* The features of the words that were suggested last, in their order. Only for tools/reranking.py. */
typedef struct {
  size_t count;
  double features[ELMAN_RERANKED][ELMAN_FEATURES];
} elman_reranked;

#endif
