/* Opens and closes models, and returns facts about them. */
#include "elman.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "session/opened_model.h"

static char *copy(char *at, elman_view text) {
  memcpy(at, text.bytes, text.length);
  at[text.length] = '\0';
  return at + text.length + 1;
}

static elman_status take_facts(elman_model *model, elman_error *error) {
  const elman_contents *contents = &model->contents;
  size_t bytes = contents->name.length + contents->licence.length +
                 contents->elman_version.length + 3;
  model->texts = malloc(bytes);
  if (model->texts == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory");
  char *licence = copy(model->texts, contents->name);
  char *version = copy(licence, contents->licence);
  copy(version, contents->elman_version);
  model->facts = (elman_facts){.name = model->texts,
                               .licence = licence,
                               .elman_version = version,
                               .vocabulary_size = (int32_t)contents->vocabulary_size,
                               .layers = (int32_t)contents->layers,
                               .units = (int32_t)contents->units};
  return ELMAN_OK;
}

static void release(elman_model *model) {
  elman_network_close(&model->network);
  elman_vocabulary_close(&model->vocabulary);
  free(model->texts);
  free((void *)model->file.bytes);
  free(model);
}

/* Append what to do about a file that cannot be used. */
static void advise(elman_status status, elman_error *error) {
  if (error == NULL || (status != ELMAN_ERROR_DAMAGED && status != ELMAN_ERROR_MODEL)) return;
  size_t length = strlen(error->message);
  snprintf(error->message + length, sizeof error->message - length,
           "; copy it again or export it again");
}

/* Open a model from allocated bytes, of which it takes ownership. */
static elman_status open_file(elman_view file, elman_model **model, elman_error *error) {
  elman_model *fresh = calloc(1, sizeof *fresh);
  if (fresh == NULL) {
    free((void *)file.bytes);
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the model");
  }
  fresh->file = file;
  atomic_flag_clear(&fresh->in_use);
  elman_status status = elman_unpack(file, &fresh->contents, error);
  if (!status) status = take_facts(fresh, error);
  if (!status) status = elman_vocabulary_open(&fresh->contents, &fresh->vocabulary, error);
  if (!status) status = elman_network_open(file, &fresh->contents, &fresh->network, error);
  if (!status) status = elman_network_test(&fresh->network, &fresh->contents.self_test, error);
  if (status != ELMAN_OK) {
    advise(status, error);
    release(fresh);
    return status;
  }
  *model = fresh;
  return ELMAN_OK;
}

/* Prefix the error message with the name of the file. */
static elman_status name_file(const char *path, elman_status status, elman_error *error) {
  if (error == NULL || status == ELMAN_OK) return status;
  elman_error inner = *error;
  const char *file = strrchr(path, '/');
  return elman_fail(error, status, "%.80s: %.160s", file == NULL ? path : file + 1,
                    inner.message);
}

elman_status elman_open(const char *path, elman_model **model, elman_error *error) {
  elman_view file;
  if (model == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model is NULL");
  *model = NULL;
  elman_status status = elman_read_file(path, &file, error);
  if (status != ELMAN_OK) return status;
  return name_file(path, open_file(file, model, error), error);
}

elman_status elman_open_bytes(const void *bytes, size_t length, elman_model **model,
                              elman_error *error) {
  if (model != NULL) *model = NULL;
  if (model == NULL || bytes == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "bytes or model is NULL");
  if (length > ELMAN_LARGEST_FILE)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "the file has %zu bytes, but at most %zu are allowed", length,
                      ELMAN_LARGEST_FILE);
  char *memory = malloc(length > 0 ? length : 1);
  if (memory == NULL)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the model");
  memcpy(memory, bytes, length);
  return open_file((elman_view){memory, length}, model, error);
}

elman_status elman_close(elman_model *model, elman_error *error) {
  if (model == NULL) return ELMAN_OK;
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  if (model->sessions > 0) {
    size_t sessions = model->sessions;
    elman_leave(model);
    return elman_fail(error, ELMAN_ERROR_BUSY, "the model still has %zu sessions", sessions);
  }
  release(model);
  return ELMAN_OK;
}

elman_facts elman_model_facts(const elman_model *model) {
  return model == NULL ? (elman_facts){0} : model->facts;
}

elman_status elman_block(elman_model *model, const char *words, size_t length, size_t *blocked,
                         elman_error *error) {
  if (model == NULL || (words == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model or words is NULL");
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  status = elman_vocabulary_block(&model->vocabulary, words == NULL ? "" : words, length, blocked,
                                  error);
  elman_leave(model);
  return status;
}

elman_status elman_block_file(elman_model *model, const char *path, size_t *blocked,
                              elman_error *error) {
  elman_view words;
  elman_status status = elman_read_file(path, &words, error);
  if (status != ELMAN_OK) return status;
  status = elman_block(model, words.bytes, words.length, blocked, error);
  free((void *)words.bytes);
  return name_file(path, status, error);
}
