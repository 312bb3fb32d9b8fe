/* What the modules of the text rules share: questions about tokens, and the splitting itself. */
#ifndef ELMAN_RULES_H
#define ELMAN_RULES_H

#include "text/characters.h"

bool elman_is(elman_view token, const char *other);
/* Whether a token is in a list that ends with NULL. */
bool elman_is_among(elman_view token, const char *const *others);
bool elman_is_emoticon(elman_view token);

/* The width of `http://`, `https://` or `www.` (any case) at `at`, or 0. */
size_t elman_web_prefix(elman_view text, size_t at);

/* A walk over the tokens of a text, which must be UTF-8 and, except for chunks, normalised. */
typedef struct {
  elman_view text;
  bool has_mail; /* whether there is an `@` at all */
  size_t start, end; /* of the latest token; at first both 0, at last the text's end */
  bool line_ended;   /* whether there was a line end directly before the latest token */
} elman_scanner;

elman_scanner elman_scan(elman_view text);

/* Go on to the next token (S1 to S13) and give its written form; false after the last one. */
bool elman_next_token(elman_scanner *scanner, elman_view *token);

/* The same for chunks, which white space alone separates. */
bool elman_next_chunk(elman_scanner *scanner, elman_view *chunk);

/* Where the chunk begins that reaches to the end of a text; its length if it ends in SPACE. */
size_t elman_last_chunk(elman_view text);

#endif
