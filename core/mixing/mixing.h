/* Mixes the network's probabilities with what a profile counted. */
#ifndef ELMAN_MIXING_H
#define ELMAN_MIXING_H

#include "profile/profile.h"
#include "network/opened_model.h"
#include "mixing/weights.h"
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
 * network, plus `adapted` times the same after adaptation to the user, plus, for each order, `weights` times
 * its count after this order's context. */
typedef struct {
  int known;                        /* the last tokens that the profile knows */
  uint32_t contexts[ELMAN_ORDERS];  /* nodes of the last 1, 2, ... tokens, from place 1 */
  uint32_t last, before;            /* the last word, and the one before it; or ELMAN_NO_NODE */
  int peak;                         /* the range of the network's highest probability */
  elman_sums sums[ELMAN_ORDERS]; /* of the counts after each context */
  elman_range ranges[ELMAN_ORDERS];
  double used[ELMAN_ORDERS]; /* the weight of each order against those below it */
  bool mixes; /* whether there are counts; without them, the probabilities are the network's */
  double network, adapted, weights[ELMAN_ORDERS];
  double normaliser; /* of the adapted probabilities: their sum before they are divided by it */
} elman_blend;

/* What the network says about a token: the probability of its id and, for ELMAN_UNKNOWN, the probability of
 * its spelling among all unknown words; 1 for entries. */
typedef struct {
  uint32_t id;
  double probability, spelling;
} elman_guess;

/* The context for which a session computed its blend last, to learn from the word that is typed there. */
typedef struct {
  size_t length;   /* ids of the context; 0: none */
  size_t tokens;   /* of the last line */
  size_t lines;    /* bytes of the lines before it */
  uint64_t digest; /* of the ids */
  uint64_t version;
} elman_place_in_text;

/* An entry that is adapted, and how much more likely it becomes. */
typedef struct {
  uint32_t id;
  float factor;
} elman_adapted_entry;

/* A word of the profile outside the vocabulary: its place in `probabilities`, and its parts in the probability
 * of `<unk>` without and with adaptation. */
typedef struct {
  uint32_t place;
  float spelling;
  double adapted;
} elman_new_word;

/* A word that was counted: its place in `probabilities`. */
typedef struct {
  uint32_t place;
  float count;
} elman_counted_word;

/* Not yet, or with or without adaptation. */
typedef enum { ELMAN_NOT_MIXED = 0, ELMAN_MIXED_PLAIN, ELMAN_MIXED_ADAPTED } elman_mixed_state;

/* What a session needs to use a profile. */
typedef struct {
  elman_profile *profile;
  elman_blend blend;    /* after the text that was read */
  uint64_t step;        /* of the network's output that `blend` was computed with; 0: none */
  uint64_t revision;    /* of the profile then */
  elman_sums sums;      /* of all words' counts */
  uint64_t count;       /* how often they were computed */
  elman_mixed_state mixed; /* how `probabilities` were computed from `blend` */
  elman_place_in_text watched;
  float *probabilities; /* [vocabulary + ELMAN_MOST_WORDS], entries and then words of the profile */
  uint32_t *ids;        /* [ELMAN_MOST_WORDS], of the profile's words; ELMAN_UNKNOWN if not an entry */
  float *spellings;     /* [ELMAN_MOST_WORDS], their probability among words that are not entries */
  uint32_t *tails;      /* [ELMAN_MOST_WORDS], their ids among the tail words, or ELMAN_UNKNOWN */
  bool *blocked;        /* [ELMAN_MOST_WORDS], whether the model's blocklist has them */
  uint32_t *skipped;    /* [ELMAN_MOST_WORDS], how often each followed `blend.before` and any word */
  uint32_t *learned;    /* [ids of tail words], the profile's words, or ELMAN_NO_NODE */
  float *rarities;      /* [ELMAN_MOST_WORDS], for entries, the inverse of their expected counts */
  float *factors;       /* [ELMAN_MOST_WORDS], how much more likely entries become; 1 for other words */
  elman_adapted_entry *adapted; /* [ELMAN_MOST_WORDS], the words whose factor is greater than 1 */
  size_t adapted_count;
  elman_new_word *new_words; /* [ELMAN_MOST_WORDS] */
  size_t new_count;
  elman_counted_word *counted; /* [ELMAN_MOST_WORDS], with effective counts */
  size_t counted_count;
  double unknown_count; /* how often words outside the vocabulary were typed */
  double unknown_part;  /* their words' part in the probability of `<unk>` after adaptation */
  double unknown_factor;
  uint64_t version;     /* of the profile's numbers of words */
  uint64_t blocklist;   /* version of the model's blocklist */
  size_t identified;    /* words whose id is known */
  elman_trie trie;      /* of the first `spelled` words, without entries */
  elman_trie_word *trie_words; /* [ELMAN_MOST_WORDS], scratch memory */
  size_t spelled;
  float *reached; /* [nodes], the highest probability below each node of the trie */
} elman_mixture;

/* Words of three lists have one sequence of numbers: first the ids of the vocabulary, then, from its size on,
 * the words of a profile, and then the ids of the tail. Returns the number of the tail's id 0. */
static inline uint32_t elman_first_tail_number(const elman_model *model) {
  return model->vocabulary.size + ELMAN_MOST_WORDS;
}

/* Allocate memory. Returns false if there is not enough. */
bool elman_mixture_open(elman_mixture *mixture, elman_profile *profile, const elman_model *model);
void elman_mixture_close(elman_mixture *mixture);

/* -- blends (blending.c) ------------------------------------------------------------------------------- */

/* Set the contexts of a blend to those after the tokens of a message, without weights. */
void elman_blend_start(const elman_profile *profile, elman_blend *blend,
                       const elman_text_token *tokens, size_t count);
/* Whether the contexts of two blends are the same. */
bool elman_blend_is_at(const elman_blend *one, const elman_blend *other);
/* Move the contexts on by a token. */
void elman_blend_go_on(const elman_profile *profile, elman_blend *blend, elman_view token);
/* Compute the weights from the network's output after the same context. */
void elman_blend_weigh(const elman_mixture *mixture, const float *logits, double log_normaliser,
                       size_t vocabulary_size, elman_blend *blend);

/* The probability of a token. */
double elman_mixed(const elman_mixture *mixture, const elman_blend *blend, elman_view token,
                   elman_guess guess);

/* Adapt the weights to a token that was typed after the blend's context; no bytes: the end of a message. */
void elman_mixture_adapt(elman_mixture *mixture, elman_view token, elman_guess guess);

/* -- adaptation (adaptation.c) ------------------------------------------------------------------------- */

/* The inverse of how often an entry would be expected; 0 if that is not known, so it is not adapted. */
float elman_rarity_of(const elman_tail *tail, uint32_t id);
/* The sum of the network's probabilities times their factors. */
double elman_sum_adapted(const elman_mixture *mixture, const float *logits, double log_normaliser);
/* The probability of a word's spelling among unknown words, after adaptation. `word` is the profile's number
 * or ELMAN_NO_NODE. */
double elman_adapted_spelling(const elman_mixture *mixture, uint32_t word, double spelling);
/* Compute the factors, and how much of `<unk>` belongs to the user's words. */
void elman_find_factors(elman_mixture *mixture, const elman_model *model);

/* -- all words (mixing.c) ------------------------------------------------------------------------------ */

/* Look up the words that the profile learned since the last call, and compute what does not depend on the
 * context. */
void elman_mixture_identify(elman_mixture *mixture, const elman_model *model, char *scratch,
                            size_t capacity);

/* Compute the probabilities of all words from the network's logits, unless they are known already. With a
 * typed prefix, they are not adapted: this saves more keys. */
void elman_mix(elman_mixture *mixture, const elman_model *model, const elman_output *output,
               bool has_prefix);

/* Update the trie of the profile's words, after `elman_mix`. Returns whether it changed. */
bool elman_mixture_spell(elman_mixture *mixture);

#endif
