/* The words that are never suggested. */
#ifndef ELMAN_BLOCKLIST_H
#define ELMAN_BLOCKLIST_H

#include "common/bytes.h"
#include "elman.h"

typedef struct {
  size_t count;
  elman_view *words; /* [count], folded and sorted */
  char *texts;
  uint64_t version; /* changes with the list */
} elman_blocklist;

/* Replace a list by the lines of `words`, without empty ones. After an error, it stays as it was. */
elman_status elman_blocklist_read(elman_blocklist *list, const char *words, size_t length,
                                  elman_error *error);
void elman_blocklist_close(elman_blocklist *list);

bool elman_blocklist_has(const elman_blocklist *list, elman_view folded);

#endif
