/* The joining rules J1 to J9, as documented in training/text/joining.py. */
#include <string.h>

#include "text/rules.h"
#include "text/text.h"

static bool is_one_of_bytes(elman_view token, const char *bytes) {
  return token.length == 1 && token.bytes[0] != '\0' && strchr(bytes, token.bytes[0]) != NULL;
}

static elman_character first_of(elman_view token) { return elman_character_at(token, 0); }

static elman_character last_of(elman_view token) {
  return elman_character_before(token, token.length);
}

static bool ends_in(elman_view token, char byte) {
  return token.length > 0 && token.bytes[token.length - 1] == byte;
}

/* Which kinds of quotes are open after the tokens so far. */
typedef struct {
  bool single, twofold; /* ' and " */
  bool opened;          /* by the latest token */
} quotes;

/* Read the next token. Returns whether it is a closing quote or an apostrophe. */
static bool closes(quotes *state, elman_view token, elman_view previous) {
  state->opened = false;
  if (!is_one_of_bytes(token, "'\"")) return false;
  bool is_single = token.bytes[0] == '\'';
  bool *open = is_single ? &state->single : &state->twofold;
  if (*open) {
    *open = false;
    return true;
  }
  if (is_single && (ends_in(previous, 's') || ends_in(previous, 'S'))) return true;
  *open = state->opened = true;
  return false;
}

static bool is_apart(elman_view token) {
  return elman_is(token, ELMAN_DASH) || elman_is_emoticon(token);
}

static bool may_touch(elman_view previous, elman_view token) {
  if (previous.length == 0 || first_of(token).kind == ELMAN_EXTENDER) return false;
  if (last_of(previous).point == ELMAN_ZERO_WIDTH_JOINER) return false;
  return !is_apart(previous) && !is_apart(token);
}

/* Whether a token starts with a WIDE or WIDE_PUNCTUATION. */
static bool is_wide(elman_view token) {
  elman_character first = first_of(token);
  return first.kind == ELMAN_WIDE || elman_has(first.point, ELMAN_WIDE_PUNCTUATION);
}

static bool is_link(elman_view previous, elman_view token, elman_view following) {
  if (elman_only_point(token) == ELMAN_MIDDLE_DOT) return is_wide(previous) && is_wide(following);
  if (!is_one_of_bytes(token, "-/")) return false;
  if (token.bytes[0] == '/' && elman_web_prefix(previous, 0) > 0) return false;
  return elman_is_part(last_of(previous).kind) && elman_is_alnum(first_of(following).kind);
}

static bool is_dense(elman_view previous, elman_view token) {
  if (is_wide(token)) return is_wide(previous) || first_of(previous).kind == ELMAN_DIGIT;
  return first_of(token).kind == ELMAN_DIGIT && is_wide(previous);
}

static bool is_glued(elman_view previous, elman_view token) {
  uint32_t point = elman_only_point(token);
  if (point == '.' || elman_is(token, ELMAN_ELLIPSIS)) return !ends_in(previous, '.');
  if (elman_holds(&elman_percent_signs, point)) return last_of(previous).kind == ELMAN_DIGIT;
  if (point == ELMAN_MIDDLE_DOT) return elman_has(last_of(previous).point, ELMAN_GREEK);
  if (elman_has(point, ELMAN_GLUED | ELMAN_CLOSING)) return true;
  return is_dense(previous, token);
}

static bool opens(elman_view token, elman_view following) {
  uint32_t point = elman_only_point(token);
  if (elman_has(point, ELMAN_OPENING) || elman_holds(&elman_inverted_marks, point)) return true;
  return elman_has(point, ELMAN_CURRENCY) && first_of(following).kind == ELMAN_DIGIT;
}

static bool has_part(elman_view token) {
  for (size_t at = 0; at < token.length;) {
    elman_character found = elman_character_at(token, at);
    if (elman_is_part(found.kind)) return true;
    at += found.width;
  }
  return false;
}

/* Whether a web address starts here: with the token, or with `www` before it if they are joined. */
static bool starts_address(elman_view previous, elman_view token, bool glued) {
  if (elman_web_prefix(token, 0) > 0) return true;
  if (!glued || elman_only_point(token) != '.' || previous.length != 3) return false;
  for (int i = 0; i < 3; i++)
    if (previous.bytes[i] != 'w' && previous.bytes[i] != 'W') return false;
  return true;
}

/* The state after the tokens so far, which decides whether a space follows. */
typedef struct {
  elman_view previous;
  quotes open;
  bool opening, chunk_has_word, chunk_has_address;
} joining;

/* Read the next token. Returns whether it follows the previous one without a space. */
static bool touches_previous(joining *state, elman_view token, elman_view following) {
  bool closing = closes(&state->open, token, state->previous);
  bool may = may_touch(state->previous, token);
  bool link = may && is_link(state->previous, token, following);
  bool glued =
      may && (state->opening || link || closing || is_glued(state->previous, token));
  bool is_bracket = elman_has(elman_only_point(token), ELMAN_CLOSING);
  if (is_bracket && !state->chunk_has_word) glued = false;
  if (state->chunk_has_address && has_part(token)) glued = false; /* J9 */
  state->chunk_has_word =
      (glued && state->chunk_has_word) || elman_text_is_word(token.bytes, token.length);
  state->chunk_has_address =
      (glued && state->chunk_has_address) || starts_address(state->previous, token, glued);
  state->opening = link || state->open.opened || opens(token, following);
  state->previous = token;
  return glued;
}

elman_text_status elman_text_join(const elman_text_token *tokens, size_t count, char *output,
                                  size_t capacity, size_t *produced) {
  joining state = {0};
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    elman_view token = {tokens[i].text, tokens[i].length}, following = {NULL, 0};
    if (i + 1 < count) following = (elman_view){tokens[i + 1].text, tokens[i + 1].length};
    bool is_glued_on = touches_previous(&state, token, following) || i == 0;
    size_t space = is_glued_on ? 0 : 1;
    if (capacity - length < space || capacity - length - space < token.length) {
      return ELMAN_TEXT_BUFFER_TOO_SMALL;
    }
    if (space) output[length] = ' ';
    if (token.length > 0) memcpy(output + length + space, token.bytes, token.length);
    length += space + token.length;
  }
  *produced = length;
  return ELMAN_TEXT_OK;
}
