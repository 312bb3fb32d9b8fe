/*
 * Finds what a session's profile counted after the text that was read, and watches which word is typed
 * there, to learn how much these counts are worth.
 *
 * If a later text continues the one for which a blend was computed, the token that follows is the word.
 * One that was deleted and typed again counts twice.
 */
#include <string.h>

#include "session/session.h"

/* FNV-1a. */
uint64_t elman_digest_of_ids(const int32_t *ids, size_t count) {
  uint64_t digest = 0xcbf29ce484222325u;
  for (size_t i = 0; i < count; i++) digest = (digest ^ (uint32_t)ids[i]) * 0x100000001b3u;
  return digest;
}

/* The output after the first `length` ids of the current context, or NULL if the session has it no
 * longer. */
static const elman_output *output_after(const elman_session *session, size_t length) {
  if (session->known < length ||
      memcmp(session->ids, session->context, length * sizeof *session->ids) != 0)
    return NULL;
  for (int i = 0; i < ELMAN_OUTPUTS; i++)
    if (session->outputs[i].place == length - 1) return &session->outputs[i];
  return NULL;
}

/* The token that follows the watched place. Returns false if its text is no longer known. */
static bool find_token(const elman_session *session, elman_view *token) {
  const elman_place_in_text *watched = &session->mixture.watched;
  const elman_text_workspace *workspace = &session->workspace;
  uint32_t id = (uint32_t)session->context[watched->length];
  if (id == ELMAN_END) *token = (elman_view){"", 0};
  else if (id != ELMAN_UNKNOWN) *token = elman_vocabulary_entry(&session->model->vocabulary, id);
  if (id != ELMAN_UNKNOWN) return true;
  if (session->lines.length != watched->lines || workspace->token_count <= watched->tokens)
    return false;
  *token = (elman_view){workspace->tokens[watched->tokens].text,
                        workspace->tokens[watched->tokens].length};
  return true;
}

static bool is_continued(const elman_session *session) {
  const elman_place_in_text *watched = &session->mixture.watched;
  return watched->length > 0 && watched->length < session->context_length &&
         watched->version == session->mixture.profile->counts.version &&
         watched->digest == elman_digest_of_ids(session->context, watched->length);
}

/* Adapt the weights if the text that was read continues the watched one, unless the profile has learned in the
 * meantime: counts that include the word would seem better than they are. */
static void learn_weights(elman_session *session) {
  const elman_mixture *mixture = &session->mixture;
  elman_view token;
  if (!is_continued(session) || !find_token(session, &token)) return;
  elman_session_settle(session, token);
  if (mixture->revision != mixture->profile->revision) return;
  const elman_output *output = output_after(session, session->mixture.watched.length);
  if (output == NULL) return;
  int32_t id = session->context[session->mixture.watched.length];
  double log_probability = output->logits[id] - output->log_normaliser;
  elman_mixture_adapt(&session->mixture, token, elman_session_guess(session, token, id, log_probability));
}

/* Set the contexts of a blend to those after the text that was read. */
static void find_contexts(const elman_session *session, elman_blend *blend) {
  const elman_text_workspace *workspace = &session->workspace;
  size_t first = 0, count = workspace->token_count;
  /* The messages of a profile are lines, and may have several sentences. */
  if (session->model->vocabulary.segmentation != ELMAN_TEXT_SENTENCE)
    for (size_t i = 0; i < count; i++)
      if (workspace->tokens[i].end == ELMAN_TEXT_COMPLETE) first = i + 1;
  elman_blend_start(session->mixture.profile, blend, workspace->tokens + first, count - first);
}

/* Compute a blend from the network's output and the profile. Weights only adapt after another output, so
 * they need not be compared. */
static void renew_blend(elman_session *session, const elman_output *output, const elman_blend *blend) {
  elman_mixture *mixture = &session->mixture;
  learn_weights(session);
  mixture->blend = *blend;
  elman_blend_weigh(mixture, output->logits, output->log_normaliser,
                    (size_t)session->model->network.vocabulary_size, &mixture->blend);
  mixture->step = output->step;
  mixture->revision = mixture->profile->revision;
  mixture->mixed = ELMAN_NOT_MIXED;
}

void elman_session_blend(elman_session *session, const elman_output *output) {
  elman_mixture *mixture = &session->mixture;
  elman_blend blend = {0};
  if (mixture->profile == NULL) return;
  find_contexts(session, &blend);
  elman_mixture_identify(mixture, session->model, session->scratch, session->scratch_capacity);
  if (mixture->step != output->step || mixture->revision != mixture->profile->revision ||
      !elman_blend_is_at(&mixture->blend, &blend))
    renew_blend(session, output, &blend);
  mixture->watched = (elman_place_in_text){
      session->context_length, session->workspace.token_count, session->lines.length,
      elman_digest_of_ids(session->context, session->context_length), mixture->profile->counts.version};
}
