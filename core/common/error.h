/* How a call says that it failed. */
#ifndef ELMAN_ERROR_H
#define ELMAN_ERROR_H

#include "elman.h"

#if defined(__GNUC__)
#define ELMAN_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define ELMAN_PRINTF(string, first)
#endif

/* Note a status and a sentence in `*error`, which may be NULL, and give the status back. */
elman_status elman_fail(elman_error *error, elman_status status, const char *format, ...)
    ELMAN_PRINTF(3, 4);

#endif
