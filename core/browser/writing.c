/* Writes generated words behind a prompt, for JavaScript. */
#include <stdlib.h>
#include <string.h>

#include "browser/browser.h"
#include "text/rules.h"

/* A segment while it is written: tokens of the prompt, then generated words. */
typedef struct {
  const elman_vocabulary *vocabulary;
  elman_text_token *tokens;
  size_t count;
  char *words; /* memory for the generated words */
  size_t written, capacity;
} segment;

/* Add the open segment at the end of the text that was read to the tokens of an empty segment. */
static void add_open_tokens(segment *to, const elman_text_workspace *read) {
  size_t first = read->token_count;
  if (first == 0 || read->tokens[first - 1].end == ELMAN_TEXT_COMPLETE) return;
  while (first > 0 && read->tokens[first - 1].end != ELMAN_TEXT_COMPLETE) first--;
  to->count = read->token_count - first;
  memcpy(to->tokens, read->tokens + first, to->count * sizeof *to->tokens);
}

static bool add_word(segment *to, uint32_t id) {
  elman_view entry = elman_vocabulary_entry(to->vocabulary, id);
  char *word = to->words + to->written;
  size_t produced = 0;
  elman_text_status status = elman_text_suggestion(
      entry.bytes, entry.length, "", 0, elman_text_starts_sentence(to->tokens, to->count),
      to->vocabulary->segmentation, word, to->capacity - to->written, &produced);
  if (!elman_browser_accepts(status)) return false;
  to->tokens[to->count++] = (elman_text_token){word, produced, ELMAN_TEXT_INSIDE};
  to->written += produced;
  return true;
}

/* Join the tokens: pre-tokenized ones with spaces, others by the text rules. */
static size_t joined(const segment *from, char *output, size_t capacity) {
  size_t length = 0;
  if (from->vocabulary->segmentation != ELMAN_TEXT_LINE) {
    elman_text_join(from->tokens, from->count, output, capacity, &length);
    return length;
  }
  for (size_t i = 0; i < from->count; i++) {
    if (i > 0) output[length++] = ' ';
    memcpy(output + length, from->tokens[i].text, from->tokens[i].length);
    length += from->tokens[i].length;
  }
  return length;
}

static size_t joined_capacity(const segment *of, size_t more_tokens) {
  size_t total = of->count + more_tokens + of->capacity + 1;
  for (size_t i = 0; i < of->count; i++) total += of->tokens[i].length;
  return total;
}

/* The bytes of the joined text that belong to the prompt, given the first word behind it. Whether a space
 * follows the prompt depends on the word: "and/" and "or" make "and/or". */
static size_t hidden_by(const segment *after, char *output, size_t capacity) {
  size_t length = joined(after, output, capacity);
  size_t hidden = length - after->tokens[after->count - 1].length;
  return hidden > 0 && output[hidden - 1] == ' ' ? hidden - 1 : hidden;
}

/* Write the words of `ids`, of which the last may be `</s>`. */
static bool write_words(segment *to, const int32_t *ids, size_t count, bool is_spaced) {
  bool ends = count > 0 && ids[count - 1] == ELMAN_END;
  size_t words = count - ends, hidden = 0, capacity = joined_capacity(to, words);
  char *output = malloc(capacity);
  if (output == NULL) return elman_browser_no_memory();
  bool written = true;
  for (size_t i = 0; i < words && written; i++) {
    written = add_word(to, (uint32_t)ids[i]);
    if (written && i == 0) hidden = hidden_by(to, output, capacity);
  }
  size_t length = joined(to, output, capacity);
  if (words == 0) hidden = length;
  if (ends) output[length++] = to->vocabulary->segmentation == ELMAN_TEXT_SENTENCE ? ' ' : '\n';
  if (is_spaced && hidden < length && output[hidden] == ' ') hidden++;
  elman_browser_answer(output + hidden, length - hidden);
  free(output);
  return written;
}

static size_t room_for(const elman_vocabulary *vocabulary, const int32_t *ids, size_t count) {
  size_t room = 1;
  for (size_t i = 0; i < count; i++)
    room += ELMAN_TEXT_CAPACITY(elman_vocabulary_entry(vocabulary, (uint32_t)ids[i]).length);
  return room;
}

/*
 * The text of the ids of a segment behind a prompt, with spaces, capitals and, if the last id is `</s>`,
 * what separates it from the next segment. The prompt is empty for all segments but the first.
 */
EXPORTED(continuation) bool browser_continuation(const elman_model *model, const char *prompt,
                                                 size_t length, const int32_t *ids, size_t count) {
  const elman_text_workspace *read =
      elman_browser_read(prompt, length, model->vocabulary.segmentation);
  if (read == NULL) return false;
  segment written = {.vocabulary = &model->vocabulary};
  written.capacity = room_for(&model->vocabulary, ids, count);
  written.words = malloc(written.capacity);
  written.tokens = calloc(read->token_count + count + 1, sizeof *written.tokens);
  elman_character last = elman_character_before((elman_view){prompt, length}, length);
  bool done = written.words != NULL && written.tokens != NULL;
  if (done) {
    add_open_tokens(&written, read);
    done = write_words(&written, ids, count, length > 0 && last.kind == ELMAN_SPACE);
  } else {
    elman_browser_no_memory();
  }
  free(written.words);
  free(written.tokens);
  return done;
}
