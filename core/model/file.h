/* The packed file and its contents. */
#ifndef ELMAN_FILE_H
#define ELMAN_FILE_H

#include "common/bytes.h"
#include "elman.h"
#include "text/text.h"

#define ELMAN_LARGEST_FILE ((size_t)1 << 30)

/* Outputs of the model, recorded when it was exported: little-endian numbers in the file's bytes. */
typedef struct {
  uint32_t steps, top;
  float tolerance;
  const char *ids, *top_ids, *logits;     /* [steps], [steps, top], [steps, top] */
} elman_self_test;

/* The contents of a file; all views point into its bytes. */
typedef struct {
  elman_text_segmentation segmentation;
  uint32_t layers, units, vocabulary_size;
  elman_view inputs, outputs; /* tensor names by position, separated by spaces */
  elman_view name, licence, elman_version;
  elman_view vocabulary;
  elman_self_test self_test;
} elman_contents;

/* Read a whole file into allocated memory, which the caller must free. */
elman_status elman_read_file(const char *path, elman_view *bytes, elman_error *error);

/* Check a packed file's digest and version, and find its contents. */
elman_status elman_unpack(elman_view file, elman_contents *contents, elman_error *error);

#endif
