/* The cost of spelling a word. */
#ifndef ELMAN_SPELLING_H
#define ELMAN_SPELLING_H

#include "model/vocabulary.h"

/* Estimate the model from the vocabulary. Returns false if out of memory. */
bool elman_spelling_open(elman_vocabulary *vocabulary);
void elman_spelling_close(elman_vocabulary *vocabulary);

/* The cost of a word in nats, given its key, including the end of the word. */
double elman_spelling_nats(const elman_vocabulary *vocabulary, elman_view key);

#endif
