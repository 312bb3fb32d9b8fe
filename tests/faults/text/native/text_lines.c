/* The text rules in C, line by line; tests/faults/text/text_lines.py describes the protocol. */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/characters.h"
#include "text_memory.h"

/* -- input ------------------------------------------------------------------------------------- */

static uint32_t digit(char character) {
  return (uint32_t)(character <= '9' ? character - '0' : character - 'a' + 10);
}

/* The UTF-16 code unit of four digits, low byte first. */
static uint32_t unit_at(const char *digits) {
  return digit(digits[0]) << 4 | digit(digits[1]) | digit(digits[2]) << 12 | digit(digits[3]) << 8;
}

/* The character at `at`, U+FFFD for an unpaired surrogate (N1); moves `at` past it. */
static uint32_t next_point(const char *digits, size_t length, size_t *at) {
  uint32_t first = unit_at(digits + *at), second = 0;
  *at += 4;
  if (first < 0xd800 || first > 0xdfff) return first;
  if (first < 0xdc00 && *at < length) second = unit_at(digits + *at);
  if (second < 0xdc00 || second > 0xdfff) return 0xfffd;
  *at += 4;
  return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
}

static text decode(const char *digits, size_t length) {
  char *encoded = allocate(length);
  text decoded = {NULL, 0};
  for (size_t at = 0; at < length;) {
    decoded.length += elman_encode(next_point(digits, length, &at), encoded + decoded.length);
  }
  decoded.bytes = allocate(decoded.length);
  if (decoded.length > 0) memcpy(decoded.bytes, encoded, decoded.length);
  free(encoded);
  return decoded;
}

/* -- output ------------------------------------------------------------------------------------ */

static void write_text(const char *bytes, size_t length) {
  static const char *const names = "btn?fr"; /* of control characters from 8 */
  putchar('"');
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (byte == '"' || byte == '\\') {
      printf("\\%c", byte);
    } else if (byte >= 8 && byte <= 13 && byte != 11) {
      printf("\\%c", names[byte - 8]);
    } else if (byte < 0x20) {
      printf("\\u%04x", byte);
    } else {
      putchar(byte);
    }
  }
  putchar('"');
}

static void write_bool(bool value) { fputs(value ? "true" : "false", stdout); }

static void write_tokens(const elman_text_workspace *workspace) {
  putchar('[');
  for (size_t i = 0; i < workspace->token_count; i++) {
    if (i > 0) putchar(',');
    write_text(workspace->tokens[i].text, workspace->tokens[i].length);
  }
  putchar(']');
}

static void write_segments(const elman_text_workspace *workspace) {
  putchar('[');
  for (size_t i = 0; i < workspace->token_count; i++) {
    elman_text_token token = workspace->tokens[i];
    bool begins = i == 0 || workspace->tokens[i - 1].end != ELMAN_TEXT_INSIDE;
    fputs(i == 0 ? "[[" : begins ? ",[[" : ",", stdout);
    write_text(token.text, token.length);
    if (token.end == ELMAN_TEXT_INSIDE) continue;
    fputs("],", stdout);
    write_bool(token.end == ELMAN_TEXT_COMPLETE);
    putchar(']');
  }
  putchar(']');
}

/* -- results of the rules ---------------------------------------------------------------------- */

/* `elman_text_normalise` or `elman_text_fold`. */
typedef elman_text_status rule(const char *, size_t, char *, size_t, size_t *);

static void write_rewritten(rule *rewrite, const char *bytes, size_t length) {
  size_t capacity = ELMAN_TEXT_CAPACITY(length), produced = 0;
  char *output = allocate(capacity);
  check(rewrite(bytes, length, output, capacity, &produced));
  write_text(output, produced);
  free(output);
}

static text join(const elman_text_workspace *workspace) {
  size_t capacity = workspace->token_count;
  for (size_t i = 0; i < workspace->token_count; i++) capacity += workspace->tokens[i].length;
  text joined = {allocate(capacity), 0};
  check(elman_text_join(workspace->tokens, workspace->token_count, joined.bytes, capacity,
                        &joined.length));
  return joined;
}

/* The tokens, folded tokens, whether each is a word, and the tokens joined and split again. */
static void write_split(elman_text_workspace *workspace, text read) {
  check(elman_text_split(workspace, read.bytes, read.length));
  write_tokens(workspace);
  for (int words = 0; words < 2; words++) {
    for (size_t i = 0; i < workspace->token_count; i++) {
      elman_text_token token = workspace->tokens[i];
      fputs(i == 0 ? ",[" : ",", stdout);
      if (words)
        write_bool(elman_text_is_word(token.text, token.length));
      else
        write_rewritten(elman_text_fold, token.text, token.length);
    }
    fputs(workspace->token_count == 0 ? ",[]" : "]", stdout);
  }
  text joined = join(workspace);
  elman_text_workspace again = workspace_for(joined.length);
  putchar(',');
  write_text(joined.bytes, joined.length);
  putchar(',');
  check(elman_text_split(&again, joined.bytes, joined.length));
  write_tokens(&again);
  free_workspace(&again);
  free(joined.bytes);
}

static void write_segmentation(elman_text_workspace *workspace, text read,
                               elman_text_segmentation segmentation) {
  check(elman_text_segments(workspace, read.bytes, read.length, segmentation));
  fputs(",[", stdout);
  write_segments(workspace);
  putchar(',');
  check(elman_text_typed(workspace, read.bytes, read.length, segmentation));
  write_segments(workspace);
  putchar(',');
  write_text(workspace->prefix, workspace->prefix_length);
  putchar(']');
}

static void answer(text read) {
  elman_text_workspace workspace = workspace_for(read.length);
  putchar('[');
  write_rewritten(elman_text_normalise, read.bytes, read.length);
  putchar(',');
  write_split(&workspace, read);
  write_segmentation(&workspace, read, ELMAN_TEXT_MESSAGE);
  write_segmentation(&workspace, read, ELMAN_TEXT_SENTENCE);
  write_segmentation(&workspace, read, ELMAN_TEXT_LINE);
  fputs("]\n", stdout);
  free_workspace(&workspace);
}

int main(void) {
  char *line = NULL;
  size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
    text read = decode(line, (size_t)length - 1);
    answer(read);
    fflush(stdout);
    free(read.bytes);
  }
  free(line);
  return 0;
}
