/* A session: the text before a cursor, and the states behind its ids. */
#ifndef ELMAN_SESSION_H
#define ELMAN_SESSION_H

#include "elman.h"
#include "session/opened_model.h"
#include "text/text.h"

#define ELMAN_OUTPUTS 4

/* The network's output after one place of the context. */
typedef struct {
  size_t place; /* of the context's last id; SIZE_MAX: none */
  uint64_t used;
  double log_normaliser;
  float *logits; /* [vocabulary] */
} elman_output;

/* The finished lines at the beginning of the text that was read last, and their ids. */
typedef struct {
  size_t length, count;
  char *text;   /* [text_bytes], the last byte of them a line feed */
  int32_t *ids; /* [2 * text_bytes + 3] */
} elman_lines;

struct elman_session {
  elman_model *model;
  size_t text_bytes, context_tokens;
  uint64_t steps, calls;
  /* The ids that were read, and the state behind each: the longest text so far, of which the
   * present one may be the beginning. */
  size_t known;
  int32_t *ids;  /* [context_tokens] */
  float *states; /* [context_tokens, state] */
  elman_output outputs[ELMAN_OUTPUTS];
  elman_lines lines; /* none where segments are sentences */
  /* Of the present call: */
  elman_text_workspace workspace;
  size_t context_length;
  int32_t *context; /* [2 * text_bytes + 3] */
  char *prefix;
  size_t prefix_length, prefix_capacity;
  char *scratch;
  size_t scratch_capacity;
  float *scratch_logits; /* [vocabulary] */
  float *scratch_state;  /* [state] */
};

/* Read the text before a cursor (in reading.c): the session's context ids and prefix are those
 * at its end, and `*sentence_start` is whether a sentence starts there. With `finished` there is no
 * prefix. */
elman_status elman_session_read(elman_session *session, const char *text, size_t length,
                                bool finished, bool *sentence_start, elman_error *error);

/* The network's output behind the context, with as few steps as that takes. */
elman_status elman_session_follow(elman_session *session, const elman_output **output,
                                  elman_error *error);

#endif
