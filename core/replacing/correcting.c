/* Corrects the word before the cursor. */
#include <math.h>
#include <string.h>

#include "common/error.h"
#include "correction/typed.h"
#include "correction/variants.h"
#include "replacing/correcting.h"
#include "replacing/moving.h"
#include "replacing/revising.h"
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
#define CURLY "\xe2\x80\x99"

/* -- parts of a text ------------------------------------------------------------------------------------ */

static bool is_opening(uint32_t point) {
  const char *plain = elman_substitute_for(&elman_replaced, point);
  if (plain != NULL && strlen(plain) == 1) point = (unsigned char)plain[0];
  return point == '"' || point == '\'' || elman_has(point, ELMAN_OPENING) ||
         elman_holds(&elman_inverted_marks, point);
}

/* Whether a text consists of words with a hyphen or a slash after each: `brother-in-`, `black/`. A single letter
 * before a slash is no word, as in `r/`. */
static bool has_joined_words(elman_view text) {
  size_t letters = 0;
  for (size_t at = 0; at < text.length;) {
    elman_character next = elman_character_at(text, at);
    bool ends = (next.point == '-' && letters > 0) || (next.point == '/' && letters > 1);
    if (!ends && next.kind != ELMAN_LETTER) return false;
    letters = ends ? 0 : letters + 1;
    at += next.width;
  }
  return letters == 0;
}

/* Whether only quotes, brackets and words joined to it stand between a space and the last `length` bytes of a text, so
 * that they are no part of an address, a tag or a number. */
static bool stands_alone(elman_view text, size_t length) {
  elman_view before = {text.bytes, text.length - length};
  size_t at = elman_last_chunk(before);
  while (at < before.length) {
    elman_character next = elman_character_at(before, at);
    if (!is_opening(next.point)) break;
    at += next.width;
  }
  return has_joined_words((elman_view){before.bytes + at, before.length - at});
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

static double score_of_unknown(const elman_correction_work *work, elman_view key) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  double name = looks_like_name(work->session) ? costs->name : 0;
  double stem = has_stem(&work->reader, key) ? costs->stem : 0;
  return elman_reading_unknown(&work->reader, key) + name + stem;
}

size_t elman_write_shown(const elman_correction_work *work, uint32_t number, char *shown, size_t capacity) {
  const elman_session *session = work->session;
  elman_view word = elman_reading_word(&work->reader, number);
  size_t length;
  elman_text_status status = elman_text_suggestion(
      word.bytes, word.length, session->prefix, session->prefix_length, session->sentence_start,
      session->model->vocabulary.segmentation, shown, capacity, &length);
  return status == ELMAN_TEXT_OK ? length : 0;
}

static bool is_shown_as_typed(const elman_correction_work *work, uint32_t number) {
  const elman_session *session = work->session;
  char shown[ELMAN_WORD_CAPACITY];
  size_t length = elman_write_shown(work, number, shown, sizeof shown);
  return length == session->prefix_length && memcmp(shown, session->prefix, length) == 0;
}

/* Note which list has the typed word, and whether it is right. */
static void note_list(elman_correction_work *work, elman_view key, uint32_t number) {
  const elman_reader *reader = &work->reader;
  bool is_right = !elman_reading_is_marked(reader, number);
  uint32_t meant;
  work->same = number;
  work->is_entry = is_right && number < reader->model->vocabulary.size;
  work->is_listed = work->is_entry || (is_right && number >= elman_first_tail_number(reader->model));
  work->is_misspelled = elman_reading_is_misspelled(reader, key, number) ||
                        elman_find_misspelled(reader, key, number, &meant);
}

/* Find the literal reading and, if the word is usually written in another case, that one. */
static void read_literally(elman_correction_work *work, elman_view key, elman_readings *own) {
  elman_session *session = work->session;
  const elman_slip_costs *costs = &session->corrector->costs;
  float cost = elman_slips_literal(&session->corrector->slips);
  uint32_t number;
  work->same = ELMAN_LITERAL;
  if (!elman_reading_find(&work->reader, key, &number)) {
    elman_reading literal = {ELMAN_LITERAL, cost, score_of_unknown(work, key) - cost};
    elman_readings_add(own, &literal);
    return;
  }
  note_list(work, key, number);
  double score = costs->context * elman_reading_log(&work->reader, number) - cost;
  elman_reading literal = {ELMAN_LITERAL, cost, score}, usual = {number, cost, score};
  if (!is_shown_as_typed(work, number)) {
    literal.score -= costs->capital;
    if (elman_reading_is_shown(&work->reader, number, work->all)) elman_readings_add(own, &usual);
  }
  elman_readings_add(own, &literal);
}

/* -- results -------------------------------------------------------------------------------------------- */

/* Write a text with the kind of apostrophe that the text before the cursor uses. */
static bool write_correction(const elman_correction_work *work, elman_view shown, elman_correction *to) {
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

static bool write_reading(const elman_correction_work *work, const elman_reading *reading,
                          elman_correction *to) {
  char shown[ELMAN_WORD_CAPACITY];
  to->replaces = work->written.length;
  to->log_probability = reading->score;
  to->is_literal = reading->number == ELMAN_LITERAL;
  to->is_certain = false;
  if (to->is_literal) {
    if (work->revised > 0) to->replaces = work->revised;
    memcpy(to->text, work->text.bytes + work->text.length - to->replaces, to->replaces);
    to->text[to->replaces] = '\0';
    return true;
  }
  if (reading->number >= ELMAN_SPACED) {
    const elman_spaced_reading *spaced = &work->spaced.found[reading->number - ELMAN_SPACED];
    to->replaces = spaced->replaces;
    return write_correction(work, (elman_view){spaced->text, spaced->length}, to);
  }
  size_t length = elman_write_shown(work, reading->number, shown, sizeof shown);
  return length > 0 && write_correction(work, (elman_view){shown, length}, to);
}

/* The logarithm of the sum of all probabilities. */
static double log_of_all(const elman_readings *readings) {
  double sum = 0;
  for (size_t i = 0; i < readings->count; i++)
    sum += exp(readings->found[i].score - readings->found[0].score);
  return readings->found[0].score + log(sum);
}

/* Leave the first `k` readings, with the literal one. */
static void keep_readings(elman_readings *readings, size_t k) {
  size_t literal = elman_place_of_literal(readings);
  if (literal >= k) readings->found[k - 1] = readings->found[literal];
  if (readings->count > k) readings->count = k;
}

static void drop_reading(elman_readings *readings, uint32_t number) {
  size_t place = 0;
  while (place < readings->count && readings->found[place].number != number) place++;
  if (place < readings->count) elman_readings_remove(readings, place);
}

/* -- writing -------------------------------------------------------------------------------------------- */

/* Decide which reading will be in the text, and whether the word before is read in another way because of it. */
static elman_status decide(elman_correction_work *work, elman_error *error) {
  elman_readings *readings = &work->readings;
  bool is_revised = false, is_certain = elman_is_certain(work, log_of_all(readings));
  elman_reading decided = readings->found[is_certain ? 0 : elman_place_of_literal(readings)];
  elman_spaced_reading *both = &work->spaced.found[work->spaced.count];
  work->certain = is_certain ? decided.number : ELMAN_LITERAL;
  elman_remember_readings(work, &decided);
  elman_status status = elman_revise(work, &decided, both, &is_revised, error);
  if (!is_revised || !stands_alone(work->text, both->replaces)) return status;
  elman_reading revised = {ELMAN_SPACED + (uint32_t)work->spaced.count++, 0, both->score};
  elman_readings_add(readings, &revised);
  double share = exp(revised.score - log_of_all(readings));
  if (readings->found[0].number == revised.number && share >= work->session->corrector->costs.certain)
    work->revised = both->replaces;
  else
    drop_reading(readings, revised.number);
  return status;
}

static void write_readings(elman_correction_work *work, size_t k, elman_correction *corrections, size_t *count) {
  double all = log_of_all(&work->readings);
  keep_readings(&work->readings, k);
  if (work->readings.found[0].number == ELMAN_LITERAL) work->revised = 0;
  for (size_t i = 0; i < work->readings.count; i++) {
    elman_correction *to = &corrections[*count];
    const elman_reading *reading = &work->readings.found[i];
    if (!write_reading(work, reading, to)) continue;
    to->share = exp(to->log_probability - all);
    to->is_certain = !to->is_literal && (reading->number == work->certain || (i == 0 && work->revised > 0));
    ++*count;
  }
}

/* -- calls ---------------------------------------------------------------------------------------------- */

/* Whether the profile wants the typed word to stay: a correction of it was taken back, or it learned a word that
 * is not an entry. */
static bool is_wanted(const elman_session *session, elman_view key, bool is_entry) {
  const elman_profile *profile = session->mixture.profile;
  uint32_t word = profile == NULL ? ELMAN_NO_NODE : elman_word_find(&profile->counts, key);
  if (word == ELMAN_NO_NODE) return false;
  const elman_profile_word *found = &profile->counts.words[word];
  return found->is_kept || (!is_entry && found->count >= ELMAN_SUGGESTED_COUNT);
}

static void find_readings(elman_correction_work *work, elman_view key, size_t k) {
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

static elman_status add_spaced(elman_correction_work *work, elman_error *error) {
  double best = work->readings.found[0].score;
  size_t replaces = work->written.length;
  elman_status status =
      elman_move_space(work->session, work->text, replaces, work->all, &work->spaced, error);
  if (!status)
    status = elman_split_word(work->session, &work->reader, work->all, best, replaces, &work->spaced,
                              error);
  for (size_t i = 0; i < work->spaced.count && !status; i++) {
    if (!stands_alone(work->text, work->spaced.found[i].replaces)) continue;
    elman_reading reading = {ELMAN_SPACED + (uint32_t)i, 0, work->spaced.found[i].score};
    elman_readings_add(&work->readings, &reading);
  }
  return status;
}

/* Whether it is known for any letter of the word where the screen was touched. */
static bool has_touch(const elman_slips *slips) {
  for (size_t i = 0; i < slips->count; i++)
    if (slips->typed[i].is_touched) return true;
  return false;
}

/* Write the touch of each letter of the typed word. `touches` are those of the last characters of the text, of which the
 * rules ignore some, and compose others with the letter before. Returns the number of letters. */
static size_t find_touches(const elman_correction_work *work, const elman_touch *touches, size_t touch_count,
                           elman_touch found[ELMAN_MOST_TYPED]) {
  elman_session *session = work->session;
  size_t left = elman_characters_in(work->written), letters = 0, produced;
  for (size_t at = 0; at < work->written.length; left--) {
    at += elman_character_at(work->written, at).width;
    elman_touch touch = {NAN, NAN};
    if (left <= touch_count) touch = touches[touch_count - left];
    if (elman_text_normalise(work->written.bytes, at, session->scratch, session->scratch_capacity, &produced) !=
        ELMAN_TEXT_OK)
      break;
    size_t until = elman_characters_in((elman_view){session->scratch, produced});
    while (letters < until && letters < ELMAN_MOST_TYPED) found[letters++] = touch;
  }
  return letters;
}

/* Whether each letter of the typed word is one character of the text. */
static bool is_typed_singly(const elman_correction_work *work) {
  elman_view typed = {work->session->prefix, work->session->prefix_length};
  return elman_characters_in(typed) == elman_characters_in(work->written);
}

static elman_status correct_word(elman_correction_work *work, const elman_touch *touches, size_t touch_count,
                                 size_t k, elman_correction *corrections, size_t *count,
                                 elman_error *error) {
  elman_status status = ELMAN_OK;
  elman_session *session = work->session;
  elman_view key, typed = {session->prefix, session->prefix_length};
  elman_touch own[ELMAN_MOST_TYPED];
  if (touch_count > 0 && !is_typed_singly(work)) {
    touch_count = find_touches(work, touches, touch_count, own);
    touches = own;
  }
  if (!stands_alone(work->text, work->written.length) ||
      !elman_start_typed(&work->reader, typed, touches, touch_count, &key)) {
    elman_reading literal = {ELMAN_LITERAL, 0, 0};
    work->readings.most = 1;
    elman_readings_add(&work->readings, &literal);
  } else {
    work->is_touched = has_touch(&session->corrector->slips);
    find_readings(work, key, k);
    work->is_wanted = is_wanted(session, key, work->is_entry);
    status = add_spaced(work, error);
    if (!status) elman_weigh_literal(work, key);
    if (!status) status = decide(work, error);
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
  return elman_check_k(k, error);
}

elman_status elman_correct(elman_session *session, const char *text, size_t length,
                           const elman_touch *touches, size_t touch_count,
                           const elman_options *options, size_t k, elman_correction *corrections,
                           size_t *count, elman_error *error) {
  const elman_output *output;
  elman_correction_work work = {.session = session, .text = {text, length}, .certain = ELMAN_LITERAL};
  elman_status status =
      check_correction(session, touches, touch_count, k, corrections, count, error);
  if (!status) status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_follow(session, &output, error);
  if (!status && session->prefix_length > 0) {
    size_t written = elman_session_written_length(session, work.text);
    work.written = (elman_view){text + length - written, written};
    elman_begin_revising(&work);
    work.slip_nats = elman_slip_rate_nats(&session->corrector->rate, &session->corrector->costs);
    elman_session_blend(session, output);
    work.reader = elman_session_reader(session, output);
    work.all = options != NULL && options->ignore_blocklist;
    if (written < ELMAN_CORRECTION_CAPACITY)
      status = correct_word(&work, touches, touch_count, k, corrections, count, error);
  }
  elman_session_leave(session);
  return status;
}
