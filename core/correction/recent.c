#include "correction/recent.h"

#include <string.h>

void elman_recent_move(elman_recent_words *recent, uint64_t place) {
  if (recent->latest.place == place) return;
  recent->before = recent->latest;
  recent->latest = (elman_recent_word){.place = place};
}

void elman_recent_add(elman_recent_word *word, elman_view text, int32_t id, double score) {
  if (word->count == ELMAN_RECENT_READINGS || text.length >= ELMAN_WORD_CAPACITY) return;
  elman_recent_reading *to = &word->found[word->count++];
  memcpy(to->text, text.bytes, text.length);
  to->text[text.length] = '\0';
  to->id = id;
  to->score = score;
}
