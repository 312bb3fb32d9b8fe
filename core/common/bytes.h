/* Views of bytes in memory, reading numbers from them, and overwriting them. */
#ifndef ELMAN_BYTES_H
#define ELMAN_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes of a text or file, owned by the caller. */
typedef struct {
  const char *bytes;
  size_t length;
} elman_view;

/* Compare as `memcmp` does; a view that begins another is lower. In UTF-8, this is the order of code
 * points. */
static inline int elman_compare(elman_view one, elman_view other) {
  size_t length = one.length < other.length ? one.length : other.length;
  int order = memcmp(one.bytes, other.bytes, length);
  return order != 0 ? order : (one.length > other.length) - (one.length < other.length);
}

/* Overwrite memory that held private text. Compilers leave out a `memset` before `free`, but not one that is called
 * through a volatile pointer. */
static inline void elman_wipe(void *memory, size_t length) {
  static void *(*const volatile set)(void *, int, size_t) = memset;
  set(memory, 0, length);
}

/* Read a little-endian 32-bit integer. */
static inline uint32_t elman_uint32_at(const void *bytes) {
  const uint8_t *at = bytes;
  return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static inline float elman_float_at(const void *bytes) {
  uint32_t bits = elman_uint32_at(bytes);
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#endif
