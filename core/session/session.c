/*
 * Sessions: their memory, and the network states after each token of the text before the cursor.
 *
 * States of the common beginning of the new and the previous context are reused.
 */
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "correction/readings.h"
#include "common/softmax.h"

#define SMALLEST_TEXT 16
#define SMALLEST_CONTEXT 4
#define LARGEST ((size_t)1 << 24)

typedef struct {
  size_t text_bytes, context_tokens, state, vocabulary, scratch, corrector;
} sizes;

static sizes sizes_of(const elman_model *model, const elman_session_options *options) {
  sizes found = {ELMAN_DEFAULT_TEXT_BYTES, ELMAN_DEFAULT_CONTEXT_TOKENS,
                 elman_state_count(&model->network),
                 (size_t)model->network.vocabulary_size, 0, elman_corrector_bytes(model)};
  if (options != NULL && options->text_bytes) found.text_bytes = options->text_bytes;
  if (options != NULL && options->context_tokens) found.context_tokens = options->context_tokens;
  /* Room for the folded form of a normalised token. */
  found.scratch = ELMAN_TEXT_CAPACITY(ELMAN_TEXT_CAPACITY(found.text_bytes));
  return found;
}

static size_t context_capacity(const sizes *of) { return 2 * of->text_bytes + 3; }

static bool is_possible(const sizes *of) {
  return of->text_bytes >= SMALLEST_TEXT && of->text_bytes <= LARGEST &&
         of->context_tokens >= SMALLEST_CONTEXT && of->context_tokens <= LARGEST;
}

/* The size of a session with valid options. It cannot overflow 64 bits, because a model has at most
 * 2^22 state values and 10^8 entries. */
static uint64_t bytes_of(const sizes *of) {
  uint64_t state = of->state, vocabulary = of->vocabulary;
  uint64_t text = of->text_bytes + 2 * ELMAN_TEXT_CAPACITY(of->text_bytes) + of->scratch +
                  ELMAN_TEXT_TOKENS(of->text_bytes) * sizeof(elman_text_token) +
                  2 * context_capacity(of) * sizeof(int32_t);
  uint64_t numbers = of->context_tokens * (state * sizeof(float) + sizeof(int32_t)) +
                     (ELMAN_OUTPUTS + 1) * vocabulary * sizeof(float) + state * sizeof(float);
  return sizeof(elman_session) + text + numbers + of->corrector;
}

size_t elman_session_bytes(const elman_model *model, const elman_session_options *options) {
  if (model == NULL) return 0;
  sizes of = sizes_of(model, options);
  if (!is_possible(&of)) return 0;
  uint64_t bytes = bytes_of(&of);
  return bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes;
}

static bool allocate(elman_session *session, const elman_model *model, const sizes *of) {
  elman_text_workspace *workspace = &session->workspace;
  workspace->buffer_capacity = ELMAN_TEXT_CAPACITY(of->text_bytes);
  workspace->token_capacity = ELMAN_TEXT_TOKENS(of->text_bytes);
  workspace->buffer = malloc(workspace->buffer_capacity);
  workspace->tokens = malloc(workspace->token_capacity * sizeof *workspace->tokens);
  session->prefix_capacity = ELMAN_TEXT_CAPACITY(of->text_bytes);
  session->prefix = malloc(session->prefix_capacity);
  session->scratch_capacity = of->scratch;
  session->scratch = malloc(of->scratch);
  session->lines.text = malloc(of->text_bytes);
  session->lines.ids = malloc(context_capacity(of) * sizeof *session->lines.ids);
  session->context = malloc(context_capacity(of) * sizeof *session->context);
  session->ids = malloc(of->context_tokens * sizeof *session->ids);
  session->states = malloc(of->context_tokens * of->state * sizeof *session->states);
  session->scratch_logits = malloc(of->vocabulary * sizeof *session->scratch_logits);
  session->scratch_state = malloc(of->state * sizeof *session->scratch_state);
  session->corrector = elman_corrector_open(model);
  bool enough = session->corrector != NULL && workspace->buffer != NULL && workspace->tokens != NULL &&
                session->prefix != NULL && session->scratch != NULL &&
                session->lines.text != NULL && session->lines.ids != NULL &&
                session->context != NULL &&
                session->ids != NULL && session->states != NULL &&
                session->scratch_logits != NULL && session->scratch_state != NULL;
  for (int i = 0; i < ELMAN_OUTPUTS; i++) {
    session->outputs[i].place = SIZE_MAX;
    session->outputs[i].logits = malloc(of->vocabulary * sizeof(float));
    enough = enough && session->outputs[i].logits != NULL;
  }
  return enough;
}

static void release_session(elman_session *session) {
  for (int i = 0; i < ELMAN_OUTPUTS; i++) free(session->outputs[i].logits);
  elman_corrector_close(session->corrector);
  free(session->workspace.buffer);
  free(session->workspace.tokens);
  free(session->prefix);
  free(session->scratch);
  free(session->lines.text);
  free(session->lines.ids);
  free(session->context);
  free(session->ids);
  free(session->states);
  free(session->scratch_logits);
  free(session->scratch_state);
  free(session);
}

elman_status elman_session_create(elman_model *model, const elman_session_options *options,
                                  elman_session **session, elman_error *error) {
  if (session != NULL) *session = NULL;
  if (model == NULL || session == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model or session is NULL");
  sizes of = sizes_of(model, options);
  if (!is_possible(&of))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "text_bytes is %zu and must be from %d to %zu; context_tokens is %zu and must "
                      "be from %d to %zu",
                      of.text_bytes, SMALLEST_TEXT, LARGEST, of.context_tokens, SMALLEST_CONTEXT,
                      LARGEST);
  /* On a 32-bit phone, the sizes of single allocations could overflow. */
  if (bytes_of(&of) > PTRDIFF_MAX)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for a session");
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  elman_session *fresh = calloc(1, sizeof *fresh);
  if (fresh != NULL && !allocate(fresh, model, &of)) {
    release_session(fresh);
    fresh = NULL;
  }
  if (fresh != NULL) {
    fresh->model = model;
    fresh->text_bytes = of.text_bytes;
    fresh->context_tokens = of.context_tokens;
    model->sessions++;
    *session = fresh;
  }
  elman_leave(model);
  if (fresh == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for a session");
  return ELMAN_OK;
}

elman_status elman_check_k(size_t k, elman_error *error) {
  if (k > 0 && k <= ELMAN_MOST_SUGGESTIONS) return ELMAN_OK;
  return elman_fail(error, ELMAN_ERROR_ARGUMENT, "k is %zu, but must be from 1 to %d", k,
                    ELMAN_MOST_SUGGESTIONS);
}

elman_status elman_session_enter(elman_session *session, elman_error *error) {
  elman_status status = elman_enter(session->model, error);
  if (status != ELMAN_OK || session->mixture.profile == NULL) return status;
  status = elman_profile_enter(session->mixture.profile, error);
  if (status != ELMAN_OK) elman_leave(session->model);
  return status;
}

void elman_session_leave(elman_session *session) {
  if (session->mixture.profile != NULL) elman_profile_leave(session->mixture.profile);
  elman_leave(session->model);
}

/* Start and finish a call on two profiles, which may be the same one, or NULL. */
static elman_status enter_both(elman_profile *one, elman_profile *other, elman_error *error) {
  elman_status status = one == NULL ? ELMAN_OK : elman_profile_enter(one, error);
  if (status != ELMAN_OK || other == NULL || other == one) return status;
  status = elman_profile_enter(other, error);
  if (status != ELMAN_OK && one != NULL) elman_profile_leave(one);
  return status;
}

static void leave_both(elman_profile *one, elman_profile *other) {
  if (one != NULL) elman_profile_leave(one);
  if (other != NULL && other != one) elman_profile_leave(other);
}

/* Replace the session's mixture. If that fails, nothing changes. */
static elman_status exchange(elman_session *session, const elman_mixture *fresh, elman_error *error) {
  elman_profile *before = session->mixture.profile, *after = fresh->profile;
  elman_status status = enter_both(before, after, error);
  if (status != ELMAN_OK) return status;
  if (before != NULL) before->sessions--;
  if (after != NULL) after->sessions++;
  leave_both(before, after);
  elman_mixture_close(&session->mixture);
  session->mixture = *fresh;
  return ELMAN_OK;
}

/* Forget what another user may have typed. */
static void start_again(elman_session *session) {
  session->refusals = (elman_refusals){0};
  session->corrector->step = 0;
  session->corrector->rate = (elman_slip_rate){0};
  session->corrector->recent = (elman_recent_words){0};
}

elman_status elman_session_use(elman_session *session, elman_profile *profile,
                               elman_error *error) {
  elman_mixture fresh = {0};
  if (session == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session is NULL");
  elman_model *model = session->model;
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  if (profile != NULL && !elman_mixture_open(&fresh, profile, model))
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for using a profile");
  if (!status) status = exchange(session, &fresh, error);
  if (status)
    elman_mixture_close(&fresh);
  else
    start_again(session);
  elman_leave(model);
  return status;
}

elman_status elman_session_free(elman_session *session, elman_error *error) {
  const elman_mixture none = {0};
  if (session == NULL) return ELMAN_OK;
  elman_model *model = session->model;
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  status = exchange(session, &none, error);
  if (status == ELMAN_OK) {
    model->sessions--;
    release_session(session);
  }
  elman_leave(model);
  return status;
}

uint64_t elman_session_steps(const elman_session *session) {
  return session == NULL ? 0 : session->steps;
}

/* -- from ids to logits ------------------------------------------------------------------------------ */

/* Discard states that do not belong to the current context. Returns how much of it is known. */
static size_t keep_common(elman_session *session) {
  size_t common = 0, length = session->context_length;
  size_t shorter = session->known < length ? session->known : length;
  while (common < shorter && session->ids[common] == session->context[common]) common++;
  if (common == length) return common;
  session->known = common;
  for (int i = 0; i < ELMAN_OUTPUTS; i++)
    if (session->outputs[i].place != SIZE_MAX && session->outputs[i].place >= common)
      session->outputs[i].place = SIZE_MAX;
  return common;
}

/* The stored output after `place`, or else the least recently used one, to overwrite. */
static elman_output *find_output(elman_session *session, size_t place) {
  elman_output *oldest = &session->outputs[0];
  for (int i = 0; i < ELMAN_OUTPUTS; i++) {
    elman_output *output = &session->outputs[i];
    if (output->place == place) return output;
    if (oldest->place == SIZE_MAX) continue;
    if (output->place == SIZE_MAX || output->used < oldest->used) oldest = output;
  }
  return oldest;
}

/* Run one step of the current context. */
static elman_status step_at(elman_session *session, size_t place, float *logits,
                            elman_error *error) {
  size_t size = elman_state_count(&session->model->network);
  const float *before = place == 0 ? NULL : session->states + (place - 1) * size;
  float *after = place < session->known ? NULL : session->states + place * size;
  elman_status status =
      elman_network_step(&session->model->network, session->context[place], before,
                         logits, after, error);
  if (status != ELMAN_OK) return status;
  session->steps++;
  if (place < session->known) return ELMAN_OK;
  session->ids[place] = session->context[place];
  session->known = place + 1;
  return ELMAN_OK;
}

elman_status elman_session_advance(elman_session *session, size_t most, size_t *left,
                                   elman_error *error) {
  size_t last = session->context_length - 1, common = keep_common(session);
  elman_output *found = find_output(session, last);
  found->used = ++session->calls;
  *left = 0;
  if (found->place == last) return ELMAN_OK;
  found->place = SIZE_MAX;
  elman_status status = ELMAN_OK;
  size_t place = common < last ? common : last;
  for (; place < last && most > 0 && !status; place++, most--)
    status = step_at(session, place, NULL, error);
  *left = last + 1 - place;
  if (status != ELMAN_OK || most == 0) return status;
  status = step_at(session, last, found->logits, error);
  if (status != ELMAN_OK) return status;
  found->log_normaliser = elman_log_sum_exp(
      found->logits, (size_t)session->model->network.vocabulary_size);
  found->place = last;
  found->step = session->steps;
  *left = 0;
  return ELMAN_OK;
}

elman_status elman_session_follow(elman_session *session, const elman_output **output,
                                  elman_error *error) {
  size_t left;
  elman_status status = elman_session_advance(session, SIZE_MAX, &left, error);
  *output = find_output(session, session->context_length - 1);
  return status;
}

elman_status elman_read(elman_session *session, const char *text, size_t length, size_t most_steps,
                        size_t *left, elman_error *error) {
  if (session == NULL || left == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session or left is NULL");
  *left = 0;
  elman_status status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_advance(session, most_steps, left, error);
  elman_session_leave(session);
  return status;
}
