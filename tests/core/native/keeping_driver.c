/* Reads lines and writes 1 for each that a profile may keep, otherwise 0. */
#include <stdio.h>
#include <string.h>

#include "profile/keeping.h"

int main(void) {
  char line[256];
  while (fgets(line, sizeof line, stdin) != NULL)
    putchar(elman_may_keep((elman_view){line, strcspn(line, "\n")}) ? '1' : '0');
  return 0;
}
