/* Finds metadata buffers of a `.tflite` file in place. Every offset is checked. */
#ifndef ELMAN_FLATBUFFER_H
#define ELMAN_FLATBUFFER_H

#include <stdbool.h>

#include "common/bytes.h"

/* Whether the bytes start with the header of a TensorFlow Lite file. */
bool elman_is_tflite(elman_view file);

/* Find the buffer with this name in the model's metadata. Returns false if there is none, or if an
 * offset on the way to it points outside the file. */
bool elman_find_metadata(elman_view file, const char *name, elman_view *found);

#endif
