/* Single characters: UTF-8, properties, case mappings, decomposition. Used only by the text rules. */
#ifndef ELMAN_CHARACTERS_H
#define ELMAN_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bytes.h"
#include "text/lists.h"
#include "text/unicode.h"

#define ELMAN_NO_POINT UINT32_MAX
/* The longest full canonical decomposition, and the longest character in UTF-8. */
#define ELMAN_LONGEST_DECOMPOSITION 4
#define ELMAN_WIDEST 4

/* A character and its width in bytes. The end of a text is represented by ELMAN_NO_POINT, with width 0
 * and class SPACE. */
typedef struct {
  uint32_t point;
  uint8_t width;
  uint8_t kind; /* class */
} elman_character;

static inline const elman_unicode_record *elman_record(uint32_t point) {
  size_t row = (size_t)elman_unicode_blocks[point >> 7] << 7;
  return &elman_unicode_records[elman_unicode_properties[row | (point & 127)]];
}

/* Whether a code point has a property: one of the flags. */
static inline bool elman_has(uint32_t point, uint32_t property) {
  return point != ELMAN_NO_POINT && (elman_record(point)->flags & property) != 0;
}

static inline bool elman_is_alnum(uint8_t kind) {
  return kind == ELMAN_LETTER || kind == ELMAN_DIGIT;
}

static inline bool elman_is_part(uint8_t kind) {
  return elman_is_alnum(kind) || kind == ELMAN_EXTENDER;
}

/* Decode the character at `at`, which must be inside the text. Returns its width, or 0 if the bytes are
 * not UTF-8. */
size_t elman_decode(elman_view text, size_t at, uint32_t *point);

/* Encode a code point to `bytes`, which must have room for ELMAN_WIDEST. Returns its width. */
size_t elman_encode(uint32_t point, char *bytes);

/* `elman_character_at` for characters that are not ASCII. */
elman_character elman_wide_character_at(elman_view text, size_t at);

/* The character at `at`, or the end of the text. Each byte that is not UTF-8 counts as U+FFFD. */
static inline elman_character elman_character_at(elman_view text, size_t at) {
  if (at >= text.length || (unsigned char)text.bytes[at] >= 0x80) {
    return elman_wide_character_at(text, at);
  }
  uint32_t point = (unsigned char)text.bytes[at];
  uint8_t kind = elman_record(point)->flags & ELMAN_CLASS_BITS;
  return (elman_character){point, 1, kind};
}

/* The character that ends at `at`, or the end of the text if `at` is 0. */
elman_character elman_character_before(elman_view text, size_t at);

/* The number of characters of a text in UTF-8. */
static inline size_t elman_characters_in(elman_view text) {
  size_t count = 0;
  for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.bytes[i] & 0xC0) != 0x80;
  return count;
}

static inline bool elman_holds(const elman_points *points, uint32_t point) {
  for (size_t i = 0; i < points->count && point >= points->runs[i].first; i++)
    if (point <= points->runs[i].last) return true;
  return false;
}

/* The substitute for a code point, or NULL. */
const char *elman_substitute_for(const elman_substitutes *substitutes, uint32_t point);

/* Simple case mappings. Code points without a mapping are returned unchanged. */
uint32_t elman_folded(uint32_t point);
uint32_t elman_capital(uint32_t point);
uint32_t elman_title(uint32_t point);

/* The full canonical decomposition. Returns the number of parts. */
size_t elman_decompose(uint32_t point, uint32_t parts[ELMAN_LONGEST_DECOMPOSITION]);

/* The NFC composition of two characters, or ELMAN_NO_POINT if they do not compose. */
uint32_t elman_compose(uint32_t first, uint32_t second);

#endif
