/* What the files of the WebAssembly module share. */
#ifndef ELMAN_BROWSER_H
#define ELMAN_BROWSER_H

#include "session/session.h"

/* A function that JavaScript calls by this name. */
#define EXPORTED(name) __attribute__((export_name(#name)))

/* The error of the latest call that failed. */
extern elman_error elman_browser_error;

/* The text that the latest call made, in memory that the next one overwrites. */
void elman_browser_answer(const char *bytes, size_t length);

/* Memory for a text of `length` bytes, to be passed to `elman_browser_answered`; NULL if there is none. */
char *elman_browser_room(size_t length);
void elman_browser_answered(size_t length);

/* Store an error about missing memory, or about a text that a rule refuses, and return false. */
bool elman_browser_no_memory(void);
bool elman_browser_accepts(elman_text_status status);

/* Split a text into segments. The result is valid until the next call; NULL after an error. */
const elman_text_workspace *elman_browser_read(const char *text, size_t length,
                                               elman_text_segmentation segmentation);

#endif
