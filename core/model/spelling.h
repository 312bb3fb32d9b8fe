/* What it costs to spell a word. */
#ifndef ELMAN_SPELLING_H
#define ELMAN_SPELLING_H

#include "model/vocabulary.h"

/* Count the characters of the vocabulary; false without memory. */
bool elman_spelling_open(elman_vocabulary *vocabulary);
void elman_spelling_close(elman_vocabulary *vocabulary);

/* What it costs to spell a word, given by its key, and to end it. */
double elman_spelling_nats(const elman_vocabulary *vocabulary, elman_view key);

#endif
