/* Weighs the typed word against its other readings, and decides whether the best one should replace it. */
#include <math.h>
#include <string.h>

#include "correction/variants.h"
#include "replacing/correcting.h"
#include "text/characters.h"

/* How much worse a reading may be whose variant is the typed word, in nats. */
#define VARIANT_SLACK 2.5
/* How much better a reading with a space must be than the same one with a hyphen, or the reverse, in nats. */
#define HYPHEN_MARGIN 2
/* How much more than expected a user must slip before a single letter is replaced, in nats. */
#define SLIPPING 0.5

size_t elman_place_of_literal(const elman_readings *readings) {
  size_t place = 0;
  while (readings->found[place].number != ELMAN_LITERAL) place++;
  return place;
}

static elman_view text_of_reading(const elman_correction_work *work, uint32_t number) {
  if (number < ELMAN_SPACED) return elman_reading_word(&work->reader, number);
  const elman_spaced_reading *spaced = &work->spaced.found[number - ELMAN_SPACED];
  bool is_here = spaced->replaces == work->written.length;
  return (elman_view){spaced->text, is_here ? spaced->length : 0};
}

/* -- the typed word ------------------------------------------------------------------------------------- */

/* Whether the typed word is a variant of a reading that is likely enough. */
static bool is_variant(const elman_correction_work *work, elman_view key, double literal) {
  for (size_t i = 0; i < work->readings.count; i++) {
    const elman_reading *reading = &work->readings.found[i];
    if (reading->number != ELMAN_LITERAL && reading->score >= literal - VARIANT_SLACK &&
        elman_is_variant(key, text_of_reading(work, reading->number)))
      return true;
  }
  return false;
}

/* Lower the score of a literal reading that is a variant or a misspelling. */
static void lower_variant(elman_correction_work *work, elman_view key) {
  elman_readings *readings = &work->readings;
  size_t place = elman_place_of_literal(readings);
  elman_reading literal = readings->found[place];
  if (!work->is_misspelled && !(work->is_entry && is_variant(work, key, literal.score))) return;
  elman_readings_remove(readings, place);
  literal.score -= work->session->corrector->costs.variant;
  elman_readings_add(readings, &literal);
}

/* Whether a reading has a slip: it differs from the typed word in more than its case and its marks. */
static bool has_slip(const elman_correction_work *work, elman_view key, uint32_t number) {
  if (number == ELMAN_LITERAL || number == work->same) return false;
  return number >= ELMAN_SPACED || !elman_is_variant(key, elman_reading_word(&work->reader, number));
}

/* Change the scores of readings with a slip. */
static void follow_slip_rate(elman_correction_work *work, elman_view key) {
  elman_readings readings = work->readings;
  work->readings.count = 0;
  for (size_t i = 0; i < readings.count; i++) {
    elman_reading reading = readings.found[i];
    if (has_slip(work, key, reading.number)) reading.score += work->slip_nats;
    elman_readings_add(&work->readings, &reading);
  }
}

/* Note how likely a slip is. */
static void note_slip(const elman_correction_work *work, elman_view key) {
  double slips = 0, all = 0;
  for (size_t i = 0; i < work->readings.count; i++) {
    const elman_reading *reading = &work->readings.found[i];
    double part = exp(reading->score - work->readings.found[0].score);
    if (has_slip(work, key, reading->number)) slips += part;
    all += part;
  }
  elman_slip_rate_note(&work->session->corrector->rate, work->is_wanted ? 0 : slips / all);
}

void elman_weigh_literal(elman_correction_work *work, elman_view key) {
  lower_variant(work, key);
  if (work->slip_nats != 0) follow_slip_rate(work, key);
  note_slip(work, key);
}

/* -- certainty ------------------------------------------------------------------------------------------ */

/* Whether the training text has a word at most once. */
static bool is_rare(const elman_correction_work *work, uint32_t number) {
  const elman_model *model = work->session->model;
  uint32_t tail = elman_first_tail_number(model);
  return number >= tail && model->tail.shares[number - tail].share <= model->tail.once;
}

bool elman_is_single_letter(const elman_correction_work *work) {
  elman_view typed = {work->session->prefix, work->session->prefix_length};
  bool is_single = elman_character_at(typed, 0).width == typed.length;
  return is_single && !work->is_touched && work->slip_nats < SLIPPING;
}

/* Whether too little speaks for a reading to be certain of it: it is another letter for a single one, or only changes
 * the case of a rare word. */
static bool is_guess(const elman_correction_work *work, const elman_reading *reading) {
  if (reading->number == work->same) return is_rare(work, reading->number);
  return reading->number < ELMAN_SPACED && elman_is_single_letter(work);
}

/* Whether the best reading has a space and another one, nearly as likely, a hyphen there, or the reverse. */
static bool may_have_hyphen(const elman_correction_work *work) {
  const elman_reading *best = work->readings.found;
  elman_view text = text_of_reading(work, best->number);
  for (size_t i = 1; i < work->readings.count && best->score - best[i].score < HYPHEN_MARGIN; i++)
    if (best[i].number != ELMAN_LITERAL &&
        elman_are_spaced_differently(text, text_of_reading(work, best[i].number)))
      return true;
  return false;
}

bool elman_is_certain(const elman_correction_work *work, double all) {
  const elman_slip_costs *costs = &work->session->corrector->costs;
  const elman_reading *best = work->readings.found;
  double literal = best[elman_place_of_literal(&work->readings)].score - best->score;
  double least = work->is_listed ? costs->certain_known : costs->certain_unknown;
  if (best->number == ELMAN_LITERAL || work->is_wanted || is_guess(work, best) || may_have_hyphen(work))
    return false;
  return exp(best->score - all) >= costs->certain && 1 / (1 + exp(literal)) >= least;
}
