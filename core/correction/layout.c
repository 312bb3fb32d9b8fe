/* Reads layouts: rows of keys, each with its distance from the left. */
#include "correction/layout.h"

#include "common/error.h"
#include "text/characters.h"

#define MOST_ROWS 16
/* In key widths. */
#define MOST_OFFSET 100

typedef struct {
  const char *name, *rows;
} known_layout;

static const known_layout known_layouts[] = {
    {"qwerty", "0 qwertyuiop\n0.5 asdfghjkl\n1.5 zxcvbnm\n"},
    {"qwertz", "0 qwertzuiop\xc3\xbc\n0 asdfghjkl\xc3\xb6\xc3\xa4\n2 yxcvbnm\n"},
    {"azerty", "0 azertyuiop\n0 qsdfghjklm\n2 wxcvbn'\n"},
};

static elman_view rows_of_layout(elman_view text) {
  for (size_t i = 0; i < sizeof known_layouts / sizeof *known_layouts; i++) {
    elman_view name = {known_layouts[i].name, strlen(known_layouts[i].name)};
    if (elman_compare(name, text) == 0)
      return (elman_view){known_layouts[i].rows, strlen(known_layouts[i].rows)};
  }
  return text;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/* Read a decimal number and the space after it. Returns their length, or 0. */
static size_t read_offset(elman_view row, float *offset) {
  size_t at = 0;
  double number = 0, scale = 1;
  for (; at < row.length && is_digit(row.bytes[at]); at++) number = 10 * number + (row.bytes[at] - '0');
  if (at == 0 || at > 3) return 0;
  if (at < row.length && row.bytes[at] == '.')
    for (at++; at < row.length && is_digit(row.bytes[at]); at++) {
      scale /= 10;
      number += scale * (row.bytes[at] - '0');
    }
  *offset = (float)number;
  return number <= MOST_OFFSET && at < row.length && row.bytes[at] == ' ' ? at + 1 : 0;
}

static bool add_key(elman_layout *layout, elman_key key) {
  size_t place = layout->count;
  if (elman_layout_key(layout, key.point) != NULL || place == ELMAN_MOST_KEYS) return false;
  for (; place > 0 && layout->keys[place - 1].point > key.point; place--)
    layout->keys[place] = layout->keys[place - 1];
  layout->keys[place] = key;
  layout->count++;
  return true;
}

static bool read_row(elman_layout *layout, elman_view row, size_t number) {
  float offset;
  size_t start = read_offset(row, &offset), at = start;
  for (size_t place = 0; at < row.length && start > 0; place++) {
    uint32_t point;
    size_t width = elman_decode(row, at, &point);
    if (width == 0 || point <= ' ') return false;
    elman_key key = {elman_folded(point), offset + (float)place + 0.5f, (float)number + 0.5f};
    if (!add_key(layout, key)) return false;
    at += width;
  }
  return start > 0 && at > start;
}

elman_status elman_layout_read(elman_layout *layout, elman_view text, elman_error *error) {
  elman_layout found = {0};
  elman_view rows = rows_of_layout(text);
  size_t number = 0;
  for (size_t start = 0; start < rows.length; number++) {
    const char *line = rows.bytes + start, *end = memchr(line, '\n', rows.length - start);
    size_t length = end == NULL ? rows.length - start : (size_t)(end - line);
    if (number == MOST_ROWS || !read_row(&found, (elman_view){line, length}, number))
      return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                        "row %zu of the layout is not a number of key widths, a space and keys that "
                        "occur once, such as: 0.5 asdfghjkl",
                        number + 1);
    start += length + 1;
  }
  if (number == 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "the layout is empty; expected qwerty, qwertz, azerty or rows of keys");
  *layout = found;
  return ELMAN_OK;
}

const elman_key *elman_layout_key(const elman_layout *layout, uint32_t point) {
  size_t first = 0, end = layout->count;
  while (first < end) {
    size_t middle = first + (end - first) / 2;
    if (layout->keys[middle].point < point)
      first = middle + 1;
    else
      end = middle;
  }
  return first < layout->count && layout->keys[first].point == point ? &layout->keys[first] : NULL;
}
