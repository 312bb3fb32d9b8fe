/*
 * The text rules in C for libFuzzer: for any bytes, no function accesses memory outside its buffers,
 * all functions refuse the same texts, and tokens stay the same after joining and splitting again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text_memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
  if (!condition) abort();
}

/* Normalise a text twice: the second time must change nothing. */
static elman_text_status normalise(const char *text, size_t length) {
  size_t capacity = ELMAN_TEXT_CAPACITY(length), once_length = 0, twice_length = 0;
  char *once = malloc(capacity), *twice = malloc(ELMAN_TEXT_CAPACITY(capacity));
  require(once != NULL && twice != NULL);
  elman_text_status status = elman_text_normalise(text, length, once, capacity, &once_length);
  if (status == ELMAN_TEXT_OK) {
    require(elman_text_normalise(once, once_length, twice, ELMAN_TEXT_CAPACITY(once_length),
                                 &twice_length) == ELMAN_TEXT_OK);
    require(once_length == twice_length && memcmp(once, twice, once_length) == 0);
  }
  free(once);
  free(twice);
  return status;
}

/* Fold a token, write it in the case of another one, and classify it. */
static void inspect(elman_text_token token, elman_text_token next) {
  size_t capacity = ELMAN_TEXT_CAPACITY(token.length), produced = 0;
  char *output = malloc(capacity);
  require(output != NULL);
  require(elman_text_fold(token.text, token.length, output, capacity, &produced) == ELMAN_TEXT_OK);
  require(elman_text_suggestion(token.text, token.length, next.text, next.length, true,
                                ELMAN_TEXT_MESSAGE, output, capacity, &produced) == ELMAN_TEXT_OK);
  elman_text_token tokens[] = {next, token};
  bool starts = elman_text_starts_sentence(tokens, 2);
  require(!(starts && elman_text_is_word(token.text, token.length)));
  free(output);
}

static void require_same(const elman_text_workspace *one, const elman_text_workspace *other) {
  require(one->token_count == other->token_count);
  for (size_t i = 0; i < one->token_count; i++) {
    require(one->tokens[i].length == other->tokens[i].length);
    require(memcmp(one->tokens[i].text, other->tokens[i].text, one->tokens[i].length) == 0);
  }
}

static void join_and_split(const elman_text_workspace *workspace) {
  size_t capacity = workspace->token_count, length = 0;
  for (size_t i = 0; i < workspace->token_count; i++) {
    capacity += workspace->tokens[i].length;
    inspect(workspace->tokens[i], workspace->tokens[(i + 1) % workspace->token_count]);
  }
  char *joined = malloc(capacity);
  require(joined != NULL || capacity == 0);
  require(elman_text_join(workspace->tokens, workspace->token_count, joined, capacity, &length) ==
          ELMAN_TEXT_OK);
  elman_text_workspace again = workspace_for(length);
  require(elman_text_split(&again, joined, length) == ELMAN_TEXT_OK);
  require_same(workspace, &again);
  free_workspace(&again);
  free(joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data;
  size_t invalid_at = 0;
  elman_text_workspace workspace = workspace_for(size);
  elman_text_status status = normalise(text, size);
  require(elman_text_validate(text, size, &invalid_at) == status);
  require(elman_text_split(&workspace, text, size) == status);
  if (status == ELMAN_TEXT_OK) join_and_split(&workspace);
  for (int number = ELMAN_TEXT_MESSAGE; number <= ELMAN_TEXT_LINE; number++) {
    elman_text_segmentation segmentation = (elman_text_segmentation)number;
    require(elman_text_segments(&workspace, text, size, segmentation) == status);
    require(elman_text_typed(&workspace, text, size, segmentation) == status);
  }
  free_workspace(&workspace);
  return 0;
}
