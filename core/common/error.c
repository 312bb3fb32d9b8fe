#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>

elman_status elman_fail(elman_error *error, elman_status status, const char *format, ...) {
  if (error == NULL) return status;
  va_list arguments;
  va_start(arguments, format);
  error->status = status;
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return status;
}
