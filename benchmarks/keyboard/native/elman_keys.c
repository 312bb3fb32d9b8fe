/*
 * A suggester that uses the C library through its public header. Arguments: the model and, in a build
 * with LiteRT, optionally `litert`.
 */
#include <stdio.h>
#include <string.h>

#include "elman.h"
#include "keys.h"

static elman_session *session;
static elman_profile *profile; /* opened when something is learned */

int suggester_open(int count, char **arguments) {
  elman_model *model;
  elman_runtime *runtime = NULL;
  elman_error error = {.message = "give the model"};
#ifdef ELMAN_WITH_LITERT
  if (count == 2 && strcmp(arguments[1], "litert") == 0) {
    runtime = elman_litert;
    count = 1;
  }
#endif
  if (count == 1 && !elman_open(arguments[0], runtime, &model, &error) &&
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

int suggester_learn(const char *text, size_t length) {
  elman_error error;
  if ((profile != NULL || (!elman_profile_open_bytes(NULL, 0, &profile, &error) &&
                           !elman_session_use(session, profile, &error))) &&
      !elman_learn(profile, text, length, &error))
    return 0;
  fprintf(stderr, "%s\n", error.message);
  return -1;
}
