/*
 * Checks that can only be made from C: `library_test CHECK MODEL`. Prints results; if a check fails,
 * writes a line to standard error and exits with status 1. malloc is wrapped to count the library's
 * allocations, free to see what is left in memory, fsync and fclose to call the library while it saves, and
 * parts of LiteRT so that it can pretend to be older or fail.
 */
#define _POSIX_C_SOURCE 200809L
#include <malloc.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model/flatbuffer.h"
#include "model/sha256.h"
#include "network/kernels.h"
#include "session/session.h"

#define K 3

static size_t allocations;
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size) { return allocations++, __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return allocations++, __real_calloc(count, size); }
void *__wrap_realloc(void *memory, size_t size) {
  return allocations++, __real_realloc(memory, size);
}

#ifdef ELMAN_WITH_LITERT
#include "network/litert_api.h"

#define RUNTIME elman_litert

static enum { AS_IT_IS, OTHER_API, BYTES_FIRST, NO_RUN, OTHER_LOGITS } pretended = AS_IT_IS;
LiteRtStatus __real_LiteRtGetAcceleratorVersion(LiteRtAccelerator, LiteRtApiVersion *);
LiteRtStatus __real_LiteRtCreateModelFromBuffer(LiteRtEnvironment, const void *, size_t,
                                                LiteRtModel *);
LiteRtStatus __real_LiteRtRunCompiledModel(LiteRtCompiledModel, size_t, size_t,
                                           LiteRtTensorBuffer *, size_t, LiteRtTensorBuffer *);

LiteRtStatus __wrap_LiteRtGetAcceleratorVersion(LiteRtAccelerator accelerator,
                                                LiteRtApiVersion *version) {
  LiteRtStatus status = __real_LiteRtGetAcceleratorVersion(accelerator, version);
  if (pretended == OTHER_API) version->major++;
  return status;
}

LiteRtStatus __wrap_LiteRtCreateModelFromBuffer(LiteRtEnvironment environment, const void *bytes,
                                                size_t size, LiteRtModel *model) {
  /* Older versions expect the bytes as the first argument and reject a null pointer. */
  if (pretended == BYTES_FIRST) return environment == NULL ? 1 : LITERT_OK;
  return __real_LiteRtCreateModelFromBuffer(environment, bytes, size, model);
}

LiteRtStatus __wrap_LiteRtRunCompiledModel(LiteRtCompiledModel compiled, size_t signature,
                                           size_t input_count, LiteRtTensorBuffer *inputs,
                                           size_t output_count, LiteRtTensorBuffer *outputs) {
  if (pretended == NO_RUN) return 3;
  if (pretended == OTHER_LOGITS) return LITERT_OK; /* leaves the buffers unchanged */
  return __real_LiteRtRunCompiledModel(compiled, signature, input_count, inputs, output_count,
                                       outputs);
}

#else
#define RUNTIME NULL
#endif

static void check(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}

static elman_model *opened(const char *path) {
  elman_model *model;
  elman_error error = {ELMAN_OK, ""};
  if (elman_open(path, RUNTIME, &model, &error) != ELMAN_OK) check(false, error.message);
  return model;
}

static elman_session *session_of(elman_model *model) {
  elman_session *session;
  check(elman_session_create(model, NULL, &session, NULL) == ELMAN_OK, "a session");
  return session;
}

/* -- a call during another one ---------------------------------------------------------------- */

static void check_busy(const char *path) {
  elman_model *model = opened(path), *none;
  elman_session *session = session_of(model), *second;
  elman_suggestion suggestions[K];
  elman_candidate candidate;
  elman_correction correction;
  elman_edit placed = {.text = "the "}, edit;
  const char *word = "the";
  size_t count = 9, left;
  bool reacts;
  elman_error error;
  check(elman_close(model, &error) == ELMAN_ERROR_BUSY, "a model with a session is not closed");
  check(strstr(error.message, "1 sessions") != NULL, "it says why");
  check(elman_enter(model, NULL) == ELMAN_OK, "another call begins");
  check(elman_predict(session, "a", 1, NULL, K, suggestions, &count, NULL) == ELMAN_ERROR_BUSY,
        "predict meanwhile");
  check(count == 0, "no suggestions meanwhile");
  check(elman_predict_apart(session, "a", 1, "b", 1, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_BUSY, "predict_apart meanwhile");
  check(elman_rescore(session, "a", 1, &word, 1, &candidate, NULL) == ELMAN_ERROR_BUSY,
        "rescore meanwhile");
  check(elman_read(session, "a", 1, 9, &left, NULL) == ELMAN_ERROR_BUSY, "read meanwhile");
  check(elman_correct(session, "a", 1, NULL, 0, NULL, 1, &correction, &count, NULL) == ELMAN_ERROR_BUSY,
        "correct meanwhile");
  check(elman_session_layout(session, "azerty", 6, NULL) == ELMAN_ERROR_BUSY, "layout meanwhile");
  check(elman_session_costs(session, NULL, NULL) == ELMAN_ERROR_BUSY, "costs meanwhile");
  check(elman_place(session, "a", 1, "b", &edit, NULL) == ELMAN_ERROR_BUSY, "place meanwhile");
  check(elman_take(session, "", 0, "", 0, &placed, &edit, NULL) == ELMAN_OK, "take at any time");
  check(elman_react(session, "a ", 2, ELMAN_SPACE_BROUGHT, ",", 1, &reacts, &edit, NULL) ==
            ELMAN_OK, "react at any time");
  check(elman_block(model, "a", 1, NULL, NULL) == ELMAN_ERROR_BUSY, "block meanwhile");
  check(elman_session_create(model, NULL, &second, NULL) == ELMAN_ERROR_BUSY && second == NULL,
        "a session meanwhile");
  check(elman_session_free(session, NULL) == ELMAN_ERROR_BUSY, "freeing meanwhile");
  check(elman_close(model, NULL) == ELMAN_ERROR_BUSY, "closing meanwhile");
  elman_leave(model);
  check(elman_predict(session, "a", 1, NULL, K, suggestions, &count, NULL) == ELMAN_OK,
        "predict afterwards");
  none = opened(path);
  check(elman_enter(model, NULL) == ELMAN_OK, "another call begins again");
  check(elman_close(none, NULL) == ELMAN_OK, "another model is not concerned");
  elman_leave(model);
  check(elman_session_free(session, NULL) == ELMAN_OK, "freeing afterwards");
  check(elman_close(model, NULL) == ELMAN_OK, "closing afterwards");
}

/* -- profiles that are busy ------------------------------------------------------------------------------ */

/* Whether using a profile is refused and changes nothing. */
static bool stays(elman_session *session, elman_profile *profile) {
  elman_corrector *corrector = session->corrector;
  elman_profile *before = session->mixture.profile;
  size_t used = before->sessions;
  size_t wanted = profile == NULL ? 0 : profile->sessions;
  corrector->rate.words = 7;
  corrector->recent.latest.count = 1;
  session->refusals.count = 2;
  corrector->step = 3;
  return elman_session_use(session, profile, NULL) == ELMAN_ERROR_BUSY && session->mixture.profile == before &&
         before->sessions == used && (profile == NULL || profile->sessions == wanted) && corrector->rate.words == 7 &&
         corrector->recent.latest.count == 1 && session->refusals.count == 2 && corrector->step == 3;
}

static void check_profiles(const char *path) {
  elman_model *model = opened(path);
  elman_session *session = session_of(model);
  elman_profile *first, *second;
  check(elman_profile_open_bytes(NULL, 0, &first, NULL) == ELMAN_OK &&
            elman_profile_open_bytes(NULL, 0, &second, NULL) == ELMAN_OK, "two profiles");
  check(elman_session_use(session, first, NULL) == ELMAN_OK, "using the first one");
  elman_profile_enter(first, NULL);
  check(stays(session, NULL) && stays(session, first) && stays(session, second), "the profile in use is busy");
  check(elman_session_free(session, NULL) == ELMAN_ERROR_BUSY, "freeing meanwhile");
  elman_profile_enter(second, NULL);
  check(stays(session, second), "both profiles are busy");
  elman_profile_leave(first);
  check(stays(session, second), "the other profile is busy");
  elman_profile_leave(second);
  check(elman_session_use(session, first, NULL) == ELMAN_OK && first->sessions == 1, "the same one again");
  check(session->corrector->rate.words == 0 && session->corrector->recent.latest.count == 0 &&
            session->refusals.count == 0 && session->corrector->step == 0, "starting again");
  check(elman_session_use(session, second, NULL) == ELMAN_OK && first->sessions == 0 && second->sessions == 1,
        "using the second one");
  check(elman_profile_close(first, NULL) == ELMAN_OK, "closing the first one");
  check(elman_profile_close(second, NULL) == ELMAN_ERROR_BUSY, "the second one is in use");
  check(elman_session_free(session, NULL) == ELMAN_OK && second->sessions == 0, "freeing");
  check(elman_profile_close(second, NULL) == ELMAN_OK && elman_close(model, NULL) == ELMAN_OK, "closing");
}

#ifdef ELMAN_WITH_LITERT
/* -- other versions of LiteRT ----------------------------------------------------------------------- */

static void check_runtime(const char *path) {
  static const struct {
    int pretended;
    elman_status status;
    const char *part;
  } cases[] = {{OTHER_API, ELMAN_ERROR_VERSION, "use LiteRT 2.3"},
               {BYTES_FIRST, ELMAN_ERROR_VERSION, "use LiteRT 2.3"},
               {NO_RUN, ELMAN_ERROR_RUNTIME, "step failed (3)"},
               {OTHER_LOGITS, ELMAN_ERROR_SELF_TEST, "self-test at step 0"}};
  elman_model *model = opened(path), *none;
  elman_session *session = session_of(model);
  elman_suggestion suggestions[K];
  size_t count;
  elman_error error;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pretended = cases[i].pretended;
    check(elman_open(path, RUNTIME, &none, &error) == cases[i].status && none == NULL, cases[i].part);
    check(strstr(error.message, cases[i].part) != NULL, error.message);
  }
  pretended = NO_RUN;
  check(elman_predict(session, "the a ", 6, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_RUNTIME && count == 0, "a step that fails");
  pretended = AS_IT_IS;
  check(elman_predict(session, "the a ", 6, NULL, K, suggestions, &count, NULL) == ELMAN_OK &&
            count == K, "the next one");
  elman_session_free(session, NULL);
  elman_close(model, NULL);
}

#endif

/* -- threads --------------------------------------------------------------------------------------- */

typedef struct {
  elman_session *session;
  const char *text;
  elman_suggestion expected[K];
  size_t served, busy, wrong;
} worker;

static void *work(void *argument) {
  worker *own = argument;
  elman_suggestion found[K];
  size_t count;
  while (own->served < 300) {
    elman_status status =
        elman_predict(own->session, own->text, strlen(own->text), NULL, K, found, &count, NULL);
    if (status == ELMAN_ERROR_BUSY) {
      own->busy++;
      nanosleep(&(struct timespec){0, 1000}, NULL);
      continue;
    }
    own->served++;
    own->wrong += status != ELMAN_OK || count != K;
    for (size_t i = 0; i < count; i++) own->wrong += found[i].id != own->expected[i].id;
    /* Switch to another text, so that the next call needs steps. */
    while (elman_predict(own->session, "so", 2, NULL, K, found, &count, NULL) != ELMAN_OK)
      nanosleep(&(struct timespec){0, 1000}, NULL);
  }
  return NULL;
}

static void check_threads(const char *path) {
  enum { THREADS = 3 };
  static const char *const texts[THREADS] = {"I am ", "how are ", "what do you "};
  elman_model *model = opened(path);
  worker workers[THREADS];
  pthread_t threads[THREADS];
  size_t count, busy = 0;
  for (int i = 0; i < THREADS; i++) {
    workers[i] = (worker){.session = session_of(model), .text = texts[i]};
    check(elman_predict(workers[i].session, texts[i], strlen(texts[i]), NULL, K,
                        workers[i].expected, &count, NULL) == ELMAN_OK && count == K, "alone");
  }
  for (int i = 0; i < THREADS; i++)
    check(pthread_create(&threads[i], NULL, work, &workers[i]) == 0, "a thread");
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < THREADS; i++) {
    check(workers[i].wrong == 0, "results are the same as without other threads");
    busy += workers[i].busy;
    elman_session_free(workers[i].session, NULL);
  }
  printf("%zu calls were refused as busy\n", busy);
  check(elman_close(model, NULL) == ELMAN_OK, "closing");
}

/* -- a save during another one ----------------------------------------------------------------------- */

/* What happens before a saved file is on the disk: the same profile and another one are saved to the same path, and then
 * the disk may fail. */
static struct {
  const char *path;
  elman_profile *same, *other;
  bool fails;
} meanwhile;
/* A file that has to be removed before the next one is closed. */
static const char *unfinished;

int __real_fsync(int descriptor);
int __real_fclose(FILE *stream);

int __wrap_fsync(int descriptor) {
  const char *path = meanwhile.path;
  if (path == NULL) return __real_fsync(descriptor);
  meanwhile.path = NULL;
  check(elman_profile_save(meanwhile.same, path, NULL) == ELMAN_ERROR_BUSY, "the same profile meanwhile");
  check(elman_profile_save(meanwhile.other, path, NULL) == ELMAN_ERROR_FILE, "another profile meanwhile");
  if (!meanwhile.fails) return __real_fsync(descriptor);
  unfinished = "user.elmp.new";
  return -1;
}

int __wrap_fclose(FILE *stream) {
  if (unfinished != NULL) check(access(unfinished, F_OK) != 0, "a file is removed while it is locked");
  unfinished = NULL;
  return __real_fclose(stream);
}

static void check_saved(const char *path, uint32_t words) {
  elman_profile *profile;
  elman_profile_totals totals;
  check(elman_profile_open(path, &profile, NULL) == ELMAN_OK, "a profile in the file");
  check(elman_profile_measure(profile, &totals, NULL) == ELMAN_OK && totals.words == words, "its words");
  check(elman_profile_close(profile, NULL) == ELMAN_OK, "closing");
}

static void check_saving(const char *folder) {
  const char *path = "user.elmp";
  elman_profile *same, *other;
  check(chdir(folder) == 0, "the folder");
  check(elman_profile_open(path, &same, NULL) == ELMAN_OK && elman_profile_open(path, &other, NULL) == ELMAN_OK,
        "two profiles");
  check(elman_learn(same, "one", 3, NULL) == ELMAN_OK && elman_learn(other, "one two", 7, NULL) == ELMAN_OK,
        "learning");
  meanwhile.same = same, meanwhile.other = other;
  meanwhile.path = path;
  check(elman_profile_save(same, path, NULL) == ELMAN_OK, "saving");
  check_saved(path, 1);
  meanwhile.path = path, meanwhile.fails = true;
  check(elman_profile_save(same, path, NULL) == ELMAN_ERROR_FILE, "a disk that fails");
  check_saved(path, 1);
  check(elman_profile_save(other, path, NULL) == ELMAN_OK, "saving afterwards");
  check_saved(path, 2);
  elman_profile_close(same, NULL);
  elman_profile_close(other, NULL);
}

/* -- what is left in memory ------------------------------------------------------------------------------ */

/* A part of a private word, and how many blocks of memory contained it when they were freed. */
static const char *private_part;
static size_t left_in_memory;

void __real_free(void *memory);

void __wrap_free(void *memory) {
  size_t size = memory == NULL || private_part == NULL ? 0 : malloc_usable_size(memory);
  size_t length = size == 0 ? 0 : strlen(private_part);
  for (size_t at = 0; at + length < size; at++)
    if (memcmp((char *)memory + at, private_part, length) == 0) {
      left_in_memory++;
      break;
    }
  __real_free(memory);
}

static void check_wiping(const char *path) {
  static const char text[] = "ask Zyxwvuts now";
  static char bytes[ELMAN_LARGEST_PROFILE];
  elman_profile *profile, *other;
  size_t length;
  private_part = "yxwvut";
  check(elman_profile_open(path, &profile, NULL) == ELMAN_OK, "a profile");
  check(elman_learn(profile, text, strlen(text), NULL) == ELMAN_OK, "learning");
  check(left_in_memory == 0, "a text that was learned is wiped");
  check(elman_profile_save(profile, path, NULL) == ELMAN_OK, "saving");
  check(left_in_memory == 0, "saved bytes are wiped");
  check(elman_profile_open(path, &other, NULL) == ELMAN_OK, "opening");
  check(left_in_memory == 0, "bytes of a file are wiped");
  check(elman_profile_bytes(profile, bytes, sizeof bytes, &length, NULL) == ELMAN_OK &&
            elman_profile_merge(other, bytes, length, NULL) == ELMAN_OK, "merging");
  check(left_in_memory == 0, "merged profiles are wiped");
  check(elman_profile_close(profile, NULL) == ELMAN_OK && elman_profile_close(other, NULL) == ELMAN_OK, "closing");
  check(left_in_memory == 0, "closed profiles are wiped");
  private_part = NULL;
}

/* -- cached lines -------------------------------------------------------------------------------------- */

/* Whether the context of a text starts with the id that `check_lines` planted in the cache. */
static bool begins_changed(elman_session *session, const char *text) {
  elman_suggestion suggestions[K];
  size_t count;
  check(elman_predict(session, text, strlen(text), NULL, K, suggestions, &count, NULL) == ELMAN_OK,
        text);
  return session->context[1] == ELMAN_UNKNOWN;
}

/* Change an id of a cached line: the change is visible wherever the cache is used. */
static void check_lines(const char *path, bool kept) {
  elman_model *model = opened(path);
  elman_session *session = session_of(model);
  check(!begins_changed(session, "the\nis th"), "a word that the model knows");
  check(session->lines.length == (kept ? 4 : 0), "the finished line is cached");
  session->lines.ids[0] = ELMAN_UNKNOWN;
  check(begins_changed(session, "the\nis the") == kept, "a letter");
  check(begins_changed(session, "the\nis the\nand\ni") == kept, "two more lines");
  check(session->lines.length == (kept ? 15 : 0), "they are cached as well");
  check(begins_changed(session, "the\nis the\nand\nit") == kept, "the next letter");
  check(!begins_changed(session, "the\nit the\nand\nit"), "a change before the last line");
  elman_session_free(session, NULL);
  elman_close(model, NULL);
}

/* -- typing for a long time -------------------------------------------------------------------------- */

static long resident_kilobytes(void) {
  char line[256];
  long found = 0;
  FILE *stream = fopen("/proc/self/status", "r");
  while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
    if (strncmp(line, "VmRSS:", 6) == 0) found = strtol(line + 6, NULL, 10);
  if (stream != NULL) fclose(stream);
  return found;
}

static int by_number(const void *one, const void *other) {
  double a = *(const double *)one, b = *(const double *)other;
  return (a > b) - (a < b);
}

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e6 * (double)now.tv_sec + 1e-3 * (double)now.tv_nsec;
}

static void correct_word(elman_session *session, const char *text, size_t length) {
  elman_correction corrections[K];
  size_t count;
  check(elman_correct(session, text, length, NULL, 0, NULL, K, corrections, &count, NULL) == ELMAN_OK,
        "a correction");
}

/* Type a text key by key and correct each word, repeatedly, with a new field every 1,000 keys. */
static void type_keys(elman_session *session, elman_view text, size_t keys, double *times) {
  enum { FIELD = 1000 };
  elman_suggestion suggestions[K];
  size_t count, start = 0;
  for (size_t key = 0; key < keys; key++) {
    size_t place = key % text.length, field = key % FIELD;
    if (field == 0 || place < start) start = place;
    double before = microseconds();
    elman_status status = elman_predict(session, text.bytes + start, place - start + 1,
                                        NULL, K, suggestions, &count, NULL);
    if (times != NULL) times[key] = microseconds() - before;
    check(status == ELMAN_OK, "a key");
    if (text.bytes[place] == ' ') correct_word(session, text.bytes + start, place - start);
  }
}

static void check_growth(const char *path, const char *text_path, size_t keys) {
  elman_view text;
  elman_model *model = opened(path);
  elman_session *session = session_of(model);
  check(elman_read_file(text_path, &text, NULL) == ELMAN_OK && text.length > 0, "the text");
  double *times = malloc(keys * sizeof *times);
  check(times != NULL, "memory for times");
  /* Touch the pages of the array before memory is measured. */
  for (size_t i = 0; i < keys; i++) times[i] = -1;
  type_keys(session, text, text.length, NULL);
  long before = resident_kilobytes();
  size_t allocated = allocations;
  type_keys(session, text, keys, times);
  long grown = resident_kilobytes() - before;
  printf("%zu keys, %zu allocations, %ld kB more, %ld kB resident (%zu of them times)\n", keys,
         allocations - allocated, grown, resident_kilobytes(), keys * sizeof *times / 1024);
  check(allocations == allocated, "no allocation per key");
  check(grown < 300, "no growth");
  qsort(times, keys, sizeof *times, by_number);
  printf("microseconds a key: p50 %.1f, p95 %.1f, p99 %.1f, most %.1f\n", times[keys / 2],
         times[keys * 95 / 100], times[keys * 99 / 100], times[keys - 1]);
  free(times);
  free((void *)text.bytes);
  elman_session_free(session, NULL);
  elman_close(model, NULL);
}

/* -- damaged files ----------------------------------------------------------------------------------- */

static uint32_t random_number(uint32_t *seed) {
  *seed ^= *seed << 13, *seed ^= *seed >> 17, *seed ^= *seed << 5;
  return *seed;
}

/* Damage a copy of a file in one of four ways. Returns its new length. */
static size_t damage(uint8_t *bytes, size_t length, uint32_t *seed) {
  size_t place = random_number(seed) % length, other = random_number(seed) % length;
  switch (random_number(seed) % 4) {
    case 0:
      bytes[place] ^= (uint8_t)(1 << random_number(seed) % 8);
      return length;
    case 1:
      return place;
    case 2:
      for (size_t i = place; i < length && i < place + 64; i++) bytes[i] = (uint8_t)~bytes[i];
      return length;
    default:
      if (bytes[place] == bytes[other]) bytes[other]++;
      bytes[place] ^= bytes[other];
      return bytes[other] ? length : length - 1;
  }
}

static void check_damage(const char *path, size_t files) {
  elman_view file;
  elman_model *model;
  uint32_t seed = 20240607;
  check(elman_read_file(path, &file, NULL) == ELMAN_OK, "the file");
  uint8_t *bytes = malloc(file.length);
  check(bytes != NULL, "memory");
  for (size_t i = 0; i < files; i++) {
    elman_error error = {ELMAN_OK, ""};
    memcpy(bytes, file.bytes, file.length);
    size_t length = damage(bytes, file.length, &seed);
    elman_status status = elman_open_bytes(bytes, length, RUNTIME, &model, &error);
    check(status != ELMAN_OK && model == NULL, "a damaged file is refused");
    check(status == error.status && strlen(error.message) > 10, "it says why");
  }
  check(elman_open_bytes(file.bytes, file.length, RUNTIME, &model, NULL) == ELMAN_OK, "the whole file opens");
  elman_close(model, NULL);
  printf("%zu damaged files refused\n", files);
  free(bytes);
  free((void *)file.bytes);
}

/* Random offsets in the flatbuffer, as in a forged file with a correct digest: the metadata reader must
 * stay inside the bytes. LiteRT does not see these files. */
static void check_offsets(const char *path, size_t files) {
  static const char *const names[] = {"elman.facts", "elman.vocabulary", "elman.self_test", "none"};
  elman_view file, found;
  uint32_t seed = 4711;
  size_t missing = 0;
  check(elman_read_file(path, &file, NULL) == ELMAN_OK, "the file");
  /* The tables are at both ends of the file, with the weights in between. */
  size_t span = file.length < 8192 ? file.length : 8192;
  for (size_t i = 0; i < files; i++) {
    size_t length = i % 4 ? file.length : random_number(&seed) % file.length;
    char *bytes = malloc(length + 1);
    check(bytes != NULL, "memory");
    memcpy(bytes, file.bytes, length);
    for (int n = 0; n < 8 && length > span; n++) {
      size_t place = random_number(&seed) % span;
      if (random_number(&seed) % 2) place = length - 1 - place;
      bytes[place] = (char)random_number(&seed);
    }
    for (int n = 0; n < 4; n++) {
      bool is_there = elman_find_metadata((elman_view){bytes, length}, names[n], &found);
      missing += !is_there;
      check(!is_there || (found.bytes >= bytes && found.bytes + found.length <= bytes + length),
            "the metadata found is inside the file");
    }
    free(bytes);
  }
  check(missing > files, "damage was done");
  free((void *)file.bytes);
}

/* -- kernels and networks ------------------------------------------------------------------------- */

/* Every kernel that this processor runs gives the sums of the plain one, at every width. */
static void check_kernels(void) {
  enum { WIDEST = 400 };
  elman_kernel kernels[ELMAN_MOST_KERNELS];
  size_t count = elman_kernels(kernels);
  int8_t rows[4 * WIDEST];
  uint8_t vector[WIDEST];
  uint32_t seed = 31;
  for (size_t i = 0; i < sizeof rows; i++) rows[i] = (int8_t)random_number(&seed);
  for (size_t columns = 1; columns <= WIDEST; columns++) {
    int32_t numbers[WIDEST];
    for (size_t i = 0; i < columns; i++) numbers[i] = (int32_t)(random_number(&seed) % 256) - 128;
    for (size_t k = 0; k < count; k++) {
      int32_t sums[4], expected[4] = {0}, offset = kernels[k].offset;
      for (size_t i = 0; i < columns; i++) vector[i] = (uint8_t)(numbers[i] + offset);
      for (size_t i = 0; i < 4 * columns; i++)
        expected[i / columns] += (numbers[i % columns] + offset) * rows[i];
      kernels[k].multiply(vector, rows, columns, sums);
      check(memcmp(sums, expected, sizeof sums) == 0, kernels[k].name);
    }
  }
  check(count > 0 && strcmp(kernels[count - 1].name, "plain C") == 0, "the last one runs anywhere");
  for (size_t k = 0; k < count; k++) printf("%s\n", kernels[k].name);
}

/* Rounded numbers are the nearest ones, ties to even, and the ends of the range are reached. */
static void check_rounding(void) {
  const float values[6] = {-1.0f, 0.0f, 1.5f, 0.505f, 0.495f, 0.25f};
  uint8_t vector[6];
  elman_rounding rounding = elman_quantise(values, 6, 128, vector);
  for (int i = 0; i < 6; i++) {
    float error = ((float)vector[i] - (float)rounding.zero) * rounding.scale - values[i];
    check(fabsf(error) <= rounding.scale * 0.5001f, "the nearest number");
  }
  check(vector[0] == 0 && vector[2] == 255 && vector[1] == rounding.zero, "ends and zero");
  const float hostile[4] = {NAN, INFINITY, -INFINITY, 3e38f};
  elman_quantise(hostile, 4, 128, vector);
  const float zeros[4] = {0};
  rounding = elman_quantise(zeros, 4, 0, vector);
  check((int8_t)vector[3] == rounding.zero && rounding.scale == 1, "zeros");
}

/* A network of the host's own, which is another model's. */
typedef struct {
  const elman_network *inner;
  int failure, steps, closed;
} host;

static int step_host(void *self, int32_t token_id, const float *state, float *logits,
                     float *next_state) {
  host *own = self;
  own->steps++;
  if (own->failure != 0) return own->failure;
  return own->inner->step(own->inner->host, token_id, state, logits, next_state);
}

static void close_host(void *self) { ((host *)self)->closed++; }

static void check_host(const char *path) {
  elman_model *inner = opened(path), *model;
  host own = {.inner = &inner->network};
  elman_network network = {&own, inner->facts.layers, inner->facts.units,
                           inner->facts.vocabulary_size, step_host, close_host};
  elman_view words = inner->contents.vocabulary;
  elman_suggestion found[K], expected[K];
  size_t count;
  elman_error error;
  check(!elman_open_network(&network, "message", words.bytes, words.length, &model, &error),
        error.message);
  elman_session *session = session_of(model), *other = session_of(inner);
  check(!elman_predict(session, "how are ", 8, NULL, K, found, &count, &error), error.message);
  check(!elman_predict(other, "how are ", 8, NULL, K, expected, &count, NULL), "the inner one");
  for (size_t i = 0; i < K; i++) check(found[i].id == expected[i].id, "the same words");
  check(own.steps == 3, "a step for each token");
  own.failure = 7;
  check(elman_predict(session, "oh no ", 6, NULL, K, found, &count, &error) ==
            ELMAN_ERROR_RUNTIME && strstr(error.message, "step failed (7)") != NULL, error.message);
  check(strcmp(elman_model_facts(model).name, "") == 0, "no name");
  elman_session_free(session, NULL);
  elman_session_free(other, NULL);
  check(elman_close(model, NULL) == ELMAN_OK && own.closed == 1, "closed once");

  elman_network wrong = network;
  wrong.layers = 0;
  check(elman_open_network(&wrong, "message", words.bytes, words.length, &model, NULL) ==
            ELMAN_ERROR_MODEL && model == NULL, "no layers");
  wrong = network, wrong.units = -1;
  check(elman_open_network(&wrong, "message", words.bytes, words.length, &model, NULL) ==
            ELMAN_ERROR_MODEL, "negative units");
  wrong = network, wrong.vocabulary_size++;
  check(elman_open_network(&wrong, "message", words.bytes, words.length, &model, NULL) ==
            ELMAN_ERROR_MODEL, "another number of words");
  wrong = network, wrong.step = NULL;
  check(elman_open_network(&wrong, "message", words.bytes, words.length, &model, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no step");
  check(elman_open_network(&network, "novel", words.bytes, words.length, &model, &error) ==
            ELMAN_ERROR_ARGUMENT && strstr(error.message, "novel") != NULL, "a segmentation");
  check(elman_open_network(&network, "message", NULL, 0, &model, NULL) == ELMAN_ERROR_ARGUMENT &&
            elman_open_network(NULL, "message", "", 0, &model, NULL) == ELMAN_ERROR_ARGUMENT &&
            elman_open_network(&network, NULL, "", 0, &model, NULL) == ELMAN_ERROR_ARGUMENT &&
            elman_open_network(&network, "message", "", 0, NULL, NULL) == ELMAN_ERROR_ARGUMENT,
        "something is missing");
  check(own.closed == 1, "a network that was refused is not closed");
  elman_close(inner, NULL);
}

/* Without logits the state is the same, and so is one that begins with NULL. */
static void check_steps(const char *path) {
  elman_model *model = opened(path);
  const elman_network *network = &model->network;
  size_t count = elman_state_count(network), size = (size_t)network->vocabulary_size;
  float *zeros = calloc(count, sizeof *zeros), *one = calloc(count, sizeof *one);
  float *other = calloc(count, sizeof *other), *logits = calloc(2 * size, sizeof *logits);
  check(zeros != NULL && one != NULL && other != NULL && logits != NULL, "memory");
  for (int32_t id = 0; id < 20; id++) {
    const float *before = id == 0 ? NULL : one;
    const float *same = id == 0 ? zeros : other;
    check(!elman_network_step(network, id, before, NULL, one, NULL), "a state");
    check(!elman_network_step(network, id, same, logits, NULL, NULL), "logits");
    check(!elman_network_step(network, id, same, logits + size, other, NULL), "both");
    check(memcmp(one, other, count * sizeof *one) == 0, "the same state");
    check(memcmp(logits, logits + size, size * sizeof *logits) == 0, "the same logits");
  }
  free(zeros);
  free(one);
  free(other);
  free(logits);
  elman_close(model, NULL);
}

/* -- hostile texts ------------------------------------------------------------------------------------ */

static size_t hostile_text(char *text, size_t capacity, uint32_t *seed) {
  static const char *const pieces[] = {
      "the ", "I'm ", "a", "\n", ". ", "...", "well-known ", "\xf0\x9f\x91\xa9\xe2\x80\x8d", "\xcc\x81",
      "http://x.y/", "10,000 ", "\xe4\xb8\xad", "\xef\xbb\xbf", "\xe2\x80\xa8", "@", "\xc3", "\x80", "\xff",
      "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80\x99", ":) ", "#", "\xf0\x9f\x87\xac"};
  size_t length = 0, words = random_number(seed) % 40, kinds = sizeof pieces / sizeof *pieces;
  for (size_t i = 0; i < words; i++) {
    const char *piece = pieces[random_number(seed) % kinds];
    if (strlen(piece) == 1 && (unsigned char)*piece >= 0x80 && random_number(seed) % 8) continue;
    size_t times = random_number(seed) % 16 ? 1 : random_number(seed) % 60;
    for (size_t n = 0; n < times && length + strlen(piece) < capacity; n++) {
      memcpy(text + length, piece, strlen(piece));
      length += strlen(piece);
    }
  }
  if (random_number(seed) % 16 == 0 && length < capacity) text[length++] = '\0';
  return length;
}

static void check_words(const elman_suggestion *suggestions, size_t count) {
  size_t invalid_at;
  for (size_t i = 0; i < count; i++) {
    const char *end = memchr(suggestions[i].word, '\0', ELMAN_WORD_CAPACITY);
    check(end != NULL && end > suggestions[i].word, "a word and its end");
    check(elman_text_validate(suggestions[i].word, (size_t)(end - suggestions[i].word),
                              &invalid_at) == ELMAN_TEXT_OK, "a word in UTF-8");
    check(suggestions[i].log_probability < 0, "a probability below one");
  }
}

static void check_hostile(const char *path, size_t texts) {
  enum { CAPACITY = 6000, MANY = 20 };
  static char text[CAPACITY];
  elman_model *model = opened(path);
  elman_session_options small = {40, 9};
  elman_session *sessions[2] = {session_of(model), NULL};
  check(elman_session_create(model, &small, &sessions[1], NULL) == ELMAN_OK, "a small session");
  elman_suggestion suggestions[MANY];
  elman_candidate candidate;
  uint32_t seed = 99;
  size_t count, invalid_at, served = 0;
  for (size_t i = 0; i < texts; i++) {
    size_t length = hostile_text(text, CAPACITY, &seed);
    bool valid = elman_text_validate(text, length, &invalid_at) == ELMAN_TEXT_OK;
    elman_options options = {.punctuation = i % 2};
    elman_session *session = sessions[i % 2];
    elman_status status =
        elman_predict(session, text, length, &options, MANY, suggestions, &count, NULL);
    check(status == (valid ? ELMAN_OK : ELMAN_ERROR_TEXT), "an error only if the text is not UTF-8");
    check_words(suggestions, count);
    served += count > 0;
    const char *word = (text[30] = '\0', text);
    if (valid && elman_text_validate(word, strlen(word), &invalid_at) == ELMAN_TEXT_OK)
      check(elman_rescore(session, "a", 1, &word, 1, &candidate, NULL) == ELMAN_OK || i % 2,
            "a candidate");
  }
  printf("%zu of %zu texts had suggestions\n", served, texts);
  check(served > texts / 20, "suggestions for some");
  for (int i = 0; i < 2; i++) elman_session_free(sessions[i], NULL);
  check(elman_close(model, NULL) == ELMAN_OK, "closing");
}

/* -- arguments ---------------------------------------------------------------------------------------- */

static void check_arguments(const char *path) {
  elman_model *model = opened(path), *none;
  elman_session *session = session_of(model), *too_small;
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  elman_session_options small = {1, 1}, huge = {0, SIZE_MAX / 8};
  char *long_list = calloc(ELMAN_LARGEST_BLOCKLIST + 1, 1);
  const char *word = "the", *missing = NULL;
  elman_candidate candidate;
  size_t count;
  elman_error error;
  check(elman_open(NULL, RUNTIME, &none, &error) == ELMAN_ERROR_ARGUMENT, "no path");
  check(elman_open(path, RUNTIME, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no place for a model");
  check(elman_open("/no/such/file", RUNTIME, &none, &error) == ELMAN_ERROR_FILE, "no file");
  check(strstr(error.message, "/no/such/file") != NULL, "which file");
  check(elman_open("/", RUNTIME, &none, &error) == ELMAN_ERROR_FILE, "a folder");
  check(elman_open_bytes("", 0, RUNTIME, &none, NULL) == ELMAN_ERROR_DAMAGED, "no bytes");
  none = model;
  check(elman_open_bytes(NULL, 9, RUNTIME, &none, NULL) == ELMAN_ERROR_ARGUMENT && none == NULL,
        "missing bytes");
  check(elman_open_bytes("", 0, RUNTIME, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no place for a model");
  none = model;
  check(elman_open_bytes("", SIZE_MAX, RUNTIME, &none, &error) == ELMAN_ERROR_ARGUMENT && none == NULL,
        "a negative number of bytes");
  check(strstr(error.message, "at most 1073741824") != NULL, error.message);
  check(elman_model_facts(NULL).name == NULL, "the facts of nothing");
  too_small = session;
  check(elman_session_create(NULL, NULL, &too_small, NULL) == ELMAN_ERROR_ARGUMENT &&
            too_small == NULL, "a session without a model");
  check(elman_session_create(model, NULL, NULL, NULL) == ELMAN_ERROR_ARGUMENT,
        "no place for a session");
  check(elman_session_bytes(NULL, NULL) == 0 && elman_session_steps(NULL) == 0, "no session");
  check(elman_session_create(model, &small, &too_small, NULL) == ELMAN_ERROR_ARGUMENT,
        "a session too small");
  check(elman_session_create(model, &huge, &too_small, NULL) == ELMAN_ERROR_ARGUMENT,
        "a session too large");
  check(elman_session_bytes(model, &huge) == 0, "the bytes of a session too large");
  check(elman_block(model, long_list, ELMAN_LARGEST_BLOCKLIST + 1, NULL, &error) ==
            ELMAN_ERROR_ARGUMENT, "a blocklist too long");
  check(elman_block(model, long_list, 1000, NULL, &error) == ELMAN_OK, "a blocklist of NULs");
  free(long_list);
  check(elman_predict(session, "a", 1, NULL, 0, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no suggestions");
  check(elman_predict(session, "a", 1, NULL, ELMAN_MOST_SUGGESTIONS + 1, suggestions, &count,
                      NULL) == ELMAN_ERROR_ARGUMENT, "too many suggestions");
  check(elman_predict(session, NULL, 1, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no text");
  check(elman_predict(session, NULL, 0, NULL, K, suggestions, &count, NULL) == ELMAN_OK &&
            count == K, "an empty text");
  check(elman_predict(NULL, "a", 1, NULL, K, suggestions, &count, NULL) == ELMAN_ERROR_ARGUMENT,
        "no session");
  check(elman_predict(session, "a", 1, NULL, K, NULL, &count, NULL) == ELMAN_ERROR_ARGUMENT,
        "no place for suggestions");
  check(elman_predict(session, "a", 1, NULL, K, suggestions, NULL, NULL) == ELMAN_ERROR_ARGUMENT,
        "no place for their number");
  check(elman_predict(session, "a", (size_t)-1, NULL, K, suggestions, &count, &error) ==
            ELMAN_ERROR_ARGUMENT && count == 0, "a text of a negative length");
  check(strstr(error.message, "too long") != NULL, error.message);
  check(elman_predict(session, "a", 1, NULL, (size_t)-1, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "a negative number of suggestions");
  check(elman_predict_apart(session, NULL, 1, "a", 1, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no context");
  check(elman_predict_apart(session, "a", 1, NULL, 1, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no prefix");
  check(elman_predict_apart(session, "a", 1, "b", (size_t)-1, NULL, K, suggestions, &count,
                            NULL) == ELMAN_ERROR_ARGUMENT, "a prefix of a negative length");
  check(elman_predict_apart(NULL, "a", 1, "b", 1, NULL, K, suggestions, &count, NULL) ==
            ELMAN_ERROR_ARGUMENT, "no session for a prefix");
  check(elman_rescore(session, "a", 1, NULL, 0, NULL, NULL) == ELMAN_OK, "no candidates");
  check(elman_rescore(NULL, "a", 1, &word, 1, &candidate, NULL) == ELMAN_ERROR_ARGUMENT,
        "no session for candidates");
  check(elman_rescore(session, "a", (size_t)-1, &word, 1, &candidate, NULL) ==
            ELMAN_ERROR_ARGUMENT, "a context of a negative length");
  check(elman_rescore(session, "a", 1, &word, (size_t)-1, &candidate, &error) ==
            ELMAN_ERROR_ARGUMENT, "a negative number of candidates");
  check(strstr(error.message, "too many") != NULL, error.message);
  check(elman_rescore(session, "a", 1, &word, 1, NULL, NULL) == ELMAN_ERROR_ARGUMENT,
        "no place for results");
  check(elman_rescore(session, "a", 1, &missing, 1, &candidate, &error) == ELMAN_ERROR_ARGUMENT,
        "a candidate that is missing");
  check(strstr(error.message, "NULL") != NULL, error.message);
  /* A candidate of the maximum length without a NUL: nothing after it may be read. */
  char *endless = malloc(ELMAN_DEFAULT_TEXT_BYTES + 1);
  check(endless != NULL, "memory");
  memset(endless, 'a', ELMAN_DEFAULT_TEXT_BYTES + 1);
  word = endless;
  check(elman_rescore(session, "a", 1, &word, 1, &candidate, &error) == ELMAN_ERROR_ARGUMENT,
        "a candidate without an end");
  check(strstr(error.message, "more than 4096 bytes") != NULL, error.message);
  free(endless);
  check(elman_block(NULL, "a", 1, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no model to block in");
  check(elman_block(model, NULL, 1, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no words to block");
  check(elman_block(model, "a", (size_t)-1, NULL, NULL) == ELMAN_ERROR_ARGUMENT,
        "a negative length of a blocklist");
  check(elman_block_file(model, NULL, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no path of a list");
  check(elman_block_file(NULL, path, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no model for a list");
  check(elman_rescore(session, "a", 1, NULL, 1, NULL, NULL) == ELMAN_ERROR_ARGUMENT, "no words");
  check(elman_block_file(model, "/no/such/file", NULL, NULL) == ELMAN_ERROR_FILE, "no blocklist");
  check(elman_session_bytes(model, NULL) > sizeof(elman_session), "a session's bytes");
  check(elman_session_free(NULL, NULL) == ELMAN_OK && elman_close(NULL, NULL) == ELMAN_OK, "NULL");
  elman_facts facts = elman_model_facts(model);
  printf("%s %s %s %d %d %d\n", facts.name, facts.elman_version, facts.licence,
         (int)facts.vocabulary_size, (int)facts.layers, (int)facts.units);
  elman_session_free(session, NULL);
  elman_close(model, NULL);
}

static void check_sha256(const char *path) {
  elman_view file;
  uint8_t digest[ELMAN_SHA256_BYTES];
  check(elman_read_file(path, &file, NULL) == ELMAN_OK, "the file");
  for (size_t length = 0; length <= file.length && length <= 300; length++) {
    elman_sha256(file.bytes, length, digest);
    for (int i = 0; i < ELMAN_SHA256_BYTES; i++) printf("%02x", (unsigned)digest[i]);
    printf("\n");
  }
  free((void *)file.bytes);
}

int main(int count, char **arguments) {
  const char *what = count > 2 ? arguments[1] : "", *path = count > 2 ? arguments[2] : "";
  if (strcmp(what, "busy") == 0)
    check_busy(path);
  else if (strcmp(what, "profiles") == 0)
    check_profiles(path);
#ifdef ELMAN_WITH_LITERT
  else if (strcmp(what, "runtime") == 0)
    check_runtime(path);
#endif
  else if (strcmp(what, "threads") == 0)
    check_threads(path);
  else if (strcmp(what, "growth") == 0 && count == 5)
    check_growth(path, arguments[3], strtoull(arguments[4], NULL, 10));
  else if (strcmp(what, "lines") == 0 && count == 4)
    check_lines(path, strcmp(arguments[3], "1") == 0);
  else if (strcmp(what, "damage") == 0 && count == 4)
    check_damage(path, strtoull(arguments[3], NULL, 10));
  else if (strcmp(what, "offsets") == 0 && count == 4)
    check_offsets(path, strtoull(arguments[3], NULL, 10));
  else if (strcmp(what, "hostile") == 0 && count == 4)
    check_hostile(path, strtoull(arguments[3], NULL, 10));
  else if (strcmp(what, "arguments") == 0)
    check_arguments(path);
  else if (strcmp(what, "kernels") == 0)
    check_kernels(), check_rounding();
  else if (strcmp(what, "host") == 0)
    check_host(path);
  else if (strcmp(what, "steps") == 0)
    check_steps(path);
  else if (strcmp(what, "saving") == 0)
    check_saving(path);
  else if (strcmp(what, "wiping") == 0)
    check_wiping(path);
  else if (strcmp(what, "sha256") == 0)
    check_sha256(path);
  else
    check(false, "no such check");
  return 0;
}
