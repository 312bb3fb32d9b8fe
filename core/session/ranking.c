/*
 * Orders the most likely words by a score: a weighted sum of features. The weights were learned from other
 * people's messages by tools/ranking.py. The features come from the profile, the message and the network.
 *
 * A mixture of distributions cannot express all that counts say: that a word is never typed, although
 * likely, that it was used a moment ago, or that it followed the last word but one.
 */
#include <math.h>
#include <string.h>

#include "session/ranking_weights.h"
#include "session/session.h"

/* Earlier tokens of a message that are looked at. */
#define MESSAGE_TOKENS 32

/* The number of a word in the profile, or ELMAN_NO_NODE. */
static uint32_t word_of(const elman_session *session, uint32_t id, elman_view written) {
  uint32_t size = session->model->vocabulary.size;
  if (id >= size && id < size + ELMAN_MOST_WORDS) return id - size;
  char folded[ELMAN_LONGEST_WORD];
  elman_view key;
  if (!elman_fold_word(written, folded, &key)) return ELMAN_NO_NODE;
  return elman_word_find(&session->mixture.profile->counts, key);
}

static bool is_same_word(elman_view one, elman_view other) {
  char folded[2][ELMAN_LONGEST_WORD];
  elman_view keys[2];
  return elman_fold_word(one, folded[0], &keys[0]) && elman_fold_word(other, folded[1], &keys[1]) &&
         elman_compare(keys[0], keys[1]) == 0;
}

/* Whether a word is in the message or sentence before the cursor. */
static bool is_said(const elman_session *session, uint32_t id, elman_view written) {
  const elman_text_workspace *workspace = &session->workspace;
  uint32_t wanted = id < session->model->vocabulary.size ? id : ELMAN_UNKNOWN;
  for (size_t back = 1; back <= MESSAGE_TOKENS && back < session->context_length; back++) {
    uint32_t found = (uint32_t)session->context[session->context_length - back];
    if (found == ELMAN_END || back > workspace->token_count) return false;
    const elman_text_token *token = &workspace->tokens[workspace->token_count - back];
    if (found == wanted &&
        (id == wanted || is_same_word(written, (elman_view){token->text, token->length})))
      return true;
  }
  return false;
}

static int characters(elman_view text) {
  int count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
  return count;
}

static double log_of_count(double count) { return log(1 + count); }

/* The features of a word that the user has typed. */
static void describe_counts(const elman_mixture *mixture, uint32_t word, double *features) {
  const elman_counts *counts = &mixture->profile->counts;
  const elman_blend *blend = &mixture->blend;
  features[ELMAN_AGE] = log_of_count(counts->clock - counts->words[word].last);
  features[ELMAN_SKIPPED] = mixture->skipped[word] > 0;
  features[ELMAN_SKIPPED_COUNT] = log_of_count(mixture->skipped[word]);
  for (int k = 1; k <= blend->known; k++) {
    uint32_t node = elman_gram_find(counts, blend->contexts[k], word);
    if (node == ELMAN_NO_NODE) return;
    const elman_gram *gram = elman_gram_at(counts, node);
    if (k == 1) {
      features[ELMAN_AFTER_ONE] = log_of_count(gram->effective);
      features[ELMAN_AFTER_ONE_AGE] = log_of_count(elman_tick(counts->clock) - gram->last);
      features[ELMAN_NOT_AFTER_ONE] = 0;
    } else if (k == 2) {
      features[ELMAN_AFTER_TWO] = log_of_count(100.0 * gram->effective / (1 + blend->totals[k]));
    } else {
      features[ELMAN_AFTER_THREE] = 1;
    }
  }
}

static void describe_word(const elman_session *session, const elman_output *output, uint32_t id,
                          float value, double *features) {
  const elman_mixture *mixture = &session->mixture;
  const elman_blend *blend = &mixture->blend;
  uint32_t size = session->model->vocabulary.size;
  elman_view written = elman_session_word(session, id), typed = {session->prefix, session->prefix_length};
  uint32_t word = word_of(session, id, written);
  bool is_known = word != ELMAN_NO_NODE;
  memset(features, 0, ELMAN_FEATURES * sizeof *features);
  features[ELMAN_MIXED] = log(value);
  features[ELMAN_ALONE] = id < size ? output->logits[id] - output->log_normaliser
  : output->logits[ELMAN_UNKNOWN] - output->log_normaliser +
     (is_known ? log(mixture->spellings[word]) : log(value / mixture->probabilities[ELMAN_UNKNOWN]));
  if (features[ELMAN_ALONE] < -25) features[ELMAN_ALONE] = -25;
  features[ELMAN_NEVER] = !is_known;
  features[ELMAN_NEVER_LONG] = is_known ? 0 : log_of_count(mixture->profile->counts.clock + 100.0);
  features[ELMAN_SAID] = is_said(session, id, written);
  features[ELMAN_SAID_KNOWN] = is_known && features[ELMAN_SAID] > 0;
  features[ELMAN_RARE] = id >= size && !is_known;
  features[ELMAN_OWN] = id >= size && is_known;
  if (blend->known > 0) features[ELMAN_NOT_AFTER_ONE] = log_of_count((double)blend->totals[1]);
  features[ELMAN_LEFT] = characters(written) - characters(typed);
  features[ELMAN_LEFT_NEVER] = is_known ? 0 : features[ELMAN_LEFT];
  features[ELMAN_SAME_CASE] = !session->sentence_start && written.length >= typed.length &&
                              memcmp(written.bytes, typed.bytes, typed.length) == 0;
  if (is_known) describe_counts(mixture, word, features);
}

static double score_of(const double *features, const float *weights) {
  double score = 0;
  for (int i = 0; i < ELMAN_FEATURES; i++) score += weights[i] * features[i];
  return score;
}

void elman_session_rank(elman_session *session, const elman_output *output, size_t count, uint32_t *ids,
                        float *values) {
  elman_ranked *ranked = &session->mixture.ranked;
  size_t typed = (size_t)characters((elman_view){session->prefix, session->prefix_length});
  const float *weights = ranking_weights[typed < ELMAN_TYPED_RANGES ? typed : ELMAN_TYPED_RANGES - 1];
  double scores[ELMAN_RANKED], features[ELMAN_FEATURES];
  ranked->count = count < ELMAN_RANKED ? count : ELMAN_RANKED;
  for (size_t i = 0; i < ranked->count; i++) {
    uint32_t id = ids[i];
    float value = values[i];
    size_t place = i;
    describe_word(session, output, id, value, features);
    double score = score_of(features, weights);
    for (; place > 0 && score > scores[place - 1]; place--) {
      scores[place] = scores[place - 1];
      ids[place] = ids[place - 1];
      values[place] = values[place - 1];
      memcpy(ranked->features[place], ranked->features[place - 1], sizeof features);
    }
    scores[place] = score;
    ids[place] = id;
    values[place] = value;
    memcpy(ranked->features[place], features, sizeof features);
  }
}
