/*
 * The library with a network of the host's own, for tests: `host_driver VOCABULARY SEGMENTATION`.
 *
 * The state is one number, the count of earlier steps; all logits are minus the id. A command is one line.
 * Texts are hexadecimal, `-` is the empty text. The reply is one line.
 *
 *   predict K TEXT                     `id share before text` for each suggestion, placed, with spaces between
 *   read MOST TEXT                     the number of steps that remain, and of those that were run
 *   fail STATUS                        what the network returns from now on
 *   take BEFORE AFTER REPLACES INSERT  `before after back space text`
 *   react BEFORE SPACE TYPED           the same, or `none`
 *
 * Errors are `error STATUS MESSAGE`.
 */
#include "elman.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static elman_network network = {.layers = 1, .units = 1};
static int failure;
static elman_model *model;
static elman_session *session;
static elman_error error;

typedef struct {
  char *bytes;
  size_t length;
} text;

static int step(void *host, int32_t token_id, const float *state, float *logits,
                float *next_state) {
  (void)host, (void)token_id;
  float count = state == NULL ? 0 : *state;
  if (next_state != NULL) *next_state = count + 1;
  for (int32_t id = 0; logits != NULL && id < network.vocabulary_size; id++) logits[id] = (float)-id;
  return failure;
}

/* Decode the next word to exactly as much memory as it needs, so that sanitizers notice every overrun. */
static text next_text(void) {
  const char *word = strtok(NULL, " \n"), *digits = "0123456789abcdef";
  size_t length = word == NULL || *word == '-' ? 0 : strlen(word) / 2;
  text read = {malloc(length), length};
  if (length > 0 && read.bytes == NULL) exit(3);
  for (size_t i = 0; i < length; i++)
    read.bytes[i] = (char)((strchr(digits, word[2 * i]) - digits) * 16 +
                           (strchr(digits, word[2 * i + 1]) - digits));
  return read;
}

static size_t next_number(void) { return strtoull(strtok(NULL, " \n"), NULL, 10); }

static void print_text(const char *bytes) {
  if (*bytes == '\0') printf("-");
  for (; *bytes != '\0'; bytes++) printf("%02x", (unsigned)(unsigned char)*bytes);
}

static elman_status predict(void) {
  elman_suggestion found[ELMAN_MOST_SUGGESTIONS];
  elman_edit edit;
  size_t k = next_number(), count;
  text before = next_text();
  elman_status status =
      elman_predict(session, before.bytes, before.length, NULL, k, found, &count, &error);
  for (size_t i = 0; i < count && !status; i++) {
    status = elman_place(session, before.bytes, before.length, found[i].word, &edit, &error);
    printf("%d %.9g %zu ", (int)found[i].id, found[i].share, edit.before);
    print_text(edit.text);
    printf(" ");
  }
  free(before.bytes);
  return status;
}

static elman_status read_pieces(void) {
  size_t most = next_number(), left;
  text before = next_text();
  uint64_t steps = elman_session_steps(session);
  elman_status status =
      elman_read(session, before.bytes, before.length, most, &left, &error);
  if (!status) printf("%zu %d", left, (int)(elman_session_steps(session) - steps));
  free(before.bytes);
  return status;
}

static void print_edit(const elman_edit *edit) {
  printf("%zu %zu %zu %d ", edit->before, edit->after, edit->back, (int)edit->space);
  print_text(edit->text);
}

static elman_status take(void) {
  elman_edit placed = {0}, edit;
  text before = next_text(), after = next_text();
  placed.before = next_number();
  text insert = next_text();
  if (insert.length >= sizeof placed.text) exit(3);
  if (insert.length > 0) memcpy(placed.text, insert.bytes, insert.length);
  elman_status status = elman_take(session, before.bytes, before.length, after.bytes, after.length,
                                   &placed, &edit, &error);
  if (!status) print_edit(&edit);
  free(before.bytes), free(after.bytes), free(insert.bytes);
  return status;
}

static elman_status react(void) {
  elman_edit edit;
  bool reacts;
  text before = next_text();
  elman_space space = (elman_space)next_number();
  text typed = next_text();
  elman_status status = elman_react(session, before.bytes, before.length, space,
                                    typed.length > 0 ? typed.bytes : "", typed.length, &reacts,
                                    &edit, &error);
  if (!status && !reacts) printf("none");
  if (!status && reacts) print_edit(&edit);
  free(before.bytes), free(typed.bytes);
  return status;
}

static elman_status answer(const char *command) {
  if (strcmp(command, "predict") == 0) return predict();
  if (strcmp(command, "read") == 0) return read_pieces();
  if (strcmp(command, "take") == 0) return take();
  if (strcmp(command, "react") == 0) return react();
  failure = (int)next_number();
  return ELMAN_OK;
}

static elman_status open_model(const char *path, const char *segmentation) {
  FILE *stream = fopen(path, "rb");
  static char entries[1 << 16];
  size_t length = stream == NULL ? 0 : fread(entries, 1, sizeof entries, stream);
  if (stream != NULL) fclose(stream);
  for (size_t i = 0; i < length; i++) network.vocabulary_size += entries[i] == '\n';
  network.step = step;
  return elman_open_network(&network, segmentation, entries, length, &model, &error);
}

int main(int count, char **arguments) {
  static char line[1 << 20];
  if (count != 3 || open_model(arguments[1], arguments[2]) ||
      elman_session_create(model, NULL, &session, &error)) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    elman_status status = answer(strtok(line, " \n"));
    if (status) printf("error %d %s", (int)status, error.message);
    printf("\n");
    fflush(stdout);
  }
  return elman_session_free(session, NULL) || elman_close(model, NULL);
}
