/*
 * What sessions learn while the user types. It belongs to the profile, so that the next session goes on with
 * it, but only `elman_learn` keeps it: text that must not be learned leaves no trace in the file.
 */
#include <math.h>
#include <string.h>

#include "profile/profile.h"

#define FIRST_DISTRUST 0.05
#define FIRST_OVERLOOKED 0.5

void elman_weights_reset(elman_profile *profile) {
  memset(&profile->weights, 0, sizeof profile->weights);
  profile->weights.distrust = FIRST_DISTRUST;
  profile->weights.overlooked = FIRST_OVERLOOKED;
  elman_weights_keep(profile);
}

static int16_t rounded_logit(float logit) {
  float parts = roundf(logit * ELMAN_LOGIT_PARTS);
  return (int16_t)(parts > INT16_MAX ? INT16_MAX : parts < -INT16_MAX ? -INT16_MAX : parts);
}

/* A share that is neither 0 nor more than 1. */
static uint16_t rounded_share(double share) {
  double parts = round(share * ELMAN_SHARE_PARTS);
  return (uint16_t)(parts < 1 ? 1 : parts > ELMAN_SHARE_PARTS ? ELMAN_SHARE_PARTS : parts);
}

static bool is_share(uint16_t parts) { return parts > 0 && parts <= ELMAN_SHARE_PARTS; }

/* The places of all logits in turn. */
static float *logit_at(elman_weights *weights, size_t place) {
  size_t counts = sizeof weights->counts / sizeof(float);
  return place < counts ? &weights->counts[0][0][0] + place : &weights->peaks[0][0] + (place - counts);
}

void elman_weights_keep(elman_profile *profile) {
  for (size_t i = 0; i < ELMAN_LOGITS; i++)
    profile->kept.logits[i] = rounded_logit(*logit_at(&profile->weights, i));
  profile->kept.distrust = rounded_share(profile->weights.distrust);
  profile->kept.overlooked = rounded_share(profile->weights.overlooked);
  elman_weights_restore(profile);
}

bool elman_weights_restore(elman_profile *profile) {
  const elman_kept_weights *kept = &profile->kept;
  for (size_t i = 0; i < ELMAN_LOGITS; i++) {
    if (kept->logits[i] < -INT16_MAX) return false;
    *logit_at(&profile->weights, i) = (float)kept->logits[i] / ELMAN_LOGIT_PARTS;
  }
  profile->weights.distrust = (double)kept->distrust / ELMAN_SHARE_PARTS;
  profile->weights.overlooked = (double)kept->overlooked / ELMAN_SHARE_PARTS;
  return is_share(kept->distrust) && is_share(kept->overlooked);
}
