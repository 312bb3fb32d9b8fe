/* Prints suggestions for a text: `example MODEL.tflite "how are y"`. */
#include <stdio.h>
#include <string.h>

#include "elman.h"

#define SUGGESTIONS 3

static int complain(const elman_error *error) {
  fprintf(stderr, "error: %s\n", error->message);
  return 1;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 3) {
    fprintf(stderr, "usage: %s MODEL.tflite TEXT\n", arguments[0]);
    return 2;
  }
  const char *text = arguments[2];
  elman_model *model;
  elman_session *session;
  elman_suggestion suggestions[SUGGESTIONS];
  size_t count;
  elman_error error;
  if (elman_open(arguments[1], NULL, &model, &error) ||
      elman_session_create(model, NULL, &session, &error) ||
      elman_predict(session, text, strlen(text), NULL, SUGGESTIONS, suggestions, &count, &error))
    return complain(&error);
  for (size_t i = 0; i < count; i++)
    printf("%-20s %.3f\n", suggestions[i].word, suggestions[i].log_probability);
  elman_session_free(session, NULL);
  elman_close(model, NULL);
  return 0;
}
