/*
 * What the library takes of memory: `footprint MODEL.tflite TEXT...` opens the model, suggests, corrects, and
 * learns each text, and writes the resident memory in bytes after each of these, one line each.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "elman.h"

#define WORDS 3

static int failed(const elman_error *error) {
  fprintf(stderr, "%s\n", error->message);
  return 1;
}

static void print_resident(const char *name) {
  long size, resident = 0;
  FILE *stream = fopen("/proc/self/statm", "r");
  if (stream == NULL || fscanf(stream, "%ld %ld", &size, &resident) != 2) resident = 0;
  if (stream != NULL) fclose(stream);
  printf("%s\t%ld\n", name, resident * sysconf(_SC_PAGESIZE));
}

int main(int count, char **arguments) {
  static const char text[] = "how are you doing todya";
  elman_model *model;
  elman_session *session;
  elman_profile *profile;
  elman_suggestion suggestions[WORDS];
  elman_correction corrections[WORDS];
  elman_error error;
  size_t found, length = strlen(text);
  if (count < 2) return 2;
  print_resident("nothing");
  if (elman_open(arguments[1], NULL, &model, &error)) return failed(&error);
  if (elman_session_create(model, NULL, &session, &error)) return failed(&error);
  print_resident("model");
  if (elman_predict(session, text, length, NULL, WORDS, suggestions, &found, &error))
    return failed(&error);
  print_resident("suggestions");
  if (elman_correct(session, text, length, NULL, 0, NULL, WORDS, corrections, &found, &error))
    return failed(&error);
  print_resident("corrections");
  if (elman_profile_open_bytes(NULL, 0, &profile, &error)) return failed(&error);
  if (elman_session_use(session, profile, &error)) return failed(&error);
  for (int i = 2; i < count; i++)
    if (elman_learn(profile, arguments[i], strlen(arguments[i]), &error)) return failed(&error);
  if (elman_predict(session, text, length, NULL, WORDS, suggestions, &found, &error))
    return failed(&error);
  print_resident("profile");
  elman_session_free(session, NULL);
  elman_profile_close(profile, NULL);
  return elman_close(model, NULL) ? 1 : 0;
}
