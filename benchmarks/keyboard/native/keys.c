/*
 * Calls a suggester as if keys were pressed: `program K ARGUMENT...`.
 *
 * A request is a line of hexadecimal words on standard input, with `-` for empty text: a context and a
 * prefix, or a finished text to learn. The answer is a line of tab-separated fields: wall-clock
 * nanoseconds, CPU nanoseconds, and up to K words.
 */
#define _POSIX_C_SOURCE 200809L
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double nanoseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int digit(char letter) {
  return letter <= '9' ? letter - '0' : letter - 'a' + 10;
}

/* Convert hexadecimal digits to bytes in place, with a final NUL; returns the number of bytes. */
static size_t decode(char *text) {
  size_t length = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2;
  for (size_t i = 0; i < length; i++)
    text[i] = (char)(digit(text[2 * i]) * 16 + digit(text[2 * i + 1]));
  text[length] = '\0';
  return length;
}

/* Answer a request; `prefix` is NULL if `context` is a text to learn. */
static int answer(char *context, char *prefix, int k) {
  static char words[MOST_WORDS][WORD_BYTES];
  size_t length = decode(context), prefix_length = prefix == NULL ? 0 : decode(prefix);
  double begun = nanoseconds(CLOCK_MONOTONIC);
  double worked = nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
  int count = prefix == NULL ? suggester_learn(context, length)
                             : suggester_suggest(context, length, prefix, prefix_length, k, words);
  worked = nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - worked;
  begun = nanoseconds(CLOCK_MONOTONIC) - begun;
  if (count < 0) return 1;
  printf("%.0f\t%.0f", begun, worked);
  for (int i = 0; i < count; i++) printf("\t%s", words[i]);
  printf("\n");
  return fflush(stdout);
}

int main(int count, char **arguments) {
  char *line = NULL;
  size_t capacity = 0;
  int k = count > 1 ? atoi(arguments[1]) : 0;
  if (k < 1 || k > MOST_WORDS) {
    fprintf(stderr, "the number of words must be 1 to %d\n", MOST_WORDS);
    return 2;
  }
  if (suggester_open(count - 2, arguments + 2)) return 1;
  printf("ready\n");
  fflush(stdout);
  while (getline(&line, &capacity, stdin) > 0) {
    char *context = strtok(line, " \n"), *prefix = strtok(NULL, " \n");
    if (context == NULL || answer(context, prefix, k)) {
      fprintf(stderr, "a request is malformed, or the suggester failed\n");
      return 1;
    }
  }
  free(line);
  return 0;
}
