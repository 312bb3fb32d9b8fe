/* A session: the text before a cursor, and the network state after each of its tokens. */
#ifndef ELMAN_SESSION_H
#define ELMAN_SESSION_H

#include "correction/readings.h"
#include "elman.h"
#include "mixing/mixing.h"
#include "network/opened_model.h"
#include "session/ranking.h"
#include "session/refusing.h"
#include "mixing/reranking.h"
#include "text/text.h"

#define ELMAN_OUTPUTS 4

/* The finished lines at the start of the latest text, and their ids. */
typedef struct {
  size_t length, count;
  char *text;   /* [text_bytes], ends with a line feed */
  int32_t *ids; /* [2 * text_bytes + 3] */
} elman_lines;

struct elman_session {
  elman_model *model;
  size_t text_bytes, context_tokens;
  uint64_t steps, calls;
  /* Ids that were read, and the state after each. The current context may be a prefix of these ids. */
  size_t known;
  int32_t *ids;  /* [context_tokens] */
  float *states; /* [context_tokens, state] */
  elman_output outputs[ELMAN_OUTPUTS];
  elman_lines lines; /* not used with sentence segmentation */
  elman_mixture mixture; /* without a profile: all zeros */
  elman_reranked reranked;
  elman_refusals refusals;
  elman_corrector *corrector;
  /* For the current call: */
  elman_text_workspace workspace;
  size_t context_length;
  int32_t *context; /* [2 * text_bytes + 3] */
  bool sentence_start; /* whether a sentence starts at the cursor */
  char *prefix;
  size_t prefix_length, prefix_capacity;
  char *scratch;
  size_t scratch_capacity;
  float *scratch_logits; /* [vocabulary] */
  float *scratch_state;  /* [state] */
};

/* What gives words their log-probabilities after a context. */
static inline elman_reader elman_session_reader(elman_session *session, const elman_output *output) {
  return (elman_reader){session->model, &session->mixture, output, session->corrector};
}

/* Check how many results are wanted. */
elman_status elman_check_k(size_t k, elman_error *error);

/* Start and finish a call on a session's model, and on its profile if it has one. */
elman_status elman_session_enter(elman_session *session, elman_error *error);
void elman_session_leave(elman_session *session);

/* Read the text before a cursor (in reading.c): set the session's context ids, prefix and
 * `sentence_start`. With `finished`, there is no prefix. */
elman_status elman_session_read(elman_session *session, const char *text, size_t length,
                                bool finished, elman_error *error);

/* A digest of ids of a context (in watching.c). */
uint64_t elman_digest_of_ids(const int32_t *ids, size_t count);

/* Find what the session's profile, if it has one, counted after the text that was read (in watching.c).
 * `output` is the network's. First, the weights of the counts adapt to the word that was typed since the
 * last call. */
void elman_session_blend(elman_session *session, const elman_output *output);

/* Reorder the most likely words for the user of the profile (in reranking.c). */
void elman_session_rerank(elman_session *session, const elman_output *output, elman_ranking *best);

/* Learn from the word that was typed at the watched place which of its suggestions the user overlooked (in
 * refusing.c). */
void elman_session_settle(elman_session *session, elman_view token);

/* The written form of a word, by its number in a ranking (in suggest.c). */
elman_view elman_session_word(const elman_session *session, uint32_t number);

/* What the network says about a token with this id and log-probability (in rescore.c). */
elman_guess elman_session_guess(const elman_session *session, elman_view token, int32_t id,
                                double log_probability);

/* Run up to `most` of the steps that the output after the context still needs. `*left` receives how many
 * remain. */
elman_status elman_session_advance(elman_session *session, size_t most, size_t *left,
                                   elman_error *error);

/* Compute the network's output after the context, with as few steps as possible. */
elman_status elman_session_follow(elman_session *session, const elman_output **output,
                                  elman_error *error);

/* The state of the network after a place of the context that was read. */
static inline const float *elman_session_state(const elman_session *session, size_t place) {
  return session->states + place * elman_state_count(&session->model->network);
}

/* Suggest words after the current context for the session's prefix (in suggest.c). */
elman_status elman_session_suggest(elman_session *session, const elman_options *options, size_t k,
                                   elman_suggestion *suggestions, size_t *count,
                                   elman_error *error);

/* Score a candidate after the context that was read (in rescore.c). Overwrites the workspace and the
 * context. */
elman_status elman_session_rescore(elman_session *session, const elman_output *output, const char *word,
                                   elman_candidate *candidate, elman_error *error);

/* The bytes at the end of a text whose normal form is the session's prefix (in taking.c). */
size_t elman_session_written_length(elman_session *session, elman_view text);
/* Whether the last apostrophe of a text is a curly one (in taking.c). */
bool elman_is_curly(elman_view text);

/* `elman_place` for the text that was read last (in taking.c). */
elman_status elman_session_place(elman_session *session, const char *text, size_t length,
                                 const char *word, elman_edit *edit, elman_error *error);

#endif
