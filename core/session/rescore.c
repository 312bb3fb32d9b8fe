/* Scores candidates. */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "session/session.h"
#include "common/softmax.h"

/* The cost of spelling a token outside the vocabulary, in nats. */
static double spelling_nats(const elman_session *session, elman_view token) {
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  elman_view key;
  if (!elman_vocabulary_key(vocabulary, token.bytes, token.length, session->scratch,
                            session->scratch_capacity, &key))
    return INFINITY;
  return elman_unknown_nats(vocabulary, &session->model->tail, key);
}

elman_guess elman_session_guess(const elman_session *session, elman_view token, int32_t id,
                                double log_probability) {
  bool is_unknown = id == ELMAN_UNKNOWN;
  return (elman_guess){(uint32_t)id, exp(log_probability),
                       is_unknown ? exp(-spelling_nats(session, token)) : 1};
}

/* Write the ids of a candidate's tokens to the memory of the context, which is no longer needed, and
 * count tokens and unknown tokens. */
static elman_status read_candidate(elman_session *session, const char *word,
                                   elman_candidate *candidate, elman_error *error) {
  elman_text_workspace *workspace = &session->workspace;
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  const char *end = word == NULL ? NULL : memchr(word, '\0', session->text_bytes + 1);
  if (end == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      word == NULL ? "a candidate is NULL" : "a candidate has more than %zu bytes",
                      session->text_bytes);
  size_t length = (size_t)(end - word);
  elman_text_status status =
      vocabulary->segmentation == ELMAN_TEXT_LINE
          ? elman_text_segments(workspace, word, length, ELMAN_TEXT_LINE)
          : elman_text_split(workspace, word, length);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "in a candidate: %s", elman_text_message(status));
  for (size_t i = 0; i < workspace->token_count; i++) {
    const elman_text_token *token = &workspace->tokens[i];
    uint32_t id = elman_vocabulary_find(vocabulary, token->text, token->length, session->scratch,
                                        session->scratch_capacity);
    session->context[i] = (int32_t)id;
    candidate->unknown += id == ELMAN_UNKNOWN;
  }
  candidate->tokens = (int32_t)workspace->token_count;
  return ELMAN_OK;
}

/* The log-probability of a candidate's token, given that of its id by the network. */
static double log_of_token(const elman_session *session, const elman_blend *blend, int32_t place,
                           double log_network) {
  elman_view token = {session->workspace.tokens[place].text,
                      session->workspace.tokens[place].length};
  int32_t id = session->context[place];
  if (session->mixture.profile != NULL && blend->mixes)
    return log(elman_mixed(&session->mixture, blend, token,
                           elman_session_guess(session, token, id, log_network)));
  return id == ELMAN_UNKNOWN ? log_network - spelling_nats(session, token) : log_network;
}

/* Move a blend behind a token of a candidate, to the network's output there. */
static void pass_token(const elman_session *session, elman_blend *blend, int32_t place,
                       const float *logits, double log_normaliser) {
  const elman_mixture *mixture = &session->mixture;
  const elman_text_token *token = &session->workspace.tokens[place];
  if (mixture->profile == NULL) return;
  elman_blend_go_on(mixture->profile, blend, (elman_view){token->text, token->length});
  elman_blend_weigh(mixture, logits, log_normaliser,
                    (size_t)session->model->network.vocabulary_size, blend);
}

/* Add the log-probabilities of all tokens after the first one. Each needs a step. */
static elman_status add_later_tokens(elman_session *session, const float *state,
                                     elman_candidate *candidate, elman_error *error) {
  elman_blend blend = session->mixture.blend;
  const elman_network *network = &session->model->network;
  size_t size = (size_t)network->vocabulary_size;
  float *logits = session->scratch_logits;
  elman_status status = ELMAN_OK;
  for (int32_t i = 1; i < candidate->tokens && !status; i++) {
    status = elman_network_step(network, session->context[i - 1], state, logits,
                                session->scratch_state, error);
    if (status != ELMAN_OK) break;
    session->steps++;
    state = session->scratch_state;
    double normaliser = elman_log_sum_exp(logits, size);
    pass_token(session, &blend, i - 1, logits, normaliser);
    candidate->log_probability +=
        log_of_token(session, &blend, i, logits[session->context[i]] - normaliser);
  }
  return status;
}

elman_status elman_session_rescore(elman_session *session, const elman_output *output,
                                   const char *word, elman_candidate *candidate,
                                   elman_error *error) {
  *candidate = (elman_candidate){.log_probability = -INFINITY};
  elman_status status = read_candidate(session, word, candidate, error);
  if (status != ELMAN_OK || candidate->tokens == 0) return status;
  candidate->log_probability = log_of_token(
      session, &session->mixture.blend, 0,
      output->logits[session->context[0]] - output->log_normaliser);
  if (candidate->tokens == 1) return ELMAN_OK;
  return add_later_tokens(session, elman_session_state(session, output->place), candidate, error);
}

elman_status elman_rescore(elman_session *session, const char *context, size_t context_length,
                           const char *const *words, size_t count, elman_candidate *candidates,
                           elman_error *error) {
  const elman_output *output;
  if (session == NULL || (count > 0 && (words == NULL || candidates == NULL)))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, words or candidates is NULL");
  /* Probably a negative number. */
  if (count > PTRDIFF_MAX / sizeof *candidates)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "too many candidates: %zu", count);
  elman_status status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, context, context_length, true, error);
  if (!status) status = elman_session_follow(session, &output, error);
  if (!status) elman_session_blend(session, output);
  for (size_t i = 0; i < count && !status; i++)
    status = elman_session_rescore(session, output, words[i], &candidates[i], error);
  elman_session_leave(session);
  return status;
}
