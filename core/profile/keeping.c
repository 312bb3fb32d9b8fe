/* Recognises secrets and addresses by the characters that they contain. */
#include "profile/keeping.h"

#include "text/characters.h"
#include "text/text.h"

typedef struct {
  size_t characters, letters, digits;
  bool is_address;
} traits;

/* Whether letters or digits stand on both sides of the character at `at`, as around the dot in a domain. */
static bool is_between_words(elman_view text, size_t at, size_t width) {
  return elman_is_alnum(elman_character_before(text, at).kind) &&
         elman_is_alnum(elman_character_at(text, at + width).kind);
}

static bool starts_authority(elman_view text, size_t at) {
  return text.length - at >= 3 && memcmp(text.bytes + at, "://", 3) == 0;
}

/* Whether an address has its typical character here: `@`, `://`, or a dot or underscore between words. */
static bool is_address_at(elman_view text, size_t at, elman_character found) {
  if (found.point == '@') return true;
  if (found.point == ':') return starts_authority(text, at);
  return (found.point == '.' || found.point == '_') && is_between_words(text, at, found.width);
}

static traits traits_of(elman_view text) {
  traits found = {0, 0, 0, false};
  for (size_t at = 0; at < text.length;) {
    elman_character next = elman_character_at(text, at);
    found.characters++;
    found.letters += next.kind == ELMAN_LETTER;
    found.digits += next.kind == ELMAN_DIGIT;
    found.is_address = found.is_address || is_address_at(text, at, next);
    at += next.width;
  }
  return found;
}

bool elman_may_keep(elman_view written) {
  size_t invalid_at;
  if (elman_text_validate(written.bytes, written.length, &invalid_at) != ELMAN_TEXT_OK) return false;
  traits found = traits_of(written);
  return !found.is_address && found.characters <= ELMAN_LONGEST_KEPT &&
         found.digits <= ELMAN_MOST_KEPT_DIGITS && (found.digits == 0 || found.letters == 0);
}
