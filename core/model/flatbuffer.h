/* A `.tflite` file, read in place: no offset is trusted. */
#ifndef ELMAN_FLATBUFFER_H
#define ELMAN_FLATBUFFER_H

#include <stdbool.h>

#include "common/bytes.h"

/* Whether the bytes start with the header of a TensorFlow Lite file. */
bool elman_is_tflite(elman_view file);

/* Find the buffer with this name in the model's metadata. Returns false if there is none, or if an
 * offset on the way to it points outside the file. */
bool elman_find_metadata(elman_view file, const char *name, elman_view *found);

/*
 * Places in the file are offsets from its beginning, and fields the numbers that the TensorFlow Lite
 * schema gives them. All functions return false if something is missing or lies outside the file.
 */

/* The root table. */
bool elman_flat_model(elman_view file, uint64_t *model);

/* The bytes of a buffer. A buffer without data is missing. */
bool elman_flat_buffer(elman_view file, uint64_t model, uint32_t buffer, elman_view *found);

/* The place of a field of a table. */
bool elman_flat_field(elman_view file, uint64_t table, uint32_t field, uint64_t *place);

/* The table that a field leads to. */
bool elman_flat_child(elman_view file, uint64_t table, uint32_t field, uint64_t *child);

/* A number of 1 to 4 bytes; one that the table leaves out is 0. */
bool elman_flat_number(elman_view file, uint64_t table, uint32_t field, uint32_t bytes,
                       uint32_t *value);

/* The elements of a field that is a vector or string: their number, and where they begin. Whether
 * they all lie in the file is not checked. */
bool elman_flat_vector(elman_view file, uint64_t table, uint32_t field, uint32_t *count,
                       uint64_t *first);

/* The table at an index of a field that is a vector of tables. */
bool elman_flat_element(elman_view file, uint64_t table, uint32_t field, uint32_t index,
                        uint64_t *element);

/* A field that is a vector of bytes or a string. */
bool elman_flat_bytes(elman_view file, uint64_t table, uint32_t field, elman_view *found);

#endif
