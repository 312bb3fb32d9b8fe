#include "session/ranking.h"

#include <string.h>

#include "mixing/mixing.h"

static void insert(elman_ranking *best, size_t place, uint32_t number, float value) {
  size_t behind = best->count - place;
  memmove(best->numbers + place + 1, best->numbers + place, behind * sizeof *best->numbers);
  memmove(best->values + place + 1, best->values + place, behind * sizeof *best->values);
  best->numbers[place] = number;
  best->values[place] = value;
  best->count++;
}

static void take_out(elman_ranking *best, size_t place) {
  size_t behind = --best->count - place;
  memmove(best->numbers + place, best->numbers + place + 1, behind * sizeof *best->numbers);
  memmove(best->values + place, best->values + place + 1, behind * sizeof *best->values);
}

static bool is_same_entry(const elman_vocabulary *vocabulary, uint32_t one, uint32_t other) {
  const uint32_t *groups = vocabulary->groups;
  return groups != NULL && one < vocabulary->size && other < vocabulary->size &&
         groups[one] == groups[other];
}

/* Whether two words of the same list differ only in case and apostrophes. */
static bool is_same_word(const elman_model *model, uint32_t one, uint32_t other) {
  uint32_t tail = elman_first_tail_number(model);
  if (one == other || is_same_entry(&model->vocabulary, one, other)) return true;
  return one >= tail && other >= tail &&
         is_same_entry(&model->tail.words, one - tail, other - tail);
}

/* Find the same word in the ranking. */
static bool find_word(const elman_ranking *best, const elman_model *model, uint32_t number,
                      size_t *place) {
  for (*place = 0; *place < best->count; ++*place)
    if (is_same_word(model, best->numbers[*place], number)) return true;
  return false;
}

/* Whether a word ranks before the one at `place`. */
static bool precedes(const elman_ranking *best, uint32_t number, float value, size_t place) {
  return value > best->values[place] ||
         (value == best->values[place] && number < best->numbers[place]);
}

void elman_rank(elman_ranking *best, const elman_model *model, uint32_t number, float value) {
  bool is_full = best->count == best->most;
  size_t place;
  if (is_full && !precedes(best, number, value, best->count - 1)) return;
  if (find_word(best, model, number, &place)) {
    if (!precedes(best, number, value, place)) return;
    take_out(best, place);
  } else if (is_full) {
    best->count--;
  }
  for (place = best->count; place > 0 && precedes(best, number, value, place - 1);) place--;
  insert(best, place, number, value);
}
