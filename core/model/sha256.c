/* SHA-256. Variables are named as in FIPS 180-4, section 6.2. */
#include "model/sha256.h"

#include <string.h>

#define BLOCK 64

static const uint32_t K[BLOCK] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotated(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

static void schedule(const uint8_t block[BLOCK], uint32_t W[BLOCK]) {
  for (int t = 0; t < 16; t++)
    W[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
           (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
  for (int t = 16; t < BLOCK; t++) {
    uint32_t x = W[t - 15], y = W[t - 2];
    uint32_t sigma0 = rotated(x, 7) ^ rotated(x, 18) ^ x >> 3;
    uint32_t sigma1 = rotated(y, 17) ^ rotated(y, 19) ^ y >> 10;
    W[t] = sigma1 + W[t - 7] + sigma0 + W[t - 16];
  }
}

static void take(uint32_t H[8], const uint8_t block[BLOCK]) {
  uint32_t W[BLOCK], v[8]; /* v: a to h */
  schedule(block, W);
  memcpy(v, H, sizeof v);
  for (int t = 0; t < BLOCK; t++) {
    uint32_t a = v[0], e = v[4];
    uint32_t sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    uint32_t T1 = v[7] + sum1 + ((e & v[5]) ^ (~e & v[6])) + K[t] + W[t];
    uint32_t sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    uint32_t T2 = sum0 + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += T1;
    v[0] = T1 + T2;
  }
  for (int i = 0; i < 8; i++) H[i] += v[i];
}

void elman_sha256(const void *bytes, size_t length, uint8_t digest[ELMAN_SHA256_BYTES]) {
  const uint8_t *at = bytes;
  uint32_t H[8];
  memcpy(H, INITIAL, sizeof H);
  size_t left = length;
  for (; left >= BLOCK; left -= BLOCK, at += BLOCK) take(H, at);
  uint8_t last[2 * BLOCK] = {0};
  if (left) memcpy(last, at, left);
  last[left] = 0x80;
  size_t padded = left < BLOCK - 8 ? BLOCK : 2 * BLOCK;
  uint64_t bits = (uint64_t)length * 8;
  for (size_t i = 0; i < 8; i++) last[padded - 1 - i] = (uint8_t)(bits >> 8 * i);
  for (size_t i = 0; i < padded; i += BLOCK) take(H, last + i);
  for (int i = 0; i < ELMAN_SHA256_BYTES; i++) digest[i] = (uint8_t)(H[i / 4] >> (24 - i % 4 * 8));
}
