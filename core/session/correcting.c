/* Corrects the word before the cursor. */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "correction/typed.h"
#include "correction/variants.h"
#include "session/moving.h"
#include "text/characters.h"
#include "text/lists.h"
#include "text/rules.h"

/* Shares are among at least so many readings, so that they hardly depend on how many are wanted. */
#define LEAST_READINGS 8
/* A word with an ending of so many letters is a known one; the word has at least so many bytes. */
#define LONGEST_ENDING 3
#define SHORTEST_STEM 4
/* What the letters of an ending may cost at most, in nats, compared with the end of the word. */
#define RAREST_ENDING 3
/* How much worse a reading may be whose variant is the typed word, in nats. */
#define VARIANT_SLACK 2.5
#define CURLY "\xe2\x80\x99"

/* The reading that leaves a word as it is, and the first one with other spaces. */
#define LITERAL UINT32_MAX
#define SPACED (UINT32_MAX - ELMAN_SPACED_READINGS)

/* A word while it is corrected. */
typedef struct {
  elman_session *session;
  elman_reader reader;
  elman_view text;    /* before the cursor */
  elman_view written; /* the word, at its end */
  bool all;
  bool is_touched;    /* whether there are touches */
  bool is_known;      /* whether the typed word is an entry */
  uint32_t same;      /* the word of a list that differs from it at most in case, or LITERAL */
  bool is_misspelled; /* whether a list has it, but it is a misspelling of another word */
  bool is_wanted;     /* whether the profile wants it to stay */
  elman_readings readings;
  elman_spaced_readings spaced;
} correction_work;

/* -- parts of a text ------------------------------------------------------------------------------------ */

static bool is_opening(uint32_t point) {
  const char *plain = elman_substitute_for(&elman_replaced, point);
  if (plain != NULL && strlen(plain) == 1) point = (unsigned char)plain[0];
  return point == '"' || point == '\'' || elman_has(point, ELMAN_OPENING) ||
         elman_holds(&elman_inverted_marks, point);
}

/* Whether only quotes and brackets stand between a space and the last `length` bytes of a text, so that they are
 * no part of an address, a tag or a number. */
static bool stands_alone(elman_view text, size_t length) {
  elman_view before = {text.bytes, text.length - length};
  for (size_t at = elman_last_chunk(before); at < before.length;) {
    elman_character next = elman_character_at(before, at);
    if (!is_opening(next.point)) return false;
    at += next.width;
  }
  return true;
}

/* -- the literal reading -------------------------------------------------------------------------------- */

/* Whether a capital inside a sentence suggests a name. */
static bool looks_like_name(const elman_session *session) {
  elman_view typed = {session->prefix, session->prefix_length};
  uint32_t first = elman_character_at(typed, 0).point;
  return !session->sentence_start && elman_folded(first) != first;
}

/* Whether a word is a known one with a usual ending: `kayaked`, `typist`. */
static bool has_stem(const elman_reader *reader, elman_view key) {
  const elman_letters *letters = &reader->model->tail.letters;
  double whole = elman_letters_nats(letters, key);
  uint32_t number;
  elman_view stem = key;
  for (int ending = 0; ending < LONGEST_ENDING && stem.length > 0; ending++) {
    stem.length -= elman_character_before(stem, stem.length).width;
    if (stem.length < SHORTEST_STEM) return false;
    if (elman_reading_find(reader, stem, &number))
      return whole - elman_letters_nats(letters, stem) <= RAREST_ENDING;
  }
  return false;
}

static double score_of_unknown(const correction_work *work, elman_view key) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  double name = looks_like_name(work->session) ? costs->name : 0;
  double stem = has_stem(&work->reader, key) ? costs->stem : 0;
  return elman_reading_unknown(&work->reader, key) + name + stem;
}

/* Write a word in the case of the typed one. Returns its length, or 0 if it is too long. */
static size_t write_shown(const correction_work *work, uint32_t number, char *shown, size_t capacity) {
  const elman_session *session = work->session;
  elman_view word = elman_reading_word(&work->reader, number);
  size_t length;
  elman_text_status status = elman_text_suggestion(
      word.bytes, word.length, session->prefix, session->prefix_length, session->sentence_start,
      session->model->vocabulary.segmentation, shown, capacity, &length);
  return status == ELMAN_TEXT_OK ? length : 0;
}

static bool is_shown_as_typed(const correction_work *work, uint32_t number) {
  const elman_session *session = work->session;
  char shown[ELMAN_WORD_CAPACITY];
  size_t length = write_shown(work, number, shown, sizeof shown);
  return length == session->prefix_length && memcmp(shown, session->prefix, length) == 0;
}

/* Find the literal reading and, if the word is usually written in another case, that one. */
static void read_literally(correction_work *work, elman_view key, elman_readings *own) {
  elman_session *session = work->session;
  const elman_slip_costs *costs = &session->corrector->costs;
  float cost = elman_slips_literal(&session->corrector->slips);
  uint32_t number;
  work->same = LITERAL;
  if (!elman_reading_find(&work->reader, key, &number)) {
    elman_reading literal = {LITERAL, cost, score_of_unknown(work, key) - cost};
    elman_readings_add(own, &literal);
    return;
  }
  uint32_t meant;
  work->same = number;
  work->is_known = number < session->model->vocabulary.size;
  work->is_misspelled = elman_find_misspelled(&work->reader, key, number, &meant);
  double score = costs->context * elman_reading_log(&work->reader, number) - cost;
  elman_reading literal = {LITERAL, cost, score}, usual = {number, cost, score};
  if (!is_shown_as_typed(work, number)) {
    literal.score -= costs->capital;
    if (elman_reading_is_shown(&work->reader, number, work->all)) elman_readings_add(own, &usual);
  }
  elman_readings_add(own, &literal);
}

/* -- results -------------------------------------------------------------------------------------------- */

/* Write a text with the kind of apostrophe that the text before the cursor uses. */
static bool write_correction(const correction_work *work, elman_view shown, elman_correction *to) {
  bool curly = memchr(shown.bytes, '\'', shown.length) != NULL && elman_is_curly(work->text);
  size_t length = 0;
  for (size_t i = 0; i < shown.length; i++) {
    if (length + sizeof CURLY > sizeof to->text) return false;
    if (curly && shown.bytes[i] == '\'') {
      memcpy(to->text + length, CURLY, sizeof CURLY - 1);
      length += sizeof CURLY - 1;
    } else {
      to->text[length++] = shown.bytes[i];
    }
  }
  to->text[length] = '\0';
  return true;
}

static bool write_reading(const correction_work *work, const elman_reading *reading,
                          elman_correction *to) {
  char shown[ELMAN_WORD_CAPACITY];
  to->replaces = work->written.length;
  to->log_probability = reading->score;
  to->is_literal = reading->number == LITERAL;
  to->is_certain = false;
  if (to->is_literal) {
    memcpy(to->text, work->written.bytes, work->written.length);
    to->text[work->written.length] = '\0';
    return true;
  }
  if (reading->number >= SPACED) {
    const elman_spaced_reading *spaced = &work->spaced.found[reading->number - SPACED];
    to->replaces = spaced->replaces;
    return write_correction(work, (elman_view){spaced->text, spaced->length}, to);
  }
  size_t length = write_shown(work, reading->number, shown, sizeof shown);
  return length > 0 && write_correction(work, (elman_view){shown, length}, to);
}

/* The logarithm of the sum of all probabilities. */
static double log_of_all(const elman_readings *readings) {
  double sum = 0;
  for (size_t i = 0; i < readings->count; i++)
    sum += exp(readings->found[i].score - readings->found[0].score);
  return readings->found[0].score + log(sum);
}

static size_t place_of_literal(const elman_readings *readings) {
  size_t place = 0;
  while (readings->found[place].number != LITERAL) place++;
  return place;
}

/* Whether the training text has a word at most once. */
static bool is_rare(const correction_work *work, uint32_t number) {
  const elman_model *model = work->session->model;
  uint32_t tail = elman_first_tail_number(model);
  return number >= tail && model->tail.shares[number - tail].share <= model->tail.once;
}

/* Whether too little speaks for a reading to be certain of it: it is another letter for a single one that no
 * touch tells about, or only changes the case of a rare word. */
static bool is_guess(const correction_work *work, const elman_reading *reading) {
  elman_view typed = {work->session->prefix, work->session->prefix_length};
  if (reading->number == work->same) return is_rare(work, reading->number);
  bool is_single = elman_character_at(typed, 0).width == typed.length;
  return reading->number < SPACED && is_single && !work->is_touched;
}

/* Whether the first reading should replace what was typed. `all` is the logarithm of all probabilities. */
static bool is_certain(const correction_work *work, double all) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  const elman_reading *best = work->readings.found;
  double literal = best[place_of_literal(&work->readings)].score - best->score;
  double least = work->is_known ? costs->certain_known : costs->certain_unknown;
  if (best->number == LITERAL || work->is_wanted || is_guess(work, best)) return false;
  return exp(best->score - all) >= costs->certain && 1 / (1 + exp(literal)) >= least;
}

/* Leave the first `k` readings, with the literal one. */
static void keep_readings(elman_readings *readings, size_t k) {
  size_t literal = place_of_literal(readings);
  if (literal >= k) readings->found[k - 1] = readings->found[literal];
  if (readings->count > k) readings->count = k;
}

/* -- variants ------------------------------------------------------------------------------------------- */

static elman_view text_of_reading(const correction_work *work, uint32_t number) {
  if (number < SPACED) return elman_reading_word(&work->reader, number);
  const elman_spaced_reading *spaced = &work->spaced.found[number - SPACED];
  bool is_here = spaced->replaces == work->written.length;
  return (elman_view){spaced->text, is_here ? spaced->length : 0};
}

/* Whether the typed word is a variant of a reading that is likely enough. */
static bool is_variant(const correction_work *work, elman_view key, double literal) {
  for (size_t i = 0; i < work->readings.count; i++) {
    const elman_reading *reading = &work->readings.found[i];
    if (reading->number != LITERAL && reading->score >= literal - VARIANT_SLACK &&
        elman_is_variant(key, text_of_reading(work, reading->number)))
      return true;
  }
  return false;
}

/* Lower the score of a literal reading that is a variant or a misspelling. */
static void lower_variant(correction_work *work, elman_view key) {
  elman_readings *readings = &work->readings;
  size_t place = place_of_literal(readings);
  elman_reading literal = readings->found[place];
  if (!work->is_misspelled && !(work->is_known && is_variant(work, key, literal.score))) return;
  elman_readings_remove(readings, place);
  literal.score -= work->session->corrector->costs.variant;
  elman_readings_add(readings, &literal);
}

/* -- writing -------------------------------------------------------------------------------------------- */

static void write_readings(correction_work *work, size_t k, elman_correction *corrections,
                           size_t *count) {
  double all = log_of_all(&work->readings);
  bool certain = is_certain(work, all);
  keep_readings(&work->readings, k);
  for (size_t i = 0; i < work->readings.count; i++) {
    elman_correction *to = &corrections[*count];
    if (!write_reading(work, &work->readings.found[i], to)) continue;
    to->share = exp(to->log_probability - all);
    to->is_certain = i == 0 && certain && !to->is_literal;
    ++*count;
  }
}

/* -- calls ---------------------------------------------------------------------------------------------- */

/* Whether the profile wants the typed word to stay: a correction of it was taken back, or it learned a word that
 * is not an entry. */
static bool is_wanted(const elman_session *session, elman_view key, bool is_known) {
  const elman_profile *profile = session->mixture.profile;
  uint32_t word = profile == NULL ? ELMAN_NO_NODE : elman_word_find(&profile->counts, key);
  if (word == ELMAN_NO_NODE) return false;
  const elman_profile_word *found = &profile->counts.words[word];
  return found->is_kept || (!is_known && found->count >= ELMAN_SUGGESTED_COUNT);
}

static void find_readings(correction_work *work, elman_view key, size_t k) {
  elman_session *session = work->session;
  elman_readings own = {.most = 2};
  elman_readings_prepare(&work->reader);
  read_literally(work, key, &own);
  work->readings.most = k > LEAST_READINGS ? k : LEAST_READINGS;
  elman_reading_search search = {.reader = &work->reader,
                                 .all = work->all,
                                 .key = key,
                                 .floor = own.found[0].score - ELMAN_READING_WINDOW,
                                 .limit = (float)session->corrector->costs.limit,
                                 .best = &work->readings};
  elman_readings_find(&search);
  if (session->corrector->costs.variant > 0) elman_spell_rightly(&work->reader, work->all, key, &work->readings);
  work->readings.most += ELMAN_OWN_READINGS;
  for (size_t i = 0; i < own.count; i++) elman_readings_add(&work->readings, &own.found[i]);
}

static elman_status add_spaced(correction_work *work, elman_error *error) {
  double best = work->readings.found[0].score;
  size_t replaces = work->written.length;
  elman_status status =
      elman_move_space(work->session, work->text, replaces, work->all, &work->spaced, error);
  if (!status)
    status = elman_split_word(work->session, &work->reader, work->all, best, replaces, &work->spaced,
                              error);
  for (size_t i = 0; i < work->spaced.count && !status; i++) {
    if (!stands_alone(work->text, work->spaced.found[i].replaces)) continue;
    elman_reading reading = {SPACED + (uint32_t)i, 0, work->spaced.found[i].score};
    elman_readings_add(&work->readings, &reading);
  }
  return status;
}

static elman_status correct_word(correction_work *work, const elman_touch *touches, size_t touch_count,
                                 size_t k, elman_correction *corrections, size_t *count,
                                 elman_error *error) {
  elman_status status = ELMAN_OK;
  elman_session *session = work->session;
  elman_view key, typed = {session->prefix, session->prefix_length};
  work->is_touched = touch_count > 0;
  if (!stands_alone(work->text, work->written.length) ||
      !elman_start_typed(&work->reader, typed, touches, touch_count, &key)) {
    elman_reading literal = {LITERAL, 0, 0};
    work->readings.most = 1;
    elman_readings_add(&work->readings, &literal);
  } else {
    find_readings(work, key, k);
    work->is_wanted = is_wanted(session, key, work->is_known);
    status = add_spaced(work, error);
    if (!status) lower_variant(work, key);
  }
  if (!status) write_readings(work, k, corrections, count);
  return status;
}

static elman_status check_correction(const elman_session *session, const elman_touch *touches,
                                     size_t touch_count, size_t k, const void *corrections,
                                     size_t *count, elman_error *error) {
  if (session == NULL || corrections == NULL || count == NULL || (touches == NULL && touch_count > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, touches, corrections or count is NULL");
  *count = 0;
  if (k == 0 || k > ELMAN_MOST_SUGGESTIONS)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "k is %zu, but must be from 1 to %d", k,
                      ELMAN_MOST_SUGGESTIONS);
  return ELMAN_OK;
}

elman_status elman_correct(elman_session *session, const char *text, size_t length,
                           const elman_touch *touches, size_t touch_count,
                           const elman_options *options, size_t k, elman_correction *corrections,
                           size_t *count, elman_error *error) {
  const elman_output *output;
  correction_work work = {.session = session, .text = {text, length}};
  elman_status status =
      check_correction(session, touches, touch_count, k, corrections, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_follow(session, &output, error);
  if (!status && session->prefix_length > 0) {
    elman_session_blend(session, output);
    work.reader = elman_session_reader(session, output);
    size_t written = elman_session_written_length(session, work.text);
    work.written = (elman_view){text + length - written, written};
    work.all = options != NULL && options->ignore_blocklist;
    if (written < ELMAN_CORRECTION_CAPACITY)
      status = correct_word(&work, touches, touch_count, k, corrections, count, error);
  }
  elman_session_leave(session);
  return status;
}
