/*
 * Converts the text before the cursor to the ids of a context.
 *
 * A context is `</s>`, then the ids of each segment, with `</s>` after each complete one.
 *
 * If segments are messages or lines, a line feed ends a segment. No token contains white space, no rule
 * looks across a line feed, and no character composes with it. So the ids of the text before a line feed
 * do not depend on the text after it, and both parts can be read separately. A session keeps finished
 * lines with their ids, so that each call only reads the line of the cursor.
 */
#include <string.h>

#include "common/error.h"
#include "session/session.h"

/* Where the tail begins that fits: a multiple of half the capacity, so that it seldom moves. */
static size_t first_kept(size_t length, size_t capacity) {
  size_t half = capacity / 2 > 0 ? capacity / 2 : 1;
  return (length - capacity + half - 1) / half * half;
}

static bool is_white(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Where to start reading a text: after white space, or else at a character. */
static size_t tail_of_text(const char *text, size_t length, size_t capacity) {
  if (length <= capacity) return 0;
  size_t first = first_kept(length, capacity);
  for (size_t place = first; place < length; place++)
    if (is_white(text[place - 1])) return place;
  while (first < length && ((unsigned char)text[first] & 0xC0) == 0x80) first++;
  return first;
}

/* The start of the first segment at or after `first`, or `first` if nothing would remain. */
static size_t behind_first_end(const int32_t *ids, size_t count, size_t first) {
  for (size_t place = first; place + 1 < count; place++)
    if (ids[place] == ELMAN_END) return place + 1;
  return first;
}

/* Write the ids of the workspace's tokens, with `</s>` after each complete segment. Returns their
 * number. */
static size_t write_ids(elman_session *session, int32_t *ids) {
  const elman_text_workspace *workspace = &session->workspace;
  size_t count = 0;
  for (size_t i = 0; i < workspace->token_count; i++) {
    const elman_text_token *token = &workspace->tokens[i];
    ids[count++] =
        (int32_t)elman_vocabulary_find(&session->model->vocabulary, token->text, token->length,
                                       session->scratch, session->scratch_capacity);
    if (token->end == ELMAN_TEXT_COMPLETE) ids[count++] = ELMAN_END;
  }
  return count;
}

/* Make the context: `</s>`, then as many of the latest ids of lines and workspace tokens as fit. */
static void make_context(elman_session *session, bool is_cut) {
  int32_t *ids = session->context + 1;
  size_t count = session->lines.count, first = 0;
  memcpy(ids, session->lines.ids, count * sizeof *ids);
  count += write_ids(session, ids + count);
  if (is_cut) first = behind_first_end(ids, count, 0);
  if (count - first + 1 > session->context_tokens) {
    size_t behind = first_kept(count - first, session->context_tokens - 1);
    first = behind_first_end(ids, count, first + behind);
  }
  memmove(ids, ids + first, (count - first) * sizeof *ids);
  session->context[0] = ELMAN_END;
  session->context_length = count - first + 1;
}

/* Where the finished lines of a text end; at least the first `known` bytes are such lines. Sentences can
 * continue after a line feed, so with sentence segmentation no further line is finished. */
static size_t end_of_lines(elman_text_segmentation segmentation, const char *text, size_t length,
                           size_t known) {
  if (segmentation == ELMAN_TEXT_SENTENCE) return known;
  while (length > known && text[length - 1] != '\n') length--;
  return length;
}

/* Update the session's lines to those of this text, reading only new lines. After an error, only the lines
 * that were read before remain. */
static elman_text_status read_lines(elman_session *session, const char *text, size_t length) {
  elman_lines *lines = &session->lines;
  elman_text_segmentation segmentation = session->model->vocabulary.segmentation;
  if (lines->length > length || memcmp(lines->text, text, lines->length) != 0)
    lines->length = lines->count = 0;
  size_t known = lines->length, end = end_of_lines(segmentation, text, length, known);
  if (end == known) return ELMAN_TEXT_OK;
  elman_text_status status =
      elman_text_segments(&session->workspace, text + known, end - known, segmentation);
  if (status != ELMAN_TEXT_OK) return status;
  lines->count += write_ids(session, lines->ids + lines->count);
  memcpy(lines->text + known, text + known, end - known);
  lines->length = end;
  return ELMAN_TEXT_OK;
}

/* Read a text that fits: update the finished lines, and read the rest into the workspace. */
static elman_text_status read_text(elman_session *session, const char *text, size_t length,
                                   bool finished) {
  elman_text_segmentation segmentation = session->model->vocabulary.segmentation;
  elman_text_status status = read_lines(session, text, length);
  if (status != ELMAN_TEXT_OK) return status;
  text += session->lines.length;
  length -= session->lines.length;
  return finished ? elman_text_segments(&session->workspace, text, length, segmentation)
                  : elman_text_typed(&session->workspace, text, length, segmentation);
}

elman_status elman_session_read(elman_session *session, const char *text, size_t length,
                                bool finished, elman_error *error) {
  if (text == NULL && length > 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "text is NULL");
  /* Probably a negative number. */
  if (length > PTRDIFF_MAX)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the text is too long: %zu bytes", length);
  elman_text_workspace *workspace = &session->workspace;
  if (text == NULL) text = "";
  size_t first = tail_of_text(text, length, session->text_bytes), invalid_at;
  /* Validate the part that is not read too, so that errors do not depend on where the text is cut. */
  if (elman_text_validate(text, first, &invalid_at) != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the text is not UTF-8 at byte %zu", invalid_at);
  elman_text_status status = read_text(session, text + first, length - first, finished);
  if (status == ELMAN_TEXT_INVALID_UTF8)
    return elman_fail(error, ELMAN_ERROR_TEXT, "the text is not UTF-8 at byte %zu",
                      first + session->lines.length + workspace->invalid_at);
  if (status != ELMAN_TEXT_OK)
    return elman_fail(error, ELMAN_ERROR_TEXT, "%s", elman_text_message(status));
  session->prefix_length = finished ? 0 : workspace->prefix_length;
  if (session->prefix_length > 0)
    memcpy(session->prefix, workspace->prefix, session->prefix_length);
  /* The tokens in the workspace begin at the start of a line. */
  session->sentence_start =
      elman_text_starts_sentence(workspace->tokens, workspace->token_count);
  make_context(session, first > 0);
  return ELMAN_OK;
}
