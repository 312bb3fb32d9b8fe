/* Declarations shared by the modules of the text rules: properties of tokens, and splitting. */
#ifndef ELMAN_RULES_H
#define ELMAN_RULES_H

#include "text/characters.h"

bool elman_is(elman_view token, const char *other);
/* Whether a token is in a list that ends with NULL. */
bool elman_is_among(elman_view token, const char *const *others);
bool elman_is_emoticon(elman_view token);
/* The code point of a token of one character, or ELMAN_NO_POINT. */
uint32_t elman_only_point(elman_view token);

/* The width of `http://`, `https://` or `www.` (any case) at `at`, or 0. */
size_t elman_web_prefix(elman_view text, size_t at);

/* Iterates over the tokens of a text, which must be UTF-8 and, except for chunks, normalised. */
typedef struct {
  elman_view text;
  bool has_mail; /* whether the text contains an `@` */
  size_t start, end; /* of the latest token; initially 0, after the last token the text's end */
  bool line_ended;   /* whether a line ended before the latest token */
} elman_scanner;

elman_scanner elman_scan(elman_view text);

/* Find the next token (S1 to S13) and its written form. Returns false after the last one. */
bool elman_next_token(elman_scanner *scanner, elman_view *token);

/* The same for chunks, which are separated by white space. */
bool elman_next_chunk(elman_scanner *scanner, elman_view *chunk);

/* The start of the chunk at the end of a text, or the text's length if it ends with white space. */
size_t elman_last_chunk(elman_view text);

#endif
