/*
 * Applies the text rules to standard input, so that tests can compare the results with Python's.
 *
 *     text_driver rules|token|join|normalise|capacities|odd < requests > answers
 *
 * A request is a number of texts, then each text with its length. An answer is its length, followed by
 * the output of the functions below. Numbers are little-endian 32-bit integers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_memory.h"

typedef struct {
  char *bytes;
  size_t length, capacity;
} growing;

static void add_bytes(growing *answer, const void *bytes, size_t length) {
  if (answer->capacity - answer->length < length) {
    answer->capacity = 2 * (answer->capacity + length);
    answer->bytes = realloc(answer->bytes, answer->capacity);
    if (answer->bytes == NULL) fail("out of memory");
  }
  if (length > 0) memcpy(answer->bytes + answer->length, bytes, length);
  answer->length += length;
}

static void encode_number(size_t number, unsigned char bytes[4]) {
  for (int i = 0; i < 4; i++) bytes[i] = (unsigned char)(number >> 8 * i);
}

static void add_number(growing *answer, size_t number) {
  unsigned char bytes[4];
  encode_number(number, bytes);
  add_bytes(answer, bytes, sizeof bytes);
}

static void add_text(growing *answer, const char *bytes, size_t length) {
  add_number(answer, length);
  add_bytes(answer, bytes, length);
}

static bool read_number(size_t *number) {
  unsigned char bytes[4];
  if (fread(bytes, 1, sizeof bytes, stdin) != sizeof bytes) return false;
  *number = (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
            (size_t)bytes[3] << 24;
  return true;
}

static text read_text(void) {
  text read = {NULL, 0};
  if (!read_number(&read.length)) fail("a request is cut");
  read.bytes = allocate(read.length);
  if (fread(read.bytes, 1, read.length, stdin) != read.length) fail("a request is cut");
  return read;
}

/* -- answers ----------------------------------------------------------------------------------- */

static void add_tokens(growing *answer, const elman_text_workspace *workspace) {
  add_number(answer, workspace->token_count);
  for (size_t i = 0; i < workspace->token_count; i++) {
    add_text(answer, workspace->tokens[i].text, workspace->tokens[i].length);
    add_number(answer, workspace->tokens[i].end);
  }
}

static void add_folded(growing *answer, elman_text_token token) {
  size_t capacity = ELMAN_TEXT_CAPACITY(token.length), length = 0;
  char *folded = allocate(capacity);
  check(elman_text_fold(token.text, token.length, folded, capacity, &length));
  add_text(answer, folded, length);
  free(folded);
}

/* `entry` in the case of `prefix`, for an empty prefix, and for an empty prefix at a sentence start. */
static void add_suggestions(growing *answer, elman_text_token entry, elman_text_token prefix) {
  size_t capacity = ELMAN_TEXT_CAPACITY(entry.length), length = 0;
  char *shown = allocate(capacity);
  for (int way = 0; way < 3; way++) {
    check(elman_text_suggestion(entry.text, entry.length, prefix.text, way == 0 ? prefix.length : 0,
                                way == 2, ELMAN_TEXT_MESSAGE, shown, capacity, &length));
    add_text(answer, shown, length);
  }
  free(shown);
}

static void add_joined(growing *answer, const elman_text_token *tokens, size_t count) {
  size_t capacity = count, length = 0;
  for (size_t i = 0; i < count; i++) capacity += tokens[i].length;
  char *joined = allocate(capacity);
  check(elman_text_join(tokens, count, joined, capacity, &length));
  add_text(answer, joined, length);
  free(joined);
}

static void add_known(growing *answer, elman_text_token token, elman_text_token next) {
  add_folded(answer, token);
  add_number(answer, elman_text_is_word(token.text, token.length));
  elman_text_token word = {"a", 1, ELMAN_TEXT_INSIDE};
  elman_text_token greek = {"\xce\xb1", 2, ELMAN_TEXT_INSIDE};
  elman_text_token pairs[] = {word, token, greek, token};
  add_number(answer, elman_text_starts_sentence(pairs, 2));
  add_number(answer, elman_text_starts_sentence(pairs + 2, 2));
  add_suggestions(answer, token, next);
}

/* Each token of a split text with its properties, then the joined tokens. */
static void add_split(growing *answer, const elman_text_workspace *workspace) {
  const elman_text_token *tokens = workspace->tokens;
  size_t count = workspace->token_count;
  add_tokens(answer, workspace);
  for (size_t i = 0; i < count; i++) {
    add_known(answer, tokens[i], tokens[(i + 1) % count]);
  }
  add_joined(answer, tokens, count);
}

/* The status, then the normalised text or the error offset. */
static elman_text_status answer_normalise(growing *answer, text read) {
  size_t capacity = ELMAN_TEXT_CAPACITY(read.length), produced = 0, invalid_at = 0;
  char *output = allocate(capacity);
  elman_text_status status =
      elman_text_normalise(read.bytes, read.length, output, capacity, &produced);
  add_number(answer, status);
  if (status == ELMAN_TEXT_OK) {
    add_text(answer, output, produced);
  } else {
    add_number(answer, produced);
  }
  free(output);
  bool valid = elman_text_validate(read.bytes, read.length, &invalid_at) == ELMAN_TEXT_OK;
  if (valid != (status == ELMAN_TEXT_OK)) fail("validating and normalising disagree");
  return status;
}

static void answer_rules(growing *answer, text read) {
  elman_text_workspace workspace = workspace_for(read.length);
  elman_text_status expected = answer_normalise(answer, read);
  elman_text_status status = elman_text_split(&workspace, read.bytes, read.length);
  if (status == ELMAN_TEXT_OK) add_split(answer, &workspace);
  for (int number = ELMAN_TEXT_MESSAGE; number <= ELMAN_TEXT_LINE; number++) {
    elman_text_segmentation kind = (elman_text_segmentation)number;
    if (status == expected) status = elman_text_segments(&workspace, read.bytes, read.length, kind);
    if (status == ELMAN_TEXT_OK) add_tokens(answer, &workspace);
    if (status == expected) status = elman_text_typed(&workspace, read.bytes, read.length, kind);
    if (status == ELMAN_TEXT_OK) {
      add_tokens(answer, &workspace);
      add_text(answer, workspace.prefix, workspace.prefix_length);
      add_number(answer, elman_text_starts_sentence(workspace.tokens, workspace.token_count));
    }
  }
  if (status != expected) fail("the functions disagree about a text");
  free_workspace(&workspace);
}

/* The smallest buffer and token array with which `elman_text_typed` works for sentences. Smaller ones
 * must be refused, larger ones must work. */
static void answer_capacities(growing *answer, text read) {
  const elman_text_segmentation segmentation = ELMAN_TEXT_SENTENCE;
  size_t bytes = 0, tokens = 0;
  for (int last = 0; last < 2; last++) {
    size_t largest =
        last ? ELMAN_TEXT_TOKENS(read.length) : ELMAN_TEXT_CAPACITY(read.length);
    size_t *smallest = last ? &tokens : &bytes;
    elman_text_status refusal = last ? ELMAN_TEXT_TOO_MANY_TOKENS : ELMAN_TEXT_BUFFER_TOO_SMALL;
    *smallest = SIZE_MAX;
    for (size_t size = 0; size <= largest; size++) {
      elman_text_workspace workspace = {0};
      workspace.buffer_capacity = last ? ELMAN_TEXT_CAPACITY(read.length) : size;
      workspace.buffer = allocate(workspace.buffer_capacity);
      workspace.token_capacity = last ? size : ELMAN_TEXT_TOKENS(read.length);
      workspace.tokens = allocate(workspace.token_capacity * sizeof *workspace.tokens);
      elman_text_status status =
          elman_text_typed(&workspace, read.bytes, read.length, segmentation);
      if (status == ELMAN_TEXT_OK && *smallest == SIZE_MAX) *smallest = size;
      if (status != (*smallest == SIZE_MAX ? refusal : ELMAN_TEXT_OK)) fail("unexpected status");
      free_workspace(&workspace);
    }
  }
  add_number(answer, bytes);
  add_number(answer, tokens);
}

/* Folding and capitalisation of any bytes, as an entry and as a prefix; an unknown segmentation; and the
 * suggestion "word" for lines, which keeps its case. */
static void answer_odd(growing *answer, text read) {
  size_t capacity = ELMAN_TEXT_CAPACITY(read.length + 1), produced = 0;
  char *output = allocate(capacity), line[4];
  elman_text_workspace workspace = workspace_for(read.length);
  add_number(answer, elman_text_fold(read.bytes, read.length, output, capacity, &produced));
  add_number(answer, produced);
  add_number(answer, elman_text_suggestion(read.bytes, read.length, "AB", 2, false,
                                           ELMAN_TEXT_MESSAGE, output, capacity, &produced));
  add_number(answer, produced);
  add_number(answer, elman_text_suggestion("a", 1, read.bytes, read.length, false,
                                           ELMAN_TEXT_MESSAGE, output, capacity, &produced));
  add_number(answer, produced);
  add_number(answer, elman_text_typed(&workspace, "a", 1, (elman_text_segmentation)3));
  check(elman_text_suggestion("word", 4, "WO", 2, true, ELMAN_TEXT_LINE, line, 4, &produced));
  add_text(answer, line, produced);
  /* These must not read out of bounds, whatever the bytes. */
  (void)elman_text_is_word(read.bytes, read.length);
  elman_text_token tokens[] = {{read.bytes, read.length, ELMAN_TEXT_INSIDE},
                               {";", 1, ELMAN_TEXT_INSIDE}};
  (void)elman_text_starts_sentence(tokens, 2);
  free_workspace(&workspace);
  free(output);
}

static void answer_join(growing *answer, const text *texts, size_t count) {
  elman_text_token *tokens = allocate(count * sizeof *tokens);
  for (size_t i = 0; i < count; i++) {
    tokens[i] = (elman_text_token){texts[i].bytes, texts[i].length, ELMAN_TEXT_INSIDE};
  }
  add_joined(answer, tokens, count);
  free(tokens);
}

static void answer_request(growing *answer, const char *mode, const text *texts, size_t count) {
  if (strcmp(mode, "join") == 0) {
    answer_join(answer, texts, count);
  } else if (count != 1) {
    fail("a request must have one text");
  } else if (strcmp(mode, "token") == 0) {
    elman_text_token token = {texts[0].bytes, texts[0].length, ELMAN_TEXT_INSIDE};
    add_known(answer, token, token);
  } else if (strcmp(mode, "rules") == 0) {
    answer_rules(answer, texts[0]);
  } else if (strcmp(mode, "normalise") == 0) {
    answer_normalise(answer, texts[0]);
  } else if (strcmp(mode, "capacities") == 0) {
    answer_capacities(answer, texts[0]);
  } else if (strcmp(mode, "odd") == 0) {
    answer_odd(answer, texts[0]);
  } else {
    fail("unknown mode: expected rules, token, join, normalise, capacities or odd");
  }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) fail("usage: text_driver MODE");
  growing answer = {NULL, 0, 0};
  for (size_t count = 0; read_number(&count); answer.length = 0) {
    text *texts = allocate(count * sizeof *texts);
    for (size_t i = 0; i < count; i++) texts[i] = read_text();
    answer_request(&answer, arguments[1], texts, count);
    unsigned char length[4];
    encode_number(answer.length, length);
    fwrite(length, 1, sizeof length, stdout);
    fwrite(answer.bytes, 1, answer.length, stdout);
    fflush(stdout);
    for (size_t i = 0; i < count; i++) free(texts[i].bytes);
    free(texts);
  }
  free(answer.bytes);
  return 0;
}
