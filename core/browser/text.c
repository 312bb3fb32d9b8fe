/* The text rules for JavaScript. Texts are UTF-8 in memory that JavaScript allocates and releases. */
#include <stdlib.h>
#include <string.h>

#include "browser/browser.h"
#include "common/error.h"

elman_error elman_browser_error;

static struct {
  char *bytes;
  size_t length, capacity;
} answer;

/* The results of the latest `tokens`. */
static elman_text_workspace workspace;
static int32_t *ids;

/* -- memory and answers -------------------------------------------------------------------------------- */

EXPORTED(allocate) void *browser_allocate(size_t bytes) { return malloc(bytes > 0 ? bytes : 1); }

EXPORTED(release) void browser_release(void *memory) { free(memory); }

EXPORTED(message) const char *browser_message(void) { return elman_browser_error.message; }

EXPORTED(answer) const char *browser_answer(void) { return answer.bytes; }

EXPORTED(answer_length) size_t browser_answer_length(void) { return answer.length; }

EXPORTED(rules_version) int browser_rules_version(void) { return ELMAN_TEXT_RULES_VERSION; }

bool elman_browser_no_memory(void) {
  elman_fail(&elman_browser_error, ELMAN_ERROR_MEMORY, "out of memory");
  return false;
}

bool elman_browser_accepts(elman_text_status status) {
  if (status == ELMAN_TEXT_OK) return true;
  elman_fail(&elman_browser_error, ELMAN_ERROR_TEXT, "%s", elman_text_message(status));
  return false;
}

char *elman_browser_room(size_t length) {
  if (length < answer.capacity) return answer.bytes;
  free(answer.bytes);
  answer.capacity = length + 1;
  answer.bytes = malloc(answer.capacity);
  if (answer.bytes == NULL) {
    answer.capacity = 0;
    elman_browser_no_memory();
  }
  return answer.bytes;
}

void elman_browser_answered(size_t length) { answer.length = length; }

void elman_browser_answer(const char *bytes, size_t length) {
  char *room = elman_browser_room(length);
  elman_browser_answered(room == NULL ? 0 : length);
  if (room != NULL && length > 0) memcpy(room, bytes, length);
}

/* -- texts --------------------------------------------------------------------------------------------- */

/* `elman_text_normalise` or `elman_text_fold`. */
typedef elman_text_status rule(const char *text, size_t length, char *output, size_t capacity,
                               size_t *produced);

static bool answer_rewritten(rule *rewrite, const char *text, size_t length) {
  size_t capacity = ELMAN_TEXT_CAPACITY(length), produced = 0;
  char *room = elman_browser_room(capacity);
  if (room == NULL) return false;
  elman_text_status status = rewrite(text, length, room, capacity, &produced);
  elman_browser_answered(produced);
  return elman_browser_accepts(status);
}

EXPORTED(normalise) bool browser_normalise(const char *text, size_t length) {
  return answer_rewritten(elman_text_normalise, text, length);
}

EXPORTED(fold) bool browser_fold(const char *token, size_t length) {
  return answer_rewritten(elman_text_fold, token, length);
}

EXPORTED(is_word) bool browser_is_word(const char *token, size_t length) {
  return elman_text_is_word(token, length);
}

static void release_tokens(void) {
  free(workspace.buffer);
  free(workspace.tokens);
  free(ids);
  workspace = (elman_text_workspace){0};
  ids = NULL;
}

static bool make_workspace(size_t length) {
  release_tokens();
  workspace.buffer_capacity = ELMAN_TEXT_CAPACITY(length);
  workspace.token_capacity = ELMAN_TEXT_TOKENS(length);
  workspace.buffer = malloc(workspace.buffer_capacity);
  workspace.tokens = malloc(workspace.token_capacity * sizeof *workspace.tokens);
  if (workspace.buffer != NULL && workspace.tokens != NULL) return true;
  release_tokens();
  return elman_browser_no_memory();
}

/* What `tokens` finds in a text: all tokens, segments, or segments and the word being typed. */
enum { SPLIT = 0, SEGMENTS, TYPED };

/* Read a text. The results are valid until the next call. */
EXPORTED(tokens) bool browser_tokens(const char *text, size_t length, int task, int segmentation) {
  elman_text_segmentation by = (elman_text_segmentation)segmentation;
  if (!make_workspace(length)) return false;
  elman_text_status status = task == SPLIT      ? elman_text_split(&workspace, text, length)
                             : task == SEGMENTS ? elman_text_segments(&workspace, text, length, by)
                                                : elman_text_typed(&workspace, text, length, by);
  elman_browser_answer(workspace.prefix, workspace.prefix_length);
  return elman_browser_accepts(status);
}

const elman_text_workspace *elman_browser_read(const char *text, size_t length,
                                               elman_text_segmentation segmentation) {
  return browser_tokens(text, length, SEGMENTS, (int)segmentation) ? &workspace : NULL;
}

EXPORTED(token_count) size_t browser_token_count(void) { return workspace.token_count; }

/* [token_count] of `{text, length, end}`, three 32-bit numbers. */
EXPORTED(token_array) const elman_text_token *browser_token_array(void) { return workspace.tokens; }

/* The ids of the tokens: [token_count] 32-bit numbers, or NULL. */
EXPORTED(token_ids) const int32_t *browser_token_ids(const elman_model *model) {
  size_t count = workspace.token_count, capacity = ELMAN_TEXT_CAPACITY(workspace.buffer_capacity);
  char *scratch = elman_browser_room(capacity);
  free(ids);
  ids = malloc((count + 1) * sizeof *ids);
  if (scratch == NULL || ids == NULL) {
    elman_browser_no_memory();
    return NULL;
  }
  for (size_t i = 0; i < count; i++)
    ids[i] = (int32_t)elman_vocabulary_find(&model->vocabulary, workspace.tokens[i].text,
                                            workspace.tokens[i].length, scratch, capacity);
  return ids;
}

/* Join tokens, whose bytes follow one another. */
EXPORTED(join) bool browser_join(const char *bytes, const uint32_t *lengths, size_t count) {
  elman_text_token *tokens = malloc((count + 1) * sizeof *tokens);
  if (tokens == NULL) return elman_browser_no_memory();
  size_t total = 0, produced = 0;
  for (size_t i = 0; i < count; total += lengths[i++])
    tokens[i] = (elman_text_token){bytes + total, lengths[i], ELMAN_TEXT_INSIDE};
  char *room = elman_browser_room(total + count);
  bool joined = room != NULL &&
                elman_browser_accepts(elman_text_join(tokens, count, room, total + count, &produced));
  elman_browser_answered(produced);
  free(tokens);
  return joined;
}
