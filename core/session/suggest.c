/*
 * Finds the words that match the typed letters, and ranks them: entries of the vocabulary and tail words,
 * by the letters that they begin with or by their plain letters, and words that only the profile knows.
 */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "common/exponential.h"
#include "model/plain_letters.h"
#include "correction/completing.h"
#include "session/session.h"

/* Entries whose values are compared with the lowest one that is ranked. */
#define ENTRIES_AT_ONCE 64

/* Selects words: the flags to check, and the values they must have. */
typedef struct {
  uint8_t looked_at, wanted;
} filter;

static filter filter_of(const elman_options *options) {
  bool punctuation = options != NULL && options->punctuation;
  bool all = options != NULL && options->ignore_blocklist;
  uint8_t wanted = (uint8_t)(ELMAN_SHORT | (punctuation ? 0 : ELMAN_IS_WORD));
  return (filter){(uint8_t)(wanted | (all ? 0 : ELMAN_BLOCKED)), wanted};
}

/* The words of a list that match a prefix: a range of ids, and others that their plain letters find. */
typedef struct {
  const elman_vocabulary *words;
  uint32_t first_number; /* of id 0 in a ranking */
  uint32_t first, last;
  bool finds;
  elman_plain_finder finder; /* at its start */
} matches;

/* What is worked out of the matching words' logits or, with a profile, probabilities. */
typedef struct {
  elman_session *session;
  const elman_model *model;
  const elman_mixture *mixture; /* NULL if a profile changes nothing */
  const float *values;          /* of the vocabulary and the profile's words */
  filter shown;
  elman_ranking *best;
  elman_readings slips; /* words that match except for slips */
  float highest;
  double sum; /* of probabilities, or of exponentials relative to `highest` */
} tally;

elman_view elman_session_word(const elman_session *session, uint32_t number) {
  const elman_model *model = session->model;
  uint32_t size = model->vocabulary.size, tail = elman_first_tail_number(model);
  if (number >= tail) return elman_vocabulary_entry(&model->tail.words, number - tail);
  if (number < size) return elman_vocabulary_entry(&model->vocabulary, number);
  return elman_word_written(&session->mixture.profile->counts, number - size);
}

/* How a word would be suggested. */
static elman_text_status show_word(const elman_session *session, uint32_t number,
                                   char shown[ELMAN_WORD_CAPACITY], size_t *length) {
  elman_view word = elman_session_word(session, number);
  return elman_text_suggestion(word.bytes, word.length, session->prefix, session->prefix_length,
                               session->sentence_start, session->model->vocabulary.segmentation,
                               shown, ELMAN_WORD_CAPACITY - 1, length);
}

/* Whether suggesting this word would change nothing: it is what was typed. */
static bool is_typed(const elman_session *session, uint32_t number) {
  char shown[ELMAN_WORD_CAPACITY];
  size_t length;
  return session->prefix_length > 0 &&
         show_word(session, number, shown, &length) == ELMAN_TEXT_OK &&
         length == session->prefix_length && memcmp(shown, session->prefix, length) == 0;
}

/* Whether a value is too low to be ranked. */
static bool is_too_low(const elman_ranking *best, float value) {
  return best->count == best->most && value < best->values[best->count - 1];
}

/* Rank a word. `may_be_typed` tells whether it may be what was typed. */
static void rank_word(tally *of, uint32_t number, float value, bool may_be_typed) {
  if (may_be_typed && is_typed(of->session, number)) return;
  elman_rank(of->best, of->model, number, value);
}

/* -- lists of the model -------------------------------------------------------------------------------- */

static void find_matches(const elman_session *session, const elman_vocabulary *words,
                         uint32_t first_number, matches *found) {
  *found = (matches){.words = words, .first_number = first_number};
  if (words->size == 0) return;
  elman_vocabulary_range(words, session->prefix, session->prefix_length, session->scratch,
                         session->scratch_capacity, &found->first, &found->last);
  found->finds =
      words->segmentation != ELMAN_TEXT_LINE &&
      elman_plain_search(words, session->prefix, session->prefix_length, &found->finder);
  /* A word that equals the prefix is the first of its range. */
  if (found->finds && found->first < found->last &&
      elman_plain_is_bare(&found->finder, found->first))
    found->first++;
}

/* A tail word that the profile knows has the number of the profile's word. */
static uint32_t number_of(const tally *of, const matches *found, uint32_t id) {
  bool is_tail = found->first_number > 0;
  uint32_t word = is_tail && of->mixture != NULL ? of->mixture->learned[id] : ELMAN_NO_NODE;
  return word == ELMAN_NO_NODE ? found->first_number + id : of->model->vocabulary.size + word;
}

static float value_of(const tally *of, uint32_t number) {
  uint32_t tail = elman_first_tail_number(of->model);
  if (number < tail) return of->values[number];
  const elman_tail_share *part = &of->model->tail.shares[number - tail];
  float unknown = of->values[ELMAN_UNKNOWN];
  return of->mixture != NULL ? unknown * part->share : unknown + part->log;
}

static void rank_match(tally *of, const matches *found, uint32_t id) {
  uint32_t number = number_of(of, found, id);
  float value = value_of(of, number);
  if (value > of->highest) of->highest = value;
  if (!is_too_low(of->best, value) &&
      (found->words->flags[id] & of->shown.looked_at) == of->shown.wanted)
    rank_word(of, number, value, id == found->first);
}

static void add_share(tally *of, const matches *found, uint32_t id) {
  float value = value_of(of, number_of(of, found, id));
  of->sum += of->mixture != NULL ? value : elman_exponential(value - of->highest);
}

/* Call `visit` once for each matching word. */
static void visit_matches(tally *of, const matches *found,
                          void (*visit)(tally *, const matches *, uint32_t)) {
  uint8_t *flags = found->words->flags;
  elman_plain_finder finder = found->finder;
  uint32_t id;
  for (id = found->first; id < found->last; id++) visit(of, found, id);
  while (found->finds && elman_plain_next(&finder, &id)) {
    bool is_new = (id < found->first || id >= found->last) && !(flags[id] & ELMAN_VISITED);
    if (!is_new || elman_plain_is_bare(&finder, id)) continue;
    flags[id] |= ELMAN_VISITED;
    visit(of, found, id);
  }
  finder = found->finder;
  while (found->finds && elman_plain_next(&finder, &id)) flags[id] &= (uint8_t)~ELMAN_VISITED;
}

/* Whether one of the values is not lower than `least`. */
static bool has_from(const float *values, uint32_t count, float least) {
  int found = 0;
  for (uint32_t i = 0; i < count; i++) found |= values[i] >= least;
  return found;
}

/* Rank all entries: like `visit_matches` without a prefix, but blocks of unlikely ones are left out. */
static void rank_entries(tally *of) {
  const elman_vocabulary *words = &of->model->vocabulary;
  const elman_ranking *best = of->best;
  const matches all = {.words = words};
  for (uint32_t first = ELMAN_SPECIAL, end; first < words->size; first = end) {
    end = words->size - first < ENTRIES_AT_ONCE ? words->size : first + ENTRIES_AT_ONCE;
    bool is_full = best->count == best->most;
    if (is_full && !has_from(of->values + first, end - first, best->values[best->count - 1])) continue;
    for (uint32_t id = first; id < end; id++) rank_match(of, &all, id);
  }
}

/* -- the profile --------------------------------------------------------------------------------------- */

static bool is_learned_shown(const tally *of, uint32_t word) {
  const elman_counts *counts = &of->mixture->profile->counts;
  elman_view folded = elman_word_folded(counts, word);
  if ((of->shown.looked_at & ELMAN_BLOCKED) && of->mixture->blocked[word]) return false;
  return counts->words[word].count >= ELMAN_SUGGESTED_COUNT &&
         (!(of->shown.wanted & ELMAN_IS_WORD) || elman_text_is_word(folded.bytes, folded.length));
}

/* Rank all words of the profile that are not entries. Tail words are among them, because the tail is not
 * searched without a prefix. */
static void rank_learned(tally *of) {
  uint32_t size = of->model->vocabulary.size, count = (uint32_t)of->mixture->identified;
  for (uint32_t word = 0; word < count; word++) {
    if (of->mixture->ids[word] != ELMAN_UNKNOWN || is_too_low(of->best, of->values[size + word])) continue;
    if (is_learned_shown(of, word)) elman_rank(of->best, of->model, size + word, of->values[size + word]);
  }
}

/* Rank the profile's words that match the prefix and are in no list of the model, and add their
 * probabilities. */
static void visit_learned(tally *of) {
  elman_session *session = of->session;
  const elman_counts *counts = &of->mixture->profile->counts;
  elman_view prefix = {session->scratch, 0};
  size_t first, last;
  if (elman_text_fold(session->prefix, session->prefix_length, session->scratch,
                      session->scratch_capacity, &prefix.length) != ELMAN_TEXT_OK)
    return;
  elman_word_range(counts, prefix, &first, &last);
  for (size_t place = first; place < last; place++) {
    uint32_t word = counts->sorted[place], number = of->model->vocabulary.size + word;
    if (of->mixture->ids[word] != ELMAN_UNKNOWN || of->mixture->tails[word] != ELMAN_UNKNOWN) continue;
    of->sum += of->values[number];
    if (is_too_low(of->best, of->values[number])) continue;
    bool may_be_typed = elman_word_folded(counts, word).length == prefix.length;
    if (is_learned_shown(of, word)) rank_word(of, number, of->values[number], may_be_typed);
  }
}

/* -- all words ----------------------------------------------------------------------------------------- */

static void find_values(elman_session *session, const elman_output *output, tally *of) {
  elman_mixture *mixture = &session->mixture;
  of->values = output->logits;
  if (mixture->profile == NULL || !mixture->blend.mixes) return;
  elman_mix(mixture, session->model, output, session->prefix_length > 0);
  of->mixture = mixture;
  of->values = mixture->probabilities;
}

/* Rank the words that match the session's prefix. Returns the logarithm of the sum of the exponentials of
 * their logits, or of all logits if the prefix is empty; with a profile, that of the sum of their
 * probabilities. Tail words are only suggested if there is a prefix. */
static double rank_matches(elman_session *session, const elman_output *output, tally *of) {
  const elman_model *model = session->model;
  matches lists[2];
  if (session->prefix_length == 0) {
    rank_entries(of);
    if (of->mixture != NULL) rank_learned(of);
    return of->mixture != NULL ? 0 : output->log_normaliser;
  }
  find_matches(session, &model->vocabulary, 0, &lists[0]);
  find_matches(session, &model->tail.words, elman_first_tail_number(model), &lists[1]);
  for (int i = 0; i < 2; i++) visit_matches(of, &lists[i], rank_match);
  if (of->mixture != NULL) visit_learned(of);
  for (int i = 0; i < 2; i++) visit_matches(of, &lists[i], add_share);
  return of->mixture != NULL ? log(of->sum) : of->highest + log(of->sum);
}

/* -- words past a slip --------------------------------------------------------------------------------- */

/* The logarithm of a ranked value. With a profile, values are probabilities, otherwise logits. */
static double log_of_value(const tally *of, const elman_output *output, float value) {
  return of->mixture != NULL ? log(value) : (double)value - output->log_normaliser;
}

/* What slips take off the logarithm of a word's value. */
static float penalty_of(const tally *of, const elman_reading *reading) {
  return reading->cost + (float)of->session->corrector->costs.completion;
}

/* Rank words that begin with the typed letters except for slips, if they are among the best `k`. */
static void rank_slips(elman_session *session, const elman_output *output, bool all, size_t k, tally *of) {
  const elman_slip_costs *costs = &session->corrector->costs;
  const elman_ranking *best = of->best;
  double floor = -INFINITY;
  of->slips.most = k;
  if (best->count >= k)
    floor = costs->context * log_of_value(of, output, best->values[k - 1]) + costs->completion;
  elman_reader reader = elman_session_reader(session, output);
  elman_view prefix = {session->prefix, session->prefix_length};
  elman_complete_slips(&reader, prefix, all, floor, &of->slips);
  for (size_t i = 0; i < of->slips.count; i++) {
    const elman_reading *reading = &of->slips.found[i];
    float value = value_of(of, reading->number), penalty = penalty_of(of, reading);
    value = of->mixture != NULL ? value * expf(-penalty) : value - penalty;
    elman_rank(of->best, of->model, reading->number, value);
  }
}

/* The penalty of a ranked word; 0 without slips. */
static double penalty_of_ranked(const tally *of, uint32_t number, float value) {
  for (size_t i = 0; i < of->slips.count; i++)
    if (of->slips.found[i].number == number && value != value_of(of, number))
      return penalty_of(of, &of->slips.found[i]);
  return 0;
}

/* The logarithm of the probability of all words that match, with the words past slips that are ranked. */
static double log_of_matches(const tally *of, const elman_output *output, double exact) {
  double sum = exp(exact - (of->mixture != NULL ? 0 : output->log_normaliser));
  for (size_t i = 0; i < of->best->count; i++)
    if (penalty_of_ranked(of, of->best->numbers[i], of->best->values[i]) > 0)
      sum += exp(log_of_value(of, output, of->best->values[i]));
  return log(sum);
}

static elman_status write_suggestion(const elman_session *session, uint32_t number,
                                     elman_suggestion *suggestion, elman_error *error) {
  size_t length;
  elman_text_status status = show_word(session, number, suggestion->word, &length);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "%s", elman_text_message(status));
  suggestion->word[length] = '\0';
  suggestion->id = number < session->model->vocabulary.size ? (int32_t)number : ELMAN_NO_ID;
  return ELMAN_OK;
}

elman_status elman_session_suggest(elman_session *session, const elman_options *options, size_t k,
                                   elman_suggestion *suggestions, size_t *count,
                                   elman_error *error) {
  const elman_output *output;
  elman_ranking best = {.count = 0, .most = k};
  elman_status status = elman_session_follow(session, &output, error);
  if (status != ELMAN_OK) return status;
  elman_session_blend(session, output);
  tally of = {.session = session, .model = session->model, .shown = filter_of(options),
              .best = &best, .highest = -INFINITY};
  find_values(session, output, &of);
  session->reranked.count = 0;
  if (of.mixture != NULL && k < ELMAN_RERANKED) best.most = ELMAN_RERANKED;
  double among = rank_matches(session, output, &of);
  if (options == NULL || !options->exact)
    rank_slips(session, output, options != NULL && options->ignore_blocklist, k, &of);
  if (of.mixture != NULL) elman_session_rerank(session, output, &best);
  if (best.count > k) best.count = k;
  if (of.mixture != NULL) elman_refusals_add(&session->refusals, &best);
  among = log_of_matches(&of, output, among);
  for (size_t i = 0; i < best.count && !status; i++) {
    status = write_suggestion(session, best.numbers[i], &suggestions[i], error);
    double value = log_of_value(&of, output, best.values[i]);
    suggestions[i].log_probability = value + penalty_of_ranked(&of, best.numbers[i], best.values[i]);
    suggestions[i].share = exp(value - among);
  }
  if (status == ELMAN_OK) *count = best.count;
  return status;
}
