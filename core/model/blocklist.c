/* Reads a list of words, and finds words in it by binary search. */
#include "model/blocklist.h"

#include <stdlib.h>

#include "common/error.h"
#include "text/text.h"

static bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The line that starts at `*start`, without white space around it. Moves `*start` behind it. */
static elman_view next_line(elman_view text, size_t *start) {
  size_t first = *start, last = first;
  while (last < text.length && text.bytes[last] != '\n') last++;
  *start = last + 1;
  while (first < last && is_blank(text.bytes[first])) first++;
  while (first < last && is_blank(text.bytes[last - 1])) last--;
  return (elman_view){text.bytes + first, last - first};
}

/* Add the lines, normalised in `buffer` and folded. */
static elman_status read_blocked(elman_blocklist *list, elman_view text, char *buffer, size_t capacity,
                                 elman_error *error) {
  size_t line = 1, used = 0, normalised, folded;
  for (size_t start = 0; start < text.length; line++) {
    elman_view word = next_line(text, &start);
    if (word.length == 0) continue;
    char *to = list->texts + used;
    if (elman_text_normalise(word.bytes, word.length, buffer, capacity, &normalised) ||
        elman_text_fold(buffer, normalised, to, ELMAN_TEXT_CAPACITY(normalised), &folded))
      return elman_fail(error, ELMAN_ERROR_TEXT, "line %zu of the blocklist is not UTF-8", line);
    list->words[list->count++] = (elman_view){to, folded};
    used += folded;
  }
  return ELMAN_OK;
}

static int compare_blocked(const void *one, const void *other) {
  return elman_compare(*(const elman_view *)one, *(const elman_view *)other);
}

static elman_status check_blocklist(elman_view text, elman_error *error) {
  size_t invalid_at;
  if (text.length > ELMAN_LARGEST_BLOCKLIST)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "the blocklist has %zu bytes, but at most %zu are allowed", text.length,
                      ELMAN_LARGEST_BLOCKLIST);
  if (elman_text_validate(text.bytes, text.length, &invalid_at) != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the blocklist is not UTF-8 at byte %zu",
                      invalid_at);
  return ELMAN_OK;
}

elman_status elman_blocklist_read(elman_blocklist *list, const char *words, size_t length,
                                  elman_error *error) {
  elman_view text = {words, length};
  elman_status status = check_blocklist(text, error);
  if (status != ELMAN_OK) return status;
  size_t lines = 1, capacity = ELMAN_TEXT_CAPACITY(length);
  for (size_t i = 0; i < length; i++) lines += words[i] == '\n';
  elman_blocklist fresh = {.version = list->version + 1};
  fresh.words = malloc(lines * sizeof *fresh.words);
  fresh.texts = malloc(ELMAN_TEXT_CAPACITY(capacity));
  char *buffer = malloc(capacity);
  if (fresh.words == NULL || fresh.texts == NULL || buffer == NULL)
    status = elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for the blocklist");
  if (!status) status = read_blocked(&fresh, text, buffer, capacity, error);
  if (!status) qsort(fresh.words, fresh.count, sizeof *fresh.words, compare_blocked);
  free(buffer);
  elman_blocklist_close(status ? &fresh : list);
  if (status == ELMAN_OK) *list = fresh;
  return status;
}

void elman_blocklist_close(elman_blocklist *list) {
  free(list->words);
  free(list->texts);
  *list = (elman_blocklist){.version = list->version};
}

bool elman_blocklist_has(const elman_blocklist *list, elman_view folded) {
  size_t begin = 0, end = list->count;
  while (begin < end) {
    size_t middle = begin + (end - begin) / 2;
    int order = elman_compare(list->words[middle], folded);
    if (order == 0) return true;
    if (order < 0)
      begin = middle + 1;
    else
      end = middle;
  }
  return false;
}
