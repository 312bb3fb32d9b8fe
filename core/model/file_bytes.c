/* Reads a file from a disk. A library without files, such as WebAssembly, leaves this out. */
#include <stdio.h>
#include <stdlib.h>

#include "common/error.h"
#include "model/file.h"

static elman_status read_all(FILE *stream, const char *path, elman_view *bytes,
                             elman_error *error) {
  long length = -1;
  if (fseek(stream, 0, SEEK_END) == 0) length = ftell(stream);
  if (length < 0 || (unsigned long)length > ELMAN_LARGEST_FILE || fseek(stream, 0, SEEK_SET) != 0)
    return elman_fail(error, ELMAN_ERROR_FILE, "cannot read %s", path);
  char *memory = malloc((size_t)length + 1);
  if (memory == NULL)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while reading %s", path);
  if (fread(memory, 1, (size_t)length, stream) != (size_t)length) {
    free(memory);
    return elman_fail(error, ELMAN_ERROR_FILE, "cannot read %s", path);
  }
  *bytes = (elman_view){memory, (size_t)length};
  return ELMAN_OK;
}

elman_status elman_read_file(const char *path, elman_view *bytes, elman_error *error) {
  if (path == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "path is NULL");
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return elman_fail(error, ELMAN_ERROR_FILE, "cannot open %s", path);
  elman_status status = read_all(stream, path, bytes, error);
  fclose(stream);
  return status;
}
