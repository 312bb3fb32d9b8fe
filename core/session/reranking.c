/*
 * Orders the most likely words by a score, a weighted sum of features. tools/reranking.py learned the weights
 * from other people's messages, replayed with a profile for each writer.
 *
 * A mixture of distributions cannot express all that a profile knows: that a likely word was never typed,
 * that one was typed a moment ago, or that one followed the last word but one.
 */
#include <math.h>
#include <string.h>

#include "mixing/reranking_weights.h"
#include "session/session.h"
#include "text/characters.h"

#define LEAST_ALONE (-25.0)
/* The number of earlier tokens of a message to look at. */
#define MESSAGE_TOKENS 32

/* A word to describe. */
typedef struct {
  const elman_session *session;
  uint32_t number;  /* in a ranking */
  uint32_t learned; /* in the profile, or ELMAN_NO_NODE */
  elman_view written;
  float probability;
} ranked_word;

static double log_of_count(double count) { return log(1 + count); }

static uint32_t learned_word(const elman_session *session, uint32_t number, elman_view written) {
  uint32_t size = session->model->vocabulary.size;
  if (number >= size && number < elman_first_tail_number(session->model)) return number - size;
  char folded[ELMAN_LONGEST_WORD];
  elman_view key;
  if (!elman_fold_word(written, folded, &key)) return ELMAN_NO_NODE;
  return elman_word_find(&session->mixture.profile->counts, key);
}

/* -- the message --------------------------------------------------------------------------------------- */

/* Whether the message before the cursor, or its last sentence if the model's segments are sentences, has a
 * word. The last ids of the context are those of the last tokens. */
static bool is_said(const ranked_word *of) {
  const elman_session *session = of->session;
  const elman_text_workspace *workspace = &session->workspace;
  bool is_entry = of->number < session->model->vocabulary.size;
  uint32_t wanted = is_entry ? of->number : ELMAN_UNKNOWN;
  for (size_t back = 1; back <= MESSAGE_TOKENS && back <= workspace->token_count; back++) {
    if (back >= session->context_length) return false;
    uint32_t id = (uint32_t)session->context[session->context_length - back];
    const elman_text_token *token = &workspace->tokens[workspace->token_count - back];
    if (id == ELMAN_END) return false;
    if (id == wanted &&
        (is_entry || elman_fold_alike(of->written, (elman_view){token->text, token->length})))
      return true;
  }
  return false;
}

/* -- features ------------------------------------------------------------------------------------------ */

/* The log-probability by the network. */
static double log_alone(const ranked_word *of, const elman_output *output) {
  const elman_mixture *mixture = &of->session->mixture;
  double found;
  if (of->number < of->session->model->vocabulary.size)
    found = output->logits[of->number];
  else if (of->learned != ELMAN_NO_NODE)
    found = output->logits[ELMAN_UNKNOWN] + log(mixture->spellings[of->learned]);
  else
    found = output->logits[ELMAN_UNKNOWN] +
            log(of->probability / mixture->probabilities[ELMAN_UNKNOWN]);
  found -= output->log_normaliser;
  return found > LEAST_ALONE ? found : LEAST_ALONE;
}

/* What the profile counted for a word that it has. */
static void describe_counts(const ranked_word *of, double *features) {
  const elman_mixture *mixture = &of->session->mixture;
  const elman_counts *counts = &mixture->profile->counts;
  features[ELMAN_FREQUENT] = log(mixture->factors[of->learned]);
  features[ELMAN_AGE] = log_of_count(counts->clock - counts->words[of->learned].last);
  features[ELMAN_AFTER_SKIPPED] = log_of_count(mixture->skipped[of->learned]);
  if (mixture->blend.known == 0) return;
  uint32_t node = elman_gram_find(counts, mixture->blend.contexts[1], of->learned);
  if (node == ELMAN_NO_NODE) return;
  const elman_gram *gram = elman_gram_at(counts, node);
  features[ELMAN_AFTER_LAST] = log_of_count(gram->effective);
  features[ELMAN_AFTER_LAST_AGE] = log_of_count(elman_tick(counts->clock) - gram->last);
}

static void describe_ranked(const ranked_word *of, const elman_output *output,
                     double features[ELMAN_FEATURES]) {
  const elman_session *session = of->session;
  elman_view typed = {session->prefix, session->prefix_length};
  bool is_known = of->learned != ELMAN_NO_NODE, said = is_said(of);
  bool is_entry = of->number < session->model->vocabulary.size;
  memset(features, 0, ELMAN_FEATURES * sizeof *features);
  features[ELMAN_MIXED] = log(of->probability);
  features[ELMAN_ALONE] = log_alone(of, output);
  features[ELMAN_NEVER] = !is_known;
  features[ELMAN_SAID] = said;
  features[ELMAN_SAID_BEFORE] = said && is_known;
  features[ELMAN_RARE] = !is_entry && !is_known;
  features[ELMAN_OWN] = !is_entry && is_known;
  features[ELMAN_LEFT] = (double)elman_characters_in(of->written) - (double)elman_characters_in(typed);
  features[ELMAN_SAME_CASE] = !session->sentence_start && of->written.length >= typed.length &&
                              memcmp(of->written.bytes, typed.bytes, typed.length) == 0;
  if (is_known) describe_counts(of, features);
}

/* -- ranks --------------------------------------------------------------------------------------------- */

static double weighted_sum(const elman_session *session, const double features[ELMAN_FEATURES]) {
  size_t typed = elman_characters_in((elman_view){session->prefix, session->prefix_length});
  const float *weights =
      reranking_weights[typed < ELMAN_TYPED_RANGES ? typed : ELMAN_TYPED_RANGES - 1];
  double score = 0;
  for (int i = 0; i < ELMAN_FEATURES; i++) score += weights[i] * features[i];
  return score;
}

void elman_session_rerank(elman_session *session, const elman_output *output, elman_ranking *best) {
  elman_reranked *done = &session->reranked;
  double scores[ELMAN_RERANKED], features[ELMAN_FEATURES];
  double odds = log(session->mixture.profile->weights.overlooked);
  done->count = best->count < ELMAN_RERANKED ? best->count : ELMAN_RERANKED;
  elman_refusals_update(&session->refusals, &session->mixture.watched,
                        (elman_view){session->prefix, session->prefix_length});
  for (size_t i = 0, place; i < done->count; i++) {
    elman_view written = elman_session_word(session, best->numbers[i]);
    ranked_word of = {session, best->numbers[i], learned_word(session, best->numbers[i], written), written,
                    best->values[i]};
    describe_ranked(&of, output, features);
    double score = weighted_sum(session, features) +
                   odds * elman_times_refused(&session->refusals, of.number);
    for (place = i; place > 0 && score > scores[place - 1]; place--) {
      scores[place] = scores[place - 1];
      best->numbers[place] = best->numbers[place - 1];
      best->values[place] = best->values[place - 1];
      memcpy(done->features[place], done->features[place - 1], sizeof features);
    }
    scores[place] = score;
    best->numbers[place] = of.number;
    best->values[place] = of.probability;
    memcpy(done->features[place], features, sizeof features);
  }
}
