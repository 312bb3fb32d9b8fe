/*
 * The text rules in C: from UTF-8 to tokens and back. `training/text/rules.py` states the rules; the
 * rule numbers in the comments of the sources are the numbers there.
 *
 * Texts are bytes with an explicit length: a NUL is a control character like any other. No
 * function allocates, keeps anything between calls or writes behind a capacity, so all of them may
 * run in any number of threads, each with buffers of its own. Time is proportional to the length
 * of the text.
 */
#ifndef ELMAN_TEXT_H
#define ELMAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Also of ELMAN_TEXT_RULES_VERSION, which `text.rules_version` of a manifest states. */
#include "text/lists.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes that always suffice for what a text or token of `length` bytes becomes: normalised, folded,
 * in other case, or in the buffer of a workspace. */
#define ELMAN_TEXT_CAPACITY(length) (3 * (size_t)(length) + 1)
/* Tokens that always suffice for a text of `length` bytes. */
#define ELMAN_TEXT_TOKENS(length) ((size_t)(length) + 1)

typedef enum {
  ELMAN_TEXT_OK = 0,
  ELMAN_TEXT_INVALID_UTF8,      /* overlong, a surrogate, above U+10FFFF, cut or stray bytes */
  ELMAN_TEXT_BUFFER_TOO_SMALL,  /* more bytes than the buffer takes */
  ELMAN_TEXT_TOO_MANY_TOKENS,   /* more tokens than the array takes */
  ELMAN_TEXT_UNKNOWN_SEGMENTATION
} elman_text_status;

/* What one `</s>` ends: `text.segmentation` of a manifest. */
typedef enum {
  ELMAN_TEXT_MESSAGE = 0,
  ELMAN_TEXT_SENTENCE,
  ELMAN_TEXT_LINE /* ready-made tokens between white space, taken and shown as they are */
} elman_text_segmentation;

/* Whether a segment (message, sentence or line) ends behind a token. */
typedef enum {
  ELMAN_TEXT_INSIDE = 0, /* no: another token of the same segment follows */
  ELMAN_TEXT_COMPLETE,   /* yes: the model reads `</s>` next */
  ELMAN_TEXT_OPEN        /* the text is over before the segment's end; only on the last token */
} elman_text_end;

/* A token in its written form; not ended by a NUL. `text` points into the buffer of the workspace
 * or, for the two tokens that are rewritten ("..." and an en dash), at a constant. */
typedef struct {
  const char *text;
  size_t length; /* bytes */
  elman_text_end end;
} elman_text_token;

/* Where `elman_text_split`, `_segments` and `_typed` work. The caller sets the first four fields;
 * each call overwrites the buffer, the tokens and the results. The buffer must not overlap the
 * text that is read. */
typedef struct {
  char *buffer;
  size_t buffer_capacity; /* bytes: ELMAN_TEXT_CAPACITY(length of the text) always suffices */
  elman_text_token *tokens;
  size_t token_capacity; /* ELMAN_TEXT_TOKENS(length of the text) always suffices */
  /* Results, of a call that gave ELMAN_TEXT_OK: */
  size_t token_count;
  const char *prefix;   /* the unfinished word at the end, of `elman_text_typed`; else empty */
  size_t prefix_length; /* bytes */
  /* Result of a call that gave ELMAN_TEXT_INVALID_UTF8: */
  size_t invalid_at; /* byte of the text where the first sequence that is no UTF-8 begins */
} elman_text_workspace;

/* One line in English about a status. */
const char *elman_text_message(elman_text_status status);

/* Check that a text is UTF-8; where it is not, `*invalid_at` is as above. */
elman_text_status elman_text_validate(const char *text, size_t length, size_t *invalid_at);

/* Normalise a text (N1 to N4): NFC, plain quotes. `*produced` receives the bytes written or, on
 * ELMAN_TEXT_INVALID_UTF8, the place of the first sequence that is none. Not ended by a NUL.
 * ELMAN_TEXT_BUFFER_TOO_SMALL leaves the beginning of the text in `output`. */
elman_text_status elman_text_normalise(const char *text, size_t length, char *output,
                                       size_t capacity, size_t *produced);

/* Fold the case of a token: words match if their folded bytes are equal, and vocabularies are
 * sorted by these bytes. Errors and `*produced` as above. */
elman_text_status elman_text_fold(const char *token, size_t length, char *output, size_t capacity,
                                  size_t *produced);

/* Whether a token holds a letter or digit, so that it is no punctuation or picture. This and what
 * follows up to the workspaces, and joining, take bytes that are no UTF-8 for symbols. */
bool elman_text_is_word(const char *token, size_t length);

/* Whether a token is one that ends a sentence: `.` `?` `!` `...` and their wide forms. */
bool elman_text_is_terminator(const char *token, size_t length);

/* The tokens of a text (S1 to S13), line ends counting as spaces; `end` is set on none. */
elman_text_status elman_text_split(elman_text_workspace *workspace, const char *text,
                                   size_t length);

/* The tokens of a text with the ends of its segments (G1 to G5): one flat array. */
elman_text_status elman_text_segments(elman_text_workspace *workspace, const char *text,
                                      size_t length, elman_text_segmentation segmentation);

/* The text before a cursor (T1, T2): the tokens that are finished, with the ends of segments, and
 * the beginning of the word being typed ("I am g" gives `I` `am` and the prefix "g"). */
elman_text_status elman_text_typed(elman_text_workspace *workspace, const char *text,
                                   size_t length, elman_text_segmentation segmentation);

/* The text of tokens (J1 to J8); the fields `end` are not read. The sum of the lengths and one
 * byte a token always suffice. An empty token is not allowed but does no harm. */
elman_text_status elman_text_join(const elman_text_token *tokens, size_t count, char *output,
                                  size_t capacity, size_t *produced);

/*
 * A vocabulary entry as it is to be shown, in the case of `prefix`, the letters typed so far.
 *
 * Two or more letters, all capitals, give capitals throughout; one capital at the beginning gives
 * one, and so does the start of a sentence where nothing is typed yet, unless the entry has
 * capitals of its own. Otherwise, and for ELMAN_TEXT_LINE, the entry stays as it is. Special
 * entries (`</s>`, `<unk>`) must not be given. Both texts must be UTF-8; `*produced` is then as
 * above, the place of an error being one in the text that has it, the entry first.
 */
elman_text_status elman_text_suggestion(const char *entry, size_t entry_length, const char *prefix,
                                        size_t prefix_length, bool sentence_start,
                                        elman_text_segmentation segmentation, char *output,
                                        size_t capacity, size_t *produced);

#ifdef __cplusplus
}
#endif

#endif
