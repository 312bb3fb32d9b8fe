/* Searches all lists of words for the likeliest readings of what was typed. */
#ifndef ELMAN_READINGS_H
#define ELMAN_READINGS_H

#include "correction/recent.h"
#include "correction/slip_rate.h"
#include "correction/slips.h"
#include "mixing/mixing.h"

/* A word and how it matches. */
typedef struct {
  uint32_t number; /* as in rankings */
  float cost;   /* of slips */
  double score; /* log-probabilities of the word and of its slips */
} elman_reading;

/* The literal reading, and others that no search finds. */
#define ELMAN_OWN_READINGS 10

/* The most likely readings, sorted; of equal ones, the one with the lower number comes first. */
typedef struct {
  size_t count, most;
  elman_reading found[ELMAN_MOST_SUGGESTIONS + ELMAN_OWN_READINGS];
} elman_readings;

/* What a session needs to correct words. */
typedef struct {
  elman_slip_costs costs;
  elman_layout layout;
  elman_slips slips;
  elman_slip_rate rate;
  elman_recent_words recent;
  char key[ELMAN_WORD_CAPACITY]; /* the typed word as lists contain it */
  float *values;   /* for each node of the vocabulary's trie: the highest probability below it, or the highest
                    * logit without a profile */
  uint64_t step;   /* of the network's output for which they were computed; 0: none */
  uint64_t mixing; /* of the mixture then */
  bool is_mixed;
} elman_corrector;

/* What gives words their log-probabilities: a network's output, mixed with a profile if there is one. */
typedef struct {
  const elman_model *model;
  elman_mixture *mixture;
  const elman_output *output;
  elman_corrector *corrector;
} elman_reader;

/* The best word for the first typed letters, and its score. */
typedef struct {
  uint32_t number;
  double score;
} elman_half;

/* What to search for. */
typedef struct {
  const elman_reader *reader;
  bool all;       /* whether blocked words are wanted, too */
  bool completes; /* whether the typed letters are the beginning of the word, with at least one slip */
  elman_view key; /* the typed word as lists contain it; it is left out itself */
  double floor;   /* readings with a lower score are left out */
  float limit;    /* and those with more expensive slips */
  elman_half *halves; /* [typed letters], to find a word for each beginning of them instead; or NULL */
  bool is_cut;    /* whether any were */
  bool is_raw;    /* whether the list's branches have probabilities or logits, not their logarithms */
  float shift;    /* otherwise added to these logarithms */
  uint32_t first; /* the number of its id 0 */
  elman_readings *best;
} elman_reading_search;

/* Allocate a corrector with the usual costs and layout; NULL if there is not enough memory. */
elman_corrector *elman_corrector_open(const elman_model *model);
void elman_corrector_close(elman_corrector *corrector);
/* The memory of a corrector. */
size_t elman_corrector_bytes(const elman_model *model);

/* Prepare a search after the text that was read: compute what each list's branches can reach at most. */
void elman_readings_prepare(const elman_reader *reader);

/* Readings whose scores are lower than the best one's by more are left out. */
#define ELMAN_READING_WINDOW 12

/* Find the best readings of the letters with which the session's slips were started. */
void elman_readings_find(elman_reading_search *search);

/* The same in a single pass, which is faster if the floor is high. */
void elman_readings_search(elman_reading_search *search);

/* The log-probability of a word after the text that was read. */
float elman_reading_log(const elman_reader *reader, uint32_t number);

/* The score of a word that no list has, given its key. */
double elman_reading_unknown(const elman_reader *reader, elman_view key);

/* The score of a word of at most ELMAN_WORD_CAPACITY bytes without slips. */
double elman_reading_score(const elman_reader *reader, elman_view word);

/* Whether a word may be offered; with `all`, even if it is blocked. */
bool elman_reading_is_shown(const elman_reader *reader, uint32_t number, bool all);

/* Add a reading, unless it is worse than all that are wanted. */
void elman_readings_add(elman_readings *best, const elman_reading *reading);

/* Take out a reading. */
void elman_readings_remove(elman_readings *readings, size_t place);

/* Find a word in all lists by its key. */
bool elman_reading_find(const elman_reader *reader, elman_view key, uint32_t *number);

/* How a word is written. */
elman_view elman_reading_word(const elman_reader *reader, uint32_t number);

#endif
