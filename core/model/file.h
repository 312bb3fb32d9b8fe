/* The packed file, and what it carries. */
#ifndef ELMAN_FILE_H
#define ELMAN_FILE_H

#include "common/bytes.h"
#include "elman.h"
#include "text/text.h"

#define ELMAN_LARGEST_FILE ((size_t)1 << 30)

/* What the very file computes: little-endian numbers, in place. */
typedef struct {
  uint32_t steps, top;
  float tolerance;
  const char *ids, *top_ids, *logits;     /* [steps], [steps, top], [steps, top] */
} elman_self_test;

/* What a file carries; everything points into its bytes. */
struct elman_contents {
  elman_view file;
  elman_text_segmentation segmentation;
  uint32_t layers, units, vocabulary_size;
  elman_view inputs, outputs; /* names by position, with spaces between them */
  elman_view name, licence, elman_version;
  elman_view vocabulary;
  elman_self_test self_test;
};

/* Read a whole file into memory of the caller's, who frees it. */
elman_status elman_read_file(const char *path, elman_view *bytes, elman_error *error);

/* Read the name of a segmentation; false if it is not known. */
bool elman_read_segmentation(elman_view name, elman_text_segmentation *segmentation);

/* Check digest, version and parts of a packed file. */
elman_status elman_unpack(elman_view file, elman_contents *contents, elman_error *error);

/* Whether the name at `position` of a list with spaces is `name`. */
bool elman_is_listed(elman_view list, int position, const char *name);

#endif
