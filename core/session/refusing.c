/*
 * How attentive the user is follows from the words that are typed. Each time that a word was among the first
 * suggestions before it was finished, it was either overlooked or taken. The share of those that were overlooked is a
 * running mean.
 */
#include "session/refusing.h"

#include <math.h>
#include <string.h>

#include "session/session.h"

/* The part of a mean that one suggestion replaces. */
#define RENEWED (1.0 / 32)
/* Even an attentive user may overlook a suggestion. */
#define LEAST_OVERLOOKED (1.0 / 16)

static bool is_same_place(const elman_place_in_text *one, const elman_place_in_text *other) {
  return one->length == other->length && one->tokens == other->tokens && one->lines == other->lines &&
         one->digest == other->digest && one->version == other->version;
}

/* Whether a prefix starts with that of the last call. */
static bool goes_on(const elman_refusals *refusals, elman_view prefix) {
  return prefix.length >= refusals->prefix_length &&
         memcmp(prefix.bytes, refusals->prefix, refusals->prefix_length) == 0;
}

void elman_refusals_update(elman_refusals *refusals, const elman_place_in_text *place,
                           elman_view prefix) {
  bool is_same = is_same_place(place, &refusals->place) && goes_on(refusals, prefix);
  if (!is_same)
    refusals->refused = 0;
  else if (prefix.length > refusals->prefix_length)
    refusals->refused = refusals->count;
  refusals->count = refusals->refused;
  bool fits = prefix.length <= sizeof refusals->prefix;
  refusals->place = fits ? *place : (elman_place_in_text){0};
  refusals->prefix_length = fits ? prefix.length : 0;
  memcpy(refusals->prefix, prefix.bytes, refusals->prefix_length);
}

void elman_refusals_add(elman_refusals *refusals, const elman_ranking *suggested) {
  for (size_t i = 0; i < suggested->count && i < ELMAN_READ; i++)
    if (refusals->count < ELMAN_MOST_REFUSED)
      refusals->numbers[refusals->count++] = suggested->numbers[i];
}

int elman_times_refused(const elman_refusals *refusals, uint32_t number) {
  int times = 0;
  for (size_t i = 0; i < refusals->refused; i++) times += refusals->numbers[i] == number;
  return times;
}

static void renew(double *overlooked, int is_overlooked) {
  *overlooked += RENEWED * (is_overlooked - *overlooked);
  *overlooked = fmax(*overlooked, LEAST_OVERLOOKED);
}

void elman_session_settle(elman_session *session, elman_view token) {
  const elman_refusals *refusals = &session->refusals;
  double *overlooked = &session->mixture.profile->weights.overlooked;
  if (!is_same_place(&refusals->place, &session->mixture.watched)) return;
  for (size_t i = 0; i < refusals->count; i++)
    if (elman_fold_alike(elman_session_word(session, refusals->numbers[i]), token))
      renew(overlooked, i < refusals->refused);
}
