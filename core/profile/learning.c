/* Learns from texts: splits them into tokens, leaves out secrets, and counts n-grams. */
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "profile/keeping.h"
#include "profile/profile.h"
#include "text/rules.h"
#include "text/text.h"

/* Tokens to keep for finding starts of sentences. */
#define RECENT 8

/* A text while it is learned. */
typedef struct {
  elman_profile *profile;
  elman_counts *counts;
  uint32_t contexts[ELMAN_ORDERS]; /* the nodes of the last 1, 2, ... tokens, from place 1 */
  uint32_t times[ELMAN_ORDERS];    /* the clock at the last 1, 2, ... tokens */
  int known;                       /* the number of tokens before the current one that are known */
  bool in_message;
  elman_text_token recent[RECENT]; /* the last tokens of the message */
  size_t recent_count;
} lesson;

/* -- counting ------------------------------------------------------------------------------------------ */

static void add_one(uint16_t *count) { *count = (uint16_t)(*count + (*count < ELMAN_MOST_TIMES)); }

/* Count a word after a context. Returns the node, and whether it is new. */
static uint32_t count_after(elman_counts *counts, uint32_t context, uint32_t word, bool counts_new,
                            bool *is_new) {
  uint32_t node = elman_gram_find(counts, context, word);
  *is_new = node == ELMAN_NO_NODE;
  if (*is_new) node = elman_gram_add(counts, context, word);
  add_one(&elman_gram_at(counts, node)->count);
  if (counts_new || *is_new) add_one(&elman_gram_at(counts, node)->effective);
  return node;
}

/* Count a word after each known context, longest first. An order's `effective` count grows only if the
 * longer n-grams are new. The time of an n-gram is that of its first token, so it is never later than
 * that of a part of it. */
static void count_word(lesson *of, uint32_t word) {
  elman_counts *counts = of->counts;
  uint32_t next[ELMAN_ORDERS + 1];
  bool counts_new = true, is_new;
  for (int k = of->known; k > 0; k--) {
    next[k + 1] = count_after(counts, of->contexts[k], word, counts_new, &is_new);
    elman_gram_at(counts, next[k + 1])->last = elman_tick(of->times[k]);
    counts_new = counts_new && is_new;
  }
  next[1] = word;
  if (counts_new) add_one(&counts->words[word].effective);
  /* `</s>` is counted at the start of a message, so that its count is never less than that of a
   * continuation. */
  if (word != ELMAN_PROFILE_END) add_one(&counts->words[word].count);
  counts->words[word].last = counts->clock;
  of->known = of->known + 1 < ELMAN_ORDERS ? of->known + 1 : ELMAN_ORDERS - 1;
  for (int k = of->known; k > 0; k--) {
    of->contexts[k] = next[k];
    of->times[k] = k > 1 ? of->times[k - 1] : counts->clock;
  }
}

static void make_room(lesson *of) {
  if (elman_counts_have_room(of->counts)) return;
  elman_counts_fade(of->counts);
  /* The nodes have moved. */
  of->known = 0;
}

/* -- messages ------------------------------------------------------------------------------------------ */

static void start_message(lesson *of) {
  add_one(&of->counts->words[ELMAN_PROFILE_END].count);
  of->counts->words[ELMAN_PROFILE_END].last = of->counts->clock;
  of->contexts[1] = ELMAN_PROFILE_END;
  of->times[1] = of->counts->clock;
  of->known = 1;
  of->in_message = true;
  of->recent_count = 0;
}

static void end_message(lesson *of) {
  if (!of->in_message) return;
  make_room(of);
  count_word(of, ELMAN_PROFILE_END);
  of->in_message = false;
}

static void remember_token(lesson *of, elman_view token) {
  if (of->recent_count == RECENT)
    memmove(of->recent, of->recent + 1, --of->recent_count * sizeof *of->recent);
  of->recent[of->recent_count++] =
      (elman_text_token){token.bytes, token.length, ELMAN_TEXT_INSIDE};
}

/* Find or add the word of a token. ELMAN_NO_NODE: it must not be kept. */
static uint32_t word_of(lesson *of, elman_view token, bool may_keep) {
  char folded[ELMAN_LONGEST_WORD];
  elman_view key;
  if (!elman_fold_word(token, folded, &key)) return ELMAN_NO_NODE;
  uint32_t word = elman_word_find(of->counts, key);
  /* Of a text that must not be kept, only an address that the user asked for counts. */
  if (word != ELMAN_NO_NODE) return may_keep || !elman_may_keep(token) ? word : ELMAN_NO_NODE;
  if (!may_keep || elman_is_forgotten(of->profile, key)) return ELMAN_NO_NODE;
  return elman_word_add(of->counts, key, token);
}

static void learn_token(lesson *of, elman_view token, bool may_keep) {
  bool starts = elman_text_starts_sentence(of->recent, of->recent_count);
  if (!of->in_message) {
    start_message(of);
    starts = true;
  }
  remember_token(of, token);
  make_room(of);
  uint32_t word = word_of(of, token, may_keep);
  if (word == ELMAN_NO_NODE) {
    of->known = 0;
    return;
  }
  if (elman_text_is_word(token.bytes, token.length) && of->counts->clock < UINT32_MAX)
    of->counts->clock++;
  /* A capital at the start of a sentence says nothing about a word. */
  if (!starts) elman_word_vote(of->counts, word, token);
  count_word(of, word);
}

/* Learn a normalised text. Each line is a message. */
static void learn_text(lesson *of, elman_view text) {
  elman_scanner tokens = elman_scan(text), chunks = elman_scan(text);
  elman_view token, chunk;
  bool may_keep = false;
  while (elman_next_token(&tokens, &token)) {
    if (tokens.line_ended) end_message(of);
    while (chunks.end <= tokens.start && elman_next_chunk(&chunks, &chunk))
      may_keep = elman_may_keep(chunk);
    learn_token(of, token, may_keep);
  }
  end_message(of);
}

elman_status elman_learn(elman_profile *profile, const char *text, size_t length,
                         elman_error *error) {
  size_t produced;
  if (profile == NULL || (text == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or text is NULL");
  if (length > PTRDIFF_MAX / 4)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the text is too long: %zu bytes", length);
  size_t capacity = ELMAN_TEXT_CAPACITY(length);
  char *normal = malloc(capacity);
  if (normal == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the text");
  elman_status status = elman_profile_change(profile, error);
  if (!status && elman_text_normalise(text == NULL ? "" : text, length, normal, capacity,
                                      &produced) != ELMAN_TEXT_OK) {
    status = elman_fail(error, ELMAN_ERROR_TEXT, "the text is not UTF-8 at byte %zu", produced);
    elman_profile_leave(profile);
  }
  if (!status) {
    lesson of = {.profile = profile, .counts = &profile->counts};
    learn_text(&of, (elman_view){normal, produced});
    elman_weights_keep(profile);
    elman_profile_leave(profile);
  }
  elman_wipe(normal, capacity);
  free(normal);
  return status;
}
