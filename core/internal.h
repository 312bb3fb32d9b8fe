/* What the modules of the library share, and what tests look into. */
#ifndef ELMAN_INTERNAL_H
#define ELMAN_INTERNAL_H

#include <stdatomic.h>

#include "elman.h"
#include "model/flatbuffer.h"
#include "text/text.h"
#include "network/litert_api.h"

#define ELMAN_END 0
#define ELMAN_UNKNOWN 1
#define ELMAN_SPECIAL 2 /* ids below are special entries */

#if defined(__GNUC__)
#define ELMAN_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define ELMAN_PRINTF(string, first)
#endif

/* Note a status and a sentence in `*error`, which may be NULL, and give the status back. */
elman_status elman_fail(elman_error *error, elman_status status, const char *format, ...)
    ELMAN_PRINTF(3, 4);

#define ELMAN_LARGEST_FILE ((size_t)1 << 30)

/* -- the packed file ------------------------------------------------------------------------- */

/* What the very file computes: little-endian numbers, in place. */
typedef struct {
  uint32_t steps, top;
  float tolerance;
  const uint8_t *ids, *top_ids, *logits; /* [steps], [steps, top], [steps, top] */
} elman_self_test;

/* What a file carries; everything points into its bytes. */
typedef struct {
  elman_text_segmentation segmentation;
  uint32_t layers, units, vocabulary_size;
  elman_bytes inputs, outputs; /* names by position, with spaces between them */
  elman_bytes name, licence, elman_version;
  elman_bytes vocabulary;
  elman_self_test self_test;
} elman_contents;

/* Read a whole file into memory of the caller's, who frees it. */
elman_status elman_read_file(const char *path, elman_bytes *bytes, elman_error *error);

/* Check digest, version and parts of a packed file. */
elman_status elman_unpack(elman_bytes file, elman_contents *contents, elman_error *error);

/* -- the vocabulary ---------------------------------------------------------------------------- */

enum {
  ELMAN_SHORT = 1,
  ELMAN_IS_WORD = 2,
  ELMAN_BLOCKED = 4,
  ELMAN_BARE = 8 /* another entry differs from it in having an apostrophe */
};

/* An entry, or the part of it behind an elided word, in the vocabulary's memory: both texts are
 * ended by a line feed. */
typedef struct {
  const char *folded, *plain;
  uint32_t id;
} elman_plain_word;

typedef struct {
  uint32_t point;
  double nats;
} elman_sign;

/* What characters cost in a word that is spelled out; the end of a word; any other character. */
typedef struct {
  elman_sign *signs; /* [count], sorted by their code points */
  size_t count;
  double end, other;
} elman_spelling;

typedef struct {
  elman_text_segmentation segmentation;
  uint32_t size;
  const char *entries;      /* in the file's bytes, each ended by a line feed */
  uint32_t *entry_offsets;  /* [size + 1] */
  char *folded;             /* each ended by a line feed, too */
  uint32_t *folded_offsets; /* [size + 1] */
  uint32_t *by_folded;      /* ids in the order of their folded forms; NULL: the order of ids */
  uint32_t *groups; /* equal for entries that differ in case and apostrophes only; NULL: none do */
  uint8_t *flags;   /* [size] */
  elman_plain_word *plain_words; /* what is found by other letters than it begins with, sorted */
  size_t plain_count;
  char *plain; /* their plain forms */
  elman_spelling spelling;
} elman_vocabulary;

/* Take a vocabulary in: `contents` must outlive it. */
elman_status elman_vocabulary_open(const elman_contents *contents, elman_vocabulary *vocabulary,
                                   elman_error *error);
void elman_vocabulary_close(elman_vocabulary *vocabulary);

elman_bytes elman_vocabulary_entry(const elman_vocabulary *vocabulary, uint32_t id);

/* The id of a token however it is written, or ELMAN_UNKNOWN; `scratch` takes its folded form. */
uint32_t elman_vocabulary_find(const elman_vocabulary *vocabulary, const char *token,
                               size_t length, char *scratch, size_t capacity);

/* What a token is matched by: its folded form, in `scratch`, or for ready-made tokens itself. False
 * where the scratch is too small. */
bool elman_vocabulary_key(const elman_vocabulary *vocabulary, const char *token, size_t length,
                          char *scratch, size_t capacity, elman_bytes *key);

/* What an entry is matched by. */
elman_bytes elman_vocabulary_key_at(const elman_vocabulary *vocabulary, uint32_t id);

/* First id and last id + 1 of the entries beginning with `prefix`, without special ones. */
void elman_vocabulary_range(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                            char *scratch, size_t capacity, uint32_t *first, uint32_t *last);

/* Set the flag ELMAN_BLOCKED on the entries that are among the lines of `words`, and only there. */
elman_status elman_vocabulary_block(elman_vocabulary *vocabulary, const char *words,
                                    size_t length, size_t *blocked, elman_error *error);

/* -- plain letters (elman_plain.c) and spelling (elman_spelling.c) --------------------------------- */

/* The plain form of a folded token; false where it does not fit. */
bool elman_plain(elman_bytes folded, char *output, size_t capacity, size_t *produced);

/* Make the groups and the index of plain words; false without memory. */
bool elman_plain_open(elman_vocabulary *vocabulary);
void elman_plain_close(elman_vocabulary *vocabulary);

/* Finds the entries that typed letters may become, one after another. */
typedef struct {
  const elman_vocabulary *vocabulary;
  size_t at;
  bool accents, apostrophes; /* whether any were typed */
  char folded[ELMAN_WORD_CAPACITY], plain[ELMAN_WORD_CAPACITY]; /* ended by line feeds */
} elman_plain_finder;

/* Begin to search; false where nothing can be found. */
bool elman_plain_search(const elman_vocabulary *vocabulary, const char *prefix, size_t length,
                        elman_plain_finder *finder);

/* The next entry, in no order; one may come twice, and may also begin with the prefix. */
bool elman_plain_next(elman_plain_finder *finder, uint32_t *id);

/* Whether an entry is what was typed, and another one is it with an apostrophe. */
bool elman_plain_is_bare(const elman_plain_finder *finder, uint32_t id);

/* Count the characters of the vocabulary; false without memory. */
bool elman_spelling_open(elman_vocabulary *vocabulary);
void elman_spelling_close(elman_vocabulary *vocabulary);

/* What it costs to spell a word, given by its key, and to end it. */
double elman_spelling_nats(const elman_vocabulary *vocabulary, elman_bytes key);

/* -- the network ------------------------------------------------------------------------------- */

typedef struct {
  LiteRtEnvironment environment;
  LiteRtModel model;
  LiteRtCompiledModel compiled;
  LiteRtTensorBuffer inputs[2], outputs[2];
  int token, state, logits, next_state; /* positions */
  size_t state_count, logits_count;     /* numbers */
} elman_network;

/* Open the network in `file`, whose bytes must outlive it. */
elman_status elman_network_open(elman_bytes file, const elman_contents *contents,
                                elman_network *network, elman_error *error);
void elman_network_close(elman_network *network);

/* One step: `state` and `next_state` are [layers, 1, units] and may be the same; `logits`
 * [vocabulary] may be NULL. */
elman_status elman_network_step(elman_network *network, uint32_t id, const float *state,
                                float *logits, float *next_state, elman_error *error);

/* Compare what the network computes with what its file says. */
elman_status elman_network_test(elman_network *network, const elman_self_test *test,
                                elman_error *error);

/* -- models and sessions ----------------------------------------------------------------------- */

struct elman_model {
  atomic_flag in_use;
  size_t sessions;
  elman_bytes file;
  char *texts; /* name, licence and version, each ended by a NUL */
  elman_contents contents;
  elman_vocabulary vocabulary;
  elman_network network;
  elman_facts facts;
};

/* Begin and end a call on a model. */
elman_status elman_enter(elman_model *model, elman_error *error);
void elman_leave(elman_model *model);

#define ELMAN_OUTPUTS 4

/* The network's output after one place of the context. */
typedef struct {
  size_t place; /* of the context's last id; SIZE_MAX: none */
  uint64_t used;
  double log_normaliser;
  float *logits; /* [vocabulary] */
} elman_output;

/* The finished lines at the beginning of the text that was read last, and their ids. */
typedef struct {
  size_t length, count;
  char *text;   /* [text_bytes], the last byte of them a line feed */
  int32_t *ids; /* [2 * text_bytes + 3] */
} elman_lines;

struct elman_session {
  elman_model *model;
  size_t text_bytes, context_tokens;
  uint64_t steps, calls;
  /* The ids that were read, and the state behind each: the longest text so far, of which the
   * present one may be the beginning. */
  size_t known;
  int32_t *ids;  /* [context_tokens] */
  float *states; /* [context_tokens, state] */
  elman_output outputs[ELMAN_OUTPUTS];
  elman_lines lines; /* none where segments are sentences */
  /* Of the present call: */
  elman_text_workspace workspace;
  size_t context_length;
  int32_t *context; /* [2 * text_bytes + 3] */
  char *prefix;
  size_t prefix_length, prefix_capacity;
  char *scratch;
  size_t scratch_capacity;
  float *scratch_logits; /* [vocabulary] */
  float *scratch_state;  /* [state] */
};

/* Read the text before a cursor (in elman_reading.c): the session's context ids and prefix are those
 * at its end, and `*sentence_start` is whether a sentence starts there. With `finished` there is no
 * prefix. */
elman_status elman_session_read(elman_session *session, const char *text, size_t length,
                                bool finished, bool *sentence_start, elman_error *error);

/* The network's output behind the context, with as few steps as that takes. */
elman_status elman_session_follow(elman_session *session, const elman_output **output,
                                  elman_error *error);

/* The natural logarithm of the sum of the exponentials of `count` numbers, to about 1e-7. */
double elman_log_sum_exp(const float *values, size_t count);

#endif
