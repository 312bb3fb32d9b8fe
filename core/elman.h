/*
 * Elman for keyboards: next-word suggestions, completions and scores from one `.tflite` file.
 *
 *   elman_model *model;
 *   elman_session *session;
 *   elman_suggestion words[3];
 *   size_t count;
 *   elman_error error;
 *   if (elman_open("model.tflite", NULL, &model, &error) ||
 *       elman_session_create(model, NULL, &session, &error) ||
 *       elman_predict(session, text, strlen(text), NULL, 3, words, &count, &error))
 *     fprintf(stderr, "%s\n", error.message);
 *
 * Texts are UTF-8, and their lengths are in bytes. Every function that can fail returns ELMAN_OK
 * (0) or another status, and writes a message to `*error`, which the caller owns and which may be
 * NULL.
 *
 * Threads. A model and its sessions form a group: any thread may call them, but only one call may
 * run at a time. A call made while another is running returns ELMAN_ERROR_BUSY immediately and
 * changes nothing. Models opened separately share nothing. The library has no global state.
 *
 * Networks. By default, the library runs the network in the file with its built-in operations. If it
 * was built with LiteRT, it can use LiteRT instead (`elman_litert`). A host that runs the network itself
 * passes an `elman_network` to `elman_open_network`.
 *
 * Memory. A model takes the bytes of its file, about 100 bytes for each entry of the vocabulary and each
 * tail word, three quarters of them for corrections (60 more for a word with an apostrophe or an accent), and
 * the memory of its network: about 16 bytes for each entry in the built-in one, which also copies float32
 * weights; a copy of all weights in LiteRT. A session takes what `elman_session_bytes` returns.
 * `elman_predict`, `elman_rescore` and `elman_correct` do not allocate memory.
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

/* The format of a packed file: the value of `format` among its facts. */
#define ELMAN_FORMAT 2
/* Vocabulary entries with more bytes are never suggested. */
#define ELMAN_LONGEST_WORD 80
/* The most bytes of a suggested word, with any capitals, including the terminating NUL. */
#define ELMAN_WORD_CAPACITY (3 * ELMAN_LONGEST_WORD + 8)
#define ELMAN_MOST_SUGGESTIONS 64
#define ELMAN_DEFAULT_TEXT_BYTES 4096
#define ELMAN_DEFAULT_CONTEXT_TOKENS 1024

typedef enum {
  ELMAN_OK = 0,
  ELMAN_ERROR_ARGUMENT,  /* a null pointer, or a number out of range */
  ELMAN_ERROR_FILE,      /* a file that cannot be read or written */
  ELMAN_ERROR_DAMAGED,   /* a truncated file, or one with a wrong SHA-256 */
  ELMAN_ERROR_VERSION,   /* an unsupported version of the file or of LiteRT */
  ELMAN_ERROR_MODEL,     /* a file whose parts contradict each other */
  ELMAN_ERROR_SELF_TEST, /* the network's output differs from the output recorded in the file */
  ELMAN_ERROR_RUNTIME,   /* LiteRT or the host's network failed */
  ELMAN_ERROR_TEXT,      /* a text that is not UTF-8 */
  ELMAN_ERROR_MEMORY,    /* out of memory */
  ELMAN_ERROR_BUSY       /* another call is running, or the model or profile still has sessions */
} elman_status;

typedef struct {
  elman_status status;
  char message[256]; /* one line in English, terminated by a NUL */
} elman_error;

typedef struct elman_model elman_model;
typedef struct elman_session elman_session;
typedef struct elman_profile elman_profile;

/* Facts about a model. The strings are valid until the model is closed. They are empty for a model that was
 * opened by `elman_open_network`. */
typedef struct {
  const char *name;          /* of the model */
  const char *licence;       /* of the training text */
  const char *elman_version; /* that exported it */
  int32_t vocabulary_size;   /* entries, including special ones */
  int32_t layers, units;     /* of the network */
} elman_facts;

/*
 * The limits of a session. 0 selects the default, ELMAN_DEFAULT_TEXT_BYTES or
 * ELMAN_DEFAULT_CONTEXT_TOKENS. Values out of range cause ELMAN_ERROR_ARGUMENT.
 */
typedef struct {
  size_t text_bytes;     /* bytes of text to read before the cursor, 16 to 2^24 */
  size_t context_tokens; /* tokens to keep with their states, 4 to 2^24 */
} elman_session_options;

/* What to suggest. All zeros, or a null pointer, suit most keyboards. */
typedef struct {
  bool punctuation;      /* also suggest punctuation and emoji */
  bool ignore_blocklist; /* also suggest blocked words */
  bool exact;            /* only suggest words that begin with the typed letters */
} elman_options;

typedef struct {
  char word[ELMAN_WORD_CAPACITY]; /* with suitable capitals, terminated by a NUL */
  double log_probability;         /* natural logarithm, over the whole vocabulary */
  double share; /* probability among the entries that match the typed letters, or among all if none
                   are typed */
  int32_t id;   /* of the vocabulary entry; ELMAN_NO_ID for another word */
} elman_suggestion;

#define ELMAN_NO_ID (-1)

/* Where the screen was touched: in key widths from the left and in rows from the top of the layout, so that
 * the centre of the first key of a row without an offset is at 0.5, 0.5. Both numbers are NAN for a letter
 * without a touch. */
typedef struct {
  float x, y;
} elman_touch;

/* The most bytes of a correction, including the terminating NUL. */
#define ELMAN_CORRECTION_CAPACITY (3 * ELMAN_WORD_CAPACITY)

/* What the user may have meant by a typed word. */
typedef struct {
  char text[ELMAN_CORRECTION_CAPACITY]; /* terminated by a NUL; may be two words */
  size_t replaces;        /* number of bytes before the cursor that it replaces */
  double log_probability; /* of this reading and of having typed it this way, natural logarithm */
  double share;           /* its probability among the readings that were found */
  bool is_literal;        /* it is what was typed */
  bool is_certain;        /* it should replace what was typed */
} elman_correction;

/*
 * What slips cost, in nats: -log of their probability. Sessions start with costs for touch screens that were
 * chosen by hand and checked on validation text.
 */
typedef struct {
  double neighbour;       /* another key, one key width away; grows with the square of the distance */
  double substitution;    /* any other letter */
  double vowel;           /* a vowel instead of another one */
  double omission;        /* a letter was left out */
  double insertion;       /* a letter was added */
  double brush;           /* a key next to that of the letter before or after was touched, too */
  double transposition;   /* two letters were typed in the wrong order */
  double doubling;        /* a letter was typed twice instead of once */
  double undoubling;      /* a letter was typed once instead of twice */
  double mark;            /* an apostrophe or a hyphen was left out */
  double extra_mark;      /* an apostrophe or a hyphen was added */
  double accent;          /* a letter was typed without its accent, or with a wrong one */
  double capital;         /* the word is written in an unusual case on purpose */
  double missing_space;   /* between two words */
  double extra_space;     /* inside a word */
  double moved_space;     /* one letter too early or too late */
  double variant;         /* a listed word that looks like a careless spelling of another one is meant */
  double touch_sigma;     /* standard deviation of touches around a key's centre, in key widths */
  double context;         /* weight of the words' log-probabilities */
  double spelling;        /* weight of the spelling of a word that is in no list */
  double unknown;         /* of meaning such a word; may be negative */
  double name;            /* how much a capital inside a sentence takes off `unknown` */
  double stem;            /* the same for a known word with a usual ending */
  double limit;           /* words with more expensive slips are not considered */
  double completion;      /* added to slips in completions */
  double certain;         /* the minimum share of a certain correction */
  double certain_known;   /* its minimum share against the literal reading, if a list has the typed word */
  double certain_unknown; /* the same for other words */
  double certain_revised; /* the minimum share of another reading of the word before, against the present one */
  double slip_rate;       /* the share of words with a slip that is expected at first */
  double adaptation;      /* how far this follows the user: 1, or 0 for not at all */
} elman_slip_costs;

/* The space after a suggestion that was taken. */
typedef enum {
  ELMAN_SPACE_NONE = 0,
  ELMAN_SPACE_BROUGHT, /* before the cursor, inserted with the word */
  ELMAN_SPACE_FOUND,   /* before the cursor, already existed */
  ELMAN_SPACE_AHEAD    /* after the cursor, one byte, because punctuation was typed before it */
} elman_space;

/* The most bytes of an edit's text, including the terminating NUL. */
#define ELMAN_EDIT_CAPACITY (3 * ELMAN_WORD_CAPACITY)

/* A change of the text around a cursor: replace `before` bytes before it and `after` bytes after it
 * with `text`, then put the cursor `back` bytes before the end of `text`. */
typedef struct {
  size_t before, after, back;
  elman_space space;
  char text[ELMAN_EDIT_CAPACITY]; /* terminated by a NUL */
} elman_edit;

typedef struct {
  double log_probability; /* natural logarithm, summed over tokens; minus infinity without tokens */
  int32_t tokens;         /* number of tokens */
  int32_t unknown;        /* number of tokens outside the vocabulary */
} elman_candidate;

/*
 * A network that is run one step at a time. `step` reads a token id and a state [layers, units], and
 * writes the logits [vocabulary_size] and the next state [layers, units]. A `state` of NULL stands for
 * zeros. `logits` or `next_state` is NULL if it is not needed. `state` and `next_state` may be the same
 * array. `step` returns 0, or another number on failure, and keeps nothing between calls.
 */
typedef struct {
  void *host; /* passed to both functions */
  int32_t layers, units, vocabulary_size;
  int (*step)(void *host, int32_t token_id, const float *state, float *logits, float *next_state);
  void (*close)(void *host); /* called when the model is closed; may be NULL */
} elman_network;

/* A function that opens the network of a packed file. NULL selects the built-in network. */
typedef struct elman_contents elman_contents;
typedef elman_status elman_runtime(const elman_contents *contents, elman_network *network,
                                   elman_error *error);

/* LiteRT. Available only in libraries built with it; needs `libLiteRt.so` of LiteRT 2.3. */
ELMAN_API elman_runtime elman_litert;

/*
 * Open a packed `.tflite` file. `runtime` is NULL for the built-in network, or `elman_litert`. The file
 * is read once; its digest, version, shapes and vocabulary are checked, and a self-test runs. This takes
 * tens of milliseconds, so do not call it on the main thread. `*model` is NULL unless the function
 * returns ELMAN_OK.
 */
ELMAN_API elman_status elman_open(const char *path, elman_runtime *runtime, elman_model **model,
                                  elman_error *error);

/* Open a model from bytes in memory, such as an asset of an app. They are copied. */
ELMAN_API elman_status elman_open_bytes(const void *bytes, size_t length, elman_runtime *runtime,
                                        elman_model **model, elman_error *error);

/*
 * Create a model from a network that the host runs, such as TensorFlow.js in a page. `vocabulary` is the
 * content of `vocabulary.txt`, which is copied, and `segmentation` is the one in the manifest: "message",
 * "sentence" or "line". The host must check digests and the version of the text rules. If the function
 * succeeds, the model owns the network and closes it.
 */
ELMAN_API elman_status elman_open_network(const elman_network *network, const char *segmentation,
                                          const char *vocabulary, size_t length,
                                          elman_model **model, elman_error *error);

/*
 * Set the tail words of a model that was opened by `elman_open_network`: the content of `tail.bin`, which
 * belongs to the vocabulary. The list is copied. ELMAN_ERROR_BUSY is returned while the model has sessions,
 * and ELMAN_ERROR_MODEL if the list is damaged; the model then has no tail words.
 */
ELMAN_API elman_status elman_set_tail(elman_model *model, const void *bytes, size_t length,
                                      elman_error *error);

/* Close a model. Does nothing and returns ELMAN_ERROR_BUSY while it has sessions. NULL is allowed. */
ELMAN_API elman_status elman_close(elman_model *model, elman_error *error);

/* Facts about the model. */
ELMAN_API elman_facts elman_model_facts(const elman_model *model);

/*
 * Set the words that are never suggested, however capitalised: UTF-8, one per line. They replace the
 * previous list; length 0 clears it. Words that only a profile knows are blocked, too. `*blocked` (may be
 * NULL) receives the number of blocked words of the model. A list of more than ELMAN_LARGEST_BLOCKLIST
 * bytes is refused.
 */
#define ELMAN_LARGEST_BLOCKLIST ((size_t)1 << 24)
ELMAN_API elman_status elman_block(elman_model *model, const char *words, size_t length,
                                   size_t *blocked, elman_error *error);

/* Like `elman_block`, but the list is read from a file. */
ELMAN_API elman_status elman_block_file(elman_model *model, const char *path, size_t *blocked,
                                        elman_error *error);

/*
 * A session follows one text field. It keeps the state of the network after each word. Typing a
 * letter, deleting inside a word and returning to one of the last few positions need no step of the
 * network; a new word or a jump back needs one; an edit needs one for each word after it. Each call
 * reads the last line of the text again. The whole text is read if the model was trained with
 * sentence segmentation, if a line feed was deleted, or if the text before the last line feed
 * changed.
 */
ELMAN_API elman_status elman_session_create(elman_model *model,
                                            const elman_session_options *options,
                                            elman_session **session, elman_error *error);

/* Free a session. Returns ELMAN_ERROR_BUSY while a call on its model is running. NULL is allowed. */
ELMAN_API elman_status elman_session_free(elman_session *session, elman_error *error);

/*
 * The maximum size of a session in bytes: 4.1 MB with the defaults, 2 layers of 448 units and 10,000
 * words. Memory for states is not touched until a text is long enough to need it. Returns 0 for
 * invalid options, and SIZE_MAX if the number does not fit.
 */
ELMAN_API size_t elman_session_bytes(const elman_model *model,
                                     const elman_session_options *options);

/* The number of network steps so far. Do not call it while another call is running. */
ELMAN_API uint64_t elman_session_steps(const elman_session *session);

/*
 * Suggest the `k` most likely words at the cursor, most likely first; ties go to the lower id. With a
 * profile, see `elman_session_use`.
 *
 * `text` is all the text before the cursor. An unfinished word at its end is the prefix that
 * suggestions start with; everything before it is the context. The prefix may lack apostrophes and
 * accents: `dont` finds `don't`, `deja` finds `déjà`, `eco` also finds `l'école`. Apostrophes and
 * accents that were typed must match.
 *
 * A word that equals the prefix, with the same capitals, is not suggested: taking it would change
 * nothing. For `i`, `I` is suggested. If adding an apostrophe to a completely typed word makes it another
 * word, only that word is suggested. Suggestions follow the case of the prefix and are capitalised at the
 * start of a sentence. Words of the training text that are not in the vocabulary are suggested if the file
 * has them and letters were typed. From three letters on, words whose beginning differs from them by slips
 * are also suggested if they are much more likely than the others, or if there are too few others: `becuas`
 * finds `because`. `</s>` and `<unk>` are never suggested. Of words that differ only in case and apostrophes,
 * only the most likely is suggested.
 *
 * `*count` receives the number of suggestions: fewer than `k`, or 0, if no more words match. `k` is
 * at most ELMAN_MOST_SUGGESTIONS. Of a longer text, only the last `text_bytes` or `context_tokens`
 * of the session are used (by default 4,096 bytes and 1,024 tokens), from the start of a message or
 * sentence if there is one among them; the cut moves in steps of half the limit. Pass the text from
 * a fixed position, such as the start of the field or of a line, rather than the last N characters:
 * if the beginning changes with each keystroke, the whole text must be read again.
 */
ELMAN_API elman_status elman_predict(elman_session *session, const char *text, size_t length,
                                     const elman_options *options, size_t k,
                                     elman_suggestion *suggestions, size_t *count,
                                     elman_error *error);

/*
 * Like `elman_predict`, with separate context and prefix, for a keyboard that knows the word being
 * composed. `context` ends before that word and is read as finished text, so a hyphen at its end is
 * a dash: for "well-kn", pass the whole text to `elman_predict`. A long context is cut as described
 * there. A prefix longer than the session's `text_bytes` causes ELMAN_ERROR_ARGUMENT.
 */
ELMAN_API elman_status elman_predict_apart(elman_session *session, const char *context,
                                           size_t context_length, const char *prefix,
                                           size_t prefix_length, const elman_options *options,
                                           size_t k, elman_suggestion *suggestions, size_t *count,
                                           elman_error *error);

/*
 * Score `count` candidates (NUL-terminated) after `context`, which ends before the word: for
 * autocorrection and swipe typing. The score of "New York" or "well-known" is the sum over its
 * tokens, and needs one step for each token but the last. A token outside the vocabulary has the
 * probability of all unknown words together, multiplied by that of its spelling, which depends on how
 * often each character occurs in the words of the vocabulary; so a misspelling is less probable than
 * the correct word. The call fails if a candidate is NULL, is not UTF-8, or is longer than the
 * session's `text_bytes`; the content of `candidates` is then undefined.
 */
ELMAN_API elman_status elman_rescore(elman_session *session, const char *context,
                                     size_t context_length, const char *const *words,
                                     size_t count, elman_candidate *candidates,
                                     elman_error *error);

/*
 * Correct the word before the cursor: find up to `k` readings of it, the most likely first. The literal one is
 * always among them; it takes the last place if `k` others are more likely. So ask for at least 3: with 1, there is
 * no correction, and with 2, the second certain reading described below is left out. `text` is all text before the
 * cursor, without the space or punctuation mark that ends the word. `*count` receives the number of readings:
 * 0 without a word or for one of ELMAN_CORRECTION_CAPACITY bytes or more, 1 for a word with digits or more than 48
 * letters, or if anything but quotes, brackets, and words joined to it by a hyphen or a slash stands between it and
 * a space, as in an address or a tag. `k` is at most ELMAN_MOST_SUGGESTIONS.
 *
 * Readings are words of the vocabulary, of the training text and of the profile that differ from the typed
 * word in slips: other letters, letters left out, added or swapped, missing apostrophes, hyphens and accents,
 * the wrong case, and missing, additional or misplaced spaces. The score of a reading is the sum of the
 * log-probability of the word in this context, as in `elman_rescore`, and of the log-probability of the
 * slips.
 *
 * `touches` says where the screen was touched for the last `touch_count` characters of the text: code points, of
 * which an accent that follows its letter is one, too. If it is NULL, the positions of the keys in the session's
 * layout are used.
 *
 * The session notes how often the user slips, and expects more or fewer slips in later words. A word counts once,
 * even if it is corrected after each letter.
 *
 * The first reading may be certain: it should replace what was typed. Words that the profile keeps
 * (`elman_keep`), and words outside the vocabulary that it learned, are never corrected with certainty. Blocked
 * words are never offered, unless the options say so. The call needs the network's output before the word, like
 * `elman_predict`, and up to ELMAN_MOST_CORRECTION_STEPS further steps for readings with other spaces and
 * readings of the word before.
 *
 * The session remembers how the word before may be read, if it was corrected by this function. If the typed word
 * makes another reading of it much more likely, the first reading replaces both words and is certain: `no the`
 * becomes `on the`. The literal reading then consists of both words, too, and a second reading is certain if the
 * typed word alone should be replaced: use it if the word before cannot be changed.
 */
#define ELMAN_MOST_CORRECTION_STEPS 12
ELMAN_API elman_status elman_correct(elman_session *session, const char *text, size_t length,
                                     const elman_touch *touches, size_t touch_count,
                                     const elman_options *options, size_t k,
                                     elman_correction *corrections, size_t *count,
                                     elman_error *error);

/*
 * Set the layout of the keyboard: "qwerty" (the default), "qwertz", "azerty", or rows of keys, one per line:
 * the distance of the first key from the left in key widths, a space, and the letters.
 *
 *   0 qwertyuiop
 *   0.5 asdfghjkl
 *   1.5 zxcvbnm
 */
ELMAN_API elman_status elman_session_layout(elman_session *session, const char *layout, size_t length,
                                            elman_error *error);

/* The costs with which sessions start. */
ELMAN_API elman_slip_costs elman_default_slip_costs(void);

/* Set the costs of slips; NULL restores the defaults. */
ELMAN_API elman_status elman_session_costs(elman_session *session, const elman_slip_costs *costs,
                                           elman_error *error);

/*
 * Read the text before the cursor in pieces, so that a thread stays responsive and can stop. Runs at
 * most `most_steps` steps of the network. `*left` receives how many remain: call again with the same
 * text until it is 0. Then `elman_predict` with this text needs no step.
 */
ELMAN_API elman_status elman_read(elman_session *session, const char *text, size_t length,
                                  size_t most_steps, size_t *left, elman_error *error);

/*
 * Where to put a suggestion that `elman_predict` made for `text`: which bytes at the end of the text it
 * replaces, and the word with suitable spaces. The word gets the kind of apostrophe that the text uses,
 * straight or curly. The edit's text ends with a space, unless the script has none, as in Chinese.
 */
ELMAN_API elman_status elman_place(elman_session *session, const char *text, size_t length,
                                   const char *word, elman_edit *edit, elman_error *error);

/*
 * Take a suggestion in the middle of a text. `placed` is the edit from `elman_place` for `before`. The
 * new edit replaces the whole word around the cursor, uses a space that follows it, and adds none before
 * punctuation that belongs to the word. This function and the next one run no step and never return
 * ELMAN_ERROR_BUSY.
 */
ELMAN_API elman_status elman_take(const elman_session *session, const char *before,
                                  size_t before_length, const char *after, size_t after_length,
                                  const elman_edit *placed, elman_edit *edit, elman_error *error);

/*
 * The edit for `typed`, a character typed right after a suggestion was taken: punctuation goes before
 * the space. `space` is that of the suggestion's edit. `*reacts` is false if the character is to be
 * inserted as usual, also if the space is no longer before the cursor. For the next character, pass the `space`
 * of this edit.
 */
ELMAN_API elman_status elman_react(const elman_session *session, const char *before, size_t length,
                                   elman_space space, const char *typed, size_t typed_length,
                                   bool *reacts, elman_edit *edit, elman_error *error);

/*
 * Profiles. A profile holds what was learned from one user: words, how often each was typed, and after which
 * other words. It is independent of any model. Nothing is learned except by a call. Its bytes are the same on
 * every platform and depend only on the calls and their order, so they can be exported and imported as they
 * are.
 *
 * Any thread may call the functions of a profile, but only one call may run at a time; others return
 * ELMAN_ERROR_BUSY and change nothing. A profile takes up to 5 MB of memory, allocated when it is opened;
 * pages are not touched until the profile needs them. `elman_learn` allocates 3 bytes for each byte of
 * its text until it returns, `elman_profile_save` 1.5 MB, and `elman_profile_merge` 20 MB.
 */

/* The most bytes of a profile. */
#define ELMAN_LARGEST_PROFILE 1000000
/* A word outside the vocabulary is suggested once it has been typed this often. */
#define ELMAN_SUGGESTED_COUNT 2

/* A word that a profile knows. */
typedef struct {
  char word[ELMAN_LONGEST_WORD + 1]; /* as it is usually written, terminated by a NUL */
  uint32_t count;                    /* how often it was typed; 65,535 also stands for more */
  uint32_t last; /* when it was last typed: the number of words learned until then, inclusive */
} elman_learned_word;

typedef struct {
  size_t bytes;   /* of the saved profile */
  uint32_t words; /* different words; punctuation and emoji are not included */
  uint32_t clock; /* number of words learned so far */
} elman_profile_totals;

/*
 * Open a profile. If the file does not exist, the profile is empty. A file that is truncated, changed or
 * inconsistent causes ELMAN_ERROR_DAMAGED, one of a newer format ELMAN_ERROR_VERSION; the file is left as
 * it is, and `*profile` is NULL.
 *
 * Open a file only once at a time: saving replaces the file by what this profile knows. If a settings screen opens
 * the file again, forgets a word and saves, the next save of the keyboard brings the word back. Let both use the
 * same profile. In different processes, read the file again, `elman_profile_merge` its bytes, and save: then the
 * words of both are kept, and what either forgot stays forgotten. After the other one has deleted everything, open
 * the file again instead.
 */
ELMAN_API elman_status elman_profile_open(const char *path, elman_profile **profile,
                                          elman_error *error);

/* Open a profile from the bytes of one, which are copied. If `bytes` is NULL, the profile is empty. */
ELMAN_API elman_status elman_profile_open_bytes(const void *bytes, size_t length,
                                                elman_profile **profile, elman_error *error);

/* Close a profile, without saving it. Does nothing and returns ELMAN_ERROR_BUSY while sessions use it.
 * NULL is allowed. */
ELMAN_API elman_status elman_profile_close(elman_profile *profile, elman_error *error);

/*
 * Save a profile: write `path` with `.new` appended, flush it to the disk, and rename it to `path`. If the
 * process or the machine stops at any moment, `path` holds the old or the new profile. While another profile
 * is saved to the same path, by this process or another one, ELMAN_ERROR_FILE is returned. Only the user may
 * read the file.
 */
ELMAN_API elman_status elman_profile_save(elman_profile *profile, const char *path,
                                          elman_error *error);

/* Write the bytes of a profile to a buffer; ELMAN_LARGEST_PROFILE bytes are always enough. Equal profiles
 * have equal bytes. */
ELMAN_API elman_status elman_profile_bytes(elman_profile *profile, void *bytes, size_t capacity,
                                           size_t *length, elman_error *error);

/*
 * Import the bytes of another profile, such as a backup. Each count becomes the higher of the two, so
 * importing a backup twice changes nothing. A word that was forgotten in either profile stays forgotten.
 * If the bytes are damaged, the profile does not change.
 */
ELMAN_API elman_status elman_profile_merge(elman_profile *profile, const void *bytes, size_t length,
                                           elman_error *error);

/*
 * Learn from a finished text, in which each line is a message. Never pass text from a password field or
 * from one that asks not to be learned from. Text between white space that looks like a secret is left
 * out: if it mixes digits with letters, has more than 24 characters or 4 digits, or is a mail or web
 * address. So are forgotten words.
 *
 * If a limit is reached (8,192 words, 120,000 n-grams, the size of the file), entries that are old and
 * rare are removed until three quarters remain: those that were last typed longest ago, where each
 * doubling of the count is worth 32,768 words. This takes about 10 ms; otherwise, a word takes a few
 * microseconds. Other calls on the profile and on sessions that use it return ELMAN_ERROR_BUSY meanwhile, so
 * pass a long text, such as an archive of messages, in pieces of whole lines.
 */
ELMAN_API elman_status elman_learn(elman_profile *profile, const char *text, size_t length,
                                   elman_error *error);

/*
 * Forget a word, in any case, and every n-gram that contains it. Words that contain it between marks are
 * forgotten, too: with `Mia` also `Mia's`. Neither typing nor importing brings them back; `elman_remember`
 * does. The profile keeps 8 bytes of a digest of the word, for the last 4,096 words forgotten. They do not
 * reveal the word, but a guess can be checked against them. Save the profile afterwards. `word` must be one
 * word of at most ELMAN_LONGEST_WORD bytes.
 */
ELMAN_API elman_status elman_forget(elman_profile *profile, const char *word, size_t length,
                                    elman_error *error);

/* Add a word because the user asked for it: it is suggested as if it had been typed twice, even if it was
 * forgotten or is an address. */
ELMAN_API elman_status elman_remember(elman_profile *profile, const char *word, size_t length,
                                      elman_error *error);

/* Keep a word as it was typed because the user undid its correction: it is not corrected with certainty
 * again. Does nothing if the text is not one word that a profile can hold, such as `well-known`, looks like a secret,
 * or was forgotten. Forgetting the word undoes this. */
ELMAN_API elman_status elman_keep(elman_profile *profile, const char *word, size_t length,
                                  elman_error *error);

/* List up to `capacity` words, beginning with number `from` (0: the first), sorted by their case-folded
 * bytes. `*count` receives how many were written. */
ELMAN_API elman_status elman_profile_words(elman_profile *profile, size_t from,
                                           elman_learned_word *words, size_t capacity,
                                           size_t *count, elman_error *error);

/*
 * Use a profile in a session from its next call on, or none if `profile` is NULL. Suggestions and scores
 * then mix the probabilities of the network with what the profile counted, and words that only the
 * profile knows are suggested once they have been typed ELMAN_SUGGESTED_COUNT times. The most likely words
 * are sorted by what the profile knows about each, so their order can differ from that of `log_probability`.
 * A word among the first three suggestions ranks lower if the user types the next letter instead of taking
 * it, until the word is finished or a letter is deleted: the fewer suggestions the user overlooks, the lower.
 * So call `elman_predict` for the suggestions that are shown, and keep their order.
 *
 * The profile may learn and forget between calls. A call on the session is also a call on the profile:
 * while a call on either is running, ELMAN_ERROR_BUSY is returned. The profile must not be closed before the
 * session is freed or uses another profile. Takes 4 bytes for each entry of the vocabulary and each tail
 * word, and 1,000 kB.
 */
ELMAN_API elman_status elman_session_use(elman_session *session, elman_profile *profile,
                                         elman_error *error);

/* The size of a profile, and how much it has learned. */
ELMAN_API elman_status elman_profile_measure(elman_profile *profile, elman_profile_totals *totals,
                                             elman_error *error);

/* Delete everything, including digests of forgotten words. The profile is then equal to a new one. */
ELMAN_API elman_status elman_profile_clear(elman_profile *profile, elman_error *error);

#ifdef __cplusplus
}
#endif

#endif
