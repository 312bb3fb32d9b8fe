/*
 * Finds words by their plain letters: `dont` finds `don't`, `deja` finds `déjà`, `eco` finds
 * `l'école`. `training/text/plain_letters.py` documents the rules.
 */
#include "model/plain_letters.h"

#include <stdlib.h>
#include <string.h>

#include "text/characters.h"

/* -- plain forms --------------------------------------------------------------------------------- */

static bool is_accent(uint32_t point) {
  return point >= ELMAN_FIRST_ACCENT && point <= ELMAN_LAST_ACCENT;
}

uint32_t elman_without_accents(uint32_t point) {
  uint32_t parts[ELMAN_LONGEST_DECOMPOSITION];
  size_t count = elman_decompose(point, parts);
  if (count == 1 || is_accent(parts[0])) return point;
  for (size_t i = 1; i < count; i++)
    if (!is_accent(parts[i])) return point;
  return elman_folded(parts[0]);
}

/* Write the plain form of a character, 0 to ELMAN_WIDEST bytes. Returns the number of bytes. */
static size_t plain_character(uint32_t point, char bytes[ELMAN_WIDEST]) {
  if (is_accent(point)) return 0;
  const char *letters = elman_substitute_for(&elman_plain_letters, point);
  if (letters == NULL) return elman_encode(elman_without_accents(point), bytes);
  memcpy(bytes, letters, strlen(letters));
  return strlen(letters);
}

bool elman_plain(elman_view folded, char *output, size_t capacity, size_t *produced) {
  *produced = 0;
  for (size_t at = 0, width; at < folded.length; at += width) {
    char bytes[ELMAN_WIDEST] = {folded.bytes[at]};
    uint32_t point;
    width = 1;
    size_t length = 1;
    if ((unsigned char)folded.bytes[at] >= 0x80) {
      width = elman_decode(folded, at, &point);
      if (width == 0) return false;
      length = plain_character(point, bytes);
    }
    if (capacity - *produced < length) return false;
    memcpy(output + *produced, bytes, length);
    *produced += length;
  }
  return true;
}

/* -- comparing texts that end with a line feed, with or without apostrophes ----------------------- */

static const char *line_end(const char *at) {
  while (*at != '\n') at++;
  return at;
}

static const char *next_letter(const char *at) {
  while (*at == '\'') at++;
  return at;
}

/* Compare letters, ignoring apostrophes: negative if `text` sorts before `prefix`, 0 if it starts with
 * `prefix` (with `whole`, if they are equal), positive if it sorts after it. */
static int compare_letters(const char *text, const char *prefix, bool whole) {
  for (;; text++, prefix++) {
    text = next_letter(text);
    prefix = next_letter(prefix);
    if (*prefix == '\n') return whole && *text != '\n';
    if (*text != *prefix) return (unsigned char)*text < (unsigned char)*prefix ? -1 : 1;
  }
}

static bool begins_with(const char *text, const char *prefix, bool apostrophes) {
  for (;; text++, prefix++) {
    if (!apostrophes) text = next_letter(text);
    if (*prefix == '\n') return true;
    if (*text != *prefix) return false;
  }
}

/* The number of characters before `end`, without apostrophes. */
static size_t count_letters(const char *text, const char *end) {
  size_t count = 0;
  for (; text < end; text++) count += *text != '\'' && ((unsigned char)*text & 0xC0) != 0x80;
  return count;
}

/* -- the index ----------------------------------------------------------------------------------- */

static int by_letters(const void *one, const void *other) {
  const elman_plain_word *a = one, *b = other;
  int order = compare_letters(a->plain, b->plain, true);
  return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

/* The part of a text after its first apostrophe, or NULL if it has none. */
static const char *behind_apostrophe(const char *text) {
  const char *found = memchr(text, '\'', (size_t)(line_end(text) - text));
  return found == NULL ? NULL : found + 1;
}

/* Whether the part after the apostrophe can also be found on its own, as `école` in `l'école`. */
static bool is_elision(const char *plain, const char *rest) {
  return memchr(ELMAN_ELISION_BEFORE, *rest, strlen(ELMAN_ELISION_BEFORE)) != NULL &&
         count_letters(plain, rest) <= ELMAN_LONGEST_ELIDED &&
         count_letters(rest, line_end(rest)) >= ELMAN_SHORTEST_REST;
}

/* Add an entry to the index and write its plain form to `plain`. Returns the length of the plain form,
 * or 0 if the entry needs no index, because its key alone finds it. */
static size_t add_entry(elman_vocabulary *vocabulary, uint32_t id, char *plain, size_t capacity) {
  const char *folded = vocabulary->folded + vocabulary->folded_offsets[id];
  size_t length = vocabulary->folded_offsets[id + 1] - vocabulary->folded_offsets[id], produced;
  if (!elman_plain((elman_view){folded, length}, plain, capacity, &produced)) return 0;
  const char *rest = behind_apostrophe(plain);
  if (rest == NULL && produced == length && memcmp(plain, folded, length) == 0) return 0;
  elman_plain_word *words = vocabulary->plain_words;
  words[vocabulary->plain_count++] = (elman_plain_word){folded, plain, id};
  if (rest != NULL && is_elision(plain, rest))
    words[vocabulary->plain_count++] = (elman_plain_word){behind_apostrophe(folded), rest, id};
  return produced;
}

/* The maximum size of an entry's plain form in bytes, or 0 if the entry cannot have another form. */
static size_t room_for(const elman_vocabulary *vocabulary, uint32_t id) {
  const char *text = vocabulary->folded + vocabulary->folded_offsets[id];
  size_t length = vocabulary->folded_offsets[id + 1] - vocabulary->folded_offsets[id];
  if (!(vocabulary->flags[id] & ELMAN_IS_WORD)) return 0;
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\'' || (unsigned char)text[i] >= 0x80) return 2 * length;
  return 0;
}

static bool index_words(elman_vocabulary *vocabulary) {
  size_t count = 0, room = 0, at = 0;
  for (uint32_t id = ELMAN_SPECIAL; id < vocabulary->size; id++) {
    room += room_for(vocabulary, id);
    count += room_for(vocabulary, id) > 0;
  }
  vocabulary->plain = malloc(room + 1);
  vocabulary->plain_words = calloc(2 * count + 1, sizeof *vocabulary->plain_words);
  if (vocabulary->plain == NULL || vocabulary->plain_words == NULL) return false;
  for (uint32_t id = ELMAN_SPECIAL; id < vocabulary->size; id++)
    if (room_for(vocabulary, id) > 0)
      at += add_entry(vocabulary, id, vocabulary->plain + at, room - at);
  qsort(vocabulary->plain_words, vocabulary->plain_count, sizeof *vocabulary->plain_words,
        by_letters);
  return true;
}

/* -- different spellings of the same word ---------------------------------------------------------- */

/* An entry to sort: words are compared by their letters, other entries by all characters. */
typedef struct {
  const char *folded;
  uint32_t id;
  bool is_word;
} groupable;

/* Compares entries so that words that differ only in case and apostrophes are equal. */
static int by_word(const void *one, const void *other) {
  const groupable *a = one, *b = other;
  if (a->is_word != b->is_word) return a->is_word ? 1 : -1;
  if (a->is_word) return compare_letters(a->folded, b->folded, true);
  size_t length = (size_t)(line_end(a->folded) - a->folded) + 1;
  size_t other_length = (size_t)(line_end(b->folded) - b->folded) + 1;
  /* The final line feed is lower than other bytes, so a text sorts before its continuations. */
  return memcmp(a->folded, b->folded, length < other_length ? length : other_length);
}

/* Number the groups of `sorted`, and mark words that have a variant with an apostrophe. */
static uint32_t number_groups(elman_vocabulary *vocabulary, const groupable *sorted) {
  uint32_t group = 0;
  for (uint32_t i = 0; i < vocabulary->size; i++) {
    bool is_first = i == 0 || by_word(&sorted[i - 1], &sorted[i]) != 0;
    bool is_last = i + 1 == vocabulary->size || by_word(&sorted[i], &sorted[i + 1]) != 0;
    group += is_first && i > 0;
    vocabulary->groups[sorted[i].id] = group;
    if (!(is_first && is_last) && behind_apostrophe(sorted[i].folded) == NULL)
      vocabulary->flags[sorted[i].id] |= ELMAN_BARE;
  }
  return group + 1;
}

static bool group_words(elman_vocabulary *vocabulary) {
  uint32_t size = vocabulary->size;
  groupable *sorted = calloc(size, sizeof *sorted);
  vocabulary->groups = malloc(size * sizeof *vocabulary->groups);
  bool enough = sorted != NULL && vocabulary->groups != NULL;
  for (uint32_t id = 0; enough && id < size; id++)
    sorted[id] = (groupable){vocabulary->folded + vocabulary->folded_offsets[id], id,
                             vocabulary->flags[id] & ELMAN_IS_WORD};
  if (enough) {
    qsort(sorted, size, sizeof *sorted, by_word);
    if (number_groups(vocabulary, sorted) == size) {
      free(vocabulary->groups);
      vocabulary->groups = NULL;
    }
  }
  free(sorted);
  return enough;
}

bool elman_plain_open(elman_vocabulary *vocabulary) {
  if (!group_words(vocabulary)) return false;
  /* Pre-tokenized entries match only as they are written. */
  return vocabulary->segmentation == ELMAN_TEXT_LINE || index_words(vocabulary);
}

void elman_plain_close(elman_vocabulary *vocabulary) {
  free(vocabulary->plain);
  free(vocabulary->plain_words);
  free(vocabulary->groups);
}

/* -- looking up ---------------------------------------------------------------------------------- */

bool elman_plain_search(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                        elman_plain_finder *finder) {
  size_t folded, plain, capacity = sizeof finder->folded - 1;
  if (elman_text_fold(prefix, length, finder->folded, capacity, &folded) != ELMAN_TEXT_OK ||
      !elman_plain((elman_view){finder->folded, folded}, finder->plain, capacity, &plain))
    return false;
  if (memchr(finder->folded, '\n', folded) != NULL) return false;
  finder->folded[folded] = finder->plain[plain] = '\n';
  if (*next_letter(finder->plain) == '\n') return false;
  finder->vocabulary = vocabulary;
  finder->accents = folded != plain || memcmp(finder->folded, finder->plain, plain) != 0;
  finder->apostrophes = behind_apostrophe(finder->folded) != NULL;
  size_t first = 0, end = vocabulary->plain_count;
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (compare_letters(vocabulary->plain_words[middle].plain, finder->plain, false) < 0)
      first = middle + 1;
    else
      end = middle;
  }
  finder->at = first;
  return true;
}

bool elman_plain_next(elman_plain_finder *finder, uint32_t *id) {
  const elman_vocabulary *vocabulary = finder->vocabulary;
  while (finder->at < vocabulary->plain_count) {
    const elman_plain_word *word = &vocabulary->plain_words[finder->at++];
    if (compare_letters(word->plain, finder->plain, false) != 0) return false;
    *id = word->id;
    if (begins_with(finder->accents ? word->folded : word->plain, finder->folded,
                    finder->apostrophes))
      return true;
  }
  return false;
}

bool elman_plain_is_bare(const elman_plain_finder *finder, uint32_t id) {
  const elman_vocabulary *vocabulary = finder->vocabulary;
  if (!(vocabulary->flags[id] & ELMAN_BARE)) return false;
  const char *folded = vocabulary->folded + vocabulary->folded_offsets[id];
  size_t length = vocabulary->folded_offsets[id + 1] - vocabulary->folded_offsets[id];
  return length <= sizeof finder->folded && memcmp(folded, finder->folded, length) == 0;
}
