/*
 * Puts suggestions into text: which bytes they replace, their spaces, and how punctuation typed next
 * changes these. Tests with cases in `tests/fixtures/taking_cases.json` call this natively and as
 * WebAssembly.
 */
#include <string.h>

#include "common/error.h"
#include "session/session.h"
#include "text/rules.h"

#define CURLY_APOSTROPHE "\xe2\x80\x99"

static bool is_space(elman_character found) { return found.width > 0 && found.kind == ELMAN_SPACE; }

/* Whether it is a space between words of a line. */
static bool is_gap(elman_character found) {
  return is_space(found) && !elman_holds(&elman_line_ends, found.point);
}

/* -- writing an edit ----------------------------------------------------------------------------------- */

/* An edit while its text is written. */
typedef struct {
  elman_edit *edit;
  size_t length;
  bool fits;
} writer;

static writer start_edit(elman_edit *edit, size_t before, size_t after, elman_space space) {
  edit->before = before;
  edit->after = after;
  edit->back = 0;
  edit->space = space;
  edit->text[0] = '\0';
  return (writer){edit, 0, true};
}

static void write_bytes(writer *to, const char *bytes, size_t length) {
  to->fits = to->fits && length < ELMAN_EDIT_CAPACITY - to->length;
  if (!to->fits) return;
  if (length > 0) memcpy(to->edit->text + to->length, bytes, length);
  to->length += length;
  to->edit->text[to->length] = '\0';
}

static elman_status end_edit(const writer *from, elman_error *error) {
  if (from->fits) return ELMAN_OK;
  return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the text to insert is too long");
}

/* -- placing a suggestion ------------------------------------------------------------------------------ */

bool elman_is_curly(elman_view text) {
  for (size_t at = text.length; at > 0; at--) {
    if (text.bytes[at - 1] == '\'') return false;
    if (at >= 3 && memcmp(text.bytes + at - 3, CURLY_APOSTROPHE, 3) == 0) return true;
  }
  return false;
}

/* Write a word with the kind of apostrophe that the text uses. */
static void write_word(writer *to, const char *word, elman_view text) {
  bool curly = strchr(word, '\'') != NULL && elman_is_curly(text);
  for (; *word != '\0'; word++) {
    if (curly && *word == '\'')
      write_bytes(to, CURLY_APOSTROPHE, 3);
    else
      write_bytes(to, word, 1);
  }
}

size_t elman_session_written_length(elman_session *session, elman_view text) {
  size_t longest = 4 * elman_characters_in((elman_view){session->prefix, session->prefix_length});
  size_t at = text.length, produced;
  /* A longer prefix has no suggestions. */
  if (session->prefix_length > ELMAN_WORD_CAPACITY) longest = 0;
  while (longest > 0 && at > 0) {
    elman_character found = elman_character_before(text, at);
    at -= found.width;
    if (elman_holds(&elman_ignored, found.point)) continue;
    longest--;
    if (elman_text_normalise(text.bytes + at, text.length - at, session->scratch,
                             session->scratch_capacity, &produced) == ELMAN_TEXT_OK &&
        produced == session->prefix_length &&
        memcmp(session->scratch, session->prefix, produced) == 0)
      return text.length - at;
  }
  for (at = text.length; at > 0 && text.length - at < session->prefix_length;)
    at -= elman_character_before(text, at).width;
  return text.length - at;
}

/* Whether a space belongs between the last segment of the text that was read and a word. */
static bool needs_space(elman_session *session, const char *word) {
  elman_text_workspace *workspace = &session->workspace;
  size_t first = workspace->token_count, length = strlen(word), produced;
  while (first > 0 && (first == workspace->token_count ||
                       workspace->tokens[first - 1].end != ELMAN_TEXT_COMPLETE))
    first--;
  if (workspace->token_count == workspace->token_capacity) return true;
  workspace->tokens[workspace->token_count] = (elman_text_token){word, length, ELMAN_TEXT_INSIDE};
  elman_text_status status =
      elman_text_join(workspace->tokens + first, workspace->token_count + 1 - first,
                      session->scratch, session->scratch_capacity, &produced);
  return status == ELMAN_TEXT_OK && produced > length &&
         session->scratch[produced - length - 1] == ' ';
}

/* Whether a space follows a word. Scripts such as Chinese have none. */
static bool brings_space(const elman_session *session, const char *word) {
  elman_view view = {word, strlen(word)};
  elman_character last = elman_character_before(view, view.length);
  bool is_wide = last.kind == ELMAN_WIDE || elman_has(last.point, ELMAN_WIDE_PUNCTUATION);
  return !is_wide || session->model->vocabulary.segmentation == ELMAN_TEXT_LINE;
}

elman_status elman_session_place(elman_session *session, const char *text, size_t length,
                                 const char *word, elman_edit *edit, elman_error *error) {
  elman_view before = {text, length};
  writer to = start_edit(edit, 0, 0, ELMAN_SPACE_BROUGHT);
  if (session->prefix_length > 0) {
    edit->before = elman_session_written_length(session, before);
  } else if (length > 0 && !is_space(elman_character_before(before, length)) &&
             needs_space(session, word)) {
    write_bytes(&to, " ", 1);
  }
  write_word(&to, word, before);
  if (brings_space(session, word)) {
    write_bytes(&to, " ", 1);
  } else {
    edit->space = ELMAN_SPACE_NONE;
  }
  return end_edit(&to, error);
}

elman_status elman_place(elman_session *session, const char *text, size_t length, const char *word,
                         elman_edit *edit, elman_error *error) {
  if (session == NULL || word == NULL || edit == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, word or edit is NULL");
  elman_status status = elman_session_enter(session, error);
  if (status != ELMAN_OK) return status;
  status = elman_session_read(session, text, length, false, error);
  if (!status) status = elman_session_place(session, text, length, word, edit, error);
  elman_session_leave(session);
  return status;
}

/* -- taking a suggestion ------------------------------------------------------------------------------- */

/* The start of the last line of a text. */
static size_t start_of_line(elman_view text) {
  size_t at = text.length;
  while (at > 0) {
    elman_character found = elman_character_before(text, at);
    if (elman_holds(&elman_line_ends, found.point)) break;
    at -= found.width;
  }
  return at;
}

static size_t count_points(elman_view text, uint32_t point) {
  size_t count = 0;
  for (size_t at = 0; at < text.length;) {
    elman_character found = elman_character_at(text, at);
    count += found.point == point;
    at += found.width;
  }
  return count;
}

/* Whether a mark is written without a space before it, after the line `line` and then `word`. A straight
 * double quote is a closing quote if one is open on the line. */
static bool belongs_to_word(elman_character mark, elman_view line, elman_view word) {
  if (mark.width == 0) return false;
  size_t marks = count_points(line, mark.point) + count_points(word, mark.point);
  if (mark.point == '"') return marks % 2 == 1;
  const char *opening = elman_substitute_for(&elman_closed_quotes, mark.point);
  if (opening != NULL) {
    uint32_t open = elman_character_at((elman_view){opening, strlen(opening)}, 0).point;
    return count_points(line, open) + count_points(word, open) > marks;
  }
  return elman_has(mark.point, ELMAN_GLUED | ELMAN_CLOSING) ||
         elman_holds(&elman_marks, mark.point);
}

/* The bytes at the start of `after` that continue the word before the cursor. */
static size_t rest_of_word(elman_view after) {
  for (size_t end = 0;;) {
    elman_character next = elman_character_at(after, end);
    size_t apostrophe = 0;
    if (next.point == '\'' || next.point == 0x2019) {
      apostrophe = next.width;
      next = elman_character_at(after, end + apostrophe);
    }
    bool goes_on = apostrophe ? next.kind == ELMAN_LETTER : elman_is_part(next.kind);
    if (next.width == 0 || !goes_on) return end;
    end += apostrophe + next.width;
  }
}

static elman_view line_of(const char *text, size_t length) {
  size_t start = start_of_line((elman_view){text, length});
  return (elman_view){text + start, length - start};
}

static bool takes_punctuation(const elman_session *session) {
  return session->model->vocabulary.segmentation != ELMAN_TEXT_LINE;
}

elman_status elman_take(const elman_session *session, const char *before, size_t before_length,
                        const char *after, size_t after_length, const elman_edit *placed,
                        elman_edit *edit, elman_error *error) {
  if (session == NULL || placed == NULL || edit == NULL || (before == NULL && before_length > 0) ||
      (after == NULL && after_length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "session, before, after or an edit is NULL");
  if (placed->before > before_length)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "the suggestion is not one for this text");
  elman_view following = {after == NULL ? "" : after, after_length};
  size_t rest = placed->before == 0 ? 0 : rest_of_word(following), length = strlen(placed->text);
  bool spaced = length > 0 && placed->text[length - 1] == ' ';
  if (spaced) length--;
  elman_view word = {placed->text, length};
  elman_view line = line_of(before == NULL ? "" : before, before_length - placed->before);
  elman_character mark = elman_character_at(following, rest);
  writer to = start_edit(edit, placed->before, rest, ELMAN_SPACE_NONE);
  write_bytes(&to, word.bytes, word.length);
  if (!spaced) return end_edit(&to, error);
  if (is_gap(mark)) {
    edit->space = ELMAN_SPACE_FOUND;
    edit->after += mark.width;
    write_bytes(&to, following.bytes + rest, mark.width);
  } else if (!takes_punctuation(session) || !belongs_to_word(mark, line, word)) {
    edit->space = ELMAN_SPACE_BROUGHT;
    write_bytes(&to, " ", 1);
  }
  return end_edit(&to, error);
}

/* -- typing after a suggestion ------------------------------------------------------------------------- */

/* A space typed where there is one already. */
static void pass_space(elman_space space, elman_edit *edit) {
  size_t width = space == ELMAN_SPACE_AHEAD;
  writer to = start_edit(edit, 0, width, ELMAN_SPACE_NONE);
  write_bytes(&to, " ", width);
}

/* Put a mark before the space at the end of `before`, or in its place if the space came with the word. */
static elman_status swap_space(elman_view before, elman_space space, elman_view mark,
                               elman_edit *edit, elman_error *error) {
  size_t width = elman_character_before(before, before.length).width;
  writer to = start_edit(edit, width, 0, ELMAN_SPACE_NONE);
  write_bytes(&to, mark.bytes, mark.length);
  if (space == ELMAN_SPACE_FOUND) {
    write_bytes(&to, before.bytes + before.length - width, width);
    edit->back = width;
    /* For a space typed next, `pass_space` replaces one byte ahead. */
    if (width == 1) edit->space = ELMAN_SPACE_AHEAD;
  }
  return end_edit(&to, error);
}

elman_status elman_react(const elman_session *session, const char *before, size_t length,
                         elman_space space, const char *typed, size_t typed_length, bool *reacts,
                         elman_edit *edit, elman_error *error) {
  if (session == NULL || typed == NULL || reacts == NULL || edit == NULL ||
      (before == NULL && length > 0))
    return elman_fail(error, ELMAN_ERROR_ARGUMENT,
                      "session, before, typed, reacts or edit is NULL");
  elman_view mark = {typed, typed_length}, text = {before == NULL ? "" : before, length};
  elman_character last = elman_character_before(text, length);
  /* The space may have been deleted since. One ahead cannot be seen. */
  bool has_space = space == ELMAN_SPACE_AHEAD || (space != ELMAN_SPACE_NONE && is_gap(last));
  *reacts = has_space && typed_length < ELMAN_WORD_CAPACITY;
  if (!*reacts) return ELMAN_OK;
  if (elman_is(mark, " ")) {
    pass_space(space, edit);
    return ELMAN_OK;
  }
  if (space == ELMAN_SPACE_AHEAD) {
    writer to = start_edit(edit, 0, 0, space);
    write_bytes(&to, typed, typed_length);
    return end_edit(&to, error);
  }
  elman_character first = elman_character_at(mark, 0);
  size_t kept = length - last.width;
  *reacts = takes_punctuation(session) && first.width == typed_length &&
            belongs_to_word(first, line_of(text.bytes, kept), (elman_view){"", 0});
  return *reacts ? swap_space(text, space, mark, edit, error) : ELMAN_OK;
}
