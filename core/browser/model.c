/* A model and its sessions for JavaScript, which runs the network. */
#include <string.h>

#include "browser/browser.h"
#include "common/error.h"
#include "model/spelling.h"

#define FAILED (-1)

/* One step of the network of the engine that is calling; returns 0, or 1 if it fails. */
__attribute__((import_module("elman"), import_name("step"))) int browser_step(
    int32_t token_id, const float *state, float *logits, float *next_state);

static elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
static elman_edit edit;

static int step(void *host, int32_t token_id, const float *state, float *logits,
                float *next_state) {
  (void)host;
  return browser_step(token_id, state, logits, next_state);
}

/* -- vocabularies -------------------------------------------------------------------------------------- */

/* Open a model from the text of a vocabulary of `entries` lines. Its network is attached later. */
EXPORTED(open_model) elman_model *browser_open_model(const char *segmentation, const char *vocabulary,
                                                     size_t length, int32_t entries) {
  elman_network network = {.layers = 1, .units = 1, .vocabulary_size = entries, .step = step};
  elman_model *model;
  elman_open_network(&network, segmentation, vocabulary, length, &model, &elman_browser_error);
  return model;
}

/* Set the tail words from the bytes of `tail.bin`. Returns false after an error. */
EXPORTED(set_tail) bool browser_set_tail(elman_model *model, const void *bytes, size_t length) {
  return elman_set_tail(model, bytes, length, &elman_browser_error) == ELMAN_OK;
}

/* Returns false, and closes nothing, while the model has sessions. */
EXPORTED(close_model) bool browser_close_model(elman_model *model) {
  return elman_close(model, &elman_browser_error) == ELMAN_OK;
}

/* Set how many numbers the network's state has; false while sessions have states of another size. */
EXPORTED(attach) bool browser_attach(elman_model *model, int32_t state_count) {
  if (model->sessions > 0 && model->network.units != state_count) return false;
  model->network.units = state_count;
  return true;
}

/* [entries], with bit ELMAN_IS_WORD for words. */
EXPORTED(flags) const uint8_t *browser_flags(const elman_model *model) {
  return model->vocabulary.flags;
}

EXPORTED(id_of) int32_t browser_id_of(const elman_model *model, const char *token, size_t length) {
  size_t capacity = ELMAN_TEXT_CAPACITY(length);
  char *scratch = elman_browser_room(capacity);
  if (scratch == NULL) return FAILED;
  return (int32_t)elman_vocabulary_find(&model->vocabulary, token, length, scratch, capacity);
}

/* Minus the log-probability of a token among all unknown ones, in nats; negative after an error. */
EXPORTED(spelling_nats) double browser_spelling_nats(const elman_model *model, const char *token,
                                                     size_t length) {
  size_t capacity = ELMAN_TEXT_CAPACITY(length);
  char *scratch = elman_browser_room(capacity);
  elman_view key;
  if (scratch == NULL ||
      !elman_vocabulary_key(&model->vocabulary, token, length, scratch, capacity, &key))
    return FAILED;
  return elman_unknown_nats(&model->vocabulary, &model->tail, key);
}

/* -- sessions ------------------------------------------------------------------------------------------ */

EXPORTED(open_session) elman_session *browser_open_session(elman_model *model, size_t text_bytes,
                                                           size_t context_tokens) {
  elman_session_options options = {text_bytes, context_tokens};
  elman_session *session;
  elman_session_create(model, &options, &session, &elman_browser_error);
  return session;
}

EXPORTED(close_session) void browser_close_session(elman_session *session) {
  elman_session_free(session, &elman_browser_error);
}

/* Read a text without running the network. Returns the length of the context. */
EXPORTED(read_text) int32_t browser_read_text(elman_session *session, const char *text,
                                              size_t length, bool finished) {
  if (elman_session_read(session, text, length, finished, &elman_browser_error)) return FAILED;
  return (int32_t)session->context_length;
}

/* Cut the context that was read to its first `length` ids. */
EXPORTED(cut_context) void browser_cut_context(elman_session *session, size_t length) {
  if (length > 0 && length < session->context_length) session->context_length = length;
}

EXPORTED(context) const int32_t *browser_context(const elman_session *session) {
  return session->context;
}

/* Run up to `most` steps. Returns how many remain. */
EXPORTED(advance) int32_t browser_advance(elman_session *session, size_t most) {
  size_t left;
  if (elman_session_advance(session, most, &left, &elman_browser_error)) return FAILED;
  return (int32_t)left;
}

/* The output after the context, once no step remains: [entries], and [state]. */
EXPORTED(logits) const float *browser_logits(elman_session *session) {
  const elman_output *output;
  if (elman_session_follow(session, &output, &elman_browser_error)) return NULL;
  return output->logits;
}

EXPORTED(state) const float *browser_state(const elman_session *session) {
  return elman_session_state(session, session->context_length - 1);
}

/* Suggest words after the text that was read; with `exact`, only those that begin with the typed letters.
 * Returns their number. */
EXPORTED(suggest) int32_t browser_suggest(elman_session *session, size_t k, bool exact) {
  size_t count = 0;
  elman_options options = {.exact = exact};
  if (elman_session_suggest(session, &options, k, suggestions, &count, &elman_browser_error))
    return FAILED;
  return (int32_t)count;
}

EXPORTED(suggestion_id) int32_t browser_suggestion_id(size_t place) { return suggestions[place].id; }

EXPORTED(suggestion_share) double browser_suggestion_share(size_t place) {
  return suggestions[place].share;
}

EXPORTED(suggestion_word) void browser_suggestion_word(size_t place) {
  elman_browser_answer(suggestions[place].word, strlen(suggestions[place].word));
}

/* -- edits --------------------------------------------------------------------------------------------- */

static bool answer_edit(elman_status status) {
  if (status == ELMAN_OK) elman_browser_answer(edit.text, strlen(edit.text));
  return status == ELMAN_OK;
}

EXPORTED(edit_before) size_t browser_edit_before(void) { return edit.before; }
EXPORTED(edit_after) size_t browser_edit_after(void) { return edit.after; }
EXPORTED(edit_back) size_t browser_edit_back(void) { return edit.back; }
EXPORTED(edit_space) int browser_edit_space(void) { return (int)edit.space; }

/* Where a suggestion of `suggest` goes in the text that was read. */
EXPORTED(place) bool browser_place(elman_session *session, const char *text, size_t length,
                                   size_t place) {
  return answer_edit(elman_session_place(session, text, length, suggestions[place].word, &edit,
                                         &elman_browser_error));
}

EXPORTED(take) bool browser_take(const elman_session *session, const char *before,
                                 size_t before_length, const char *after, size_t after_length,
                                 const char *insert, size_t insert_length, size_t replaces) {
  elman_edit placed = {.before = replaces};
  if (insert_length >= sizeof placed.text) {
    elman_fail(&elman_browser_error, ELMAN_ERROR_ARGUMENT, "the text to insert is too long");
    return false;
  }
  memcpy(placed.text, insert, insert_length);
  return answer_edit(elman_take(session, before, before_length, after, after_length, &placed, &edit,
                                &elman_browser_error));
}

/* Returns whether the character needs an edit. */
EXPORTED(react) bool browser_react(const elman_session *session, const char *before, size_t length,
                                   int space, const char *typed, size_t typed_length) {
  bool reacts = false;
  elman_status status = elman_react(session, before, length, (elman_space)space, typed,
                                    typed_length, &reacts, &edit, &elman_browser_error);
  return reacts && answer_edit(status);
}
