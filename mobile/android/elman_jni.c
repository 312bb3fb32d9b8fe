/*
 * The JNI wrapper of the C library: the native part of `Elman.kt`.
 *
 * Texts are passed as UTF-8 in byte arrays, because JNI strings are not UTF-8. A handle is a pointer to
 * a model with one session.
 */
#include <jni.h>
#include <stdlib.h>
#include <string.h>

#include "elman.h"

#ifdef ELMAN_WITH_LITERT
#define RUNTIME elman_litert
#else
#define RUNTIME NULL
#endif

#define PACKAGE "org/elman/keyboard/"
#define NATIVE(name) JNICALL Java_org_elman_keyboard_ElmanNative_##name
#define PUNCTUATION 1
#define WITHOUT_BLOCKLIST 2

typedef struct {
  elman_model *model;
  elman_session *session;
  elman_suggestion suggestions[ELMAN_MOST_SUGGESTIONS];
  char answer[ELMAN_MOST_SUGGESTIONS * (ELMAN_WORD_CAPACITY + 1)];
} keyboard;

/* The bytes of a Java array, which must be released. */
typedef struct {
  jbyteArray array;
  jbyte *bytes;
  size_t length;
} text;

static void complain(JNIEnv *env, const char *message) {
  jclass kind = (*env)->FindClass(env, PACKAGE "ElmanException");
  if (kind != NULL) (*env)->ThrowNew(env, kind, message);
}

static keyboard *of(jlong handle) {
  return (keyboard *)(intptr_t)handle;
}

/* Returns false, with an exception pending, if the JVM is out of memory. */
static bool borrow(JNIEnv *env, jbyteArray array, text *borrowed) {
  borrowed->array = array;
  borrowed->length = (size_t)(*env)->GetArrayLength(env, array);
  borrowed->bytes = (*env)->GetByteArrayElements(env, array, NULL);
  return borrowed->bytes != NULL;
}

static void give_back(JNIEnv *env, const text *borrowed) {
  (*env)->ReleaseByteArrayElements(env, borrowed->array, borrowed->bytes, JNI_ABORT);
}

static void release(keyboard *opened) {
  elman_session_free(opened->session, NULL);
  elman_close(opened->model, NULL);
  free(opened);
}

JNIEXPORT jlong NATIVE(open)(JNIEnv *env, jobject self, jbyteArray file) {
  (void)self;
  text bytes;
  elman_error error;
  keyboard *opened = calloc(1, sizeof *opened);
  if (opened == NULL) {
    complain(env, "out of memory");
    return 0;
  }
  if (!borrow(env, file, &bytes)) {
    free(opened);
    return 0;
  }
  elman_status status = elman_open_bytes(bytes.bytes, bytes.length, RUNTIME, &opened->model, &error);
  give_back(env, &bytes);
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
  jbyteArray result = (*env)->NewByteArray(env, (jsize)length);
  if (result != NULL)
    (*env)->SetByteArrayRegion(env, result, 0, (jsize)length, (const jbyte *)asked->answer);
  return result;
}

/* Suggest as many words as `logs` has elements. If `prefix` is null, `context` is the whole text. */
JNIEXPORT jbyteArray NATIVE(predict)(JNIEnv *env, jobject self, jlong handle, jbyteArray context,
                                     jbyteArray prefix, jint flags, jdoubleArray logs) {
  (void)self;
  keyboard *asked = of(handle);
  elman_options options = {flags & PUNCTUATION, flags & WITHOUT_BLOCKLIST};
  size_t k = (size_t)(*env)->GetArrayLength(env, logs), count = 0;
  elman_status status;
  elman_error error;
  text before, begun;
  if (!borrow(env, context, &before)) return NULL;
  if (prefix == NULL) {
    status = elman_predict(asked->session, (const char *)before.bytes, before.length, &options, k,
                           asked->suggestions, &count, &error);
  } else {
    if (!borrow(env, prefix, &begun)) {
      give_back(env, &before);
      return NULL;
    }
    status = elman_predict_apart(asked->session, (const char *)before.bytes, before.length,
                                 (const char *)begun.bytes, begun.length, &options, k,
                                 asked->suggestions, &count, &error);
    give_back(env, &begun);
  }
  give_back(env, &before);
  if (!status) return answer(env, asked, count, logs);
  complain(env, error.message);
  return NULL;
}

/* Score `words`, each terminated by a NUL, as many as `logs` has elements. */
JNIEXPORT void NATIVE(rescore)(JNIEnv *env, jobject self, jlong handle, jbyteArray context,
                               jbyteArray words, jdoubleArray logs) {
  (void)self;
  size_t count = (size_t)(*env)->GetArrayLength(env, logs);
  elman_error error;
  text before, listed;
  if (count == 0 || !borrow(env, context, &before)) return;
  if (!borrow(env, words, &listed)) {
    give_back(env, &before);
    return;
  }
  const char **starts = calloc(count, sizeof *starts);
  elman_candidate *candidates = calloc(count, sizeof *candidates);
  elman_status status = ELMAN_ERROR_MEMORY;
  strcpy(error.message, "out of memory");
  if (starts != NULL && candidates != NULL) {
    const char *next = (const char *)listed.bytes;
    for (size_t i = 0; i < count; i++, next += strlen(next) + 1) starts[i] = next;
    status = elman_rescore(of(handle)->session, (const char *)before.bytes, before.length, starts,
                           count, candidates, &error);
  }
  for (size_t i = 0; i < count && !status; i++)
    (*env)->SetDoubleArrayRegion(env, logs, (jsize)i, 1, &candidates[i].log_probability);
  free(starts);
  free(candidates);
  give_back(env, &listed);
  give_back(env, &before);
  if (status) complain(env, error.message);
}

/* Returns the number of vocabulary entries that are blocked. */
JNIEXPORT jint NATIVE(block)(JNIEnv *env, jobject self, jlong handle, jbyteArray words) {
  (void)self;
  size_t blocked = 0;
  elman_error error;
  text listed;
  if (!borrow(env, words, &listed)) return 0;
  elman_status status = elman_block(of(handle)->model, (const char *)listed.bytes, listed.length,
                                    &blocked, &error);
  give_back(env, &listed);
  if (status) complain(env, error.message);
  return (jint)blocked;
}
