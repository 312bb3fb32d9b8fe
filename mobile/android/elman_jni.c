/*
 * The JNI wrapper of the C library: the native part of `Elman.kt`.
 *
 * Texts are passed as UTF-8 in byte arrays, because JNI strings are not UTF-8. A handle is a pointer to
 * a model with one session.
 */
#include <stdlib.h>
#include <string.h>

#include "jni_texts.h"

#ifdef ELMAN_WITH_LITERT
#define RUNTIME elman_litert
#else
#define RUNTIME NULL
#endif

#define PUNCTUATION 1
#define WITHOUT_BLOCKLIST 2
/* For each correction: the bytes that it replaces, its log-probability, its share, and flags. */
#define NUMBERS 4
#define LITERAL 1
#define CERTAIN 2

typedef struct {
  elman_model *model;
  elman_session *session;
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  elman_correction corrections[ELMAN_MOST_SUGGESTIONS];
  char answer[ELMAN_MOST_SUGGESTIONS * (ELMAN_CORRECTION_CAPACITY + 1)];
} keyboard;

static keyboard *of(jlong handle) {
  return (keyboard *)(intptr_t)handle;
}

static void release(keyboard *opened) {
  elman_session_free(opened->session, NULL);
  elman_close(opened->model, NULL);
  free(opened);
}

JNIEXPORT jlong NATIVE(open)(JNIEnv *env, jobject self, jbyteArray file) {
  (void)self;
  text bytes = {.array = file};
  elman_error error;
  keyboard *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    complain(env, "out of memory");
    return 0;
  }
  if (!borrow(env, &bytes, 1)) {
    free(opened);
    return 0;
  }
  elman_status status = elman_open_bytes(bytes.bytes, bytes.length, RUNTIME, &opened->model, &error);
  give_back(env, &bytes, 1);
  if (!status) status = elman_session_create(opened->model, NULL, &opened->session, &error);
  if (!status) return (jlong)(intptr_t)opened;
  release(opened);
  complain(env, error.message);
  return 0;
}

JNIEXPORT void NATIVE(close)(JNIEnv *env, jobject self, jlong handle) {
  (void)env, (void)self;
  release(of(handle));
}

/* Return the words as an array, separated by line feeds, and write their log-probabilities to `logs`. */
static jbyteArray answer(JNIEnv *env, keyboard *asked, size_t count, jdoubleArray logs) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    const char *word = asked->suggestions[i].word;
    if (i > 0) asked->answer[length++] = '\n';
    memcpy(asked->answer + length, word, strlen(word));
    length += strlen(word);
    (*env)->SetDoubleArrayRegion(env, logs, (jsize)i, 1, &asked->suggestions[i].log_probability);
  }
  return array_of(env, asked->answer, length);
}

/* Suggest as many words as `logs` has elements. If `prefix` is null, `context` is the whole text. */
JNIEXPORT jbyteArray NATIVE(predict)(JNIEnv *env, jobject self, jlong handle, jbyteArray context,
                                     jbyteArray prefix, jint flags, jdoubleArray logs) {
  (void)self;
  keyboard *asked = of(handle);
  elman_options options = {.punctuation = flags & PUNCTUATION,
                           .ignore_blocklist = flags & WITHOUT_BLOCKLIST};
  size_t k = (size_t)(*env)->GetArrayLength(env, logs), count = 0;
  elman_status status;
  elman_error error;
  text texts[] = {{.array = context}, {.array = prefix}};
  if (!borrow(env, texts, 2)) return NULL;
  if (prefix == NULL) {
    status = elman_predict(asked->session, texts[0].bytes, texts[0].length, &options, k,
                           asked->suggestions, &count, &error);
  } else {
    status = elman_predict_apart(asked->session, texts[0].bytes, texts[0].length, texts[1].bytes,
                                 texts[1].length, &options, k, asked->suggestions, &count, &error);
  }
  give_back(env, texts, 2);
  if (!status) return answer(env, asked, count, logs);
  complain(env, error.message);
  return NULL;
}

/* Return the readings as an array, separated by line feeds, and write their numbers. */
static jbyteArray corrected(JNIEnv *env, keyboard *asked, size_t count, jdoubleArray numbers) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    const elman_correction *found = &asked->corrections[i];
    jdouble fields[NUMBERS] = {(double)found->replaces, found->log_probability, found->share,
                               found->is_literal * LITERAL + found->is_certain * CERTAIN};
    size_t bytes = strlen(found->text);
    if (i > 0) asked->answer[length++] = '\n';
    memcpy(asked->answer + length, found->text, bytes);
    length += bytes;
    (*env)->SetDoubleArrayRegion(env, numbers, (jsize)(NUMBERS * i), NUMBERS, fields);
  }
  return array_of(env, asked->answer, length);
}

/* Correct the word before the cursor. `touches` may be null, or has two numbers for each of the last characters;
 * `numbers` has room for as many readings as are wanted. */
JNIEXPORT jbyteArray NATIVE(correct)(JNIEnv *env, jobject self, jlong handle, jbyteArray before,
                                     jfloatArray touches, jint flags, jdoubleArray numbers) {
  (void)self;
  keyboard *asked = of(handle);
  elman_options options = {.ignore_blocklist = flags & WITHOUT_BLOCKLIST};
  size_t k = (size_t)(*env)->GetArrayLength(env, numbers) / NUMBERS, count = 0, touched = 0;
  jfloat *points = NULL;
  elman_error error;
  text read = {.array = before};
  if (!borrow(env, &read, 1)) return NULL;
  if (touches != NULL) {
    touched = (size_t)(*env)->GetArrayLength(env, touches) / 2;
    points = (*env)->GetFloatArrayElements(env, touches, NULL);
    if (points == NULL) {
      give_back(env, &read, 1);
      return NULL;
    }
  }
  elman_status status =
      elman_correct(asked->session, read.bytes, read.length, (const elman_touch *)points, touched,
                    &options, k, asked->corrections, &count, &error);
  if (points != NULL) (*env)->ReleaseFloatArrayElements(env, touches, points, JNI_ABORT);
  give_back(env, &read, 1);
  if (!status) return corrected(env, asked, count, numbers);
  complain(env, error.message);
  return NULL;
}

JNIEXPORT void NATIVE(layout)(JNIEnv *env, jobject self, jlong handle, jbyteArray layout) {
  (void)self;
  elman_error error;
  text rows = {.array = layout};
  if (!borrow(env, &rows, 1)) return;
  elman_status status = elman_session_layout(of(handle)->session, rows.bytes, rows.length, &error);
  give_back(env, &rows, 1);
  if (status) complain(env, error.message);
}

/* Score `words`, each terminated by a NUL, as many as `logs` has elements. */
JNIEXPORT void NATIVE(rescore)(JNIEnv *env, jobject self, jlong handle, jbyteArray context,
                               jbyteArray words, jdoubleArray logs) {
  (void)self;
  size_t count = (size_t)(*env)->GetArrayLength(env, logs);
  elman_error error;
  text texts[] = {{.array = context}, {.array = words}};
  if (count == 0 || !borrow(env, texts, 2)) return;
  const char **starts = calloc(count, sizeof *starts);
  elman_candidate *candidates = calloc(count, sizeof *candidates);
  elman_status status = ELMAN_ERROR_MEMORY;
  strcpy(error.message, "out of memory");
  if (starts != NULL && candidates != NULL) {
    const char *next = texts[1].bytes;
    for (size_t i = 0; i < count; i++, next += strlen(next) + 1) starts[i] = next;
    status = elman_rescore(of(handle)->session, texts[0].bytes, texts[0].length, starts, count,
                           candidates, &error);
  }
  for (size_t i = 0; i < count && !status; i++)
    (*env)->SetDoubleArrayRegion(env, logs, (jsize)i, 1, &candidates[i].log_probability);
  free(starts);
  free(candidates);
  give_back(env, texts, 2);
  if (status) complain(env, error.message);
}

/* Returns the number of blocked words of the model. */
JNIEXPORT jint NATIVE(block)(JNIEnv *env, jobject self, jlong handle, jbyteArray words) {
  (void)self;
  size_t blocked = 0;
  elman_error error;
  text listed = {.array = words};
  if (!borrow(env, &listed, 1)) return 0;
  elman_status status =
      elman_block(of(handle)->model, listed.bytes, listed.length, &blocked, &error);
  give_back(env, &listed, 1);
  if (status) complain(env, error.message);
  return (jint)blocked;
}

/* Returns the number of steps that remain. */
JNIEXPORT jint NATIVE(read)(JNIEnv *env, jobject self, jlong handle, jbyteArray before, jint steps) {
  (void)self;
  size_t left = 0;
  elman_error error;
  text read = {.array = before};
  if (!borrow(env, &read, 1)) return 0;
  elman_status status = elman_read(of(handle)->session, read.bytes, read.length, (size_t)steps, &left,
                                   &error);
  give_back(env, &read, 1);
  if (status) complain(env, error.message);
  return (jint)left;
}

/* Return the text of an edit, and write its other fields to `numbers`. */
static jbyteArray edited(JNIEnv *env, const elman_edit *edit, jintArray numbers) {
  jint fields[] = {(jint)edit->before, (jint)edit->after, (jint)edit->back, (jint)edit->space};
  (*env)->SetIntArrayRegion(env, numbers, 0, 4, fields);
  return array_of(env, edit->text, strlen(edit->text));
}

/* Place `word`, terminated by a NUL, and take it. */
JNIEXPORT jbyteArray NATIVE(take)(JNIEnv *env, jobject self, jlong handle, jbyteArray before,
                                  jbyteArray after, jbyteArray word, jintArray numbers) {
  (void)self;
  elman_session *session = of(handle)->session;
  elman_edit placed, edit;
  elman_error error;
  text texts[] = {{.array = before}, {.array = after}, {.array = word}};
  if (!borrow(env, texts, 3)) return NULL;
  elman_status status =
      elman_place(session, texts[0].bytes, texts[0].length, texts[2].bytes, &placed, &error);
  if (!status)
    status = elman_take(session, texts[0].bytes, texts[0].length, texts[1].bytes, texts[1].length,
                        &placed, &edit, &error);
  give_back(env, texts, 3);
  if (!status) return edited(env, &edit, numbers);
  complain(env, error.message);
  return NULL;
}

/* Returns null if the character is to be inserted as usual. */
JNIEXPORT jbyteArray NATIVE(react)(JNIEnv *env, jobject self, jlong handle, jbyteArray before,
                                   jint space, jbyteArray typed, jintArray numbers) {
  (void)self;
  bool reacts = false;
  elman_edit edit;
  elman_error error;
  text texts[] = {{.array = before}, {.array = typed}};
  if (!borrow(env, texts, 2)) return NULL;
  elman_status status =
      elman_react(of(handle)->session, texts[0].bytes, texts[0].length, (elman_space)space,
                  texts[1].bytes, texts[1].length, &reacts, &edit, &error);
  give_back(env, texts, 2);
  if (status) complain(env, error.message);
  return !status && reacts ? edited(env, &edit, numbers) : NULL;
}

/* Use a profile in the session; none if `profile` is 0. */
JNIEXPORT void NATIVE(use)(JNIEnv *env, jobject self, jlong handle, jlong profile) {
  (void)self;
  elman_error error;
  elman_profile *used = (elman_profile *)(intptr_t)profile;
  if (elman_session_use(of(handle)->session, used, &error)) complain(env, error.message);
}
