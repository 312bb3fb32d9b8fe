/* Transforms texts character by character: normalisation, case folding, capitalisation. */
#include <string.h>

#include "text/characters.h"
#include "text/text.h"

/* Transformations in addition to NFC. */
enum { IGNORE = 1, REPLACE = 2, FOLD = 4, NORMALISE = IGNORE | REPLACE };

/* An output buffer. Once bytes do not fit, nothing more is written. */
typedef struct {
  char *bytes;
  size_t capacity;
  size_t length;
  bool is_full;
} sink;

static void put_bytes(sink *output, const char *bytes, size_t length) {
  if (length == 0) return;
  if (output->is_full || output->capacity - output->length < length) {
    output->is_full = true;
    return;
  }
  memcpy(output->bytes + output->length, bytes, length);
  output->length += length;
}

static bool is_ignored(uint32_t point) { return elman_holds(&elman_ignored, point); }

/* Write a character, or its replacement (N4). */
static size_t written(uint32_t point, unsigned options, char bytes[ELMAN_WIDEST]) {
  const char *plain = options & REPLACE ? elman_substitute_for(&elman_replaced, point) : NULL;
  if (plain == NULL) return elman_encode(point, bytes);
  size_t length = strlen(plain);
  memcpy(bytes, plain, length);
  return length;
}

static void put(sink *output, uint32_t point, unsigned options) {
  char bytes[ELMAN_WIDEST];
  put_bytes(output, bytes, written(point, options, bytes));
}

/* Reads fully decomposed characters. Copy the struct to return to a position. */
typedef struct {
  elman_view text;
  size_t at;
  unsigned options;
  uint32_t parts[ELMAN_LONGEST_DECOMPOSITION]; /* of the latest character */
  size_t count, next;
} decomposing;

/* The next decomposed character, or ELMAN_NO_POINT. The text is UTF-8. */
static uint32_t take_part(decomposing *source) {
  while (source->next == source->count) {
    if (source->at == source->text.length) return ELMAN_NO_POINT;
    uint32_t point = ELMAN_NO_POINT;
    source->at += elman_decode(source->text, source->at, &point);
    if (source->options & IGNORE && is_ignored(point)) continue;
    if (source->options & FOLD) point = elman_folded(point);
    source->count = elman_decompose(point, source->parts);
    source->next = 0;
  }
  return source->parts[source->next++];
}

/* The state of composition: a starter, already written as `initial`, and the marks written after it. */
typedef struct {
  sink *output;
  unsigned options;
  uint32_t starter, initial; /* ELMAN_NO_POINT before the first starter */
  size_t start, end;         /* of the starter in the output */
  unsigned blocked;          /* highest combining class of these marks */
} composing;

/* Write a starter that was composed with marks, and move the marks after it. */
static void settle(composing *state) {
  sink *output = state->output;
  if (state->starter == state->initial || output->is_full) return;
  char bytes[ELMAN_WIDEST];
  size_t width = written(state->starter, state->options, bytes);
  size_t kept = output->length - state->end;
  if (output->capacity - state->start - kept < width) {
    output->is_full = true;
    return;
  }
  memmove(output->bytes + state->start + width, output->bytes + state->end, kept);
  memcpy(output->bytes + state->start, bytes, width);
  output->length = state->start + width + kept;
}

/* Add the next character in canonical order. */
static void compose(composing *state, uint32_t point, unsigned combining) {
  sink *output = state->output;
  if (output->is_full) return;
  /* A mark can compose if it is next to its starter, or if only lower classes are in between. */
  bool reaches = state->starter != ELMAN_NO_POINT &&
                 (state->blocked < combining || output->length == state->end);
  uint32_t pair = reaches ? elman_compose(state->starter, point) : ELMAN_NO_POINT;
  if (pair != ELMAN_NO_POINT) {
    state->starter = pair;
    return;
  }
  state->blocked = combining;
  if (combining != 0) {
    put(output, point, state->options);
    return;
  }
  settle(state);
  state->starter = state->initial = point;
  state->start = output->length;
  put(output, point, state->options);
  state->end = output->length;
}

/* A set of canonical combining classes, one bit each. */
typedef struct {
  uint64_t bits[4];
} class_set;

/* Add `count` marks from `source` in canonical order: class by class, and within a class in text order.
 * The number of classes is small and fixed, so this takes linear time, and no memory. */
static void compose_marks(composing *state, decomposing source, size_t count,
                          const class_set *present) {
  for (unsigned wanted = 1; wanted < 256; wanted++) {
    if (!(present->bits[wanted / 64] >> wanted % 64 & 1)) continue;
    decomposing again = source;
    for (size_t i = 0; i < count; i++) {
      uint32_t point = take_part(&again);
      unsigned combining = elman_record(point)->combining;
      if (combining == wanted) compose(state, point, combining);
    }
  }
}

/* Compose the marks at `source`, and advance `source` past them. */
static void take_marks(composing *state, decomposing *source) {
  decomposing first = *source, behind = *source;
  class_set present = {{0}};
  size_t count = 0;
  for (;;) {
    uint32_t point = take_part(source);
    unsigned combining = point == ELMAN_NO_POINT ? 0 : elman_record(point)->combining;
    if (combining == 0) break;
    present.bits[combining / 64] |= (uint64_t)1 << combining % 64;
    behind = *source;
    count++;
  }
  *source = behind;
  if (count > 0) compose_marks(state, first, count, &present);
}

/* Write the NFC of a part of a text that characters outside of it cannot change. */
static void compose_part(sink *output, elman_view part, unsigned options) {
  decomposing source = {.text = part, .options = options};
  composing state = {output, options, ELMAN_NO_POINT, ELMAN_NO_POINT, output->length,
                     output->length, 0};
  for (;;) {
    take_marks(&state, &source);
    uint32_t point = take_part(&source);
    if (point == ELMAN_NO_POINT) break;
    compose(&state, point, 0);
  }
  settle(&state);
}

static bool is_unsettled(uint32_t point) {
  return elman_record(point)->flags & ELMAN_UNSETTLED;
}

/* Skip ignored characters and, if `unsettled`, unsettled ones. Stops at bytes that are not UTF-8. */
static size_t skip(elman_view text, size_t at, unsigned options, bool unsettled) {
  while (at < text.length) {
    uint32_t point = ELMAN_NO_POINT;
    size_t width = elman_decode(text, at, &point);
    if (width == 0) break;
    bool skipped = options & IGNORE && is_ignored(point);
    if (options & FOLD) point = elman_folded(point);
    if (!skipped && !(unsettled && is_unsettled(point))) break;
    at += width;
  }
  return at;
}

/* Copy ASCII characters from `at`, except the last one, which a mark may follow. Returns their end. */
static size_t copy_ascii(sink *output, elman_view text, size_t at, unsigned options) {
  size_t end = at;
  while (end < text.length && (unsigned char)text.bytes[end] < 0x80) end++;
  if (end < text.length && end > at) end--;
  if (options & FOLD) {
    for (; at < end; at++) put(output, elman_folded((unsigned char)text.bytes[at]), 0);
  } else {
    put_bytes(output, text.bytes + at, end - at);
  }
  return end;
}

/* Convert a text to NFC, with further transformations. */
static elman_text_status transform(elman_view text, sink output, unsigned options,
                                   size_t *produced) {
  for (size_t at = 0; at < text.length && !output.is_full;) {
    at = copy_ascii(&output, text, at, options);
    if (at == text.length) break;
    uint32_t point = ELMAN_NO_POINT;
    size_t width = elman_decode(text, at, &point);
    if (width == 0) {
      *produced = at;
      return ELMAN_TEXT_INVALID_UTF8;
    }
    bool ignored = options & IGNORE && is_ignored(point);
    if (options & FOLD) point = elman_folded(point);
    size_t next = skip(text, at + width, options, false);
    size_t end = skip(text, next, options, true);
    if (end > next || is_unsettled(point)) {
      compose_part(&output, (elman_view){text.bytes + at, end - at}, options);
    } else if (!ignored) {
      put(&output, point, options);
    }
    at = end;
  }
  *produced = output.length;
  return output.is_full ? ELMAN_TEXT_BUFFER_TOO_SMALL : ELMAN_TEXT_OK;
}

elman_text_status elman_text_normalise(const char *text, size_t length, char *output,
                                       size_t capacity, size_t *produced) {
  return transform((elman_view){text, length}, (sink){output, capacity, 0, false}, NORMALISE,
                   produced);
}

elman_text_status elman_text_fold(const char *token, size_t length, char *output, size_t capacity,
                                  size_t *produced) {
  return transform((elman_view){token, length}, (sink){output, capacity, 0, false}, FOLD,
                   produced);
}

elman_text_status elman_text_validate(const char *text, size_t length, size_t *invalid_at) {
  elman_view view = {text, length};
  for (size_t at = 0, width = 0; at < length; at += width) {
    uint32_t point = ELMAN_NO_POINT;
    width = elman_decode(view, at, &point);
    if (width == 0) {
      *invalid_at = at;
      return ELMAN_TEXT_INVALID_UTF8;
    }
  }
  return ELMAN_TEXT_OK;
}

/* -- the case of a suggestion ------------------------------------------------------------------ */

static bool is_capital(uint32_t point) {
  return (elman_record(point)->flags & (ELMAN_FOLDS | ELMAN_RISES)) == ELMAN_FOLDS;
}

static bool has_capital(elman_view text) {
  for (size_t at = 0; at < text.length;) {
    elman_character found = elman_character_at(text, at);
    if (is_capital(found.point)) return true;
    at += found.width;
  }
  return false;
}

/* Whether a text has at least two cased letters and all of them are capitals. */
static bool is_all_capitals(elman_view text) {
  size_t cased = 0;
  for (size_t at = 0; at < text.length;) {
    elman_character found = elman_character_at(text, at);
    bool capital = is_capital(found.point);
    if (!capital && elman_record(found.point)->flags & (ELMAN_FOLDS | ELMAN_RISES)) return false;
    cased += capital;
    at += found.width;
  }
  return cased > 1;
}

/* Whether the first letter of the entry is put in title case. */
static bool is_titled(elman_view entry, elman_view prefix, bool sentence_start) {
  bool starts_capital =
      prefix.length > 0 ? is_capital(elman_character_at(prefix, 0).point) : sentence_start;
  return starts_capital && !has_capital(entry);
}

/* Write an entry in the case of a prefix. */
static void put_cased(sink *output, elman_view entry, elman_view prefix, bool sentence_start) {
  bool all = is_all_capitals(prefix);
  size_t raised = all ? entry.length : 0, at = 0;
  if (!all && is_titled(entry, prefix, sentence_start)) raised = elman_character_at(entry, 0).width;
  while (at < raised) {
    elman_character found = elman_character_at(entry, at);
    put(output, all ? elman_capital(found.point) : elman_title(found.point), 0);
    at += found.width;
  }
  if (at < entry.length) put_bytes(output, entry.bytes + at, entry.length - at);
}

elman_text_status elman_text_suggestion(const char *entry, size_t entry_length, const char *prefix,
                                        size_t prefix_length, bool sentence_start,
                                        elman_text_segmentation segmentation, char *output,
                                        size_t capacity, size_t *produced) {
  elman_text_status status = elman_text_validate(entry, entry_length, produced);
  if (status == ELMAN_TEXT_OK) status = elman_text_validate(prefix, prefix_length, produced);
  if (status != ELMAN_TEXT_OK) return status;
  elman_view view = {entry, entry_length}, typed = {prefix, prefix_length};
  sink target = {output, capacity, 0, false};
  if (segmentation == ELMAN_TEXT_LINE) {
    put_bytes(&target, entry, entry_length);
  } else {
    put_cased(&target, view, typed, sentence_start);
  }
  *produced = target.length;
  return target.is_full ? ELMAN_TEXT_BUFFER_TOO_SMALL : ELMAN_TEXT_OK;
}
