#include "replacing/moving.h"

#include <math.h>
#include <string.h>

#include "correction/typed.h"

/* The last word before the typed one: longer ones are left alone. */
#define LONGEST_BEFORE 24

/* Two words with a space between them, as they were typed. */
typedef struct {
  elman_session *session;
  bool all;
  elman_reader reader; /* before the first word */
  double first_score;         /* of the first word there */
  char first[ELMAN_WORD_CAPACITY];
  elman_view one, other;
  size_t replaces; /* bytes of both, with the space */
} spaced_pair;

/* The word that ends a text, as far as it consists of letters and marks. */
static elman_view last_word(elman_view text) {
  size_t at = text.length;
  while (at > 0) {
    elman_character found = elman_character_before(text, at);
    if (!elman_is_correctable(found)) break;
    at -= found.width;
  }
  bool is_whole = at == 0 || elman_character_before(text, at).kind == ELMAN_SPACE;
  return (elman_view){text.bytes + at, is_whole ? text.length - at : 0};
}

/* Whether a list has a word that may be offered. `number` receives its number. */
static bool find_listed(const spaced_pair *of, elman_view word, uint32_t *number) {
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_WORD_CAPACITY)];
  elman_view key;
  return word.length > 0 && word.length < ELMAN_WORD_CAPACITY &&
         elman_vocabulary_key(&of->session->model->vocabulary, word.bytes, word.length, folded,
                              sizeof folded, &key) &&
         elman_reading_find(&of->reader, key, number) &&
         elman_reading_is_shown(&of->reader, *number, of->all);
}

elman_view elman_word_before(const elman_session *session, elman_view text, size_t typed) {
  const elman_text_workspace *workspace = &session->workspace;
  elman_view before = {text.bytes, text.length - typed}, none = {text.bytes, 0};
  if (before.length < 2 || before.bytes[before.length - 1] != ' ' || workspace->token_count == 0) return none;
  before.length--;
  elman_view word = last_word(before);
  const elman_text_token *token = &workspace->tokens[workspace->token_count - 1];
  bool is_token = token->length == word.length && memcmp(token->text, word.bytes, word.length) == 0;
  return is_token && token->end != ELMAN_TEXT_COMPLETE && word.length <= LONGEST_BEFORE ? word : none;
}

static bool find_first_word(spaced_pair *of, elman_view text, size_t replaces) {
  const elman_session *session = of->session;
  const elman_text_workspace *workspace = &session->workspace;
  elman_view word = elman_word_before(session, text, replaces);
  if (word.length == 0) return false;
  memcpy(of->first, word.bytes, word.length);
  of->first[word.length] = '\0';
  of->one = (elman_view){of->first, word.length};
  of->other = (elman_view){session->prefix, session->prefix_length};
  of->replaces = replaces + 1 + word.length;
  /* `I` is usually a correction, which says nothing about the case of another word. */
  if (word.length == 1 && word.bytes[0] == 'I' &&
      !elman_text_starts_sentence(workspace->tokens, workspace->token_count - 1))
    of->first[0] = 'i';
  return true;
}

/* Compute the network's output before the first word, and the word's score. */
static elman_status look_before(spaced_pair *of, elman_error *error) {
  elman_session *session = of->session;
  const elman_output *output;
  session->context_length--;
  elman_status status = elman_session_follow(session, &output, error);
  session->context_length++;
  of->reader = elman_session_reader(session, output);
  if (!status) of->first_score = elman_reading_score(&of->reader, of->one);
  return status;
}

static bool append_typed(const spaced_pair *of, elman_view typed, elman_spaced_reading *to) {
  uint32_t number;
  size_t length;
  if (!find_listed(of, typed, &number)) return false;
  elman_view word = elman_reading_word(&of->reader, number);
  if (elman_text_suggestion(word.bytes, word.length, typed.bytes, typed.length, false,
                            of->session->model->vocabulary.segmentation, to->text + to->length,
                            ELMAN_WORD_CAPACITY, &length) != ELMAN_TEXT_OK)
    return false;
  to->length += length;
  to->text[to->length] = '\0';
  return true;
}

/* Add a reading: the letters of both words with the space after the first `length` bytes, or without one. */
static elman_status add_moved(spaced_pair *of, size_t length, double cost,
                              elman_spaced_readings *readings, elman_error *error) {
  char joined[2 * ELMAN_WORD_CAPACITY];
  elman_spaced_reading *to = &readings->found[readings->count];
  elman_view word = {joined, of->one.length + of->other.length};
  elman_candidate candidate;
  if (readings->count == ELMAN_SPACED_READINGS || length == 0) return ELMAN_OK;
  memcpy(joined, of->one.bytes, of->one.length);
  memcpy(joined + of->one.length, of->other.bytes, of->other.length);
  to->length = 0;
  if (!append_typed(of, (elman_view){joined, length}, to)) return ELMAN_OK;
  if (length < word.length) {
    to->text[to->length++] = ' ';
    if (!append_typed(of, (elman_view){joined + length, word.length - length}, to)) return ELMAN_OK;
  }
  if (to->length > of->session->text_bytes) return ELMAN_OK;
  elman_status status = elman_session_rescore(of->session, of->reader.output, to->text, &candidate, error);
  const elman_slip_costs *costs = &of->session->corrector->costs;
  to->score = costs->context * candidate.log_probability - of->first_score - cost;
  to->replaces = of->replaces;
  readings->count++;
  return status;
}

static elman_status add_all_moved(spaced_pair *of, elman_spaced_readings *readings, elman_error *error) {
  const elman_slip_costs *costs = &of->session->corrector->costs;
  size_t before = of->one.length, next = elman_character_at(of->other, 0).width;
  size_t last = elman_character_before(of->one, before).width;
  elman_status status =
      add_moved(of, before + of->other.length, costs->extra_space, readings, error);
  if (!status && next < of->other.length)
    status = add_moved(of, before + next, costs->moved_space, readings, error);
  if (!status) status = add_moved(of, before - last, costs->moved_space, readings, error);
  return status;
}

/* The candidates come from another place of the text, for which no profile's counts were found: the network
 * alone compares them. */
elman_status elman_move_space(elman_session *session, elman_view text, size_t replaces, bool all,
                              elman_spaced_readings *readings, elman_error *error) {
  spaced_pair of = {.session = session, .all = all, .reader = elman_session_reader(session, NULL)};
  elman_blend blend = session->mixture.blend;
  uint32_t one, other;
  if (session->context_length < 2 || session->prefix_length >= ELMAN_WORD_CAPACITY ||
      !find_first_word(&of, text, replaces) ||
      (find_listed(&of, of.one, &one) && find_listed(&of, of.other, &other)))
    return ELMAN_OK;
  session->mixture.blend = (elman_blend){0};
  elman_status status = look_before(&of, error);
  if (!status) status = add_all_moved(&of, readings, error);
  session->mixture.blend = blend;
  return status;
}
