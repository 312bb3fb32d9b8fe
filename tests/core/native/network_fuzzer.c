/*
 * The built-in network on damaged files: whatever the flatbuffer says, opening and stepping stay inside
 * their memory. With libFuzzer, or as a program: `network_fuzzer FILE LAYERS UNITS WORDS FIRST LAST`
 * tries the damages number FIRST to LAST - 1 of the file. LAYERS, UNITS and WORDS can also be macros.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/flatbuffer.h"
#include "network/network.h"

#ifndef LAYERS
#define LAYERS 2
#define UNITS 32
#define WORDS 64
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t layers = LAYERS, units = UNITS, words = WORDS;
static size_t opened;

/* Some steps with logits, without them, and with tokens that do not exist. */
static void take_steps(const elman_network *network) {
  float *state = calloc(elman_state_count(network), sizeof *state);
  float *logits = calloc(words, sizeof *logits);
  if (state == NULL || logits == NULL) abort();
  const int32_t ids[] = {0, 1, (int32_t)words - 1, (int32_t)words, -1, INT32_MAX};
  for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
    bool exists = ids[i] >= 0 && ids[i] < (int32_t)words;
    int failure = network->step(network->host, ids[i], state, i % 2 ? logits : NULL, state);
    if ((failure == 0) != exists) abort();
  }
  free(state);
  free(logits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  elman_contents contents = {.file = {(const char *)data, size},
                             .layers = layers, .units = units, .vocabulary_size = words,
                             .inputs = {"state token", 11}, .outputs = {"logits next_state", 17}};
  elman_network network;
  elman_error error;
  if (!elman_is_tflite(contents.file)) return 0;
  if (elman_network_open(&contents, NULL, &network, &error) == ELMAN_OK) {
    opened++;
    take_steps(&network);
  }
  elman_network_close(&network);
  return 0;
}

#ifdef WITHOUT_LIBFUZZER
static uint32_t random_number(uint32_t *seed) {
  *seed ^= *seed << 13, *seed ^= *seed >> 17, *seed ^= *seed << 5;
  return *seed;
}

/* Numbers that break readers: small ones, large ones, and those at the ends of their types. */
static uint32_t hostile_number(uint32_t old, uint32_t *seed) {
  static const uint32_t ends[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, UINT32_MAX};
  switch (random_number(seed) % 4) {
    case 0: return ends[random_number(seed) % (sizeof ends / sizeof *ends)];
    case 1: return old + random_number(seed) % 9 - 4;
    case 2: return random_number(seed) % 512;
    default: return random_number(seed);
  }
}

/* Change up to four numbers or bytes of a file, mostly small ones: offsets, sizes and indices are. */
static void damage(uint8_t *bytes, size_t length, uint32_t *seed) {
  uint32_t changes = 1 + random_number(seed) % 4;
  while (changes > 0) {
    size_t place = random_number(seed) % (length - 4) & ~(size_t)3;
    uint32_t number = elman_uint32_at(bytes + place);
    bool is_small = number < 1 << 20 || number > UINT32_MAX - 4096;
    if (!is_small && random_number(seed) % 64) continue;
    if (random_number(seed) % 2)
      bytes[place + random_number(seed) % 4] = (uint8_t)random_number(seed);
    else
      number = hostile_number(number, seed), memcpy(bytes + place, &number, sizeof number);
    changes--;
  }
}

int main(int count, char **arguments) {
  elman_view file;
  if (count != 7 || elman_read_file(arguments[1], &file, NULL) || file.length < 64) return 2;
  layers = (uint32_t)atoi(arguments[2]), units = (uint32_t)atoi(arguments[3]);
  words = (uint32_t)atoi(arguments[4]);
  LLVMFuzzerTestOneInput((const uint8_t *)file.bytes, file.length);
  if (opened != 1) return 3;
  size_t first = strtoull(arguments[5], NULL, 10), last = strtoull(arguments[6], NULL, 10);
  for (size_t i = first; i < last; i++) {
    uint32_t seed = (uint32_t)(i * 2654435761u) | 1;
    /* Memory of exactly its length, so that a sanitizer sees a byte too far. */
    size_t length = i % 8 ? file.length : file.length - random_number(&seed) % (file.length / 2);
    uint8_t *bytes = malloc(length);
    if (bytes == NULL) return 3;
    memcpy(bytes, file.bytes, length);
    damage(bytes, length, &seed);
    LLVMFuzzerTestOneInput(bytes, length);
    free(bytes);
  }
  printf("%zu of %zu damaged files opened\n", opened - 1, last - first);
  free((void *)file.bytes);
  return 0;
}
#endif
