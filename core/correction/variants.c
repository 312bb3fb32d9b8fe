#include "correction/variants.h"

#include "correction/slips.h"
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
static uint32_t next_letter(elman_view text, size_t *at, size_t *marks) {
  for (; *at < text.length; ++*marks) {
    elman_character next = elman_character_at(text, *at);
    *at += next.width;
    if (!elman_is_mark(next.point) && next.point != ' ') return elman_folded(next.point);
  }
  return ELMAN_NO_POINT;
}

bool elman_is_variant(elman_view typed, elman_view text) {
  size_t at = 0, there = 0, marks = 0, more = 0;
  if (is_own_word(typed)) return false;
  for (;;) {
    uint32_t one = next_letter(typed, &at, &marks), other = next_letter(text, &there, &more);
    if (one != other) return false;
    if (one == ELMAN_NO_POINT) return more > marks;
  }
}
