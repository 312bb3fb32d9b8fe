/* What a suggester has to offer to be asked by `keys.c`. */
#ifndef KEYS_H
#define KEYS_H

#include <stddef.h>

#define MOST_WORDS 8
#define WORD_BYTES 512

/* Open what the arguments of the program name; anything but 0 ends it, after a line on stderr. */
int suggester_open(int count, char **arguments);

/*
 * The likeliest words where `context`, `length` bytes that end before a word, goes on with
 * `prefix`. Writes at most `k` words, each ended by a NUL, and gives their number; -1 on an error.
 */
int suggester_suggest(const char *context, size_t length, const char *prefix, size_t prefix_length,
                      int k, char words[][WORD_BYTES]);

#endif
