/* The joining rules J1 to J8, as documented in training/text/joining.py. */
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

/* The code point of a token of one character, or ELMAN_NO_POINT. */
static uint32_t only_point(elman_view token) {
  elman_character first = first_of(token);
  return token.length > 0 && first.width == token.length ? first.point : ELMAN_NO_POINT;
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

static bool is_link(elman_view previous, elman_view token, elman_view following) {
  if (!is_one_of_bytes(token, "-/")) return false;
  if (token.bytes[0] == '/' && elman_web_prefix(previous, 0) > 0) return false;
  return elman_is_part(last_of(previous).kind) && elman_is_alnum(first_of(following).kind);
}

/* Whether a token starts with a WIDE character or wide punctuation. */
static bool is_wide(elman_view token) {
  elman_character first = first_of(token);
  return first.kind == ELMAN_WIDE || elman_holds(&elman_wide_punctuation, first.point);
}

static bool is_glued(elman_view previous, elman_view token) {
  if (is_one_of_bytes(token, ".") || elman_is(token, ELMAN_ELLIPSIS)) return !ends_in(previous, '.');
  if (is_one_of_bytes(token, "%")) return last_of(previous).kind == ELMAN_DIGIT;
  if (is_one_of_bytes(token, ELMAN_GLUED ELMAN_CLOSING_BRACKETS)) return true;
  return is_wide(previous) && is_wide(token);
}

static bool opens(elman_view token, elman_view following) {
  uint32_t point = only_point(token);
  if (elman_holds(&elman_opening, point)) return true;
  return elman_holds(&elman_currency, point) && first_of(following).kind == ELMAN_DIGIT;
}

/* The state after the tokens so far, which decides whether a space follows. */
typedef struct {
  elman_view previous;
  quotes open;
  bool opening, chunk_has_word;
} joining;

/* Read the next token. Returns whether it follows the previous one without a space. */
static bool touches_previous(joining *state, elman_view token, elman_view following) {
  bool closing = closes(&state->open, token, state->previous);
  bool may = may_touch(state->previous, token);
  bool link = may && is_link(state->previous, token, following);
  bool glued =
      may && (state->opening || link || closing || is_glued(state->previous, token));
  if (is_one_of_bytes(token, ELMAN_CLOSING_BRACKETS) && !state->chunk_has_word) glued = false;
  state->chunk_has_word =
      (glued && state->chunk_has_word) || elman_text_is_word(token.bytes, token.length);
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
