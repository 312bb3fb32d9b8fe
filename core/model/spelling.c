/*
 * The cost of spelling a word outside the vocabulary, under a character unigram model estimated from
 * the vocabulary. `training/text/spelling.py` documents the formula.
 */
#include "model/spelling.h"

#include <math.h>
#include <stdlib.h>

#include "text/characters.h"

#define ASCII 128
#define CODE_POINTS 0x110000

/* The count of each ASCII character in the keys, and a list of all other characters. */
typedef struct {
  uint32_t ascii[ASCII];
  uint32_t *others; /* NULL: only count them */
  size_t other_count;
} characters;

static void read_characters(const elman_vocabulary *vocabulary, characters *found) {
  found->other_count = 0;
  for (int i = 0; i < ASCII; i++) found->ascii[i] = 0;
  for (uint32_t id = ELMAN_SPECIAL; id < vocabulary->size; id++) {
    elman_view key = elman_vocabulary_key_at(vocabulary, id);
    for (size_t at = 0; at < key.length;) {
      elman_character next = elman_character_at(key, at);
      at += next.width;
      if (next.point < ASCII) {
        found->ascii[next.point]++;
      } else {
        if (found->others != NULL) found->others[found->other_count] = next.point;
        found->other_count++;
      }
    }
  }
}

static int by_point(const void *one, const void *other) {
  uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;
  return (a > b) - (a < b);
}

/* Write each distinct character, sorted, with its count in `nats`. Returns their number. */
static size_t count_characters(const characters *found, elman_sign *signs) {
  size_t count = 0;
  for (uint32_t point = 0; point < ASCII; point++)
    if (found->ascii[point]) signs[count++] = (elman_sign){point, found->ascii[point]};
  for (size_t i = 0; i < found->other_count; i++) {
    if (i == 0 || found->others[i] != found->others[i - 1])
      signs[count++] = (elman_sign){found->others[i], 0};
    signs[count - 1].nats++;
  }
  return count;
}

bool elman_spelling_open(elman_vocabulary *vocabulary) {
  elman_spelling *spelling = &vocabulary->spelling;
  characters found = {.others = NULL};
  read_characters(vocabulary, &found);
  found.others = calloc(found.other_count + 1, sizeof *found.others);
  spelling->signs = calloc(ASCII + found.other_count, sizeof *spelling->signs);
  bool enough = found.others != NULL && spelling->signs != NULL;
  if (enough) {
    read_characters(vocabulary, &found);
    qsort(found.others, found.other_count, sizeof *found.others, by_point);
    spelling->count = count_characters(&found, spelling->signs);
    double entries = vocabulary->size - ELMAN_SPECIAL, total = entries + (double)spelling->count + 2;
    for (size_t i = 0; i < spelling->count; i++) total += spelling->signs[i].nats;
    for (size_t i = 0; i < spelling->count; i++)
      spelling->signs[i].nats = log(total / (spelling->signs[i].nats + 1));
    spelling->end = log(total / (entries + 1));
    spelling->other = log(total) + log(CODE_POINTS);
    elman_sign *smaller = realloc(spelling->signs, (spelling->count + 1) * sizeof *smaller);
    if (smaller != NULL) spelling->signs = smaller;
  }
  free(found.others);
  return enough;
}

void elman_spelling_close(elman_vocabulary *vocabulary) { free(vocabulary->spelling.signs); }

static double nats_of(const elman_spelling *spelling, uint32_t point) {
  size_t first = 0, end = spelling->count;
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (spelling->signs[middle].point < point)
      first = middle + 1;
    else
      end = middle;
  }
  bool known = first < spelling->count && spelling->signs[first].point == point;
  return known ? spelling->signs[first].nats : spelling->other;
}

double elman_spelling_nats(const elman_vocabulary *vocabulary, elman_view key) {
  double nats = vocabulary->spelling.end;
  for (size_t at = 0; at < key.length;) {
    elman_character next = elman_character_at(key, at);
    nats += nats_of(&vocabulary->spelling, next.point);
    at += next.width;
  }
  return nats;
}
