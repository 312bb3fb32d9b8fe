/*
 * Elman for keyboards: next words, completions and scores from one `.tflite` file.
 *
 *   elman_model *model;
 *   elman_session *session;
 *   elman_suggestion words[3];
 *   size_t count;
 *   elman_error error;
 *   if (elman_open("model.tflite", &model, &error) ||
 *       elman_session_create(model, NULL, &session, &error) ||
 *       elman_predict(session, text, strlen(text), NULL, 3, words, &count, &error))
 *     fprintf(stderr, "%s\n", error.message);
 *
 * Texts are UTF-8 with a length in bytes. Every call that can fail gives ELMAN_OK (0) or a status,
 * and a sentence about it in `*error`, which the caller owns and which may be NULL.
 *
 * Threads. A model and its sessions belong together: of all calls on them, one may run at a time,
 * in any thread. A call that meets another one gives ELMAN_ERROR_BUSY at once and changes nothing.
 * Models that were opened apart share nothing. The library has no global state.
 *
 * Memory. A model takes its file's bytes, LiteRT's copy of the weights in its own layout, and about
 * 25 bytes an entry of the vocabulary, 60 more for one with an apostrophe or an accent; a session
 * what `elman_session_bytes` says. `elman_predict` and `elman_rescore` allocate nothing of their own.
 */
#ifndef ELMAN_H
#define ELMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ELMAN_API __attribute__((visibility("default")))
#else
#define ELMAN_API
#endif

/* The version of what a packed file carries, `format` among its facts. */
#define ELMAN_FORMAT 2
/* Entries of more bytes are never suggested. */
#define ELMAN_LONGEST_WORD 80
/* Bytes of a suggested word, in whatever case, and a NUL. */
#define ELMAN_WORD_CAPACITY (3 * ELMAN_LONGEST_WORD + 8)
#define ELMAN_MOST_SUGGESTIONS 64
#define ELMAN_DEFAULT_TEXT_BYTES 4096
#define ELMAN_DEFAULT_CONTEXT_TOKENS 1024

typedef enum {
  ELMAN_OK = 0,
  ELMAN_ERROR_ARGUMENT,  /* a null pointer, or a number out of range (a negative one is huge) */
  ELMAN_ERROR_FILE,      /* a file that cannot be read */
  ELMAN_ERROR_DAMAGED,   /* a file that is cut short, or whose SHA-256 differs */
  ELMAN_ERROR_VERSION,   /* a file or a LiteRT of a version that this library does not know */
  ELMAN_ERROR_MODEL,     /* a file whose parts do not agree with each other */
  ELMAN_ERROR_SELF_TEST, /* the runtime computes something else than the file says */
  ELMAN_ERROR_RUNTIME,   /* LiteRT failed */
  ELMAN_ERROR_TEXT,      /* a text that is not UTF-8 */
  ELMAN_ERROR_MEMORY,    /* no memory */
  ELMAN_ERROR_BUSY       /* another call on the model is running, or it still has sessions */
} elman_status;

typedef struct {
  elman_status status;
  char message[256]; /* one line in English, ended by a NUL */
} elman_error;

typedef struct elman_model elman_model;
typedef struct elman_session elman_session;

/* What a file says about itself. The texts live as long as the model. */
typedef struct {
  const char *name;          /* of the model */
  const char *licence;       /* of the text that it learned from */
  const char *elman_version; /* that made it */
  int32_t vocabulary_size;   /* entries, the special ones included */
  int32_t layers, units;     /* of the network */
} elman_facts;

/* The limits of a session; 0 stands for the default. Others than these are ELMAN_ERROR_ARGUMENT. */
typedef struct {
  size_t text_bytes;     /* longest text before the cursor, 16 to 2^24; ELMAN_DEFAULT_TEXT_BYTES */
  size_t context_tokens; /* tokens with states, 4 to 2^24; ELMAN_DEFAULT_CONTEXT_TOKENS */
} elman_session_options;

/* What is suggested; all zeros, or a null pointer, for what most keyboards want. */
typedef struct {
  bool punctuation;      /* suggest punctuation and emoji, too */
  bool ignore_blocklist; /* suggest blocked words, too */
} elman_options;

typedef struct {
  char word[ELMAN_WORD_CAPACITY]; /* in the case that fits, ended by a NUL */
  double log_probability;         /* natural logarithm, over the whole vocabulary */
  int32_t id;                     /* of the vocabulary's entry */
} elman_suggestion;

typedef struct {
  double log_probability; /* natural logarithm, of all its tokens; minus infinity without any */
  int32_t tokens;         /* how many tokens the candidate consists of */
  int32_t unknown;        /* how many of them are outside the vocabulary */
} elman_candidate;

/*
 * Open a packed `.tflite` file: its bytes are read once, checked (digest, version, whether all
 * shapes and the vocabulary agree) and used; a self-test runs. It takes some tens of milliseconds:
 * call it off the main thread. `*model` is NULL unless it gives ELMAN_OK.
 */
ELMAN_API elman_status elman_open(const char *path, elman_model **model, elman_error *error);

/* The same from bytes in memory, such as an asset of an app; they are copied. */
ELMAN_API elman_status elman_open_bytes(const void *bytes, size_t length, elman_model **model,
                                        elman_error *error);

/* Close a model. ELMAN_ERROR_BUSY, and nothing happens, while it has sessions. NULL is fine. */
ELMAN_API elman_status elman_close(elman_model *model, elman_error *error);

/* What the model says about itself. */
ELMAN_API elman_facts elman_model_facts(const elman_model *model);

/*
 * Words that are never suggested, in whatever case: UTF-8, one a line. They take the place of
 * earlier ones; no words (length 0) clear the list. Words that the model does not know are ignored.
 * `*blocked` (may be NULL) receives how many entries are blocked. More than
 * ELMAN_LARGEST_BLOCKLIST bytes are refused.
 */
#define ELMAN_LARGEST_BLOCKLIST ((size_t)1 << 24)
ELMAN_API elman_status elman_block(elman_model *model, const char *words, size_t length,
                                   size_t *blocked, elman_error *error);

/* The same from a file. */
ELMAN_API elman_status elman_block_file(elman_model *model, const char *path, size_t *blocked,
                                        elman_error *error);

/*
 * A session follows one text field: the state of the network after each word is kept, so that a
 * letter, Backspace inside a word and a return to one of the last few places cost no step of the
 * network, a new word one, a jump back one, and a change one for each word behind it. Of the text
 * itself a key costs the reading of its last line, or of all of it where the model's segmentation
 * is sentence or a line feed was taken away or something changed in front of the last one.
 */
ELMAN_API elman_status elman_session_create(elman_model *model,
                                            const elman_session_options *options,
                                            elman_session **session, elman_error *error);

/* Free a session; ELMAN_ERROR_BUSY while a call on its model is running. NULL is fine. */
ELMAN_API elman_status elman_session_free(elman_session *session, elman_error *error);

/* The bytes that a session takes at most: 4.1 MB with the defaults, 2 layers of 448 units and 10,000
 * words, of which states that no text was long enough for stay untouched. 0 for options that no
 * session can have, SIZE_MAX for more than can be counted. */
ELMAN_API size_t elman_session_bytes(const elman_model *model,
                                     const elman_session_options *options);

/* Steps of the network that the session took so far; to be asked while no call is running. */
ELMAN_API uint64_t elman_session_steps(const elman_session *session);

/*
 * The `k` likeliest words at the cursor, the likeliest first, ties by the lower id.
 *
 * `text` is all the text before the cursor: what is finished is the context, and the unfinished
 * word at its end, if there is one, the prefix that suggestions begin with. Apostrophes and accents
 * may be missing in the prefix: `dont` finds `don't`, `deja` finds `déjà`, `eco` also `l'école`.
 * Those that were typed must be there.
 *
 * A word that is typed in full is suggested like the words that go on from it, unless an apostrophe
 * makes another word of it: then only that one is. The word takes the case of the prefix, and a
 * capital where a sentence starts. Never `</s>` or `<unk>`; of words that differ only in case and
 * apostrophes the likeliest.
 *
 * `*count` receives how many there are: fewer than `k`, or 0, if no more words begin so. `k` is at
 * most ELMAN_MOST_SUGGESTIONS. Of a text longer than the session's limits the tail counts, from the
 * beginning of a message or sentence where it holds one; the place of the cut moves in steps of half
 * the limit. Give the text from a fixed place (the start of the field, or of a line), not the last N
 * characters: where the beginning changes with each key, all of it is read anew.
 */
ELMAN_API elman_status elman_predict(elman_session *session, const char *text, size_t length,
                                     const elman_options *options, size_t k,
                                     elman_suggestion *suggestions, size_t *count,
                                     elman_error *error);

/*
 * The same with context and prefix apart, for a keyboard that knows the word being composed.
 * `context` ends before that word; it is taken as finished text, so that a hyphen at its very end
 * is a dash: for "well-kn" give the whole text to `elman_predict`. Of a long context the tail counts,
 * as there; a prefix of more bytes than the session's texts may have is ELMAN_ERROR_ARGUMENT.
 */
ELMAN_API elman_status elman_predict_apart(elman_session *session, const char *context,
                                           size_t context_length, const char *prefix,
                                           size_t prefix_length, const elman_options *options,
                                           size_t k, elman_suggestion *suggestions, size_t *count,
                                           elman_error *error);

/*
 * How probable each of `count` candidates (ended by NULs) is behind `context`, which ends before
 * the word: for autocorrection and swipe. "New York" and "well-known" sum over their tokens, which
 * costs a step for each token but the last. A token outside the vocabulary has the probability of
 * all such words together times that of its spelling, by how often each character occurs in the
 * vocabulary's words; so a misspelling is less probable than the word. A candidate that is NULL, is not UTF-8, or has more bytes than the session's texts
 * may have fails the call; what stands in `candidates` then is not to be used.
 */
ELMAN_API elman_status elman_rescore(elman_session *session, const char *context,
                                     size_t context_length, const char *const *words,
                                     size_t count, elman_candidate *candidates,
                                     elman_error *error);

#ifdef __cplusplus
}
#endif

#endif
