/* Metadata buffers of a `.tflite` file, read in place: no offset is trusted. */
#ifndef ELMAN_FLATBUFFER_H
#define ELMAN_FLATBUFFER_H

#include <stdbool.h>

#include "common/bytes.h"

/* Whether the bytes begin as a TensorFlow Lite file does. */
bool elman_is_tflite(elman_view file);

/* Find the buffer that the model's metadata call `name`; false where there is none, or an offset on
 * the way to it lies outside the file. */
bool elman_find_metadata(elman_view file, const char *name, elman_view *found);

#endif
