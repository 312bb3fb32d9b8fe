#include "correction/variants.h"

#include <math.h>

#include "text/characters.h"

/* Words that are not careless spellings of `he'll`, `I'd` and so on. */
static const char *const own_words[] = {"hell", "id",    "ill", "its",  "lets",
                                        "shed", "shell", "wed", "well", "were"};

static bool is_own_word(elman_view typed) {
  for (size_t i = 0; i < sizeof own_words / sizeof *own_words; i++)
    if (elman_compare(typed, (elman_view){own_words[i], strlen(own_words[i])}) == 0) return true;
  return false;
}

/* The next letter, case-folded, and how many marks and spaces are before it. Returns ELMAN_NO_POINT at the end. */
static uint32_t next_plain_letter(elman_view text, size_t *at, size_t *marks) {
  for (; *at < text.length; ++*marks) {
    elman_character next = elman_character_at(text, *at);
    *at += next.width;
    if (!elman_is_mark(next.point) && next.point != ' ') return elman_folded(next.point);
  }
  return ELMAN_NO_POINT;
}

/* Whether two texts have the same letters. `marks` and `more` receive how many marks and spaces they have. */
static bool match_plain_letters(elman_view text, elman_view with, size_t *marks, size_t *more) {
  size_t at = 0, there = 0;
  *marks = *more = 0;
  for (;;) {
    uint32_t one = next_plain_letter(text, &at, marks), other = next_plain_letter(with, &there, more);
    if (one != other) return false;
    if (one == ELMAN_NO_POINT) return true;
  }
}

bool elman_is_variant(elman_view typed, elman_view text) {
  size_t marks, more;
  return !is_own_word(typed) && match_plain_letters(typed, text, &marks, &more) && more > marks;
}

static bool has_byte(elman_view text, char byte) { return memchr(text.bytes, byte, text.length) != NULL; }

bool elman_are_spaced_differently(elman_view one, elman_view other) {
  size_t marks, more;
  bool differ = (has_byte(one, ' ') && has_byte(other, '-')) || (has_byte(one, '-') && has_byte(other, ' '));
  return differ && match_plain_letters(one, other, &marks, &more);
}

/* -- marked words --------------------------------------------------------------------------------------- */

bool elman_reading_is_marked(const elman_reader *reader, uint32_t number) {
  const elman_model *model = reader->model;
  uint32_t learned = model->vocabulary.size, rare = elman_first_tail_number(model);
  if (number < learned) return model->vocabulary.flags[number] & ELMAN_MISSPELLED;
  return number >= rare && model->tail.words.flags[number - rare] & ELMAN_MISSPELLED;
}

bool elman_reading_is_misspelled(const elman_reader *reader, elman_view key, uint32_t number) {
  if (!elman_reading_is_marked(reader, number)) return false;
  const elman_profile *profile = reader->mixture->profile;
  uint32_t word = profile == NULL ? ELMAN_NO_NODE : elman_word_find(&profile->counts, key);
  return word == ELMAN_NO_NODE || profile->counts.words[word].count < ELMAN_SUGGESTED_COUNT;
}

/* -- misspellings --------------------------------------------------------------------------------------- */

/* How much likelier the right spelling is, in nats. */
#define MISSPELLED 5.5
#define SHORTEST_MISSPELLED 3
/* The readings that are checked. */
#define MOST_MISSPELLED 3

typedef struct {
  const elman_reader *reader;
  float least;    /* the log-probability that a word must have */
  uint32_t found;
} spelling_search;

static bool is_letter_byte(char byte) { return byte >= 'a' && byte <= 'z'; }

static void try_spelling(spelling_search *of, elman_view key) {
  uint32_t number;
  if (!elman_reading_find(of->reader, key, &number)) return;
  float value = elman_reading_log(of->reader, number);
  if (value < of->least) return;
  of->least = value;
  of->found = number;
}

static void try_swapped(spelling_search *of, elman_view key) {
  char other[ELMAN_WORD_CAPACITY];
  memcpy(other, key.bytes, key.length);
  for (size_t i = 0; i + 1 < key.length; i++) {
    char one = key.bytes[i], next = key.bytes[i + 1];
    if (one == next || !is_letter_byte(one) || !is_letter_byte(next)) continue;
    other[i] = next;
    other[i + 1] = one;
    try_spelling(of, (elman_view){other, key.length});
    other[i] = one;
    other[i + 1] = next;
  }
}

static void try_doubled(spelling_search *of, elman_view key) {
  char other[ELMAN_WORD_CAPACITY + 1];
  for (size_t i = 0; i < key.length; i++) {
    if (!is_letter_byte(key.bytes[i])) continue;
    memcpy(other, key.bytes, i + 1);
    memcpy(other + i + 1, key.bytes + i, key.length - i);
    try_spelling(of, (elman_view){other, key.length + 1});
  }
}

bool elman_find_misspelled(const elman_reader *reader, elman_view key, uint32_t number, uint32_t *found) {
  spelling_search of = {reader, elman_reading_log(reader, number) + (float)MISSPELLED, ELMAN_UNKNOWN};
  if (key.length < SHORTEST_MISSPELLED || key.length >= ELMAN_WORD_CAPACITY) return false;
  try_swapped(&of, key);
  try_doubled(&of, key);
  *found = of.found;
  return of.found != ELMAN_UNKNOWN;
}

static bool is_learned(const elman_model *model, uint32_t number) {
  return number >= model->vocabulary.size && number < elman_first_tail_number(model);
}

/* The word of which a reading is a misspelling, or the reading itself. */
static uint32_t rightly_spelled(const elman_reader *reader, bool all, uint32_t number) {
  char folded[ELMAN_TEXT_CAPACITY(ELMAN_WORD_CAPACITY)];
  elman_view word = elman_reading_word(reader, number), key;
  uint32_t found;
  bool is_found = !is_learned(reader->model, number) &&
                  elman_vocabulary_key(&reader->model->vocabulary, word.bytes, word.length, folded,
                                       sizeof folded, &key) &&
                  elman_find_misspelled(reader, key, number, &found) &&
                  elman_reading_is_shown(reader, found, all);
  return is_found ? found : number;
}

/* Put a reading in place of another one, and of those with the same number. */
static void replace_reading(elman_readings *readings, size_t place, elman_reading reading) {
  elman_readings_remove(readings, place);
  for (size_t i = readings->count; i-- > 0;) {
    if (readings->found[i].number != reading.number) continue;
    reading.score = fmax(reading.score, readings->found[i].score);
    elman_readings_remove(readings, i);
  }
  elman_readings_add(readings, &reading);
}

void elman_spell_rightly(const elman_reader *reader, bool all, elman_view typed, elman_readings *readings) {
  uint32_t literal;
  bool is_listed = elman_reading_find(reader, typed, &literal);
  for (size_t i = 0; i < readings->count && i < MOST_MISSPELLED; i++) {
    elman_reading reading = readings->found[i];
    reading.number = rightly_spelled(reader, all, reading.number);
    if (reading.number == readings->found[i].number || (is_listed && reading.number == literal)) continue;
    replace_reading(readings, i, reading);
  }
}
