/* Mixes the network's probabilities with what a profile counted. */
#ifndef ELMAN_MIXING_H
#define ELMAN_MIXING_H

#include "profile/profile.h"
#include "session/opened_model.h"
#include "session/weights.h"
#include "text/text.h"

/* The network's output after one position of the context. */
typedef struct {
  size_t place; /* position in the context; SIZE_MAX: none */
  uint64_t used;
  uint64_t step; /* number of the session's step that computed it; no other output has the same */
  double log_normaliser;
  float *logits; /* [vocabulary] */
} elman_output;

/* How much each order counts after one context: the probability of a word is `network` times that by the
 * network, plus, for each order, `weights` times its count after this order's context. */
typedef struct {
  int known;                        /* the last tokens that the profile knows */
  uint32_t contexts[ELMAN_ORDERS];  /* nodes of the last 1, 2, ... tokens, from place 1 */
  int peak;                         /* the range of the network's highest probability */
  elman_range ranges[ELMAN_ORDERS];
  double used[ELMAN_ORDERS]; /* the weight of each order against those below it */
  double network, weights[ELMAN_ORDERS];
} elman_blend;

/* The context for which a session computed its blend last, to learn from the word that is typed there. */
typedef struct {
  size_t length;   /* ids of the context; 0: none */
  size_t tokens;   /* of the last line */
  size_t lines;    /* bytes of the lines before it */
  uint64_t digest; /* of the ids */
  uint64_t version;
} elman_place_in_text;

/* What a session needs to use a profile. */
typedef struct {
  elman_profile *profile;
  elman_blend blend;    /* after the text that was read */
  uint64_t step;        /* of the network's output that `blend` was computed with; 0: none */
  uint64_t revision;    /* of the profile then */
  bool mixed;           /* whether `probabilities` are those of `blend` */
  uint64_t count;       /* how often they were computed */
  elman_weights weights;
  elman_place_in_text watched;
  float *probabilities; /* [vocabulary + ELMAN_MOST_WORDS], entries and then words of the profile */
  uint32_t *ids;        /* [ELMAN_MOST_WORDS], of the profile's words; ELMAN_UNKNOWN if not an entry */
  float *spellings;     /* [ELMAN_MOST_WORDS], their probability among words that are not entries */
  uint32_t *tails;      /* [ELMAN_MOST_WORDS], their ids among the tail words, or ELMAN_UNKNOWN */
  bool *blocked;        /* [ELMAN_MOST_WORDS], whether the model's blocklist has them */
  uint32_t *learned;    /* [ids of tail words], the profile's words, or ELMAN_NO_NODE */
  uint64_t version;     /* of the profile's numbers of words */
  uint64_t blocklist;   /* version of the model's blocklist */
  size_t identified;    /* words whose id is known */
  elman_trie trie;      /* of the first `spelled` words, without entries */
  elman_trie_word *trie_words; /* [ELMAN_MOST_WORDS], scratch memory */
  size_t spelled;
  float *reached; /* [nodes], the highest log-probability below each node of the trie */
} elman_mixture;

/* Allocate memory. Returns false if there is not enough. */
bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, const elman_model *model);
void elman_mixture_close(elman_mixture *mixture);

/* Set the contexts of a blend to those after the tokens of a message, without weights. */
void elman_blend_start(const elman_profile *profile, elman_blend *blend,
                       const elman_text_token *tokens, size_t count);
/* Whether the contexts of two blends are the same. */
bool elman_blend_is_at(const elman_blend *one, const elman_blend *other);
/* Move the contexts on by a token. */
void elman_blend_go_on(const elman_profile *profile, elman_blend *blend, elman_view token);
/* Compute the weights. `highest` is the network's highest probability. */
void elman_blend_weigh(const elman_profile *profile, const elman_weights *weights, double highest,
                       elman_blend *blend);
/* Whether the profile changes the network's probabilities: an empty one does not. */
static inline bool elman_blend_mixes(const elman_blend *blend) { return blend->network < 1; }

/* The probability of a word that has the probability `network` by the network. */
double elman_mixed(const elman_profile *profile, const elman_blend *blend, elman_view token,
                   double network);

/* Adapt the weights to a word that was typed after the blend's context. `network` is its probability by
 * the network. */
void elman_mixture_adapt(elman_mixture *mixture, elman_view token, double network);

/* Compute the probabilities of all words from the network's logits, unless they are known already. */
void elman_mix(elman_mixture *mixture, const elman_model *model, const elman_output *output,
               char *scratch, size_t capacity);

/* Update the trie of the profile's words, after `elman_mix`. Returns whether it changed. */
bool elman_mixture_spell(elman_mixture *mixture);

#endif
