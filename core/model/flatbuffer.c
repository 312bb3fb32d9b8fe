/*
 * A table starts with the distance back to its vtable. After two sizes, the vtable holds the position
 * of each field in the table, or 0. Strings, vectors and tables are stored as offsets relative to the
 * position of the offset. Field numbers are those of the TensorFlow Lite schema.
 */
#include "model/flatbuffer.h"

#include <string.h>

enum { MODEL_BUFFERS = 4, MODEL_METADATA = 6 };
enum { METADATA_NAME = 0, METADATA_BUFFER = 1 };
enum { BUFFER_DATA = 0 };

static bool read_u32(elman_view file, uint64_t at, uint32_t *value) {
  if (at > file.length || file.length - at < 4) return false;
  *value = elman_uint32_at(file.bytes + at);
  return true;
}

static bool read_u16(elman_view file, uint64_t at, uint32_t *value) {
  if (at > file.length || file.length - at < 2) return false;
  const uint8_t *byte = (const uint8_t *)file.bytes + at;
  *value = (uint32_t)byte[1] << 8 | byte[0];
  return true;
}

/* Find the position of a field of the table at `table`. */
static bool find_field(elman_view file, uint64_t table, uint32_t field, uint64_t *place) {
  uint32_t back, size, offset;
  if (!read_u32(file, table, &back)) return false;
  int64_t vtable = (int64_t)table - (int32_t)back;
  if (vtable < 0 || !read_u16(file, (uint64_t)vtable, &size)) return false;
  if (4 + 2 * field + 2 > size) return false;
  if (!read_u16(file, (uint64_t)vtable + 4 + 2 * field, &offset) || offset == 0) return false;
  *place = table + offset;
  return true;
}

/* Find the target of the offset at `place`. */
static bool follow(elman_view file, uint64_t place, uint64_t *target) {
  uint32_t offset;
  if (!read_u32(file, place, &offset)) return false;
  *target = place + offset;
  return true;
}

/* Find the number of elements of a vector or string field, and the position of the first one. */
static bool find_vector(elman_view file, uint64_t table, uint32_t field, uint32_t *count,
                        uint64_t *first) {
  uint64_t place, vector;
  if (!find_field(file, table, field, &place) || !follow(file, place, &vector)) return false;
  *first = vector + 4;
  return read_u32(file, vector, count);
}

static bool find_bytes(elman_view file, uint64_t table, uint32_t field, elman_view *found) {
  uint32_t count;
  uint64_t first;
  if (!find_vector(file, table, field, &count, &first)) return false;
  if (first > file.length || file.length - first < count) return false;
  *found = (elman_view){file.bytes + first, count};
  return true;
}

/* Find the index of the buffer with this name in the metadata. */
static bool find_buffer(elman_view file, uint64_t model, const char *name, uint32_t *buffer) {
  uint32_t count;
  uint64_t first, entry, place;
  elman_view found;
  if (!find_vector(file, model, MODEL_METADATA, &count, &first)) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!follow(file, first + 4 * (uint64_t)i, &entry)) return false;
    if (!find_bytes(file, entry, METADATA_NAME, &found) || found.length != strlen(name)) continue;
    if (memcmp(found.bytes, name, found.length) != 0) continue;
    *buffer = 0;
    return !find_field(file, entry, METADATA_BUFFER, &place) || read_u32(file, place, buffer);
  }
  return false;
}

bool elman_is_tflite(elman_view file) {
  return file.length >= 8 && memcmp(file.bytes + 4, "TFL3", 4) == 0;
}

bool elman_find_metadata(elman_view file, const char *name, elman_view *found) {
  uint32_t buffer, count;
  uint64_t model, first, table;
  return follow(file, 0, &model) && find_buffer(file, model, name, &buffer) &&
         find_vector(file, model, MODEL_BUFFERS, &count, &first) && buffer < count &&
         follow(file, first + 4 * (uint64_t)buffer, &table) &&
         find_bytes(file, table, BUFFER_DATA, found);
}
