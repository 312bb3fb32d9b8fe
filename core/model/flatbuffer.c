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

bool elman_flat_field(elman_view file, uint64_t table, uint32_t field, uint64_t *place) {
  uint32_t back, size, offset;
  if (!read_u32(file, table, &back)) return false;
  int64_t vtable = (int64_t)table - (int32_t)back;
  if (vtable < 0 || !read_u16(file, (uint64_t)vtable, &size)) return false;
  if (4 + 2 * field + 2 > size) return false;
  if (!read_u16(file, (uint64_t)vtable + 4 + 2 * field, &offset) || offset == 0) return false;
  *place = table + offset;
  return true;
}

static bool follow(elman_view file, uint64_t place, uint64_t *target) {
  uint32_t offset;
  if (!read_u32(file, place, &offset)) return false;
  *target = place + offset;
  return true;
}

bool elman_flat_vector(elman_view file, uint64_t table, uint32_t field, uint32_t *count,
                       uint64_t *first) {
  uint64_t place, vector;
  if (!elman_flat_field(file, table, field, &place) || !follow(file, place, &vector))
    return false;
  *first = vector + 4;
  return read_u32(file, vector, count);
}

bool elman_flat_bytes(elman_view file, uint64_t table, uint32_t field, elman_view *found) {
  uint32_t count;
  uint64_t first;
  if (!elman_flat_vector(file, table, field, &count, &first)) return false;
  if (first > file.length || file.length - first < count) return false;
  *found = (elman_view){file.bytes + first, count};
  return true;
}

bool elman_flat_child(elman_view file, uint64_t table, uint32_t field, uint64_t *child) {
  uint64_t place;
  return elman_flat_field(file, table, field, &place) && follow(file, place, child);
}

bool elman_flat_element(elman_view file, uint64_t table, uint32_t field, uint32_t index,
                        uint64_t *element) {
  uint32_t count;
  uint64_t first;
  return elman_flat_vector(file, table, field, &count, &first) && index < count &&
         follow(file, first + 4 * (uint64_t)index, element);
}

bool elman_flat_number(elman_view file, uint64_t table, uint32_t field, uint32_t bytes,
                       uint32_t *value) {
  uint64_t place;
  *value = 0;
  if (!elman_flat_field(file, table, field, &place)) return true;
  if (place > file.length || file.length - place < bytes) return false;
  for (uint32_t i = bytes; i > 0; i--)
    *value = *value << 8 | (uint8_t)file.bytes[place + i - 1];
  return true;
}

/* Find the index of the buffer with this name in the metadata. */
static bool find_buffer(elman_view file, uint64_t model, const char *name, uint32_t *buffer) {
  uint32_t count;
  uint64_t first, entry;
  elman_view found;
  if (!elman_flat_vector(file, model, MODEL_METADATA, &count, &first)) return false;
  for (uint32_t i = 0; i < count; i++) {
    if (!follow(file, first + 4 * (uint64_t)i, &entry)) return false;
    if (!elman_flat_bytes(file, entry, METADATA_NAME, &found) || found.length != strlen(name))
      continue;
    if (memcmp(found.bytes, name, found.length) != 0) continue;
    return elman_flat_number(file, entry, METADATA_BUFFER, 4, buffer);
  }
  return false;
}

bool elman_is_tflite(elman_view file) {
  return file.length >= 8 && memcmp(file.bytes + 4, "TFL3", 4) == 0;
}

bool elman_flat_model(elman_view file, uint64_t *model) {
  return follow(file, 0, model);
}

bool elman_flat_buffer(elman_view file, uint64_t model, uint32_t buffer, elman_view *found) {
  uint64_t table;
  return elman_flat_element(file, model, MODEL_BUFFERS, buffer, &table) &&
         elman_flat_bytes(file, table, BUFFER_DATA, found);
}

bool elman_find_metadata(elman_view file, const char *name, elman_view *found) {
  uint32_t buffer;
  uint64_t model;
  return elman_flat_model(file, &model) && find_buffer(file, model, name, &buffer) &&
         elman_flat_buffer(file, model, buffer, found);
}
