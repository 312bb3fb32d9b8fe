/* Profiles for JavaScript, which stores their bytes. Each function returns whether it succeeded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browser/browser.h"

/* Room for a word and two numbers. */
#define LINE_CAPACITY (ELMAN_LONGEST_WORD + 32)

static elman_profile_totals totals;

/* Without bytes, the profile is empty. Returns NULL after an error. */
EXPORTED(open_profile) elman_profile *browser_open_profile(const char *bytes, size_t length) {
  elman_profile *profile;
  elman_profile_open_bytes(length > 0 ? bytes : NULL, length, &profile, &elman_browser_error);
  return profile;
}

EXPORTED(close_profile) bool browser_close_profile(elman_profile *profile) {
  return elman_profile_close(profile, &elman_browser_error) == ELMAN_OK;
}

/* The answer is the bytes. */
EXPORTED(profile_bytes) bool browser_profile_bytes(elman_profile *profile) {
  size_t length = 0;
  char *room = elman_browser_room(ELMAN_LARGEST_PROFILE);
  if (room == NULL) return false;
  elman_status status = elman_profile_bytes(profile, room, ELMAN_LARGEST_PROFILE, &length,
                                            &elman_browser_error);
  elman_browser_answered(length);
  return status == ELMAN_OK;
}

EXPORTED(merge_profile) bool browser_merge_profile(elman_profile *profile, const char *bytes,
                                                   size_t length) {
  return elman_profile_merge(profile, bytes, length, &elman_browser_error) == ELMAN_OK;
}

EXPORTED(clear_profile) bool browser_clear_profile(elman_profile *profile) {
  return elman_profile_clear(profile, &elman_browser_error) == ELMAN_OK;
}

EXPORTED(learn) bool browser_learn(elman_profile *profile, const char *text, size_t length) {
  return elman_learn(profile, text, length, &elman_browser_error) == ELMAN_OK;
}

EXPORTED(forget) bool browser_forget(elman_profile *profile, const char *word, size_t length) {
  return elman_forget(profile, word, length, &elman_browser_error) == ELMAN_OK;
}

EXPORTED(remember) bool browser_remember(elman_profile *profile, const char *word, size_t length) {
  return elman_remember(profile, word, length, &elman_browser_error) == ELMAN_OK;
}

EXPORTED(keep) bool browser_keep(elman_profile *profile, const char *word, size_t length) {
  return elman_keep(profile, word, length, &elman_browser_error) == ELMAN_OK;
}

/* Use a profile in a session, or none if it is NULL. */
EXPORTED(use_profile) bool browser_use_profile(elman_session *session, elman_profile *profile) {
  return elman_session_use(session, profile, &elman_browser_error) == ELMAN_OK;
}

/* The address of `{bytes, words, clock}`, three 32-bit numbers; NULL after an error. */
EXPORTED(profile_totals) const elman_profile_totals *browser_profile_totals(elman_profile *profile) {
  return elman_profile_measure(profile, &totals, &elman_browser_error) ? NULL : &totals;
}

/* Write the lines of some words to the answer. Returns the length. */
static size_t write_lines(const elman_learned_word *words, size_t count, char *room) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++)
    length += (size_t)snprintf(room + length, LINE_CAPACITY, "%lu %lu %s\n",
                               (unsigned long)words[i].count, (unsigned long)words[i].last,
                               words[i].word);
  return length;
}

/* The answer has a line for each word: its count, when it was last typed, and the word. */
EXPORTED(profile_words) bool browser_profile_words(elman_profile *profile) {
  if (browser_profile_totals(profile) == NULL) return false;
  size_t count = totals.words;
  elman_learned_word *words = malloc((count + 1) * sizeof *words);
  char *room = elman_browser_room((count + 1) * LINE_CAPACITY);
  bool listed = words != NULL && room != NULL;
  if (!listed)
    elman_browser_no_memory();
  else
    listed = elman_profile_words(profile, 0, words, count, &count, &elman_browser_error) == ELMAN_OK;
  elman_browser_answered(listed ? write_lines(words, count, room) : 0);
  free(words);
  return listed;
}
