/* The JNI wrapper of profiles: the native part of `Profile.kt`. A handle is a pointer to a profile. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jni_texts.h"

/* How many words are asked for at once. */
#define BATCH 64
/* Two numbers and three separators. */
#define NUMBERS_CAPACITY 24

static elman_profile *of(jlong handle) {
  return (elman_profile *)(intptr_t)handle;
}

typedef elman_status (*text_call)(elman_profile *, const char *, size_t, elman_error *);

static void call_with_text(JNIEnv *env, jlong handle, jbyteArray array, text_call call) {
  elman_error error;
  text passed = {.array = array};
  if (!borrow(env, &passed, 1)) return;
  elman_status status = call(of(handle), passed.bytes, passed.length, &error);
  give_back(env, &passed, 1);
  if (status) complain(env, error.message);
}

/* Open the profile in a file; an empty one if the file does not exist. `path` ends with a NUL. */
JNIEXPORT jlong NATIVE(profileOpen)(JNIEnv *env, jobject self, jbyteArray path) {
  (void)self;
  elman_profile *profile = NULL;
  elman_error error;
  text named = {.array = path};
  if (!borrow(env, &named, 1)) return 0;
  elman_status status = elman_profile_open(named.bytes, &profile, &error);
  give_back(env, &named, 1);
  if (status) complain(env, error.message);
  return (jlong)(intptr_t)profile;
}

JNIEXPORT void NATIVE(profileClose)(JNIEnv *env, jobject self, jlong handle) {
  (void)self;
  elman_error error;
  if (elman_profile_close(of(handle), &error)) complain(env, error.message);
}

/* `path` ends with a NUL. */
JNIEXPORT void NATIVE(profileSave)(JNIEnv *env, jobject self, jlong handle, jbyteArray path) {
  (void)self;
  elman_error error;
  text named = {.array = path};
  if (!borrow(env, &named, 1)) return;
  elman_status status = elman_profile_save(of(handle), named.bytes, &error);
  give_back(env, &named, 1);
  if (status) complain(env, error.message);
}

JNIEXPORT jbyteArray NATIVE(profileBytes)(JNIEnv *env, jobject self, jlong handle) {
  (void)self;
  size_t length = 0;
  elman_error error;
  char *bytes = malloc(ELMAN_LARGEST_PROFILE);
  if (bytes == NULL) {
    complain(env, "out of memory");
    return NULL;
  }
  elman_status status =
      elman_profile_bytes(of(handle), bytes, ELMAN_LARGEST_PROFILE, &length, &error);
  jbyteArray result = status ? NULL : array_of(env, bytes, length);
  free(bytes);
  if (status) complain(env, error.message);
  return result;
}

/* `elman_profile_merge` as a call with a text. */
static elman_status merge(elman_profile *profile, const char *bytes, size_t length,
                          elman_error *error) {
  return elman_profile_merge(profile, bytes, length, error);
}

JNIEXPORT void NATIVE(profileMerge)(JNIEnv *env, jobject self, jlong handle, jbyteArray bytes) {
  (void)self;
  call_with_text(env, handle, bytes, merge);
}

JNIEXPORT void NATIVE(learn)(JNIEnv *env, jobject self, jlong handle, jbyteArray messages) {
  (void)self;
  call_with_text(env, handle, messages, elman_learn);
}

JNIEXPORT void NATIVE(forget)(JNIEnv *env, jobject self, jlong handle, jbyteArray word) {
  (void)self;
  call_with_text(env, handle, word, elman_forget);
}

JNIEXPORT void NATIVE(remember)(JNIEnv *env, jobject self, jlong handle, jbyteArray word) {
  (void)self;
  call_with_text(env, handle, word, elman_remember);
}

JNIEXPORT void NATIVE(keep)(JNIEnv *env, jobject self, jlong handle, jbyteArray word) {
  (void)self;
  call_with_text(env, handle, word, elman_keep);
}

JNIEXPORT void NATIVE(profileClear)(JNIEnv *env, jobject self, jlong handle) {
  (void)self;
  elman_error error;
  if (elman_profile_clear(of(handle), &error)) complain(env, error.message);
}

/* Write a line for each word, `<count> <last> <word>`. Returns the length of the lines. */
static size_t write_lines(const elman_learned_word *words, size_t count, char *lines) {
  size_t length = 0;
  for (size_t i = 0; i < count; i++)
    length += (size_t)sprintf(lines + length, "%" PRIu32 " %" PRIu32 " %s\n", words[i].count,
                              words[i].last, words[i].word);
  return length;
}

/* Returns up to BATCH words from number `from` on, as lines; nothing after the last word. */
JNIEXPORT jbyteArray NATIVE(profileWords)(JNIEnv *env, jobject self, jlong handle, jint from) {
  (void)self;
  elman_learned_word words[BATCH];
  char lines[BATCH * (NUMBERS_CAPACITY + ELMAN_LONGEST_WORD)];
  size_t count = 0;
  elman_error error;
  if (!elman_profile_words(of(handle), (size_t)from, words, BATCH, &count, &error))
    return array_of(env, lines, write_lines(words, count, lines));
  complain(env, error.message);
  return NULL;
}
