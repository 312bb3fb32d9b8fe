/* The two calls of a keyboard: words at the cursor, and the probability of candidates. */
#include <math.h>
#include <string.h>

#include "elman_internal.h"

/* The likeliest so far, in order. */
typedef struct {
  size_t count, most;
  uint32_t ids[ELMAN_MOST_SUGGESTIONS];
  float logits[ELMAN_MOST_SUGGESTIONS];
} ranking;

static void insert(ranking *best, size_t place, uint32_t id, float logit) {
  size_t behind = best->count - place;
  memmove(best->ids + place + 1, best->ids + place, behind * sizeof *best->ids);
  memmove(best->logits + place + 1, best->logits + place, behind * sizeof *best->logits);
  best->ids[place] = id;
  best->logits[place] = logit;
  best->count++;
}

static void take_out(ranking *best, size_t place) {
  size_t behind = --best->count - place;
  memmove(best->ids + place, best->ids + place + 1, behind * sizeof *best->ids);
  memmove(best->logits + place, best->logits + place + 1, behind * sizeof *best->logits);
}

/* Whether the same word stands in the ranking in another case, and where. */
static bool find_case(const ranking *best, const uint32_t *groups, uint32_t id, size_t *place) {
  if (groups == NULL) return false;
  for (*place = 0; *place < best->count; ++*place)
    if (groups[best->ids[*place]] == groups[id]) return true;
  return false;
}

/* Ids come in ascending order, so that of equals the one that is there stays in front. */
static void consider(ranking *best, const uint32_t *groups, uint32_t id, float logit) {
  bool is_full = best->count == best->most;
  size_t place;
  if (is_full && !(logit > best->logits[best->count - 1])) return;
  if (find_case(best, groups, id, &place)) {
    if (!(logit > best->logits[place])) return;
    take_out(best, place);
  } else if (is_full) {
    best->count--;
  }
  for (place = best->count; place > 0 && logit > best->logits[place - 1];) place--;
  insert(best, place, id, logit);
}

static void rank(const elman_vocabulary *vocabulary, const float *logits,
                 const elman_options *options, uint32_t first, uint32_t last, ranking *best) {
  bool punctuation = options != NULL && options->punctuation;
  bool all = options != NULL && options->ignore_blocklist;
  uint8_t wanted = (uint8_t)(ELMAN_SHORT | (punctuation ? 0 : ELMAN_IS_WORD));
  uint8_t looked_at = (uint8_t)(wanted | (all ? 0 : ELMAN_BLOCKED));
  for (uint32_t id = first; id < last; id++)
    if ((vocabulary->flags[id] & looked_at) == wanted)
      consider(best, vocabulary->groups, id, logits[id]);
}

static elman_status write_suggestion(const elman_session *session, uint32_t id,
                                     bool sentence_start, elman_suggestion *suggestion,
                                     elman_error *error) {
  elman_bytes entry = elman_vocabulary_entry(&session->model->vocabulary, id);
  size_t produced;
  elman_text_status status = elman_text_suggestion(
      (const char *)entry.at, entry.length, session->prefix, session->prefix_length,
      sentence_start, session->model->vocabulary.unit, suggestion->word,
      sizeof suggestion->word - 1, &produced);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "%s", elman_text_message(status));
  suggestion->word[produced] = '\0';
  suggestion->id = (int32_t)id;
  return ELMAN_OK;
}

/* Suggestions behind the context that was read, beginning with the session's prefix. */
static elman_status suggest(elman_session *session, bool sentence_start,
                            const elman_options *options, size_t k,
                            elman_suggestion *suggestions, size_t *count, elman_error *error) {
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  const elman_output *output;
  ranking best = {.count = 0, .most = k};
  uint32_t first, last;
  elman_status status = elman_session_follow(session, &output, error);
  if (status != ELMAN_OK) return status;
  elman_vocabulary_range(vocabulary, session->prefix, session->prefix_length, session->scratch,
                         session->scratch_capacity, &first, &last);
  rank(vocabulary, output->logits, options, first, last, &best);
  for (size_t i = 0; i < best.count && !status; i++) {
    status = write_suggestion(session, best.ids[i], sentence_start, &suggestions[i], error);
    suggestions[i].log_probability = (double)best.logits[i] - output->log_normaliser;
  }
  if (status == ELMAN_OK) *count = best.count;
  return status;
}

static elman_status check_arguments(const elman_session *session, size_t k,
                                    const void *suggestions, size_t *count, elman_error *error) {
  if (session == NULL || suggestions == NULL || count == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "a session or a place for results is missing");
  *count = 0;
  if (k == 0 || k > ELMAN_MOST_SUGGESTIONS)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "%zu suggestions: expected 1 to %d", k,
                      ELMAN_MOST_SUGGESTIONS);
  return ELMAN_OK;
}

elman_status elman_predict(elman_session *session, const char *text, size_t length,
                           const elman_options *options, size_t k, elman_suggestion *suggestions,
                           size_t *count, elman_error *error) {
  bool sentence_start;
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_enter(session->model, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, &sentence_start, error);
  if (!status) status = suggest(session, sentence_start, options, k, suggestions, count, error);
  elman_leave(session->model);
  return status;
}

/* Put a prefix that was given apart in its normal form into the session. */
static elman_status take_prefix(elman_session *session, const char *prefix, size_t length,
                                elman_error *error) {
  size_t produced = 0;
  elman_text_status status = ELMAN_TEXT_OK;
  if (prefix == NULL && length > 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "no prefix was given");
  if (length > session->text_bytes)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the prefix is longer than %zu bytes",
                      session->text_bytes);
  if (length == 0) {
    produced = 0;
  } else if (session->model->vocabulary.unit == ELMAN_TEXT_LINE) {
    status = elman_text_validate(prefix, length, &produced);
    if (status == ELMAN_TEXT_OK) memcpy(session->prefix, prefix, length);
    if (status == ELMAN_TEXT_OK) produced = length;
  } else {
    status = elman_text_normalise(prefix, length, session->prefix, session->prefix_capacity,
                                  &produced);
  }
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the prefix is not UTF-8 at byte %zu", produced);
  session->prefix_length = produced;
  return ELMAN_OK;
}

elman_status elman_predict_apart(elman_session *session, const char *context,
                                 size_t context_length, const char *prefix, size_t prefix_length,
                                 const elman_options *options, size_t k,
                                 elman_suggestion *suggestions, size_t *count,
                                 elman_error *error) {
  bool sentence_start;
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_enter(session->model, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, context, context_length, true, &sentence_start, error);
  if (!status) status = take_prefix(session, prefix, prefix_length, error);
  if (!status) status = suggest(session, sentence_start, options, k, suggestions, count, error);
  elman_leave(session->model);
  return status;
}

/* -- candidates -------------------------------------------------------------------------------------- */

/* The ids of a candidate's tokens, into the context's memory, which is free by now. */
static elman_status read_candidate(elman_session *session, const char *word, int32_t *tokens,
                                   elman_error *error) {
  elman_text_workspace *workspace = &session->workspace;
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  size_t length = word == NULL ? 0 : strlen(word);
  if (word == NULL || length > session->text_bytes)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "a candidate is missing or too long");
  elman_text_status status =
      vocabulary->unit == ELMAN_TEXT_LINE
          ? elman_text_segments(workspace, word, length, ELMAN_TEXT_LINE)
          : elman_text_split(workspace, word, length);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "a candidate: %s", elman_text_message(status));
  for (size_t i = 0; i < workspace->token_count; i++)
    session->context[i] = (int32_t)elman_vocabulary_find(
        vocabulary, workspace->tokens[i].text, workspace->tokens[i].length, session->scratch,
        session->scratch_capacity);
  *tokens = (int32_t)workspace->token_count;
  return ELMAN_OK;
}

/* Add the log-probabilities of the tokens behind the first one, each after a step. */
static elman_status add_later_tokens(elman_session *session, const float *state,
                                     elman_candidate *candidate, elman_error *error) {
  elman_network *network = &session->model->network;
  float *logits = session->scratch_logits;
  elman_status status = ELMAN_OK;
  for (int32_t i = 1; i < candidate->tokens && !status; i++) {
    status = elman_network_step(network, (uint32_t)session->context[i - 1], state, logits,
                                session->scratch_state, error);
    if (status != ELMAN_OK) break;
    session->steps++;
    state = session->scratch_state;
    candidate->log_probability +=
        logits[session->context[i]] - elman_log_sum_exp(logits, network->logits_count);
  }
  /* It is a state of zeros between calls. */
  memset(session->scratch_state, 0, network->state_count * sizeof *session->scratch_state);
  return status;
}

static elman_status rescore_word(elman_session *session, const elman_output *output,
                                 const char *word, elman_candidate *candidate,
                                 elman_error *error) {
  *candidate = (elman_candidate){.log_probability = -INFINITY};
  elman_status status = read_candidate(session, word, &candidate->tokens, error);
  if (status != ELMAN_OK || candidate->tokens == 0) return status;
  for (int32_t i = 0; i < candidate->tokens; i++)
    candidate->unknown += session->context[i] == ELMAN_UNKNOWN;
  candidate->log_probability = output->logits[session->context[0]] - output->log_normaliser;
  if (candidate->tokens == 1) return ELMAN_OK;
  const float *state = session->states + output->place * session->model->network.state_count;
  return add_later_tokens(session, state, candidate, error);
}

elman_status elman_rescore(elman_session *session, const char *context, size_t context_length,
                           const char *const *words, size_t count, elman_candidate *candidates,
                           elman_error *error) {
  const elman_output *output;
  bool sentence_start;
  if (session == NULL || (count > 0 && (words == NULL || candidates == NULL)))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "a session, words or results are missing");
  elman_status status = elman_enter(session->model, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, context, context_length, true, &sentence_start, error);
  if (!status) status = elman_session_follow(session, &output, error);
  for (size_t i = 0; i < count && !status; i++)
    status = rescore_word(session, output, words[i], &candidates[i], error);
  elman_leave(session->model);
  return status;
}
