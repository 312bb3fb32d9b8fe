/* The functions that a suggester defines for `keys.c`. */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>

#define MOST_WORDS 8
#define WORD_BYTES 512

/* Open a suggester with the arguments of the program. Returns 0, or prints an error on stderr. */
int suggester_open(int count, char **arguments);

/*
 * Suggest words that start with `prefix` after `context`, `length` bytes that end before the word.
 * Writes at most `k` words, each ended by a NUL, and returns their number, or -1 on an error.
 */
int suggester_suggest(const char *context, size_t length, const char *prefix, size_t prefix_length,
                      int k, char words[][WORD_BYTES]);

/* Learn from a finished text, ended by a NUL. Returns 0, or -1 on an error. */
int suggester_learn(const char *text, size_t length);

#endif
