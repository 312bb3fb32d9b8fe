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
struct elman_contents {
  elman_view file;
  elman_text_segmentation segmentation;
  uint32_t layers, units, vocabulary_size;
  elman_view inputs, outputs; /* tensor names by position, separated by spaces */
  elman_view name, licence, elman_version;
  elman_view vocabulary;
  elman_view tail; /* empty if there are no tail words */
  elman_self_test self_test;
};

/* Read a whole file into allocated memory, which the caller must free. */
elman_status elman_read_file(const char *path, elman_view *bytes, elman_error *error);

/* Find a segmentation by its name. Returns false if it is unknown. */
bool elman_read_segmentation(elman_view name, elman_text_segmentation *segmentation);

/* Check a packed file's digest and version, and find its contents. */
elman_status elman_unpack(elman_view file, elman_contents *contents, elman_error *error);

/* Whether `name` is at `position` in a list separated by spaces. */
bool elman_is_listed(elman_view list, int position, const char *name);

#endif
