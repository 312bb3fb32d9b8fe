/* The words of a profile, sorted by their folded bytes. */
#include <stdlib.h>
#include <string.h>

#include "profile/profile.h"
#include "text/text.h"

static size_t slots_for(size_t grams) {
  size_t slots = 1;
  while (slots < 2 * grams) slots *= 2;
  return slots;
}

bool elman_counts_open(elman_counts *counts, size_t scale) {
  *counts = (elman_counts){.word_capacity = scale * ELMAN_MOST_WORDS,
                           .gram_capacity = scale * ELMAN_MOST_GRAMS,
                           .text_capacity = scale * ELMAN_MOST_WORD_BYTES};
  size_t slots = slots_for(counts->gram_capacity);
  counts->slot_mask = (uint32_t)slots - 1;
  counts->words = malloc(counts->word_capacity * sizeof *counts->words);
  counts->sorted = malloc(counts->word_capacity * sizeof *counts->sorted);
  counts->map = malloc(counts->word_capacity * sizeof *counts->map);
  counts->texts = malloc(counts->text_capacity);
  counts->grams = malloc(counts->gram_capacity * sizeof *counts->grams);
  counts->slots = calloc(slots, sizeof *counts->slots);
  bool enough = counts->words != NULL && counts->sorted != NULL && counts->map != NULL &&
                counts->texts != NULL && counts->grams != NULL && counts->slots != NULL;
  if (enough)
    elman_counts_clear(counts);
  else
    elman_counts_close(counts);
  return enough;
}

void elman_counts_close(elman_counts *counts) {
  free(counts->words);
  free(counts->sorted);
  free(counts->map);
  free(counts->texts);
  free(counts->grams);
  free(counts->slots);
  *counts = (elman_counts){0};
}

void elman_counts_clear(elman_counts *counts) {
  if (counts->gram_count > 0)
    memset(counts->slots, 0, ((size_t)counts->slot_mask + 1) * sizeof *counts->slots);
  elman_wipe(counts->texts, counts->text_length);
  counts->clock = 0;
  counts->version++;
  counts->word_count = counts->word_bytes = counts->text_length = 0;
  counts->gram_count = counts->gram_bytes = 0;
  elman_word_add(counts, (elman_view){"", 0}, (elman_view){"", 0});
}

elman_view elman_word_folded(const elman_counts *counts, uint32_t word) {
  const elman_profile_word *found = &counts->words[word];
  return (elman_view){counts->texts + found->text, found->length};
}

elman_view elman_word_written(const elman_counts *counts, uint32_t word) {
  const elman_profile_word *found = &counts->words[word];
  return (elman_view){counts->texts + found->text + found->length, found->length};
}

bool elman_word_is_written(const elman_counts *counts, uint32_t word) {
  elman_view folded = elman_word_folded(counts, word);
  return memcmp(folded.bytes, folded.bytes + folded.length, folded.length) != 0;
}

/* -- looking up ---------------------------------------------------------------------------------------- */

size_t elman_word_place(const elman_counts *counts, elman_view folded) {
  size_t first = 0, end = counts->word_count;
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (elman_compare(elman_word_folded(counts, counts->sorted[middle]), folded) < 0)
      first = middle + 1;
    else
      end = middle;
  }
  return first;
}

void elman_word_range(const elman_counts *counts, elman_view prefix, size_t *first, size_t *last) {
  size_t begin = elman_word_place(counts, prefix), end = counts->word_count;
  *first = begin;
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    elman_view word = elman_word_folded(counts, counts->sorted[middle]);
    if (word.length >= prefix.length && memcmp(word.bytes, prefix.bytes, prefix.length) == 0)
      begin = middle + 1;
    else
      end = middle;
  }
  *last = begin;
}

uint32_t elman_word_find(const elman_counts *counts, elman_view folded) {
  size_t place = elman_word_place(counts, folded);
  if (place == counts->word_count) return ELMAN_NO_NODE;
  uint32_t word = counts->sorted[place];
  return elman_compare(elman_word_folded(counts, word), folded) == 0 ? word : ELMAN_NO_NODE;
}

bool elman_fold_word(elman_view written, char folded[ELMAN_LONGEST_WORD], elman_view *found) {
  *found = (elman_view){folded, 0};
  if (written.length == 0 || written.length > ELMAN_LONGEST_WORD) return false;
  return elman_text_fold(written.bytes, written.length, folded, ELMAN_LONGEST_WORD,
                         &found->length) == ELMAN_TEXT_OK;
}

bool elman_fold_alike(elman_view one, elman_view other) {
  char folded[2][ELMAN_LONGEST_WORD];
  elman_view keys[2];
  return elman_fold_word(one, folded[0], &keys[0]) && elman_fold_word(other, folded[1], &keys[1]) &&
         elman_compare(keys[0], keys[1]) == 0;
}

/* -- adding -------------------------------------------------------------------------------------------- */

uint32_t elman_word_add(elman_counts *counts, elman_view folded, elman_view written) {
  size_t place = elman_word_place(counts, folded), behind = counts->word_count - place;
  uint16_t word = (uint16_t)counts->word_count++;
  memmove(counts->sorted + place + 1, counts->sorted + place, behind * sizeof *counts->sorted);
  counts->sorted[place] = word;
  counts->words[word] = (elman_profile_word){.text = (uint32_t)counts->text_length,
                                             .first = ELMAN_NO_NODE,
                                             .length = (uint8_t)folded.length};
  char *text = counts->texts + counts->text_length;
  memcpy(text, folded.bytes, folded.length);
  /* Few words change their length when they are folded. They are shown as folded. */
  const char *shown = written.length == folded.length ? written.bytes : folded.bytes;
  memcpy(text + folded.length, shown, folded.length);
  counts->text_length += 2 * folded.length;
  counts->word_bytes += ELMAN_WORD_RECORD + 2 * folded.length;
  return word;
}

void elman_word_vote(elman_counts *counts, uint32_t word, elman_view written) {
  elman_profile_word *found = &counts->words[word];
  char *shown = counts->texts + found->text + found->length;
  if (written.length != found->length) return;
  if (memcmp(shown, written.bytes, written.length) == 0) {
    found->votes += found->votes < ELMAN_MOST_VOTES;
  } else if (found->votes > 0) {
    found->votes--;
  } else {
    memcpy(shown, written.bytes, written.length);
    found->votes = 1;
  }
}
