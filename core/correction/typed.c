#include "correction/typed.h"

#include <math.h>
#include <string.h>

static elman_typed typed_letter(const elman_touch *touches, size_t touch_count, uint32_t point,
                                size_t from_end) {
  elman_typed found = {.point = point};
  if (touches == NULL || from_end >= touch_count) return found;
  found.touch = touches[touch_count - 1 - from_end];
  found.is_touched = isfinite(found.touch.x) && isfinite(found.touch.y);
  return found;
}

bool elman_is_correctable(elman_character found) {
  return found.kind == ELMAN_LETTER || found.kind == ELMAN_EXTENDER || elman_is_mark(found.point);
}

static size_t count_letters_of(elman_view key) {
  size_t count = 0;
  for (size_t at = 0; at < key.length; count++) {
    elman_character next = elman_character_at(key, at);
    if (!elman_is_correctable(next)) return 0;
    at += next.width;
  }
  return count;
}

static bool start_letters(elman_slips *slips, elman_view key, const elman_touch *touches,
                          size_t touch_count) {
  elman_typed letters[ELMAN_MOST_TYPED];
  size_t count = count_letters_of(key), at = 0;
  if (count == 0 || count > ELMAN_MOST_TYPED) return false;
  for (size_t i = 0; i < count; i++) {
    elman_character next = elman_character_at(key, at);
    letters[i] = typed_letter(touches, touch_count, next.point, count - 1 - i);
    at += next.width;
  }
  elman_slips_start(slips, letters, count);
  return true;
}

bool elman_start_typed(const elman_reader *reader, elman_view typed, const elman_touch *touches,
                       size_t touch_count, elman_view *key) {
  elman_corrector *corrector = reader->corrector;
  if (!elman_vocabulary_key(&reader->model->vocabulary, typed.bytes, typed.length, corrector->key,
                            sizeof corrector->key, key))
    return false;
  return start_letters(&corrector->slips, *key, touches, touch_count);
}
