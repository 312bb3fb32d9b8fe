/* Reporting errors. */
#ifndef ELMAN_ERROR_H
#define ELMAN_ERROR_H

#include <stdio.h>

#include "elman.h"

#if defined(__MINGW_PRINTF_FORMAT)
/* Of MinGW's two kinds of format, the one that its `vsnprintf` understands. */
#define ELMAN_PRINTF(string, first) \
  __attribute__((format(__MINGW_PRINTF_FORMAT, string, first)))
#elif defined(__GNUC__)
#define ELMAN_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define ELMAN_PRINTF(string, first)
#endif

/* Store a status and a message in `*error`, which may be NULL, and return the status. */
elman_status elman_fail(elman_error *error, elman_status status, const char *format, ...)
    ELMAN_PRINTF(3, 4);

#endif
