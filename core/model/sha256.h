/* SHA-256 (FIPS 180-4) of bytes in memory. */
#ifndef ELMAN_SHA256_H
#define ELMAN_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define ELMAN_SHA256_BYTES 32

void elman_sha256(const void *bytes, size_t length, uint8_t digest[ELMAN_SHA256_BYTES]);

#endif
