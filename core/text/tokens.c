/* The splitting rules S1 to S13, for normalised text. */
#include <string.h>

#include "text/rules.h"

#define NONE SIZE_MAX
#define LONGEST_LOCAL_PART 64

bool elman_is(elman_view token, const char *other) {
  return strlen(other) == token.length && memcmp(token.bytes, other, token.length) == 0;
}

bool elman_is_among(elman_view token, const char *const *others) {
  for (; *others != NULL; others++) {
    if (elman_is(token, *others)) return true;
  }
  return false;
}

uint32_t elman_only_point(elman_view token) {
  elman_character first = elman_character_at(token, 0);
  return token.length > 0 && first.width == token.length ? first.point : ELMAN_NO_POINT;
}

bool elman_is_emoticon(elman_view token) {
  if (token.length < 2 || token.length > ELMAN_LONGEST_EMOTICON) return false;
  return elman_is_among(token, elman_emoticons);
}

/* The byte at `at`, or NUL past the end. Most characters in a rule are one byte. */
static char byte_at(elman_view text, size_t at) {
  return at < text.length ? text.bytes[at] : '\0';
}

static bool is_one_of(char byte, const char *bytes) {
  return byte != '\0' && strchr(bytes, byte) != NULL;
}

static uint8_t kind_at(elman_view text, size_t at) {
  return elman_character_at(text, at).kind;
}

static bool is_dash(uint32_t point) { return elman_holds(&elman_dashes, point); }

/* Skip PART characters. Returns the position after them. */
static size_t skip_parts(elman_view text, size_t at) {
  for (;;) {
    elman_character found = elman_character_at(text, at);
    if (!elman_is_part(found.kind)) return at;
    at += found.width;
  }
}

static size_t skip_extenders(elman_view text, size_t at) {
  for (;;) {
    elman_character found = elman_character_at(text, at);
    if (found.kind != ELMAN_EXTENDER) return at;
    at += found.width;
  }
}

static size_t skip_chunk(elman_view text, size_t at) {
  for (;;) {
    elman_character found = elman_character_at(text, at);
    if (found.kind == ELMAN_SPACE) return at;
    at += found.width;
  }
}

/* Each rule returns the end of its token at `at`, or NONE if there is no such token. */

static size_t emoticon(elman_view text, size_t at) {
  if (elman_character_before(text, at).kind != ELMAN_SPACE) return NONE;
  size_t end = at;
  while (end - at <= ELMAN_LONGEST_EMOTICON && kind_at(text, end) != ELMAN_SPACE) end++;
  return elman_is_emoticon((elman_view){text.bytes + at, end - at}) ? end : NONE;
}

/* The width of `wanted`, in lower case, if the text at `at` matches it in any case; otherwise 0. */
static size_t matched(elman_view text, size_t at, const char *wanted) {
  size_t length = strlen(wanted);
  for (size_t i = 0; i < length; i++) {
    char byte = byte_at(text, at + i);
    if (byte >= 'A' && byte <= 'Z') byte = (char)(byte + ('a' - 'A'));
    if (byte != wanted[i]) return 0;
  }
  return length;
}

size_t elman_web_prefix(elman_view text, size_t at) {
  if (!is_one_of(byte_at(text, at), "hHwW")) return 0; /* the common case */
  size_t width = matched(text, at, "www.");
  if (width == 0) width = matched(text, at, "http://");
  return width > 0 ? width : matched(text, at, "https://");
}

static size_t web_address(elman_view text, size_t at) {
  size_t prefix = elman_web_prefix(text, at), found = NONE;
  if (prefix == 0) return NONE;
  for (size_t end = at + prefix;;) {
    elman_character next = elman_character_at(text, end);
    if (next.kind == ELMAN_SPACE || is_one_of(byte_at(text, end), "\"<>")) return found;
    end += next.width;
    if (elman_is_part(next.kind) || next.point == '/') found = end;
  }
}

static size_t mail_label(elman_view text, size_t at) {
  if (!elman_is_alnum(kind_at(text, at))) return NONE;
  size_t end = skip_parts(text, at);
  while (byte_at(text, end) == '-' && elman_is_alnum(kind_at(text, end + 1))) {
    end = skip_parts(text, end + 1);
  }
  return end;
}

static size_t mail_address(elman_view text, size_t at) {
  size_t end = at;
  for (int length = 0; length < LONGEST_LOCAL_PART; length++) {
    elman_character next = elman_character_at(text, end);
    if (!elman_is_part(next.kind) && !is_one_of(byte_at(text, end), ".+_-")) break;
    end += next.width;
  }
  if (byte_at(text, end) != '@') return NONE;
  end = mail_label(text, end + 1);
  size_t labels = 1;
  for (; end != NONE && byte_at(text, end) == '.'; labels++) {
    size_t next = mail_label(text, end + 1);
    if (next == NONE) break;
    end = next;
  }
  return labels > 1 ? end : NONE;
}

static size_t initials(elman_view text, size_t at) {
  size_t count = 0, end = at;
  for (;; count++) {
    elman_character letter = elman_character_at(text, end);
    if (letter.kind != ELMAN_LETTER || byte_at(text, end + letter.width) != '.') break;
    end += letter.width + 1u;
  }
  return count > 1 ? end : NONE;
}

/* The width of the mark at `at`, if a word continues after it, or 0. */
static size_t link_width(elman_view text, size_t at) {
  elman_character mark = elman_character_at(text, at);
  elman_character next = elman_character_at(text, at + mark.width);
  if (mark.point == '\'' || mark.point == '_' || elman_has(mark.point, ELMAN_MID_LETTER)) {
    return elman_is_alnum(next.kind) ? mark.width : 0;
  }
  bool is_digit_link = elman_holds(&elman_digit_links, mark.point);
  if (!is_digit_link && mark.point != '"') return 0;
  elman_character previous = elman_character_before(text, at);
  bool links = is_digit_link ? previous.kind == ELMAN_DIGIT && next.kind == ELMAN_DIGIT
                             : elman_has(previous.point, ELMAN_HEBREW) &&
                                   elman_has(next.point, ELMAN_HEBREW);
  return links ? mark.width : 0;
}

static size_t word(elman_view text, size_t at) {
  if (!elman_is_alnum(kind_at(text, at))) return NONE;
  size_t end = skip_parts(text, at);
  for (size_t width = link_width(text, end); width > 0; width = link_width(text, end)) {
    end = skip_parts(text, end + width);
  }
  return end;
}

static size_t tag(elman_view text, size_t at) {
  return is_one_of(byte_at(text, at), "@#") ? word(text, at + 1) : NONE;
}

static size_t ellipsis(elman_view text, size_t at) {
  size_t end = at;
  while (byte_at(text, end) == '.') end++;
  return end - at > 1 ? end : NONE;
}

static size_t hyphen(elman_view text, size_t at) {
  if (byte_at(text, at) != '-' || !elman_is_alnum(kind_at(text, at + 1))) return NONE;
  elman_character before = elman_character_before(text, at);
  bool belongs = elman_is_part(before.kind) && before.point != ELMAN_ZERO_WIDTH_JOINER;
  return belongs ? at + 1 : NONE;
}

static size_t dash(elman_view text, size_t at) {
  size_t end = at;
  for (;;) {
    elman_character next = elman_character_at(text, end);
    if (!is_dash(next.point)) return end > at ? end : NONE;
    end += next.width;
  }
}

/* S10 to S13: a character and its extenders. */
static size_t picture(elman_view text, size_t at) {
  elman_character first = elman_character_at(text, at);
  size_t end = at + first.width;
  elman_character second = elman_character_at(text, end);
  if (first.kind == ELMAN_REGIONAL && second.kind == ELMAN_REGIONAL) end += second.width;
  end = skip_extenders(text, end);
  while (first.kind == ELMAN_SYMBOL &&
         elman_character_before(text, end).point == ELMAN_ZERO_WIDTH_JOINER) {
    elman_character next = elman_character_at(text, end);
    if (next.kind != ELMAN_SYMBOL || is_dash(next.point)) break;
    end = skip_extenders(text, end + next.width);
  }
  return end;
}

/* The end of the word, address or initials at `at`. */
static size_t word_end(const elman_scanner *scanner, size_t at) {
  size_t end = web_address(scanner->text, at);
  if (end == NONE && scanner->has_mail) end = mail_address(scanner->text, at);
  if (end == NONE) end = initials(scanner->text, at);
  return end == NONE ? word(scanner->text, at) : end;
}

/* The end of a token that starts with a SYMBOL. `*rewritten` is set if the token has another form. */
static size_t symbol_end(elman_view text, size_t at, const char **rewritten) {
  size_t end = emoticon(text, at);
  if (end == NONE) end = tag(text, at);
  if (end != NONE) return end;
  end = ellipsis(text, at);
  if (end != NONE) {
    *rewritten = ELMAN_ELLIPSIS;
    return end;
  }
  end = hyphen(text, at);
  if (end != NONE) return end;
  end = dash(text, at);
  if (end == NONE) return picture(text, at);
  *rewritten = ELMAN_DASH;
  return end;
}

elman_scanner elman_scan(elman_view text) {
  bool has_mail = text.length > 0 && memchr(text.bytes, '@', text.length) != NULL;
  return (elman_scanner){.text = text, .has_mail = has_mail};
}

/* Skip white space before the next token. Returns false at the end of the text. */
static bool find_start(elman_scanner *scanner) {
  scanner->line_ended = false;
  size_t at = scanner->end;
  while (at < scanner->text.length) {
    elman_character found = elman_character_at(scanner->text, at);
    if (found.kind != ELMAN_SPACE) break;
    if (elman_holds(&elman_line_ends, found.point)) scanner->line_ended = true;
    at += found.width;
  }
  scanner->start = at;
  return at < scanner->text.length;
}

bool elman_next_token(elman_scanner *scanner, elman_view *token) {
  if (!find_start(scanner)) return false;
  elman_view text = scanner->text;
  size_t start = scanner->start;
  uint8_t kind = kind_at(text, start);
  const char *rewritten = NULL;
  if (elman_is_alnum(kind)) {
    scanner->end = word_end(scanner, start);
  } else if (kind == ELMAN_SYMBOL) {
    scanner->end = symbol_end(text, start, &rewritten);
  } else {
    scanner->end = picture(text, start);
  }
  token->bytes = rewritten != NULL ? rewritten : text.bytes + start;
  token->length = rewritten != NULL ? strlen(rewritten) : scanner->end - start;
  return true;
}

bool elman_next_chunk(elman_scanner *scanner, elman_view *chunk) {
  if (!find_start(scanner)) return false;
  scanner->end = skip_chunk(scanner->text, scanner->start);
  *chunk = (elman_view){scanner->text.bytes + scanner->start, scanner->end - scanner->start};
  return true;
}

size_t elman_last_chunk(elman_view text) {
  size_t at = text.length;
  while (at > 0) {
    elman_character found = elman_character_before(text, at);
    if (found.kind == ELMAN_SPACE) break;
    at -= found.width;
  }
  return at;
}
