/*
 * Runs the library from commands on standard input, for tests and benchmarks: `driver MODEL` with the
 * built-in network, or `driver MODEL litert` in a build with LiteRT.
 *
 * A command is one line. Texts are in hexadecimal, `-` is the empty text. The reply is zero or more
 * lines, followed by `ok` or `error STATUS MESSAGE`.
 *
 *   session BYTES TOKENS            start a new session; 0 selects the default
 *   open PATH                       open another model and close it
 *   predict K FLAGS TEXT            print `id log-probability word` lines; FLAGS is the sum of
 *                                   1 (punctuation) and 2 (ignore the blocklist)
 *   apart K FLAGS CONTEXT PREFIX    the same, with separate context and prefix
 *   rescore CONTEXT WORD...         print `log-probability tokens unknown` lines
 *   block WORDS                     print the number of blocked entries
 *   steps                           print the number of steps of the session
 *   ids TEXT                        print the context ids of a finished text
 *   trace LOGITS STATE ID...        read ids; write float32 logits [n, vocabulary] to one file, and
 *                                   replace the state in another; `-` as STATE is a zero state
 *   each LOGITS STATES ID...        the same, with a state for each id in the file
 *   time REPEAT K TEXT              predict REPEAT times; print the nanoseconds of each call
 *   type K TEXT                     predict after each character; print the nanoseconds of each call
 *   steps-time REPEAT LOGITS        run REPEAT steps, without logits if LOGITS is 0; print the
 *                                   nanoseconds of each step
 *   memory                          print current and peak resident memory of the process in kB
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/error.h"
#include "session/session.h"

static elman_runtime *runtime;
static elman_model *model;
static elman_session *session;
static elman_error error;

static int hexadecimal(char digit) {
  const char *digits = "0123456789abcdef", *found = strchr(digits, digit);
  return found == NULL || digit == '\0' ? -1 : (int)(found - digits);
}

/* Decode a hexadecimal word to allocated bytes, with a final NUL. */
static char *decoded(const char *word, size_t *length) {
  size_t digits = strcmp(word, "-") == 0 ? 0 : strlen(word);
  char *bytes = malloc(digits / 2 + 1);
  if (bytes == NULL) exit(3);
  for (size_t i = 0; i + 1 < digits; i += 2)
    bytes[i / 2] = (char)(hexadecimal(word[i]) * 16 + hexadecimal(word[i + 1]));
  bytes[digits / 2] = '\0';
  *length = digits / 2;
  return bytes;
}

static const char *next_word(void) {
  const char *word = strtok(NULL, " ");
  return word == NULL ? "-" : word;
}

static size_t next_number(void) { return strtoull(next_word(), NULL, 10); }

static elman_status ask_session(void) {
  elman_session_options options;
  options.text_bytes = next_number();
  options.context_tokens = next_number();
  elman_status status = elman_session_free(session, &error);
  session = NULL;
  return status ? status : elman_session_create(model, &options, &session, &error);
}

static elman_status ask_open(void) {
  size_t ignored;
  elman_model *other;
  char *path = decoded(next_word(), &ignored);
  elman_status status = elman_open(path, runtime, &other, &error);
  elman_close(other, NULL);
  free(path);
  return status;
}

static elman_status ask_predict(bool apart) {
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  size_t k = next_number(), flags = next_number(), length, prefix_length = 0, count;
  elman_options options = {.punctuation = flags & 1, .ignore_blocklist = flags & 2};
  char *text = decoded(next_word(), &length);
  char *prefix = apart ? decoded(next_word(), &prefix_length) : NULL;
  elman_status status =
      apart ? elman_predict_apart(session, text, length, prefix, prefix_length, &options, k,
                                  suggestions, &count, &error)
            : elman_predict(session, text, length, &options, k, suggestions, &count, &error);
  for (size_t i = 0; i < count && !status; i++)
    printf("%d %.9g %s\n", (int)suggestions[i].id, suggestions[i].log_probability,
           suggestions[i].word);
  free(text);
  free(prefix);
  return status;
}

static elman_status ask_rescore(void) {
  enum { MOST = 256 };
  const char *words[MOST];
  elman_candidate candidates[MOST];
  size_t count = 0, length, ignored;
  char *context = decoded(next_word(), &length);
  for (char *word; count < MOST && (word = strtok(NULL, " ")) != NULL;)
    words[count++] = decoded(word, &ignored);
  elman_status status =
      elman_rescore(session, context, length, words, count, candidates, &error);
  for (size_t i = 0; i < count; i++) {
    if (!status)
      printf("%.9g %d %d\n", candidates[i].log_probability, (int)candidates[i].tokens,
             (int)candidates[i].unknown);
    free((void *)words[i]);
  }
  free(context);
  return status;
}

static elman_status ask_block(void) {
  size_t length, blocked = 0;
  char *words = decoded(next_word(), &length);
  elman_status status = elman_block(model, words, length, &blocked, &error);
  if (!status) printf("%zu\n", blocked);
  free(words);
  return status;
}

static elman_status ask_ids(void) {
  size_t length;
  char *text = decoded(next_word(), &length);
  elman_status status =
      elman_session_read(session, text, length, true, &error);
  for (size_t i = 0; i < session->context_length && !status; i++)
    printf("%d ", (int)session->context[i]);
  if (!status) printf("\n");
  free(text);
  return status;
}

static float *numbers(size_t count) {
  float *memory = calloc(count, sizeof *memory);
  if (memory == NULL) exit(3);
  return memory;
}

/* Feed the ids that follow. With `each`, a state is read from the file before each of them. */
static elman_status trace(FILE *stream, FILE *states, bool each) {
  const elman_network *network = &model->network;
  size_t size = (size_t)network->vocabulary_size, state_size = elman_state_count(network);
  float *state = numbers(state_size), *logits = numbers(size);
  elman_status status = ELMAN_OK;
  bool written = true;
  char *word = strtok(NULL, " ");
  for (bool first = true; !status && written && word != NULL; first = false) {
    long place = each ? ftell(states) : 0;
    bool is_read = states != NULL && (first || each);
    if (is_read && fread(state, sizeof *state, state_size, states) != state_size) exit(3);
    status = elman_network_step(network, (int32_t)strtol(word, NULL, 10), state, logits, state,
                                &error);
    written = fwrite(logits, sizeof *logits, size, stream) == size;
    word = strtok(NULL, " ");
    if (states == NULL || (!each && word != NULL)) continue;
    fseek(states, place, SEEK_SET);
    written = written && fwrite(state, sizeof *state, state_size, states) == state_size;
    fseek(states, 0, SEEK_CUR);
  }
  free(state);
  free(logits);
  return written ? status : elman_fail(&error, ELMAN_ERROR_FILE, "cannot write the results");
}

static elman_status ask_trace(bool each) {
  size_t ignored;
  char *path = decoded(next_word(), &ignored), *state_path = decoded(next_word(), &ignored);
  bool has_states = *state_path != '\0';
  FILE *stream = fopen(path, "wb"), *states = has_states ? fopen(state_path, "r+b") : NULL;
  if (stream == NULL || (has_states && states == NULL)) exit(3);
  elman_status status = trace(stream, states, each);
  if (fclose(stream) || (has_states && fclose(states)))
    status = elman_fail(&error, ELMAN_ERROR_FILE, "cannot write the results");
  free(path);
  free(state_path);
  return status;
}

static double nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static elman_status ask_time(void) {
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  size_t repeat = next_number(), k = next_number(), length, count;
  char *text = decoded(next_word(), &length);
  elman_status status = ELMAN_OK;
  for (size_t i = 0; i < repeat && !status; i++) {
    double start = nanoseconds();
    status = elman_predict(session, text, length, NULL, k, suggestions, &count, &error);
    printf("%.0f ", nanoseconds() - start);
  }
  printf("\n");
  free(text);
  return status;
}

static elman_status ask_type(void) {
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  size_t k = next_number(), length, count;
  char *text = decoded(next_word(), &length);
  elman_status status = ELMAN_OK;
  for (size_t i = 1; i <= length && !status; i++) {
    /* A byte that goes on with a character is no key. */
    if (i < length && ((unsigned char)text[i] & 0xC0) == 0x80) continue;
    double start = nanoseconds();
    status = elman_predict(session, text, i, NULL, k, suggestions, &count, &error);
    printf("%.0f ", nanoseconds() - start);
  }
  printf("\n");
  free(text);
  return status;
}

static elman_status ask_steps_time(void) {
  const elman_network *network = &model->network;
  size_t repeat = next_number();
  bool with_logits = next_number() != 0;
  float *state = numbers(elman_state_count(network));
  float *logits = numbers((size_t)network->vocabulary_size);
  elman_status status = ELMAN_OK;
  for (size_t i = 0; i < repeat && !status; i++) {
    int32_t id = (int32_t)(i * 7919 % (size_t)network->vocabulary_size);
    double start = nanoseconds();
    status = elman_network_step(network, id, state, with_logits ? logits : NULL, state, &error);
    printf("%.0f ", nanoseconds() - start);
  }
  printf("\n");
  free(state);
  free(logits);
  return status;
}

static elman_status ask_memory(void) {
  char line[256];
  FILE *stream = fopen("/proc/self/status", "r");
  while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
    if (strncmp(line, "VmRSS", 5) == 0 || strncmp(line, "VmHWM", 5) == 0)
      printf("%.5s %ld\n", line, strtol(line + 6, NULL, 10));
  if (stream != NULL) fclose(stream);
  return ELMAN_OK;
}

static elman_status ask(const char *question) {
  if (strcmp(question, "session") == 0) return ask_session();
  if (strcmp(question, "open") == 0) return ask_open();
  if (strcmp(question, "predict") == 0) return ask_predict(false);
  if (strcmp(question, "apart") == 0) return ask_predict(true);
  if (strcmp(question, "rescore") == 0) return ask_rescore();
  if (strcmp(question, "block") == 0) return ask_block();
  if (strcmp(question, "ids") == 0) return ask_ids();
  if (strcmp(question, "trace") == 0) return ask_trace(false);
  if (strcmp(question, "each") == 0) return ask_trace(true);
  if (strcmp(question, "time") == 0) return ask_time();
  if (strcmp(question, "type") == 0) return ask_type();
  if (strcmp(question, "steps-time") == 0) return ask_steps_time();
  if (strcmp(question, "memory") == 0) return ask_memory();
  if (strcmp(question, "steps") == 0) {
    printf("%llu\n", (unsigned long long)elman_session_steps(session));
    return ELMAN_OK;
  }
  return elman_fail(&error, ELMAN_ERROR_ARGUMENT, "unknown command: %.40s", question);
}

static void answer(elman_status status) {
  if (status == ELMAN_OK)
    printf("ok\n");
  else
    printf("error %d %s\n", (int)status, error.message);
  fflush(stdout);
}

/* Read a line of standard input without its line feed. Returns NULL at the end of input. */
static char *read_line(char **memory, size_t *capacity) {
  size_t length = 0;
  for (int byte; (byte = getchar()) != EOF;) {
    if (length + 1 >= *capacity) {
      *capacity = 2 * *capacity + 4096;
      *memory = realloc(*memory, *capacity);
      if (*memory == NULL) exit(3);
    }
    if (byte == '\n') {
      (*memory)[length] = '\0';
      return *memory;
    }
    (*memory)[length++] = (char)byte;
  }
  return NULL;
}

/* Open the model of the arguments: with LiteRT if they say so and the library has it. */
static elman_status open_model(int argument_count, char **arguments) {
  bool can_run = argument_count == 2;
#ifdef ELMAN_WITH_LITERT
  if (argument_count == 3 && strcmp(arguments[2], "litert") == 0) {
    can_run = true;
    runtime = elman_litert;
  }
#endif
  if (!can_run)
    return elman_fail(&error, ELMAN_ERROR_ARGUMENT,
                      "usage: driver MODEL.tflite, or in a build with LiteRT: "
                      "driver MODEL.tflite litert");
  return elman_open(arguments[1], runtime, &model, &error);
}

int main(int argument_count, char **arguments) {
  char *line = NULL;
  size_t capacity = 0;
  elman_status status = open_model(argument_count, arguments);
  if (!status) status = elman_session_create(model, NULL, &session, &error);
  answer(status);
  while (status == ELMAN_OK && read_line(&line, &capacity) != NULL) {
    const char *question = strtok(line, " ");
    answer(ask(question == NULL ? "" : question));
  }
  free(line);
  elman_session_free(session, NULL);
  elman_close(model, NULL);
  return status == ELMAN_OK ? 0 : 1;
}
