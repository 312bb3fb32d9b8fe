#include "replacing/revising.h"

#include <math.h>
#include <string.h>

#include "common/softmax.h"
#include "replacing/moving.h"
#include "text/characters.h"

/* The tokens before a word that tell where it is. */
#define PLACE_TOKENS 4
/* How much worse than the decided one a reading may be to be remembered, in nats. */
#define WINDOW 6

/* -- places --------------------------------------------------------------------------------------------- */

/* Where a word is, even if the beginning of the text moves: a digest of the tokens before it. */
static uint64_t place_of_word(const elman_session *session, size_t length) {
  size_t count = length < PLACE_TOKENS ? length : PLACE_TOKENS;
  return elman_digest_of_ids(session->context + length - count, count);
}

/* Whether the text has the word that was remembered there. */
static bool is_remembered(const elman_session *session, const elman_recent_word *word, elman_view found) {
  return word->count > 1 && word->place == place_of_word(session, session->context_length - 1) &&
         strlen(word->found[0].text) == found.length &&
         memcmp(word->found[0].text, found.bytes, found.length) == 0;
}

/* Forget all readings if one of them may be unwanted now: the profile forgot or keeps a word, or words were
 * blocked. */
static void follow_changes(const elman_session *session) {
  elman_recent_words *recent = &session->corrector->recent;
  const elman_profile *profile = session->mixture.profile;
  uint64_t revision = profile == NULL ? 0 : profile->revision;
  uint64_t blocklist = session->model->blocklist.version;
  if (recent->profile != revision || recent->blocklist != blocklist)
    *recent = (elman_recent_words){.profile = revision, .blocklist = blocklist};
}

void elman_begin_revising(elman_correction_work *work) {
  const elman_session *session = work->session;
  elman_recent_words *recent = &session->corrector->recent;
  uint64_t place = place_of_word(session, session->context_length);
  elman_slip_rate_move(&session->corrector->rate, place);
  follow_changes(session);
  elman_recent_move(recent, place);
  recent->latest.count = 0;
  work->before = elman_word_before(session, work->text, work->written.length);
  if (work->before.length > 0 && !is_remembered(session, &recent->before, work->before))
    work->before.length = 0;
}

/* -- revising ------------------------------------------------------------------------------------------- */

static bool is_spaced(uint32_t number) { return number >= ELMAN_SPACED && number != ELMAN_LITERAL; }

/* What the network reads for a reading. */
static int32_t id_of(const elman_correction_work *work, uint32_t number) {
  if (number == ELMAN_LITERAL) number = work->same;
  return number < work->reader.model->vocabulary.size ? (int32_t)number : ELMAN_UNKNOWN;
}

/* The log-probability of a token after another reading of the word before. */
static elman_status log_after(const elman_correction_work *work, int32_t first, int32_t second, double *found,
                              elman_error *error) {
  elman_session *session = work->session;
  const elman_network *network = &session->model->network;
  const float *state = elman_session_state(session, work->reader.output->place - 1);
  float *logits = session->scratch_logits;
  elman_status status = elman_network_step(network, first, state, logits, session->scratch_state, error);
  if (status != ELMAN_OK) return status;
  session->steps++;
  *found = logits[second] - elman_log_sum_exp(logits, (size_t)network->vocabulary_size);
  return ELMAN_OK;
}

/* Find the reading of the word before that gains most from the decided one. Its place is 0 if that is the present one. */
static elman_status find_better(const elman_correction_work *work, int32_t decided, size_t *better, double *gain,
                                elman_error *error) {
  const elman_recent_word *word = &work->session->corrector->recent.before;
  const elman_output *output = work->reader.output;
  double context = work->session->corrector->costs.context, after;
  double present = output->logits[decided] - output->log_normaliser;
  *better = 0;
  *gain = 0;
  for (size_t i = 1; i < word->count; i++) {
    elman_status status = log_after(work, word->found[i].id, decided, &after, error);
    if (status != ELMAN_OK) return status;
    double found = word->found[i].score - word->found[0].score + context * (after - present);
    if (found > *gain) {
      *better = i;
      *gain = found;
    }
  }
  return ELMAN_OK;
}

/* The text of the decided reading: as it was typed, or as it is shown. */
static size_t write_decided(const elman_correction_work *work, const elman_reading *decided, char *to) {
  if (decided->number != ELMAN_LITERAL)
    return elman_write_shown(work, decided->number, to, ELMAN_WORD_CAPACITY);
  memcpy(to, work->written.bytes, work->written.length);
  return work->written.length;
}

/* Write a reading of the word before with the decided one. Returns false if they are too long. */
static bool write_both(const elman_correction_work *work, const elman_recent_reading *reading,
                       const elman_reading *decided, elman_spaced_reading *to) {
  size_t length = strlen(reading->text), typed = work->written.length;
  to->replaces = work->before.length + 1 + typed;
  if (length + 1 + typed >= sizeof to->text || to->replaces >= sizeof to->text) return false;
  memcpy(to->text, reading->text, length);
  to->text[length++] = ' ';
  size_t written = write_decided(work, decided, to->text + length);
  to->length = length + written;
  to->text[to->length] = '\0';
  return written > 0;
}

elman_status elman_revise(elman_correction_work *work, const elman_reading *decided, elman_spaced_reading *to,
                          bool *is_revised, elman_error *error) {
  elman_recent_words *recent = &work->session->corrector->recent;
  size_t better;
  double gain;
  *is_revised = false;
  if (work->before.length == 0 || is_spaced(decided->number)) return ELMAN_OK;
  elman_status status = find_better(work, id_of(work, decided->number), &better, &gain, error);
  if (status != ELMAN_OK || better == 0) return status;
  const elman_recent_reading *reading = &recent->before.found[better];
  bool is_certain = 1 / (1 + exp(-gain)) >= work->session->corrector->costs.certain_revised;
  if (!is_certain || !write_both(work, reading, decided, to)) return ELMAN_OK;
  to->score = decided->score + gain;
  *is_revised = true;
  return ELMAN_OK;
}

/* -- remembering ---------------------------------------------------------------------------------------- */

/* Whether a reading is the decided one, except for its case. */
static bool is_decided(const elman_correction_work *work, const elman_reading *decided, uint32_t number) {
  bool is_literal = decided->number == ELMAN_LITERAL || decided->number == work->same;
  return number == decided->number || (is_literal && (number == ELMAN_LITERAL || number == work->same));
}

static void remember(const elman_correction_work *work, const elman_reading *reading) {
  char shown[ELMAN_WORD_CAPACITY];
  const elman_session *session = work->session;
  elman_view text = {session->prefix, session->prefix_length};
  if (reading->number != ELMAN_LITERAL)
    text = (elman_view){shown, elman_write_shown(work, reading->number, shown, sizeof shown)};
  if (text.length > 0)
    elman_recent_add(&session->corrector->recent.latest, text, id_of(work, reading->number), reading->score);
}

void elman_remember_readings(elman_correction_work *work, const elman_reading *decided) {
  if (work->is_wanted || is_spaced(decided->number) || elman_is_single_letter(work)) return;
  remember(work, decided);
  for (size_t i = 0; i < work->readings.count; i++) {
    const elman_reading *reading = &work->readings.found[i];
    if (reading->score < decided->score - WINDOW) break;
    if (!is_spaced(reading->number) && !is_decided(work, decided, reading->number)) remember(work, reading);
  }
}
