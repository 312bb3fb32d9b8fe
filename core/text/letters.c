/* A hash table of all series of letters. Digests of 32 bits stand for them: the few that collide do no harm. */
#include "text/letters.h"

#include <math.h>
#include <stdlib.h>

#include "text/characters.h"

#define FIRST_CAPACITY 1024
/* What stands before the first letter of a word, and after the last one. */
#define WORD_START 1
#define WORD_END '\n'
/* Of a letter that no word has. */
#define RARE_LETTER 0.001

/* The last letters of a word, and then the next one. */
typedef struct {
  uint32_t points[ELMAN_LETTER_ORDER];
  int count;
} letter_window;

static void push_letter(letter_window *window, uint32_t point) {
  if (window->count == ELMAN_LETTER_ORDER)
    memmove(window->points, window->points + 1, (size_t)--window->count * sizeof *window->points);
  window->points[window->count++] = point;
}

/* FNV-1a of the letters from `first` up to `last` (exclusive), never 0. */
static uint32_t digest_of_letters(const letter_window *window, int first, int last) {
  uint32_t digest = 0x811c9dc5u;
  for (int i = first; i < last; i++) digest = (digest ^ window->points[i]) * 0x01000193u;
  digest ^= digest >> 15;
  return digest == 0 ? 1 : digest;
}

/* The place of a series, or a free one. */
static elman_series *series_at(const elman_letters *letters, uint32_t digest) {
  size_t place = digest & (letters->capacity - 1);
  while (letters->series[place].digest != 0 && letters->series[place].digest != digest)
    place = (place + 1) & (letters->capacity - 1);
  return &letters->series[place];
}

static bool grow_letters(elman_letters *letters) {
  elman_letters larger = *letters;
  larger.capacity = letters->capacity == 0 ? FIRST_CAPACITY : 2 * letters->capacity;
  larger.series = calloc(larger.capacity, sizeof *larger.series);
  if (larger.series == NULL) return false;
  for (size_t i = 0; i < letters->capacity; i++)
    if (letters->series[i].digest != 0)
      *series_at(&larger, letters->series[i].digest) = letters->series[i];
  free(letters->series);
  *letters = larger;
  return true;
}

/* Count a series. Returns whether it is new. */
static bool count_series(elman_letters *letters, uint32_t digest) {
  elman_series *found = series_at(letters, digest);
  bool is_new = found->digest == 0;
  letters->count += is_new;
  found->digest = digest;
  found->count = (uint16_t)(found->count + (found->count < UINT16_MAX));
  return is_new;
}

/* Count the last letter of a window after each number of letters before it. */
static bool count_letter(elman_letters *letters, const letter_window *window) {
  int last = window->count - 1;
  if (4 * (letters->count + ELMAN_LETTER_ORDER + 1) > 3 * letters->capacity && !grow_letters(letters))
    return false;
  letters->total++;
  letters->different += count_series(letters, digest_of_letters(window, last, last + 1));
  for (int first = last - 1; first >= 0; first--)
    if (count_series(letters, digest_of_letters(window, first, last + 1)))
      series_at(letters, digest_of_letters(window, first, last))->different++;
  return true;
}

static bool count_word_letters(elman_letters *letters, elman_view word) {
  letter_window window = {{WORD_START}, 1};
  count_series(letters, digest_of_letters(&window, 0, 1));
  for (size_t at = 0; at < word.length;) {
    elman_character next = elman_character_at(word, at);
    push_letter(&window, next.point);
    if (!count_letter(letters, &window)) return false;
    at += next.width;
  }
  push_letter(&window, WORD_END);
  return count_letter(letters, &window);
}

bool elman_letters_add(elman_letters *letters, const elman_trie *trie) {
  if (letters->capacity == 0 && !grow_letters(letters)) return false;
  for (size_t i = 0; i < trie->count; i++) {
    const elman_trie_node *node = &trie->nodes[i];
    elman_view word = {trie->texts + node->text, node->depth};
    if (node->is_word && !count_word_letters(letters, word)) return false;
  }
  return true;
}

/* The probability of the last letter of a window. */
static double letter_probability(const elman_letters *letters, const letter_window *window) {
  int last = window->count - 1;
  double probability = RARE_LETTER;
  double total = letters->total, different = letters->different;
  for (int first = last; first >= 0; first--) {
    if (first < last) {
      const elman_series *context = series_at(letters, digest_of_letters(window, first, last));
      if (context->different == 0) break;
      total = context->count;
      different = context->different;
    }
    double count = series_at(letters, digest_of_letters(window, first, last + 1))->count;
    probability = (count + different * probability) / (total + different);
  }
  return probability;
}

double elman_letters_nats(const elman_letters *letters, elman_view word) {
  letter_window window = {{WORD_START}, 1};
  double nats = 0;
  if (letters->total == 0) return 0;
  for (size_t at = 0; at < word.length;) {
    elman_character next = elman_character_at(word, at);
    push_letter(&window, next.point);
    nats -= log(letter_probability(letters, &window));
    at += next.width;
  }
  push_letter(&window, WORD_END);
  return nats - log(letter_probability(letters, &window));
}

void elman_letters_close(elman_letters *letters) {
  free(letters->series);
  *letters = (elman_letters){0};
}
