/*
 * From the text before the cursor to the ids of a context.
 *
 * A context is `</s>`, then the ids of every segment, with `</s>` behind each that is complete.
 *
 * Where segments are messages or lines, a line feed ends the one before it. It is white space, which
 * no token holds and no rule looks across, and nothing composes with it. So the text in front of it
 * has the same ids whatever follows, and the text behind it can be read alone: a session keeps the
 * finished lines with their ids, and a key costs the reading of the line that it stands in.
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

/* Where the part of a text begins that is read: behind white space, else at a character. */
static size_t tail_of_text(const char *text, size_t length, size_t capacity) {
  if (length <= capacity) return 0;
  size_t first = first_kept(length, capacity);
  for (size_t place = first; place < length; place++)
    if (is_white(text[place - 1])) return place;
  while (first < length && ((unsigned char)text[first] & 0xC0) == 0x80) first++;
  return first;
}

/* The first place from `first` on that begins a segment, or `first` if nothing would remain. */
static size_t behind_first_end(const int32_t *ids, size_t count, size_t first) {
  for (size_t place = first; place + 1 < count; place++)
    if (ids[place] == ELMAN_END) return place + 1;
  return first;
}

/* Write the ids of the workspace's tokens, with `</s>` behind each complete segment; how many. */
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

/* The ids of the lines and of the tokens in the workspace behind `</s>`: those that fit. */
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

/* Where the finished lines of a text end, of which `known` bytes are such lines. A sentence goes on
 * over line feeds, so that none is a place to begin at. */
static size_t end_of_lines(elman_text_segmentation segmentation, const char *text, size_t length,
                           size_t known) {
  if (segmentation == ELMAN_TEXT_SENTENCE) return known;
  while (length > known && text[length - 1] != '\n') length--;
  return length;
}

/* Make the session's lines those of this text, of which only what is new is read. On an error they
 * are the lines in front of the reading that failed. */
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

/* Read a text that fits: its finished lines, and into the workspace what stands behind them. */
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

/* Whether the tokens in the workspace, which stand at the beginning of a line, end a sentence. */
static bool starts_sentence(const elman_text_workspace *workspace) {
  if (workspace->token_count == 0) return true;
  const elman_text_token *last = &workspace->tokens[workspace->token_count - 1];
  return last->end == ELMAN_TEXT_COMPLETE || elman_text_is_terminator(last->text, last->length);
}

elman_status elman_session_read(elman_session *session, const char *text, size_t length,
                                bool finished, bool *sentence_start, elman_error *error) {
  if (text == NULL && length > 0)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "no text was given");
  /* What was a negative number. */
  if (length > PTRDIFF_MAX)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "a text of %zu bytes is too long", length);
  elman_text_workspace *workspace = &session->workspace;
  if (text == NULL) text = "";
  size_t first = tail_of_text(text, length, session->text_bytes), invalid_at;
  /* What is not read must be text all the same, or errors would come and go with the length. */
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
  *sentence_start = starts_sentence(workspace);
  make_context(session, first > 0);
  return ELMAN_OK;
}
