#include "text/characters.h"

#define SYLLABLES 0xac00u
#define LEADS 0x1100u
#define VOWELS 0x1161u
#define TRAILS 0x11a7u /* no final consonant */
#define LEAD_COUNT 19u
#define VOWEL_COUNT 21u
#define TRAIL_COUNT 28u
#define SYLLABLE_COUNT (LEAD_COUNT * VOWEL_COUNT * TRAIL_COUNT)
#define POINT_BITS 21
#define POINT_MASK ((1u << POINT_BITS) - 1)

/* The width of a character by its first byte, with the payload of that byte and the lowest code point
 * that needs this width. Returns 0 if no character starts with this byte. */
static size_t announced_width(unsigned char first, uint32_t *payload, uint32_t *lowest) {
  if (first >= 0xc2 && first < 0xe0) {
    *payload = first & 0x1fu;
    *lowest = 0x80;
    return 2;
  }
  if (first >= 0xe0 && first < 0xf0) {
    *payload = first & 0x0fu;
    *lowest = 0x800;
    return 3;
  }
  if (first >= 0xf0 && first < 0xf5) {
    *payload = first & 0x07u;
    *lowest = 0x10000;
    return 4;
  }
  return 0;
}

size_t elman_decode(elman_view text, size_t at, uint32_t *point) {
  unsigned char first = (unsigned char)text.bytes[at];
  if (first < 0x80) {
    *point = first;
    return 1;
  }
  uint32_t value = 0, lowest = 0;
  size_t width = announced_width(first, &value, &lowest);
  if (width == 0 || text.length - at < width) return 0;
  for (size_t place = 1; place < width; place++) {
    unsigned char next = (unsigned char)text.bytes[at + place];
    if ((next & 0xc0) != 0x80) return 0;
    value = value << 6 | (next & 0x3fu);
  }
  bool is_surrogate = value >= 0xd800 && value < 0xe000;
  if (value < lowest || value > 0x10ffff || is_surrogate) return 0;
  *point = value;
  return width;
}

size_t elman_encode(uint32_t point, char *bytes) {
  if (point < 0x80) {
    bytes[0] = (char)point;
    return 1;
  }
  size_t width = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  for (size_t place = width - 1; place > 0; place--) {
    bytes[place] = (char)(0x80 | (point & 0x3f));
    point >>= 6;
  }
  bytes[0] = (char)((0xf00u >> width & 0xf0u) | point);
  return width;
}

elman_character elman_wide_character_at(elman_view text, size_t at) {
  elman_character found = {ELMAN_NO_POINT, 0, ELMAN_SPACE};
  if (at >= text.length) return found;
  found.width = (uint8_t)elman_decode(text, at, &found.point);
  if (found.width == 0) {
    found.point = 0xfffd;
    found.width = 1;
  }
  found.kind = elman_record(found.point)->flags & ELMAN_CLASS_BITS;
  return found;
}

elman_character elman_character_before(elman_view text, size_t at) {
  size_t start = at;
  while (start > 0 && at - start < ELMAN_WIDEST) {
    start--;
    if ((text.bytes[start] & 0xc0) != 0x80) break;
  }
  elman_view before = {text.bytes, at};
  return elman_character_at(before, start);
}

static uint32_t mapped(const elman_unicode_mapping *mappings, size_t count, uint32_t point) {
  size_t low = 0, high = count; /* find the last run that starts at or before `point` */
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (mappings[middle].first <= point) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (uint32_t)((int64_t)point + mappings[low].offset);
}

uint32_t elman_folded(uint32_t point) {
  if (!(elman_record(point)->flags & ELMAN_FOLDS)) return point;
  return mapped(elman_unicode_fold, elman_unicode_fold_count, point);
}

uint32_t elman_capital(uint32_t point) {
  if (!(elman_record(point)->flags & ELMAN_RISES)) return point;
  return mapped(elman_unicode_upper, elman_unicode_upper_count, point);
}

uint32_t elman_title(uint32_t point) {
  if (!(elman_record(point)->flags & ELMAN_TITLES)) return point;
  return mapped(elman_unicode_title, elman_unicode_title_count, point);
}

static size_t decompose_syllable(uint32_t index, uint32_t *parts) {
  uint32_t trail = index % TRAIL_COUNT;
  parts[0] = LEADS + index / (VOWEL_COUNT * TRAIL_COUNT);
  parts[1] = VOWELS + index / TRAIL_COUNT % VOWEL_COUNT;
  if (trail == 0) return 2;
  parts[2] = TRAILS + trail;
  return 3;
}

/* Decompose by one step. The code point must have the flag DECOMPOSES. */
static void decompose_once(uint32_t point, uint32_t *first, uint32_t *second) {
  size_t low = 0, high = elman_unicode_decomposition_count;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (elman_unicode_decompositions[middle] >> (2 * POINT_BITS) <= point) {
      low = middle;
    } else {
      high = middle;
    }
  }
  uint64_t packed = elman_unicode_decompositions[low];
  *first = (uint32_t)(packed >> POINT_BITS) & POINT_MASK;
  *second = (uint32_t)packed & POINT_MASK;
}

size_t elman_decompose(uint32_t point, uint32_t parts[ELMAN_LONGEST_DECOMPOSITION]) {
  uint32_t index = point - SYLLABLES;
  if (index < SYLLABLE_COUNT) return decompose_syllable(index, parts);
  uint32_t seconds[ELMAN_LONGEST_DECOMPOSITION];
  size_t waiting = 0, count = 0;
  /* Only first parts decompose further. Second parts are collected in reverse order. */
  while (elman_record(point)->flags & ELMAN_DECOMPOSES) {
    uint32_t second = 0;
    decompose_once(point, &point, &second);
    if (second != 0) seconds[waiting++] = second;
  }
  parts[count++] = point;
  while (waiting > 0) parts[count++] = seconds[--waiting];
  return count;
}

static uint32_t composed_from_table(uint32_t first, uint32_t second) {
  uint64_t wanted = (uint64_t)first << POINT_BITS | second;
  uint64_t parts_mask = ((uint64_t)1 << (2 * POINT_BITS)) - 1;
  size_t low = 0, high = elman_unicode_pair_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    uint64_t packed = elman_unicode_decompositions[elman_unicode_pairs[middle]];
    uint64_t parts = packed & parts_mask;
    if (parts == wanted) return (uint32_t)(packed >> (2 * POINT_BITS));
    if (parts < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return ELMAN_NO_POINT;
}

uint32_t elman_compose(uint32_t first, uint32_t second) {
  uint32_t lead = first - LEADS, vowel = second - VOWELS;
  if (lead < LEAD_COUNT && vowel < VOWEL_COUNT) {
    return SYLLABLES + (lead * VOWEL_COUNT + vowel) * TRAIL_COUNT;
  }
  uint32_t syllable = first - SYLLABLES, trail = second - TRAILS;
  bool is_open = syllable < SYLLABLE_COUNT && syllable % TRAIL_COUNT == 0;
  if (is_open && trail > 0 && trail < TRAIL_COUNT) return first + trail;
  return composed_from_table(first, second);
}

const char *elman_substitute_for(const elman_substitutes *substitutes, uint32_t point) {
  for (size_t i = 0; i < substitutes->count && point >= substitutes->items[i].point; i++)
    if (point == substitutes->items[i].point) return substitutes->items[i].text;
  return NULL;
}
