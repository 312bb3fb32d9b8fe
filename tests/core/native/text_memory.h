/*
 * Helpers shared by the programs that test the text rules. Buffers have exactly the requested size, so
 * that a sanitizer detects any access out of bounds.
 */
#ifndef TEXT_MEMORY_H
#define TEXT_MEMORY_H

#include <stdio.h>
#include <stdlib.h>

#include "text/text.h"

typedef struct {
  char *bytes;
  size_t length;
} text;

static inline void fail(const char *message) {
  fprintf(stderr, "text rules: %s\n", message);
  exit(1);
}

static inline void check(elman_text_status status) {
  if (status != ELMAN_TEXT_OK) fail(elman_text_message(status));
}

static inline void *allocate(size_t size) {
  void *memory = malloc(size);
  if (memory == NULL && size > 0) fail("out of memory");
  return memory;
}

static inline elman_text_workspace workspace_for(size_t length) {
  elman_text_workspace made = {0};
  made.buffer_capacity = ELMAN_TEXT_CAPACITY(length);
  made.buffer = allocate(made.buffer_capacity);
  made.token_capacity = ELMAN_TEXT_TOKENS(length);
  made.tokens = allocate(made.token_capacity * sizeof *made.tokens);
  return made;
}

static inline void free_workspace(elman_text_workspace *workspace) {
  free(workspace->buffer);
  free(workspace->tokens);
}

#endif
