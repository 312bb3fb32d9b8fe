/* The positions of a keyboard's keys. */
#ifndef ELMAN_LAYOUT_H
#define ELMAN_LAYOUT_H

#include "common/bytes.h"
#include "elman.h"

#define ELMAN_MOST_KEYS 128

/* The centre of a key, in key widths from the left and in rows from the top of the layout. */
typedef struct {
  uint32_t point; /* case-folded */
  float x, y;
} elman_key;

typedef struct {
  size_t count;
  elman_key keys[ELMAN_MOST_KEYS]; /* sorted by code point */
} elman_layout;

/* Read a layout as `elman_session_layout` describes it. After an error, it stays as it was. */
elman_status elman_layout_read(elman_layout *layout, elman_view text, elman_error *error);

/* The key of a letter, or NULL. */
const elman_key *elman_layout_key(const elman_layout *layout, uint32_t point);

#endif
