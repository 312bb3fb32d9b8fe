/* Splits texts into the tokens that a model reads: segments, and the text before a cursor. */
#include "text/text.h"

#include <string.h>

#include "text/rules.h"

const char *elman_text_message(elman_text_status status) {
  switch (status) {
    case ELMAN_TEXT_OK:
      return "no error";
    case ELMAN_TEXT_INVALID_UTF8:
      return "the text is not UTF-8";
    case ELMAN_TEXT_BUFFER_TOO_SMALL:
      return "the buffer is too small for the text";
    case ELMAN_TEXT_TOO_MANY_TOKENS:
      return "the token array is too small for the text";
    case ELMAN_TEXT_UNKNOWN_SEGMENTATION:
      return "unknown segmentation: expected message, sentence or line";
  }
  return "unknown status";
}

bool elman_text_is_word(const char *token, size_t length) {
  elman_view view = {token, length};
  for (size_t at = 0; at < length;) {
    elman_character found = elman_character_at(view, at);
    if (elman_is_alnum(found.kind) || found.kind == ELMAN_WIDE) return true;
    at += found.width;
  }
  return false;
}

/* -- sentences --------------------------------------------------------------------------------- */

/* Whether a sentence ends after some tokens. */
typedef enum {
  NO_TERMINATOR = -1,
  NOT_ENDED = 0,
  PERHAPS_ENDED, /* after an ellipsis, if the next token begins a sentence */
  ENDED
} ending;

/* Whether a token may end a sentence, except for a Greek `;`. */
static bool is_terminator(elman_view token) {
  return elman_has(elman_only_point(token), ELMAN_TERMINATOR) || elman_is(token, ELMAN_ELLIPSIS);
}

static bool is_closer(elman_view token) {
  uint32_t point = elman_only_point(token);
  return point == '\'' || point == '"' || elman_has(point, ELMAN_CLOSING);
}

/* Whether a `.` after this token does not end a sentence. */
static bool is_abbreviation(elman_view token) {
  elman_character first = elman_character_at(token, 0);
  bool is_single = first.width == token.length && token.length > 0;
  if (is_single && elman_record(first.point)->flags & ELMAN_FOLDS) return first.point != 'I';
  char folded[ELMAN_LONGEST_ABBREVIATION];
  size_t length = 0;
  for (size_t at = 0; at < token.length; length++) {
    elman_character next = elman_character_at(token, at);
    uint32_t point = elman_folded(next.point);
    if (length == sizeof folded || point >= 0x80) return false;
    folded[length] = (char)point;
    at += next.width;
  }
  return elman_is_among((elman_view){folded, length}, elman_abbreviations);
}

/* Whether a sentence ends with `token` after `previous`, which is empty at the start of a segment (B1). */
static ending ending_of(elman_view token, elman_view previous) {
  uint32_t point = elman_only_point(token);
  if (point == ELMAN_GREEK_QUESTION_MARK) {
    uint32_t last = elman_character_before(previous, previous.length).point;
    return elman_has(last, ELMAN_GREEK) ? ENDED : NO_TERMINATOR;
  }
  if (!is_terminator(token)) return NO_TERMINATOR;
  if (point == ELMAN_NO_POINT) return PERHAPS_ENDED;
  bool abbreviates = point == '.' && previous.length > 0 && is_abbreviation(previous);
  return abbreviates ? NOT_ENDED : ENDED;
}

bool elman_text_starts_sentence(const elman_text_token *tokens, size_t count) {
  for (; count > 0 && tokens[count - 1].end != ELMAN_TEXT_COMPLETE; count--) {
    const elman_text_token *token = &tokens[count - 1];
    elman_view view = {token->text, token->length}, previous = {NULL, 0};
    if (count > 1 && token[-1].end != ELMAN_TEXT_COMPLETE) {
      previous = (elman_view){token[-1].text, token[-1].length};
    }
    ending found = ending_of(view, previous);
    if (found > NOT_ENDED) return found == ENDED;
    if (elman_text_is_word(view.bytes, view.length)) return false;
  }
  return true;
}

/* -- segments ---------------------------------------------------------------------------------- */

/* The state of the current sentence. */
typedef struct {
  ending ending;     /* whether the sentence may end after the latest token */
  bool is_wide;      /* whether the latest token that is not a closer is a wide terminator */
  size_t end;        /* end of the latest token in the text */
  elman_view latest; /* the latest token; empty at the start of a sentence */
} sentence;

/* Whether `token` starts a new sentence. */
static bool begins(const sentence *before, elman_view token, size_t start) {
  if (!before->ending || is_terminator(token)) return false;
  bool is_lower = elman_has(elman_character_at(token, 0).point, ELMAN_LOWER);
  bool is_apart = start > before->end || (before->is_wide && !is_closer(token));
  return !is_lower && is_apart;
}

static void read_on(sentence *state, elman_view token, size_t end) {
  bool closes = is_closer(token);
  ending found = ending_of(token, state->latest);
  if (found != NO_TERMINATOR) {
    state->ending = found;
  } else if (!closes) {
    state->ending = NOT_ENDED;
  }
  if (!closes) state->is_wide = elman_has(elman_only_point(token), ELMAN_WIDE_TERMINATOR);
  state->latest = token;
  state->end = end;
}

static elman_text_status push(elman_text_workspace *workspace, elman_view token) {
  if (workspace->token_count == workspace->token_capacity) return ELMAN_TEXT_TOO_MANY_TOKENS;
  workspace->tokens[workspace->token_count++] =
      (elman_text_token){token.bytes, token.length, ELMAN_TEXT_INSIDE};
  return ELMAN_TEXT_OK;
}

/* Set how the segment of the latest token ends, if there is one. */
static void end_segment(elman_text_workspace *workspace, elman_text_end end) {
  if (workspace->token_count > 0) workspace->tokens[workspace->token_count - 1].end = end;
}

/* G3 and G4: `text` is normalised. */
static elman_text_status sentences(elman_text_workspace *workspace, elman_view text) {
  elman_scanner scanner = elman_scan(text);
  sentence state = {0};
  elman_view token;
  while (elman_next_token(&scanner, &token)) {
    if (begins(&state, token, scanner.start)) {
      end_segment(workspace, ELMAN_TEXT_COMPLETE);
      state = (sentence){0};
    }
    read_on(&state, token, scanner.end);
    elman_text_status status = push(workspace, token);
    if (status != ELMAN_TEXT_OK) return status;
  }
  bool complete = state.ending == ENDED && state.end < text.length;
  end_segment(workspace, complete ? ELMAN_TEXT_COMPLETE : ELMAN_TEXT_OPEN);
  return ELMAN_TEXT_OK;
}

/* G1 and G2: the tokens that `next` finds in `text`, cut at line ends. */
static elman_text_status lines(elman_text_workspace *workspace, elman_view text,
                               bool (*next)(elman_scanner *, elman_view *)) {
  elman_scanner scanner = elman_scan(text);
  elman_view token;
  while (next(&scanner, &token)) {
    if (scanner.line_ended) end_segment(workspace, ELMAN_TEXT_COMPLETE);
    elman_text_status status = push(workspace, token);
    if (status != ELMAN_TEXT_OK) return status;
  }
  end_segment(workspace, scanner.line_ended ? ELMAN_TEXT_COMPLETE : ELMAN_TEXT_OPEN);
  return ELMAN_TEXT_OK;
}

/* -- workspaces -------------------------------------------------------------------------------- */

static bool is_segmentation(elman_text_segmentation segmentation) {
  return segmentation == ELMAN_TEXT_MESSAGE || segmentation == ELMAN_TEXT_SENTENCE ||
         segmentation == ELMAN_TEXT_LINE;
}

static elman_text_status copy(const elman_text_workspace *workspace, elman_view text,
                              size_t *produced) {
  elman_text_status status = elman_text_validate(text.bytes, text.length, produced);
  if (status != ELMAN_TEXT_OK) return status;
  if (text.length > workspace->buffer_capacity) return ELMAN_TEXT_BUFFER_TOO_SMALL;
  if (text.length > 0) memcpy(workspace->buffer, text.bytes, text.length);
  *produced = text.length;
  return ELMAN_TEXT_OK;
}

/* Load a text into the buffer, normalised or, for lines, unchanged. `*read` is a view of it. */
static elman_text_status load(elman_text_workspace *workspace, elman_view text,
                              elman_text_segmentation segmentation, elman_view *read) {
  workspace->token_count = workspace->prefix_length = workspace->invalid_at = 0;
  workspace->prefix = "";
  if (!is_segmentation(segmentation)) return ELMAN_TEXT_UNKNOWN_SEGMENTATION;
  size_t produced = 0;
  elman_text_status status =
      segmentation == ELMAN_TEXT_LINE
          ? copy(workspace, text, &produced)
          : elman_text_normalise(text.bytes, text.length, workspace->buffer,
                                 workspace->buffer_capacity, &produced);
  if (status == ELMAN_TEXT_INVALID_UTF8) workspace->invalid_at = produced;
  *read = (elman_view){workspace->buffer, produced};
  return status;
}

static elman_text_status cut(elman_text_workspace *workspace, elman_view text,
                             elman_text_segmentation segmentation) {
  if (segmentation == ELMAN_TEXT_SENTENCE) return sentences(workspace, text);
  return lines(workspace, text,
               segmentation == ELMAN_TEXT_LINE ? elman_next_chunk : elman_next_token);
}

elman_text_status elman_text_split(elman_text_workspace *workspace, const char *text,
                                   size_t length) {
  elman_view read = {NULL, 0};
  elman_text_status status =
      load(workspace, (elman_view){text, length}, ELMAN_TEXT_MESSAGE, &read);
  if (status != ELMAN_TEXT_OK) return status;
  elman_scanner scanner = elman_scan(read);
  elman_view token;
  while (status == ELMAN_TEXT_OK && elman_next_token(&scanner, &token)) {
    status = push(workspace, token);
  }
  return status;
}

elman_text_status elman_text_segments(elman_text_workspace *workspace, const char *text,
                                      size_t length, elman_text_segmentation segmentation) {
  elman_view read = {NULL, 0};
  elman_text_status status = load(workspace, (elman_view){text, length}, segmentation, &read);
  return status == ELMAN_TEXT_OK ? cut(workspace, read, segmentation) : status;
}

/* T2: append an `A` to the text, so that the unfinished word is read as a word. */
static elman_text_status cut_unfinished(elman_text_workspace *workspace, elman_view text,
                                        elman_text_segmentation segmentation) {
  if (text.length == workspace->buffer_capacity) return ELMAN_TEXT_BUFFER_TOO_SMALL;
  workspace->buffer[text.length] = 'A';
  elman_text_status status =
      cut(workspace, (elman_view){text.bytes, text.length + 1}, segmentation);
  if (status != ELMAN_TEXT_OK) return status;
  const elman_text_token *last = &workspace->tokens[--workspace->token_count];
  workspace->prefix = last->text;
  workspace->prefix_length = last->length - 1;
  bool goes_on = workspace->token_count > 0 && last[-1].end == ELMAN_TEXT_INSIDE;
  if (goes_on) end_segment(workspace, ELMAN_TEXT_OPEN);
  return ELMAN_TEXT_OK;
}

elman_text_status elman_text_typed(elman_text_workspace *workspace, const char *text,
                                   size_t length, elman_text_segmentation segmentation) {
  elman_view read = {NULL, 0};
  elman_text_status status = load(workspace, (elman_view){text, length}, segmentation, &read);
  if (status != ELMAN_TEXT_OK) return status;
  size_t start = elman_last_chunk(read);
  if (start == read.length) return cut(workspace, read, segmentation);
  elman_view chunk = {read.bytes + start, read.length - start};
  if (segmentation != ELMAN_TEXT_LINE) {
    return elman_is_emoticon(chunk) ? cut(workspace, read, segmentation)
                                    : cut_unfinished(workspace, read, segmentation);
  }
  workspace->prefix = chunk.bytes;
  workspace->prefix_length = chunk.length;
  return cut(workspace, (elman_view){read.bytes, start}, segmentation);
}
