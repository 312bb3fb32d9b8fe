/* Reads a packed file: checks its digest and finds the vocabulary, facts and self-test in it. */
#include "model/file.h"

#include <stdio.h>
#include <string.h>

#include "common/error.h"
#include "model/flatbuffer.h"
#include "model/sha256.h"
#include "model/vocabulary.h"

#define MAGIC "ELMANEND"
#define MAGIC_BYTES 8
#define TRAILER_BYTES (MAGIC_BYTES + ELMAN_SHA256_BYTES)
#define SELF_TEST_HEAD 12

static elman_status check_seal(elman_view file, elman_error *error) {
  uint8_t digest[ELMAN_SHA256_BYTES];
  if (!elman_is_tflite(file))
    return elman_fail(error, ELMAN_ERROR_DAMAGED, "it is not a TensorFlow Lite file");
  const char *trailer = file.bytes;
  if (file.length >= TRAILER_BYTES) trailer = file.bytes + file.length - TRAILER_BYTES;
  if (file.length < TRAILER_BYTES || memcmp(trailer, MAGIC, MAGIC_BYTES) != 0)
    return elman_fail(error, ELMAN_ERROR_DAMAGED,
                      "it is truncated or not packed for keyboards: it has no digest at its end");
  elman_sha256(file.bytes, file.length - TRAILER_BYTES, digest);
  if (memcmp(trailer + MAGIC_BYTES, digest, sizeof digest) != 0)
    return elman_fail(error, ELMAN_ERROR_DAMAGED,
                      "it is damaged: its SHA-256 does not match the digest at its end");
  return ELMAN_OK;
}

/* Find the value of a fact: the rest of the line after its key and a space. */
static bool find_fact(elman_view facts, const char *key, elman_view *value) {
  size_t length = strlen(key);
  const char *line = facts.bytes, *end = facts.bytes + facts.length;
  while (line < end) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    if (stop == NULL) stop = end;
    if ((size_t)(stop - line) > length && memcmp(line, key, length) == 0 && line[length] == ' ') {
      *value = (elman_view){line + length + 1, (size_t)(stop - line) - length - 1};
      return true;
    }
    line = stop + 1;
  }
  return false;
}

static elman_status text_fact(elman_view facts, const char *key, elman_view *value,
                              elman_error *error) {
  if (!find_fact(facts, key, value))
    return elman_fail(error, ELMAN_ERROR_MODEL, "its facts lack %s", key);
  return ELMAN_OK;
}

static elman_status number_fact(elman_view facts, const char *key, uint32_t *number,
                                elman_error *error) {
  elman_view value;
  elman_status status = text_fact(facts, key, &value, error);
  if (status != ELMAN_OK) return status;
  *number = 0;
  for (size_t i = 0; i < value.length; i++) {
    if (value.bytes[i] < '0' || value.bytes[i] > '9' || i == 8)
      return elman_fail(error, ELMAN_ERROR_MODEL, "its %s is not a number", key);
    *number = 10 * *number + (uint32_t)(value.bytes[i] - '0');
  }
  return ELMAN_OK;
}

/* Check that a fact is the number that this library supports. */
static elman_status expect(elman_view facts, const char *key, uint32_t expected,
                           elman_error *error) {
  uint32_t found;
  elman_status status = number_fact(facts, key, &found, error);
  if (status != ELMAN_OK || found == expected) return status;
  return elman_fail(error, ELMAN_ERROR_VERSION,
                    "its %s is %u, but this library reads %u: use a library of the same version",
                    key, found, expected);
}

bool elman_read_segmentation(elman_view name, elman_text_segmentation *segmentation) {
  static const char *const names[] = {"message", "sentence", "line"};
  for (int i = 0; i < 3; i++) {
    if (name.length != strlen(names[i]) || memcmp(name.bytes, names[i], name.length) != 0) continue;
    *segmentation = (elman_text_segmentation)i;
    return true;
  }
  return false;
}

static elman_status segmentation_fact(elman_view facts, elman_text_segmentation *segmentation,
                                      elman_error *error) {
  elman_view value;
  elman_status status = text_fact(facts, "segmentation", &value, error);
  if (status != ELMAN_OK || elman_read_segmentation(value, segmentation)) return status;
  return elman_fail(error, ELMAN_ERROR_MODEL, "its segmentation is unknown to this library");
}

static elman_status check_vocabulary(elman_view facts, elman_view vocabulary,
                                     elman_error *error) {
  uint8_t digest[ELMAN_SHA256_BYTES];
  char written[2 * ELMAN_SHA256_BYTES + 1];
  elman_view value;
  elman_status status = text_fact(facts, "vocabulary_sha256", &value, error);
  if (status != ELMAN_OK) return status;
  elman_sha256(vocabulary.bytes, vocabulary.length, digest);
  for (int i = 0; i < ELMAN_SHA256_BYTES; i++)
    snprintf(written + 2 * i, 3, "%02x", (unsigned)digest[i]);
  if (value.length != sizeof written - 1 || memcmp(value.bytes, written, value.length) != 0)
    return elman_fail(error, ELMAN_ERROR_MODEL,
                      "its vocabulary does not match the SHA-256 in its facts");
  return ELMAN_OK;
}

static elman_status read_facts(elman_view facts, elman_contents *contents, elman_error *error) {
  elman_status status = expect(facts, "format", ELMAN_FORMAT, error);
  if (!status) status = expect(facts, "rules_version", ELMAN_TEXT_RULES_VERSION, error);
  if (!status) status = expect(facts, "end", ELMAN_END, error);
  if (!status) status = expect(facts, "unknown", ELMAN_UNKNOWN, error);
  if (!status) status = segmentation_fact(facts, &contents->segmentation, error);
  if (!status) status = number_fact(facts, "layers", &contents->layers, error);
  if (!status) status = number_fact(facts, "units", &contents->units, error);
  if (!status) status = number_fact(facts, "vocabulary_size", &contents->vocabulary_size, error);
  if (!status) status = text_fact(facts, "inputs", &contents->inputs, error);
  if (!status) status = text_fact(facts, "outputs", &contents->outputs, error);
  if (!status) status = text_fact(facts, "name", &contents->name, error);
  if (!status) status = text_fact(facts, "licence", &contents->licence, error);
  if (!status) status = text_fact(facts, "elman_version", &contents->elman_version, error);
  return status;
}

static elman_status read_self_test(elman_view bytes, elman_self_test *test, elman_error *error) {
  const char *complaint = "its self-test is truncated";
  if (bytes.length < SELF_TEST_HEAD)
    return elman_fail(error, ELMAN_ERROR_MODEL, "%s", complaint);
  test->steps = elman_uint32_at(bytes.bytes);
  test->top = elman_uint32_at(bytes.bytes + 4);
  test->tolerance = elman_float_at(bytes.bytes + 8);
  uint64_t entries = (uint64_t)test->steps * test->top;
  if (test->steps == 0 || test->top == 0 || test->steps > 1 << 16 || test->top > 1 << 16 ||
      bytes.length != SELF_TEST_HEAD + 4 * (test->steps + 2 * entries))
    return elman_fail(error, ELMAN_ERROR_MODEL, "%s", complaint);
  test->ids = bytes.bytes + SELF_TEST_HEAD;
  test->top_ids = test->ids + 4 * (size_t)test->steps;
  test->logits = test->top_ids + 4 * (size_t)entries;
  return ELMAN_OK;
}

elman_status elman_unpack(elman_view file, elman_contents *contents, elman_error *error) {
  static const char *const names[] = {"elman.facts", "elman.vocabulary", "elman.self_test"};
  elman_view parts[3];
  elman_status status = check_seal(file, error);
  for (int i = 0; i < 3 && status == ELMAN_OK; i++)
    if (!elman_find_metadata(file, names[i], &parts[i]))
      status = elman_fail(error, ELMAN_ERROR_MODEL, "it does not contain %s", names[i]);
  if (status != ELMAN_OK) return status;
  contents->file = file;
  contents->vocabulary = parts[1];
  if (!elman_find_metadata(file, "elman.tail", &contents->tail)) contents->tail = (elman_view){0};
  status = read_facts(parts[0], contents, error);
  if (status == ELMAN_OK) status = check_vocabulary(parts[0], parts[1], error);
  if (status == ELMAN_OK) status = read_self_test(parts[2], &contents->self_test, error);
  return status;
}

bool elman_is_listed(elman_view list, int position, const char *name) {
  size_t start = 0, stop = 0;
  for (int i = 0; i <= position; i++) {
    start = i == 0 ? 0 : stop + 1;
    if (start > list.length) return false;
    for (stop = start; stop < list.length && list.bytes[stop] != ' ';) stop++;
  }
  return stop - start == strlen(name) && memcmp(list.bytes + start, name, stop - start) == 0;
}
