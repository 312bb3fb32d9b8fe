/*
 * The Unicode properties that the text rules use. The tables are in `unicode.c`, which
 * tools/tables/c_source.py generates from the same source as the tables of the other languages.
 */
#ifndef ELMAN_UNICODE_H
#define ELMAN_UNICODE_H

#include <stddef.h>
#include <stdint.h>

/* Classes of code points, in the low bits of a record's flags. */
enum {
  ELMAN_SYMBOL = 0,
  ELMAN_SPACE,
  ELMAN_LETTER,
  ELMAN_DIGIT,
  ELMAN_WIDE,
  ELMAN_EXTENDER,
  ELMAN_REGIONAL,
  ELMAN_CLASS_BITS = 7
};

/* The other bits of the flags. */
enum {
  ELMAN_UNSETTLED = 8,    /* NFC may change it or the character before it */
  ELMAN_FOLDS = 16,       /* is in `fold` */
  ELMAN_RISES = 32,       /* is in `upper` */
  ELMAN_TITLES = 64,      /* is in `title` */
  ELMAN_DECOMPOSES = 128, /* is in `decompositions` */
  /* The properties that training/text/rules.py documents: */
  ELMAN_LOWER = 1 << 8,
  ELMAN_TERMINATOR = 1 << 9,
  ELMAN_WIDE_TERMINATOR = 1 << 10,
  ELMAN_GLUED = 1 << 11,
  ELMAN_OPENING = 1 << 12,
  ELMAN_CLOSING = 1 << 13,
  ELMAN_CURRENCY = 1 << 14,
  ELMAN_WIDE_PUNCTUATION = 1 << 15,
  ELMAN_MID_LETTER = 1 << 16,
  ELMAN_HEBREW = 1 << 17,
  ELMAN_GREEK = 1 << 18
};

typedef struct {
  uint32_t flags;
  uint8_t combining; /* canonical combining class */
} elman_unicode_record;

/* A run of `count` code points, starting at `first`, `step` apart, each mapped to itself plus `offset`. */
typedef struct {
  uint32_t first;
  uint16_t count;
  uint8_t step;
  int32_t offset;
} elman_unicode_mapping;

/* A code point's record is records[properties[blocks[point / 128] * 128 + point % 128]]. */
extern const uint8_t elman_unicode_blocks[8704];
extern const uint8_t elman_unicode_properties[];
extern const elman_unicode_record elman_unicode_records[];

/* Simple case mappings, sorted by `first`. */
extern const elman_unicode_mapping elman_unicode_fold[];
extern const size_t elman_unicode_fold_count;
extern const elman_unicode_mapping elman_unicode_upper[];
extern const size_t elman_unicode_upper_count;
extern const elman_unicode_mapping elman_unicode_title[];
extern const size_t elman_unicode_title_count;

/* Single-step canonical decompositions, sorted: 21 bits each for the code point and its two parts. A
 * second part of 0 means none. Hangul is computed instead. */
extern const uint64_t elman_unicode_decompositions[];
extern const size_t elman_unicode_decomposition_count;

/* Indices of the decompositions that NFC composes, sorted by their two parts. */
extern const uint16_t elman_unicode_pairs[];
extern const size_t elman_unicode_pair_count;

#endif
