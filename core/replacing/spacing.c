/*
 * Splits a typed word in two. If there are words for its first and its last letters, the network scores the most
 * promising pair of them, with a space or a hyphen. Further pairs have slips: a first search finds the best word for
 * each beginning of the typed letters. A second one starts after any of these, and so finds the best pairs, with a
 * guess for the second word's probability: the one it has in place of the first. Only the best pairs are scored.
 */
#include "replacing/spacing.h"

#include <math.h>
#include <string.h>

#include "text/characters.h"

/* Shorter words are not split. */
#define SHORTEST_SPLIT 3
/* How much worse a pair may look before it is scored, in nats. */
#define SLACK 5
/* The pairs with slips to score. */
#define MOST_SPLITS 2
/* What is believed of a second word before it is scored: its log-probability is at least the first of these when pairs
 * are compared, and at most the second one. */
#define LEAST_SECOND (-8)
#define MOST_SECOND (-1)

/* The best first words. */
typedef struct {
  elman_session *session;
  const elman_reader *reader;
  bool all;
  double floor;
  size_t replaces;
  elman_half halves[ELMAN_SLIP_COLUMNS];
} split_work;

/* -- pairs with slips ----------------------------------------------------------------------------------- */

static void find_first_words(split_work *work) {
  const elman_corrector *corrector = work->session->corrector;
  elman_readings none = {.most = 1};
  elman_reading_search search = {.reader = work->reader,
                                 .all = work->all,
                                 .key = {"", 0},
                                 .floor = work->floor + corrector->costs.missing_space,
                                 .limit = (float)corrector->costs.limit,
                                 .halves = work->halves,
                                 .best = &none};
  for (size_t i = 0; i < ELMAN_SLIP_COLUMNS; i++) work->halves[i].score = -INFINITY;
  elman_readings_search(&search);
}

/* Let the second word start after any first one. Returns false if there is none. */
static bool start_second_words(const split_work *work, elman_typed *letters) {
  elman_corrector *corrector = work->session->corrector;
  float first[ELMAN_SLIP_COLUMNS];
  size_t count = corrector->slips.count;
  bool any = false;
  for (size_t i = 0; i <= count; i++) {
    bool is_end = i > 0 && i < count && work->halves[i].score > -INFINITY;
    first[i] = is_end ? (float)(corrector->costs.missing_space - work->halves[i].score) : INFINITY;
    any = any || is_end;
  }
  memcpy(letters, corrector->slips.typed, count * sizeof *letters);
  if (any) elman_slips_start_at(&corrector->slips, first);
  return any;
}

static void find_second_words(split_work *work, elman_readings *pairs) {
  *pairs = (elman_readings){.most = MOST_SPLITS};
  elman_reading_search search = {.reader = work->reader,
                                 .all = work->all,
                                 .key = {"", 0},
                                 .floor = work->floor,
                                 .limit = INFINITY,
                                 .best = pairs};
  elman_readings_search(&search);
}

/* The cost of a second word for the letters from `start` on. */
static float cost_of_second(const elman_reader *reader, uint32_t number, const elman_typed *letters,
                            size_t start, size_t count) {
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_CORRECTION_CAPACITY)];
  elman_slips *slips = &reader->corrector->slips;
  elman_view word = elman_reading_word(reader, number), key;
  size_t row = 0;
  if (!elman_vocabulary_key(&reader->model->vocabulary, word.bytes, word.length, folded,
                            sizeof folded, &key))
    return INFINITY;
  elman_slips_start(slips, letters + start, count - start);
  for (size_t at = 0; at < key.length && row + 1 < ELMAN_SLIP_ROWS;) {
    elman_character next = elman_character_at(key, at);
    elman_slips_add(slips, ++row, next.point);
    at += next.width;
  }
  return elman_slips_cost(slips, row);
}

/* Where the second word starts: after how many typed letters. */
static size_t find_second_start(const split_work *work, uint32_t number, const elman_typed *letters, size_t count,
                         double *score) {
  size_t best = 0;
  *score = -INFINITY;
  for (size_t start = 1; start < count; start++) {
    if (!(work->halves[start].score > -INFINITY)) continue;
    double found = work->halves[start].score - cost_of_second(work->reader, number, letters, start, count);
    if (found <= *score) continue;
    *score = found;
    best = start;
  }
  return best;
}

/* Append a word in the case of the letters typed for it. */
static bool append_word(const elman_reader *reader, uint32_t number, elman_view typed,
                        elman_spaced_reading *to) {
  elman_view word = elman_reading_word(reader, number);
  size_t length;
  if (elman_text_suggestion(word.bytes, word.length, typed.bytes, typed.length, false,
                            reader->model->vocabulary.segmentation, to->text + to->length,
                            ELMAN_WORD_CAPACITY, &length) != ELMAN_TEXT_OK)
    return false;
  to->length += length;
  return true;
}

/* Write two words, the second one for the last `rest` bytes of the typed ones. Returns false if the session is too small
 * for them. */
static bool write_pair(const split_work *work, uint32_t first, char between, uint32_t second, size_t rest,
                       elman_spaced_reading *to) {
  const elman_session *session = work->session;
  elman_view one = {session->prefix, session->prefix_length - rest};
  to->length = 0;
  to->replaces = work->replaces;
  if (!append_word(work->reader, first, one, to)) return false;
  to->text[to->length++] = between;
  if (!append_word(work->reader, second, (elman_view){one.bytes + one.length, rest}, to)) return false;
  to->text[to->length] = '\0';
  return to->length <= session->text_bytes;
}

/* Score a pair by its words' probabilities instead of the guess. */
static elman_status score_pair(const split_work *work, uint32_t first, double slips,
                               elman_spaced_reading *to, elman_error *error) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  elman_candidate candidate;
  elman_status status =
      elman_session_rescore(work->session, work->reader->output, to->text, &candidate, error);
  double alone = costs->context * elman_reading_log(work->reader, first);
  to->score = slips - alone + costs->context * candidate.log_probability - costs->missing_space;
  return status;
}

static bool was_scored(const elman_spaced_readings *readings, const elman_spaced_reading *reading) {
  for (size_t i = 0; i < readings->count; i++)
    if (strcmp(readings->found[i].text, reading->text) == 0) return true;
  return false;
}

/* How many bytes the session's prefix has after its first `letters` letters. */
static size_t bytes_after(const elman_session *session, size_t letters) {
  elman_view prefix = {session->prefix, session->prefix_length};
  size_t at = 0;
  for (; letters > 0; letters--) at += elman_character_at(prefix, at).width;
  return prefix.length - at;
}

static elman_status score_pairs(split_work *work, elman_spaced_readings *readings, elman_error *error) {
  elman_typed letters[ELMAN_MOST_TYPED];
  elman_readings pairs;
  size_t count = work->session->corrector->slips.count;
  elman_status status = ELMAN_OK;
  find_first_words(work);
  if (!start_second_words(work, letters)) return ELMAN_OK;
  find_second_words(work, &pairs);
  for (size_t i = 0; i < pairs.count && !status; i++) {
    if (readings->count == ELMAN_SPACED_READINGS) break;
    elman_spaced_reading *to = &readings->found[readings->count];
    uint32_t second = pairs.found[i].number;
    double slips;
    size_t start = find_second_start(work, second, letters, count, &slips);
    size_t rest = bytes_after(work->session, start);
    if (start == 0 || !write_pair(work, work->halves[start].number, ' ', second, rest, to)) continue;
    if (was_scored(readings, to)) continue;
    status = score_pair(work, work->halves[start].number, slips, to, error);
    readings->count++;
  }
  return status;
}

/* -- pairs without slips -------------------------------------------------------------------------------- */

/* Two words that were typed without a space; the second one has the last `rest` bytes. */
typedef struct {
  uint32_t first, second;
  size_t rest;
  double guess;
} exact_pair;

static bool find_part(const split_work *work, const char *bytes, size_t length, uint32_t *number) {
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_WORD_CAPACITY)];
  elman_view key;
  return length < ELMAN_WORD_CAPACITY &&
         elman_vocabulary_key(&work->reader->model->vocabulary, bytes, length, folded, sizeof folded, &key) &&
         elman_reading_find(work->reader, key, number) &&
         elman_reading_is_shown(work->reader, *number, work->all);
}

/* Find the most promising pair. */
static bool find_exact_pair(const split_work *work, exact_pair *best) {
  elman_view typed = {work->session->prefix, work->session->prefix_length};
  *best = (exact_pair){.guess = -INFINITY};
  for (size_t at = elman_character_at(typed, 0).width; at < typed.length;
       at += elman_character_at(typed, at).width) {
    exact_pair pair = {.rest = typed.length - at};
    if (!find_part(work, typed.bytes, at, &pair.first) ||
        !find_part(work, typed.bytes + at, pair.rest, &pair.second))
      continue;
    double second = elman_reading_log(work->reader, pair.second);
    pair.guess = elman_reading_log(work->reader, pair.first) + fmax(second, LEAST_SECOND);
    if (pair.guess > best->guess) *best = pair;
  }
  return best->rest > 0;
}

static elman_status score_exact(const split_work *work, const exact_pair *pair, char between, double slips,
                                elman_spaced_readings *readings, elman_error *error) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  elman_spaced_reading *to = &readings->found[readings->count];
  elman_candidate candidate;
  if (readings->count == ELMAN_SPACED_READINGS ||
      !write_pair(work, pair->first, between, pair->second, pair->rest, to))
    return ELMAN_OK;
  elman_status status =
      elman_session_rescore(work->session, work->reader->output, to->text, &candidate, error);
  double missing = between == ' ' ? costs->missing_space : costs->mark;
  to->score = costs->context * candidate.log_probability - slips - missing;
  readings->count++;
  return status;
}

static elman_status score_exact_pairs(const split_work *work, elman_spaced_readings *readings,
                                      elman_error *error) {
  elman_corrector *corrector = work->session->corrector;
  double slips = elman_slips_literal(&corrector->slips);
  exact_pair pair;
  if (!find_exact_pair(work, &pair)) return ELMAN_OK;
  double most = elman_reading_log(work->reader, pair.first) + MOST_SECOND;
  if (corrector->costs.context * most - corrector->costs.missing_space - slips < work->floor) return ELMAN_OK;
  elman_status status = score_exact(work, &pair, ' ', slips, readings, error);
  bool is_near = readings->count > 0 && readings->found[readings->count - 1].score > work->floor;
  if (!status && is_near) status = score_exact(work, &pair, '-', slips, readings, error);
  return status;
}

elman_status elman_split_word(elman_session *session, const elman_reader *reader, bool all, double best,
                              size_t replaces, elman_spaced_readings *readings, elman_error *error) {
  split_work work = {
      .session = session, .reader = reader, .all = all, .floor = best - SLACK, .replaces = replaces};
  if (session->corrector->slips.count < SHORTEST_SPLIT) return ELMAN_OK;
  elman_status status = score_exact_pairs(&work, readings, error);
  if (!status) status = score_pairs(&work, readings, error);
  return status;
}
