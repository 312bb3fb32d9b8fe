/*
 * The text rules in C: convert UTF-8 to tokens and back. `training/text/rules.py` documents the rules;
 * rule numbers in comments refer to it.
 *
 * Texts are bytes with an explicit length; a NUL is an ordinary control character. No function allocates
 * memory, keeps state between calls, or writes past a capacity, so all of them are thread-safe with
 * separate buffers. They take time proportional to the length of the text.
 */
#ifndef ELMAN_TEXT_H
#define ELMAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Also defines ELMAN_TEXT_RULES_VERSION, which must equal `text.rules_version` in a manifest. */
#include "text/lists.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The maximum size of a text or token of `length` bytes after normalisation, case folding or
 * capitalisation, and the required size of a workspace's buffer. */
#define ELMAN_TEXT_CAPACITY(length) (3 * (size_t)(length) + 1)
/* The maximum number of tokens in a text of `length` bytes. */
#define ELMAN_TEXT_TOKENS(length) ((size_t)(length) + 1)

typedef enum {
  ELMAN_TEXT_OK = 0,
  ELMAN_TEXT_INVALID_UTF8,      /* overlong, truncated or stray bytes, surrogates, above U+10FFFF */
  ELMAN_TEXT_BUFFER_TOO_SMALL,  /* the text does not fit in the buffer */
  ELMAN_TEXT_TOO_MANY_TOKENS,   /* the tokens do not fit in the array */
  ELMAN_TEXT_UNKNOWN_SEGMENTATION
} elman_text_status;

/* What ends with `</s>`: `text.segmentation` in a manifest. */
typedef enum {
  ELMAN_TEXT_MESSAGE = 0,
  ELMAN_TEXT_SENTENCE,
  ELMAN_TEXT_LINE /* pre-tokenized text: tokens are separated by white space and not changed */
} elman_text_segmentation;

/* Whether a segment (message, sentence or line) ends after a token. */
typedef enum {
  ELMAN_TEXT_INSIDE = 0, /* no: another token of the same segment follows */
  ELMAN_TEXT_COMPLETE,   /* yes: the model reads `</s>` next */
  ELMAN_TEXT_OPEN        /* the text ends before the segment does; only on the last token */
} elman_text_end;

/* A token in its written form, not terminated by a NUL. `text` points into the workspace's buffer or,
 * for the two tokens that are rewritten ("..." and an en dash), to a constant. */
typedef struct {
  const char *text;
  size_t length; /* bytes */
  elman_text_end end;
} elman_text_token;

/* Memory and results of `elman_text_split`, `_segments` and `_typed`. The caller sets the first four
 * fields. Each call overwrites the buffer, the tokens and the results. The buffer must not overlap the
 * input text. */
typedef struct {
  char *buffer;
  size_t buffer_capacity; /* in bytes; ELMAN_TEXT_CAPACITY(text length) is always enough */
  elman_text_token *tokens;
  size_t token_capacity; /* ELMAN_TEXT_TOKENS(text length) is always enough */
  /* Results after ELMAN_TEXT_OK: */
  size_t token_count;
  const char *prefix;   /* the unfinished word, after `elman_text_typed`; otherwise empty */
  size_t prefix_length; /* bytes */
  /* Result after ELMAN_TEXT_INVALID_UTF8: */
  size_t invalid_at; /* offset of the first sequence that is not UTF-8 */
} elman_text_workspace;

/* A message in English for a status. */
const char *elman_text_message(elman_text_status status);

/* Check that a text is UTF-8. Sets `*invalid_at`, as described above, if it is not. */
elman_text_status elman_text_validate(const char *text, size_t length, size_t *invalid_at);

/* Normalise a text (N1 to N4): NFC, plain quotes. `*produced` receives the number of bytes written or,
 * after ELMAN_TEXT_INVALID_UTF8, the offset of the first sequence that is not UTF-8. The output is not
 * terminated by a NUL. After ELMAN_TEXT_BUFFER_TOO_SMALL, `output` contains the start of the text. */
elman_text_status elman_text_normalise(const char *text, size_t length, char *output,
                                       size_t capacity, size_t *produced);

/* Fold the case of a token. Words match if their folded bytes are equal, and vocabularies are sorted
 * by these bytes. Errors and `*produced` are as above. */
elman_text_status elman_text_fold(const char *token, size_t length, char *output, size_t capacity,
                                  size_t *produced);

/* Whether a token contains a letter or digit, so that it is not punctuation or an emoji. This function,
 * the next one, and joining treat bytes that are not UTF-8 as symbols. */
bool elman_text_is_word(const char *token, size_t length);

/* Whether a word after these tokens, which begin at the start of a segment and may contain ends of
 * segments, is the first of a sentence (B3). */
bool elman_text_starts_sentence(const elman_text_token *tokens, size_t count);

/* Split a text into tokens (S1 to S13). Line ends count as spaces, and no `end` is set. */
elman_text_status elman_text_split(elman_text_workspace *workspace, const char *text,
                                   size_t length);

/* Split a text into tokens and mark the ends of segments (G1 to G5). */
elman_text_status elman_text_segments(elman_text_workspace *workspace, const char *text,
                                      size_t length, elman_text_segmentation segmentation);

/* Split the text before a cursor (T1, T2) into finished tokens, with the ends of segments, and the
 * unfinished word: "I am g" gives `I` `am` and the prefix "g". */
elman_text_status elman_text_typed(elman_text_workspace *workspace, const char *text,
                                   size_t length, elman_text_segmentation segmentation);

/* Join tokens to a text (J1 to J9). The `end` fields are not used. The sum of the lengths plus one byte
 * per token is always enough. Empty tokens are not allowed, but harmless. */
elman_text_status elman_text_join(const elman_text_token *tokens, size_t count, char *output,
                                  size_t capacity, size_t *produced);

/*
 * Write a vocabulary entry in the case of `prefix`, the letters typed so far.
 *
 * If the prefix has two or more letters, all capitals, the entry is written in capitals. If the prefix
 * starts with a capital, or is empty at the start of a sentence, the first letter is capitalised, unless
 * the entry already contains capitals. Otherwise, and for ELMAN_TEXT_LINE, the entry is not changed.
 * Special entries (`</s>`, `<unk>`) are not allowed. Both texts must be UTF-8; `*produced` is as above,
 * and an error offset refers to the invalid text, checked in the order entry, prefix.
 */
elman_text_status elman_text_suggestion(const char *entry, size_t entry_length, const char *prefix,
                                        size_t prefix_length, bool sentence_start,
                                        elman_text_segmentation segmentation, char *output,
                                        size_t capacity, size_t *produced);

#ifdef __cplusplus
}
#endif

#endif
