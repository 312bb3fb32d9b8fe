/* Opens and closes models, and returns facts about them. */
#include "elman.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "network/opened_model.h"

static char *copy_text(char *at, elman_view text) {
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
  char *licence = copy_text(model->texts, contents->name);
  char *version = copy_text(licence, contents->licence);
  copy_text(version, contents->elman_version);
  model->facts = (elman_facts){.name = model->texts,
                               .licence = licence,
                               .elman_version = version,
                               .vocabulary_size = (int32_t)contents->vocabulary_size,
                               .layers = (int32_t)contents->layers,
                               .units = (int32_t)contents->units};
  return ELMAN_OK;
}

static void release_model(elman_model *model) {
  elman_network_close(&model->network);
  elman_vocabulary_close(&model->vocabulary);
  elman_tail_close(&model->tail);
  elman_blocklist_close(&model->blocklist);
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

/* Create a model from allocated bytes, of which it takes ownership, even on failure. */
static elman_model *create_model(elman_view bytes, elman_error *error) {
  elman_model *created = calloc(1, sizeof *created);
  if (created == NULL) {
    free((void *)bytes.bytes);
    elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the model");
    return NULL;
  }
  created->file = bytes;
  atomic_flag_clear(&created->in_use);
  return created;
}

/* Open all lists of words. */
static elman_status open_words(elman_model *model, elman_view tail, elman_error *error) {
  elman_status status = elman_vocabulary_open(&model->contents, &model->vocabulary, error);
  return status ? status : elman_tail_open(tail, &model->vocabulary, &model->tail, error);
}

/* Read the file of a model and open its parts. */
static elman_status open_parts(elman_model *model, elman_runtime *runtime, elman_error *error) {
  elman_contents *contents = &model->contents;
  elman_status status = elman_unpack(model->file, contents, error);
  if (!status) status = take_facts(model, error);
  if (!status) status = open_words(model, contents->tail, error);
  if (!status) status = elman_network_open(contents, runtime, &model->network, error);
  if (!status) status = elman_network_test(&model->network, &contents->self_test, error);
  return status;
}

/* Open a model from allocated bytes, of which it takes ownership. */
static elman_status open_file(elman_view file, elman_runtime *runtime, elman_model **model,
                              elman_error *error) {
  elman_model *created = create_model(file, error);
  if (created == NULL) return ELMAN_ERROR_MEMORY;
  elman_status status = open_parts(created, runtime, error);
  if (status == ELMAN_OK) {
    *model = created;
  } else {
    advise(status, error);
    release_model(created);
  }
  return status;
}

/* Prefix the error message with the name of the file. */
static elman_status name_file(const char *path, elman_status status, elman_error *error) {
  if (error == NULL || status == ELMAN_OK) return status;
  elman_error inner = *error;
  const char *file = strrchr(path, '/');
  return elman_fail(error, status, "%.80s: %.160s", file == NULL ? path : file + 1,
                    inner.message);
}

elman_status elman_open(const char *path, elman_runtime *runtime, elman_model **model,
                        elman_error *error) {
  elman_view file;
  if (model == NULL) return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model is NULL");
  *model = NULL;
  elman_status status = elman_read_file(path, &file, error);
  if (status != ELMAN_OK) return status;
  return name_file(path, open_file(file, runtime, model, error), error);
}

/* Copy bytes to allocated memory. */
static elman_status copy_bytes(const void *bytes, size_t length, elman_view *copied,
                               elman_error *error) {
  if (length > ELMAN_LARGEST_FILE)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "the file has %zu bytes, but at most %zu are allowed", length,
                      ELMAN_LARGEST_FILE);
  char *memory = malloc(length > 0 ? length : 1);
  if (memory == NULL)
    return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory while opening the model");
  memcpy(memory, bytes, length);
  *copied = (elman_view){memory, length};
  return ELMAN_OK;
}

elman_status elman_open_bytes(const void *bytes, size_t length, elman_runtime *runtime,
                              elman_model **model, elman_error *error) {
  elman_view file = {NULL, 0};
  if (model != NULL) *model = NULL;
  if (model == NULL || bytes == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "bytes or model is NULL");
  elman_status status = copy_bytes(bytes, length, &file, error);
  return status ? status : open_file(file, runtime, model, error);
}

/* Fill in what a file would contain from what the host knows about its network. */
static elman_status describe_host(const elman_network *network, const char *segmentation,
                                  elman_model *model, elman_error *error) {
  elman_contents *contents = &model->contents;
  contents->vocabulary = model->file;
  contents->layers = (uint32_t)network->layers;
  contents->units = (uint32_t)network->units;
  contents->vocabulary_size = (uint32_t)network->vocabulary_size;
  contents->name = contents->licence = contents->elman_version = (elman_view){"", 0};
  if (!elman_read_segmentation((elman_view){segmentation, strlen(segmentation)},
                               &contents->segmentation))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "a segmentation of %.20s: expected message, sentence or line", segmentation);
  return elman_network_check(contents->layers, contents->units, error);
}

elman_status elman_open_network(const elman_network *network, const char *segmentation,
                                const char *vocabulary, size_t length, elman_model **model,
                                elman_error *error) {
  elman_view entries = {NULL, 0};
  if (model != NULL) *model = NULL;
  if (model == NULL || network == NULL || network->step == NULL || segmentation == NULL ||
      vocabulary == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "network, its step, segmentation, vocabulary or model is NULL");
  elman_status status = copy_bytes(vocabulary, length, &entries, error);
  if (status != ELMAN_OK) return status;
  elman_model *created = create_model(entries, error);
  if (created == NULL) return ELMAN_ERROR_MEMORY;
  status = describe_host(network, segmentation, created, error);
  if (!status) status = take_facts(created, error);
  if (!status) status = open_words(created, (elman_view){0}, error);
  if (status == ELMAN_OK) {
    created->network = *network;
    *model = created;
  } else {
    release_model(created);
  }
  return status;
}

elman_status elman_set_tail(elman_model *model, const void *bytes, size_t length,
                            elman_error *error) {
  if (model == NULL || (bytes == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model or bytes is NULL");
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  if (model->sessions > 0) {
    status = elman_fail(error, ELMAN_ERROR_BUSY, "the model still has %zu sessions", model->sessions);
  } else {
    elman_tail_close(&model->tail);
    status = elman_tail_open((elman_view){bytes, length}, &model->vocabulary, &model->tail, error);
  }
  if (!status) elman_vocabulary_block(&model->tail.words, &model->blocklist);
  elman_leave(model);
  return status;
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
  release_model(model);
  return ELMAN_OK;
}

elman_facts elman_model_facts(const elman_model *model) {
  return model == NULL ? (elman_facts){0} : model->facts;
}

elman_status elman_block(elman_model *model, const char *words, size_t length, size_t *blocked,
                         elman_error *error) {
  if (model == NULL || (words == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "model or words is NULL");
  elman_blocklist *list = &model->blocklist;
  elman_status status = elman_enter(model, error);
  if (status != ELMAN_OK) return status;
  status = elman_blocklist_read(list, words == NULL ? "" : words, length, error);
  if (status == ELMAN_OK) {
    size_t count = elman_vocabulary_block(&model->vocabulary, list) +
                   elman_vocabulary_block(&model->tail.words, list);
    if (blocked != NULL) *blocked = count;
  }
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
