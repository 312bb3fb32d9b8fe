/* The main functions of the library: suggesting words and scoring candidates. */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "common/exponential.h"
#include "model/plain_letters.h"
#include "session/session.h"
#include "session/softmax.h"

/* The most likely entries so far, sorted. */
typedef struct {
  size_t count, most;
  uint32_t ids[ELMAN_MOST_SUGGESTIONS];
  float values[ELMAN_MOST_SUGGESTIONS];
} ranking;

static void insert(ranking *best, size_t place, uint32_t id, float value) {
  size_t behind = best->count - place;
  memmove(best->ids + place + 1, best->ids + place, behind * sizeof *best->ids);
  memmove(best->values + place + 1, best->values + place, behind * sizeof *best->values);
  best->ids[place] = id;
  best->values[place] = value;
  best->count++;
}

static void take_out(ranking *best, size_t place) {
  size_t behind = --best->count - place;
  memmove(best->ids + place, best->ids + place + 1, behind * sizeof *best->ids);
  memmove(best->values + place, best->values + place + 1, behind * sizeof *best->values);
}

/* Whether two entries differ only in case and apostrophes. Words of the profile have higher ids. */
static bool is_same_word(const elman_vocabulary *vocabulary, uint32_t one, uint32_t other) {
  if (one == other) return true;
  const uint32_t *groups = vocabulary->groups;
  return groups != NULL && one < vocabulary->size && other < vocabulary->size &&
         groups[one] == groups[other];
}

/* Find the same word in the ranking. */
static bool find_word(const ranking *best, const elman_vocabulary *vocabulary, uint32_t id,
                      size_t *place) {
  for (*place = 0; *place < best->count; ++*place)
    if (is_same_word(vocabulary, best->ids[*place], id)) return true;
  return false;
}

/* Whether an entry ranks before the one at `place`: it is more likely, or has a lower id. */
static bool precedes(const ranking *best, uint32_t id, float value, size_t place) {
  return value > best->values[place] || (value == best->values[place] && id < best->ids[place]);
}

static void consider(ranking *best, const elman_vocabulary *vocabulary, uint32_t id, float value) {
  bool is_full = best->count == best->most;
  size_t place;
  if (is_full && !precedes(best, id, value, best->count - 1)) return;
  if (find_word(best, vocabulary, id, &place)) {
    if (!precedes(best, id, value, place)) return;
    take_out(best, place);
  } else if (is_full) {
    best->count--;
  }
  for (place = best->count; place > 0 && precedes(best, id, value, place - 1);) place--;
  insert(best, place, id, value);
}

/* Selects entries: the flags to check, and the values they must have. */
typedef struct {
  uint8_t looked_at, wanted;
} filter;

static filter filter_of(const elman_options *options) {
  bool punctuation = options != NULL && options->punctuation;
  bool all = options != NULL && options->ignore_blocklist;
  uint8_t wanted = (uint8_t)(ELMAN_SHORT | (punctuation ? 0 : ELMAN_IS_WORD));
  return (filter){(uint8_t)(wanted | (all ? 0 : ELMAN_BLOCKED)), wanted};
}

/* The entries that match a prefix: a range of ids, and others that their plain letters find. */
typedef struct {
  uint32_t first, last;
  uint32_t typed; /* the entry that would change nothing, or UINT32_MAX */
  bool finds;
  elman_plain_finder finder; /* at its start */
} matches;

/* Whether suggesting this word would change nothing: it is what was typed. */
static bool is_typed(elman_session *session, elman_view word) {
  char shown[ELMAN_WORD_CAPACITY];
  size_t length;
  return session->prefix_length > 0 &&
         elman_text_suggestion(word.bytes, word.length, session->prefix, session->prefix_length,
                               session->sentence_start, session->model->vocabulary.segmentation,
                               shown, sizeof shown, &length) == ELMAN_TEXT_OK &&
         length == session->prefix_length && memcmp(shown, session->prefix, length) == 0;
}

static void find_matches(elman_session *session, matches *found) {
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  elman_vocabulary_range(vocabulary, session->prefix, session->prefix_length, session->scratch,
                         session->scratch_capacity, &found->first, &found->last);
  found->finds =
      vocabulary->segmentation != ELMAN_TEXT_LINE &&
      elman_plain_search(vocabulary, session->prefix, session->prefix_length, &found->finder);
  /* An entry that equals the prefix is the first of its range. */
  if (found->finds && found->first < found->last &&
      elman_plain_is_bare(&found->finder, found->first))
    found->first++;
  bool is_any = found->first < found->last;
  bool is_same = is_any && is_typed(session, elman_vocabulary_entry(vocabulary, found->first));
  found->typed = is_same ? found->first : UINT32_MAX;
}

/* What is worked out of the matching entries' logits or, with a profile, probabilities. */
typedef struct {
  const elman_vocabulary *vocabulary;
  const elman_tail *tail;
  const elman_mixture *mixture;
  const float *values;
  filter shown;
  uint32_t typed;      /* the entry not to suggest, because it was typed; or UINT32_MAX */
  uint32_t typed_tail; /* the same for a tail word; or ELMAN_NO_TAIL */
  ranking *best;
  float highest;
  double sum; /* of probabilities, or of exponentials relative to `highest` */
} tally;

typedef struct {
  uint32_t first, last;
} tail_range;

/* In a ranking, entries have the lowest ids; words of the profile and then tail words follow. */
static uint32_t first_tail_id(const elman_vocabulary *vocabulary) {
  return vocabulary->size + ELMAN_MOST_WORDS;
}

static bool is_mixed(const tally *of) {
  return of->mixture->profile != NULL && elman_blend_mixes(&of->mixture->blend);
}

static void rank(tally *of, uint32_t id) {
  if (of->values[id] > of->highest) of->highest = of->values[id];
  if ((of->vocabulary->flags[id] & of->shown.looked_at) == of->shown.wanted && id != of->typed)
    consider(of->best, of->vocabulary, id, of->values[id]);
}

static void add_share(tally *of, uint32_t id) {
  of->sum += is_mixed(of) ? of->values[id] : elman_exponential(of->values[id] - of->highest);
}

/* Call `visit` once for each matching entry. */
static void visit_matches(const matches *found, tally *of, void (*visit)(tally *, uint32_t)) {
  uint8_t *flags = of->vocabulary->flags;
  elman_plain_finder finder = found->finder;
  uint32_t id;
  for (id = found->first; id < found->last; id++) visit(of, id);
  while (found->finds && elman_plain_next(&finder, &id)) {
    bool is_new = (id < found->first || id >= found->last) && !(flags[id] & ELMAN_VISITED);
    if (!is_new || elman_plain_is_bare(&finder, id)) continue;
    flags[id] |= ELMAN_VISITED;
    visit(of, id);
  }
  finder = found->finder;
  while (found->finds && elman_plain_next(&finder, &id)) flags[id] &= (uint8_t)~ELMAN_VISITED;
}

static bool is_tail_shown(const tally *of, uint32_t index) {
  return !(of->shown.looked_at & ELMAN_BLOCKED) || !of->tail->words[index].is_blocked;
}

/* Whether a word of the profile that is no entry may be suggested. */
static bool is_learned_shown(const tally *of, uint32_t word, bool has_prefix) {
  const elman_counts *counts = &of->mixture->profile->counts;
  elman_view folded = elman_word_folded(counts, word);
  bool is_tail = of->mixture->tails[word] != ELMAN_NO_TAIL;
  if ((of->shown.looked_at & ELMAN_BLOCKED) && of->mixture->blocked[word]) return false;
  return (counts->words[word].count >= ELMAN_SUGGESTED_COUNT || (is_tail && has_prefix)) &&
         (!(of->shown.wanted & ELMAN_IS_WORD) || elman_text_is_word(folded.bytes, folded.length));
}

/* Rank the words that only the profile knows, and add their probabilities. */
static void visit_learned(elman_session *session, tally *of) {
  const elman_counts *counts = &of->mixture->profile->counts;
  elman_view prefix = {session->scratch, 0};
  size_t first, last;
  if (elman_text_fold(session->prefix, session->prefix_length, session->scratch,
                      session->scratch_capacity, &prefix.length) != ELMAN_TEXT_OK)
    return;
  elman_word_range(counts, prefix, &first, &last);
  for (size_t place = first; place < last; place++) {
    uint32_t word = counts->sorted[place], id = of->vocabulary->size + word;
    if (of->mixture->ids[word] != ELMAN_UNKNOWN) continue;
    of->sum += of->values[id];
    bool is_same = elman_word_folded(counts, word).length == prefix.length &&
                   is_typed(session, elman_word_written(counts, word));
    if (is_learned_shown(of, word, session->prefix_length > 0) && !is_same)
      consider(of->best, of->vocabulary, id, of->values[id]);
  }
}

/* -- tail words ---------------------------------------------------------------------------------------- */

static float tail_value(const tally *of, uint32_t index) {
  const elman_tail_word *word = &of->tail->words[index];
  float unknown = of->values[ELMAN_UNKNOWN];
  return is_mixed(of) ? unknown * word->share : unknown + word->log_share;
}

static void rank_tail(tally *of, uint32_t index) {
  float value = tail_value(of, index);
  if (value > of->highest) of->highest = value;
  if (is_tail_shown(of, index) && index != of->typed_tail)
    consider(of->best, of->vocabulary, first_tail_id(of->vocabulary) + index, value);
}

static void add_tail(tally *of, uint32_t index) {
  float value = tail_value(of, index);
  of->sum += is_mixed(of) ? value : elman_exponential(value - of->highest);
}

/* Call `visit` for each tail word that starts with the prefix and is not in the profile. */
static void visit_tail(const tail_range *range, tally *of, void (*visit)(tally *, uint32_t)) {
  const bool *learned = is_mixed(of) ? of->mixture->learned : NULL;
  for (uint32_t index = range->first; index < range->last; index++)
    if (learned == NULL || !learned[index]) visit(of, index);
}

/* The tail words that start with the session's prefix. Without a prefix, none are suggested. */
static tail_range find_tail(elman_session *session, tally *of) {
  tail_range found = {0, 0};
  elman_view prefix = {session->scratch, 0};
  of->typed_tail = ELMAN_NO_TAIL;
  if (session->prefix_length == 0 || of->tail->size == 0 ||
      elman_text_fold(session->prefix, session->prefix_length, session->scratch,
                      session->scratch_capacity, &prefix.length) != ELMAN_TEXT_OK)
    return found;
  elman_tail_range(of->tail, prefix, &found.first, &found.last);
  if (found.first < found.last &&
      elman_tail_folded(of->tail, found.first).length == prefix.length &&
      is_typed(session, elman_tail_written(of->tail, found.first)))
    of->typed_tail = found.first;
  return found;
}

/* -- all words ----------------------------------------------------------------------------------------- */

/* Rank the entries that match the session's prefix. Returns the logarithm of the sum of the exponentials
 * of their logits, or of all logits if the prefix is empty; with a profile, that of the sum of their
 * probabilities. */
static double rank_matches(elman_session *session, const elman_output *output, filter shown,
                           ranking *best) {
  matches found;
  elman_mixture *mixture = &session->mixture;
  find_matches(session, &found);
  tally of = {&session->model->vocabulary, &session->model->tail, mixture, output->logits, shown,
              found.typed, ELMAN_NO_TAIL, best, -INFINITY, 0};
  if (is_mixed(&of)) {
    elman_mix(mixture, session->model, output, session->scratch, session->scratch_capacity);
    of.values = mixture->probabilities;
  }
  tail_range rare = find_tail(session, &of);
  visit_matches(&found, &of, rank);
  visit_tail(&rare, &of, rank_tail);
  if (is_mixed(&of)) visit_learned(session, &of);
  if (session->prefix_length == 0) return is_mixed(&of) ? 0 : output->log_normaliser;
  visit_matches(&found, &of, add_share);
  visit_tail(&rare, &of, add_tail);
  return is_mixed(&of) ? log(of.sum) : of.highest + log(of.sum);
}

static elman_view ranked_word(const elman_session *session, uint32_t id) {
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  uint32_t tail = first_tail_id(vocabulary);
  if (id >= tail) return elman_tail_written(&session->model->tail, id - tail);
  if (id < vocabulary->size) return elman_vocabulary_entry(vocabulary, id);
  return elman_word_written(&session->mixture.profile->counts, id - vocabulary->size);
}

static elman_status write_suggestion(const elman_session *session, uint32_t id,
                                     elman_suggestion *suggestion, elman_error *error) {
  uint32_t size = session->model->vocabulary.size;
  elman_view entry = ranked_word(session, id);
  size_t produced;
  elman_text_status status = elman_text_suggestion(
      entry.bytes, entry.length, session->prefix, session->prefix_length, session->sentence_start,
      session->model->vocabulary.segmentation, suggestion->word, sizeof suggestion->word - 1, &produced);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "%s", elman_text_message(status));
  suggestion->word[produced] = '\0';
  suggestion->id = id < size ? (int32_t)id : ELMAN_NO_ID;
  return ELMAN_OK;
}

elman_status elman_session_suggest(elman_session *session, const elman_options *options, size_t k,
                                   elman_suggestion *suggestions, size_t *count,
                                   elman_error *error) {
  const elman_output *output;
  ranking best = {.count = 0, .most = k};
  elman_status status = elman_session_follow(session, &output, error);
  if (status != ELMAN_OK) return status;
  elman_session_blend(session, output);
  double among = rank_matches(session, output, filter_of(options), &best);
  for (size_t i = 0; i < best.count && !status; i++) {
    status = write_suggestion(session, best.ids[i], &suggestions[i], error);
    /* Logits, or logarithms of probabilities, whose sum is 1. */
    bool mixed = session->mixture.profile != NULL && elman_blend_mixes(&session->mixture.blend);
    double value = mixed ? log(best.values[i]) : (double)best.values[i];
    suggestions[i].log_probability = value - (mixed ? 0 : output->log_normaliser);
    suggestions[i].share = exp(value - among);
  }
  if (status == ELMAN_OK) *count = best.count;
  return status;
}

static elman_status check_arguments(const elman_session *session, size_t k,
                                    const void *suggestions, size_t *count, elman_error *error) {
  if (session == NULL || suggestions == NULL || count == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, suggestions or count is NULL");
  *count = 0;
  if (k == 0 || k > ELMAN_MOST_SUGGESTIONS)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "k is %zu, but must be from 1 to %d", k,
                      ELMAN_MOST_SUGGESTIONS);
  return ELMAN_OK;
}

elman_status elman_predict(elman_session *session, const char *text, size_t length,
                           const elman_options *options, size_t k, elman_suggestion *suggestions,
                           size_t *count, elman_error *error) {
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_suggest(session, options, k, suggestions, count, error);
  elman_session_leave(session);
  return status;
}

/* Normalise a prefix that was passed separately, and store it in the session. */
static elman_status take_prefix(elman_session *session, const char *prefix, size_t length,
                                elman_error *error) {
  size_t produced = 0;
  elman_text_status status = ELMAN_TEXT_OK;
  if (prefix == NULL && length > 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "prefix is NULL");
  if (length > session->text_bytes)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the prefix is longer than %zu bytes",
                      session->text_bytes);
  if (length > 0 && session->model->vocabulary.segmentation == ELMAN_TEXT_LINE) {
    status = elman_text_validate(prefix, length, &produced);
    if (status == ELMAN_TEXT_OK) {
      memcpy(session->prefix, prefix, length);
      produced = length;
    }
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
  elman_status status = check_arguments(session, k, suggestions, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, context, context_length, true, error);
  if (!status) status = take_prefix(session, prefix, prefix_length, error);
  if (!status) status = elman_session_suggest(session, options, k, suggestions, count, error);
  elman_session_leave(session);
  return status;
}

/* -- candidates -------------------------------------------------------------------------------------- */

double elman_session_spelling_nats(const elman_session *session, elman_view token) {
  const elman_vocabulary *vocabulary = &session->model->vocabulary;
  elman_view key;
  if (!elman_vocabulary_key(vocabulary, token.bytes, token.length, session->scratch,
                            session->scratch_capacity, &key))
    return INFINITY;
  return elman_unknown_nats(vocabulary, &session->model->tail, key);
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
  const elman_profile *profile = session->mixture.profile;
  elman_view token = {session->workspace.tokens[place].text,
                      session->workspace.tokens[place].length};
  if (session->context[place] == ELMAN_UNKNOWN)
    log_network -= elman_session_spelling_nats(session, token);
  if (profile == NULL || !elman_blend_mixes(blend)) return log_network;
  return log(elman_mixed(profile, blend, token, exp(log_network)));
}

/* Move a blend behind a token of a candidate. `highest` is the highest log-probability there. */
static void pass_token(const elman_session *session, elman_blend *blend, int32_t place,
                       double highest) {
  const elman_mixture *mixture = &session->mixture;
  const elman_text_token *token = &session->workspace.tokens[place];
  if (mixture->profile == NULL) return;
  elman_blend_go_on(mixture->profile, blend, (elman_view){token->text, token->length});
  elman_blend_weigh(mixture->profile, &mixture->weights, exp(highest), blend);
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
    pass_token(session, &blend, i - 1, elman_highest(logits, size) - normaliser);
    candidate->log_probability +=
        log_of_token(session, &blend, i, logits[session->context[i]] - normaliser);
  }
  return status;
}

static elman_status rescore_word(elman_session *session, const elman_output *output,
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
    status = rescore_word(session, output, words[i], &candidates[i], error);
  elman_session_leave(session);
  return status;
}
