/* Mixes the network's probabilities with what a profile counted. */
#ifndef ELMAN_MIXING_H
#define ELMAN_MIXING_H

#include "model/vocabulary.h"
#include "profile/profile.h"
#include "text/text.h"

/* How much each order counts after one context: the probability of a word is `network` times that by the
 * network, plus, for each order, `weights` times its count after this order's context. */
typedef struct {
  int known;                        /* the last tokens that the profile knows */
  uint32_t contexts[ELMAN_ORDERS];  /* nodes of the last 1, 2, ... tokens, from place 1 */
  double network, weights[ELMAN_ORDERS];
} elman_blend;

/* What a session needs to use a profile. */
typedef struct {
  elman_profile *profile;
  elman_blend blend;    /* after the text that was read */
  float *probabilities; /* [vocabulary + ELMAN_MOST_WORDS], entries and then words of the profile */
  uint32_t *ids;        /* [ELMAN_MOST_WORDS], of the profile's words; ELMAN_UNKNOWN if not an entry */
  float *spellings;     /* [ELMAN_MOST_WORDS], their probability among words that are not entries */
  uint64_t version;     /* of the profile's numbers of words */
  size_t identified;    /* words whose id is known */
} elman_mixture;

/* Allocate memory. Returns false if there is not enough. */
bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, size_t vocabulary_size);
void elman_mixture_close(elman_mixture *mixture);

/* Set the contexts of a blend to those after the tokens of a message, without weights. */
void elman_blend_start(const elman_profile *profile, elman_blend *blend,
                       const elman_text_token *tokens, size_t count);
/* Move the contexts on by a token. */
void elman_blend_go_on(const elman_profile *profile, elman_blend *blend, elman_view token);
/* Compute the weights. */
void elman_blend_weigh(const elman_profile *profile, elman_blend *blend);

/* The probability of a word that has the probability `network` by the network. */
double elman_mixed(const elman_profile *profile, const elman_blend *blend, elman_view token,
                   double network);

/* Compute the probabilities of all words from the network's logits. */
void elman_mix(elman_mixture *mixture, const elman_vocabulary *vocabulary, const float *logits,
               double log_normaliser, char *scratch, size_t capacity);

#endif
