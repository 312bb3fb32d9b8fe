/* A suggester that uses the C library through its public header. Argument: the model. */
#include <stdio.h>
#include <string.h>

#include "elman.h"
#include "keys.h"

static elman_session *session;

int suggester_open(int count, char **arguments) {
  elman_model *model;
  elman_error error = {.message = "give one argument, the model"};
  if (count == 1 && !elman_open(arguments[0], NULL, &model, &error) &&
      !elman_session_create(model, NULL, &session, &error))
    return 0;
  fprintf(stderr, "%s\n", error.message);
  return 1;
}

int suggester_suggest(const char *context, size_t length, const char *prefix, size_t prefix_length,
                      int k, char words[][WORD_BYTES]) {
  elman_suggestion suggestions[MOST_WORDS];
  elman_error error;
  size_t found;
  if (elman_predict_apart(session, context, length, prefix, prefix_length, NULL, (size_t)k,
                          suggestions, &found, &error)) {
    fprintf(stderr, "%s\n", error.message);
    return -1;
  }
  for (size_t i = 0; i < found; i++) strcpy(words[i], suggestions[i].word);
  return (int)found;
}
