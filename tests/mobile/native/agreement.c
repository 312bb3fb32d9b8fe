/*
 * What must be the same on every processor: `agreement [litert] MODEL.tflite trace|words|profile`.
 *
 *   trace    reads int32 ids from standard input and writes float32 logits [ids, vocabulary], each step
 *            starting from the state after the one before
 *   words    reads one text per line and writes the suggestions for each, and its corrections
 *   profile  learns from one text per line, then writes the bytes of the profile
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elman.h"

#define SUGGESTIONS 5
#define LONGEST_LINE 4096

extern elman_status elman_python_step(elman_model *model, int32_t token_id, const float *state,
                                      float *logits, float *next_state, elman_error *error);

static int failed(const elman_error *error) {
  fprintf(stderr, "%s\n", error->message);
  return 1;
}

static int trace(elman_model *model, elman_error *error) {
  elman_facts facts = elman_model_facts(model);
  size_t words = (size_t)facts.vocabulary_size;
  float *logits = calloc(words, sizeof *logits);
  float *state = calloc((size_t)facts.layers * (size_t)facts.units, sizeof *state);
  int32_t id;
  elman_status status = logits == NULL || state == NULL ? ELMAN_ERROR_MEMORY : ELMAN_OK;
  while (status == ELMAN_OK && fread(&id, sizeof id, 1, stdin) == 1) {
    status = elman_python_step(model, id, state, logits, state, error);
    fwrite(logits, sizeof *logits, words, stdout);
  }
  free(logits);
  free(state);
  return status == ELMAN_OK ? 0 : failed(error);
}

/* Read a line without its end. Returns false after the last line. */
static bool next_line(char line[LONGEST_LINE]) {
  if (fgets(line, LONGEST_LINE, stdin) == NULL) return false;
  line[strcspn(line, "\n")] = '\0';
  return true;
}

static int words(elman_session *session, elman_error *error) {
  char line[LONGEST_LINE];
  elman_suggestion suggestions[SUGGESTIONS];
  elman_correction corrections[SUGGESTIONS];
  size_t count;
  while (next_line(line)) {
    if (elman_predict(session, line, strlen(line), NULL, SUGGESTIONS, suggestions, &count, error))
      return failed(error);
    for (size_t i = 0; i < count; i++)
      printf("%s %.9g\t", suggestions[i].word, suggestions[i].log_probability);
    if (elman_correct(session, line, strlen(line), NULL, 0, NULL, SUGGESTIONS, corrections, &count,
                      error))
      return failed(error);
    for (size_t i = 0; i < count; i++)
      printf("%s%s %.9g\t", corrections[i].text, corrections[i].is_certain ? "!" : "",
             corrections[i].log_probability);
    printf("\n");
  }
  return 0;
}

static int learn(elman_profile *profile, elman_error *error) {
  static char line[LONGEST_LINE], bytes[ELMAN_LARGEST_PROFILE];
  size_t length;
  while (next_line(line))
    if (elman_learn(profile, line, strlen(line), error)) return failed(error);
  if (elman_profile_bytes(profile, bytes, sizeof bytes, &length, error)) return failed(error);
  fwrite(bytes, 1, length, stdout);
  return 0;
}

static int run(elman_model *model, const char *task, elman_error *error) {
  elman_session *session;
  elman_profile *profile;
  int result;
  if (strcmp(task, "trace") == 0) return trace(model, error);
  if (strcmp(task, "profile") == 0) {
    if (elman_profile_open_bytes(NULL, 0, &profile, error)) return failed(error);
    result = learn(profile, error);
    elman_profile_close(profile, NULL);
    return result;
  }
  if (elman_session_create(model, NULL, &session, error)) return failed(error);
  result = words(session, error);
  elman_session_free(session, NULL);
  return result;
}

int main(int count, char **arguments) {
  elman_model *model;
  elman_error error;
  elman_runtime *runtime = NULL;
  if (count < 3) return 2;
#ifdef ELMAN_WITH_LITERT
  if (count == 4) runtime = elman_litert;
#endif
  if (elman_open(arguments[count - 2], runtime, &model, &error)) return failed(&error);
  int result = run(model, arguments[count - 1], &error);
  elman_close(model, NULL);
  return result;
}
