/* A suggester that uses Presage through its C functions. Argument: the configuration. */
#include <presage.h>
#include <stdio.h>
#include <string.h>

#include "keys.h"

#define CAPACITY (1 << 20)

static presage_t presage;
static char typed[CAPACITY];

static const char *past(void *ignored) {
  (void)ignored;
  return typed;
}

static const char *future(void *ignored) {
  (void)ignored;
  return "";
}

int suggester_open(int count, char **arguments) {
  if (count == 1 &&
      presage_new_with_config(past, NULL, future, NULL, arguments[0], &presage) == PRESAGE_OK)
    return 0;
  fprintf(stderr, "Presage does not start with this configuration\n");
  return 1;
}

int suggester_suggest(const char *context, size_t length, const char *prefix, size_t prefix_length,
                      int k, char words[][WORD_BYTES]) {
  char **suggestions = NULL;
  int found = 0;
  if (length + prefix_length >= CAPACITY) return -1;
  memcpy(typed, context, length);
  memcpy(typed + length, prefix, prefix_length + 1);
  if (presage_predict(presage, &suggestions) != PRESAGE_OK) return -1;
  for (; suggestions[found] != NULL && found < k; found++)
    snprintf(words[found], WORD_BYTES, "%s", suggestions[found]);
  presage_free_string_array(suggestions);
  return found;
}

/* Presage takes the last word for an unfinished one unless something follows it. */
int suggester_learn(const char *text, size_t length) {
  if (length + 2 > CAPACITY) return -1;
  snprintf(typed, CAPACITY, "%s\n", text);
  return presage_learn(presage, typed) == PRESAGE_OK ? 0 : -1;
}
