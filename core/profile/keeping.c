/* Recognises secrets and addresses by the characters that they contain. */
#include "profile/keeping.h"

#include <string.h>

#include "text/characters.h"
#include "text/text.h"

#define LONGEST_DOMAIN_ENDING 6

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

/* Whether a domain ends here, with one of the common endings. Many people type no space behind a full stop, as
 * in `ok.see you`, so a dot alone does not make an address. */
static bool is_domain_ending(elman_view text, size_t at) {
  static const char endings[] =
      " ae ai app ar asia au biz blog br ca cc cl club cn co com cz de dev dk edu es eu fi fr gov gr hk hu ie "
      "il info int io jp ke kr lk mil mx mobi name net news ng nl nz online org page ph pk pl pt ro ru sa se sg "
      "shop site store th tr tv tw ua uk ve vn xyz za ";
  char label[LONGEST_DOMAIN_ENDING + 3] = " ";
  size_t length = 1;
  for (; at < text.length; at++) {
    elman_character next = elman_character_at(text, at);
    if (!elman_is_alnum(next.kind)) break;
    if (length > LONGEST_DOMAIN_ENDING || elman_folded(next.point) >= 128) return false;
    label[length++] = (char)elman_folded(next.point);
  }
  label[length] = ' ';
  return (at < text.length && text.bytes[at] == '/') || strstr(endings, label) != NULL;
}

/* Whether `www` precedes. */
static bool is_after_www(elman_view text, size_t at) {
  static const char www[] = "www";
  for (size_t i = 0; i < 3; i++)
    if (at < 3 || (text.bytes[at - 3 + i] | 32) != www[i]) return false;
  return true;
}

/* Whether an address has its typical character here: `@`, `://`, an underscore between words, or a dot between
 * the parts of a domain. */
static bool is_address_at(elman_view text, size_t at, elman_character found) {
  if (found.point == '@') return true;
  if (found.point == ':') return starts_authority(text, at);
  if (found.point != '.' && found.point != '_') return false;
  if (!is_between_words(text, at, found.width)) return false;
  return found.point == '_' || is_after_www(text, at) || is_domain_ending(text, at + found.width);
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
