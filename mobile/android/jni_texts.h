/* Texts, errors and names, as both parts of the JNI wrapper pass them. */
#ifndef ELMAN_JNI_TEXTS_H
#define ELMAN_JNI_TEXTS_H

#include <jni.h>
#include <string.h>

#include "elman.h"

#define PACKAGE "org/elman/keyboard/"
#define NATIVE(name) JNICALL Java_org_elman_keyboard_ElmanNative_##name

/* A Java array, which may be null, and its bytes while they are borrowed. */
typedef struct {
  jbyteArray array;
  const char *bytes;
  size_t length;
} text;

static inline void give_back(JNIEnv *env, text *texts, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (texts[i].bytes != NULL)
      (*env)->ReleaseByteArrayElements(env, texts[i].array, (jbyte *)texts[i].bytes, JNI_ABORT);
}

/* Returns false, with an exception pending, if the JVM is out of memory. */
static inline bool borrow(JNIEnv *env, text *texts, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (texts[i].array == NULL) continue;
    texts[i].length = (size_t)(*env)->GetArrayLength(env, texts[i].array);
    texts[i].bytes = (const char *)(*env)->GetByteArrayElements(env, texts[i].array, NULL);
    if (texts[i].bytes == NULL) {
      give_back(env, texts, i);
      return false;
    }
  }
  return true;
}

static inline jbyteArray array_of(JNIEnv *env, const char *bytes, size_t length) {
  jbyteArray result = (*env)->NewByteArray(env, (jsize)length);
  if (result != NULL)
    (*env)->SetByteArrayRegion(env, result, 0, (jsize)length, (const jbyte *)bytes);
  return result;
}

/* Throw an exception. The message is decoded in Java: JNI strings are not UTF-8, and a path in it may be cut inside a
 * character. If Java is out of memory, its own exception is pending instead. */
static inline void complain(JNIEnv *env, const char *message) {
  jclass string = (*env)->FindClass(env, "java/lang/String");
  jclass kind = string == NULL ? NULL : (*env)->FindClass(env, PACKAGE "ElmanException");
  if (kind == NULL) return;
  jmethodID decode = (*env)->GetMethodID(env, string, "<init>", "([BLjava/lang/String;)V");
  jmethodID create = decode == NULL ? NULL : (*env)->GetMethodID(env, kind, "<init>", "(Ljava/lang/String;)V");
  jstring charset = create == NULL ? NULL : (*env)->NewStringUTF(env, "UTF-8");
  jbyteArray bytes = charset == NULL ? NULL : array_of(env, message, strlen(message));
  jobject decoded = bytes == NULL ? NULL : (*env)->NewObject(env, string, decode, bytes, charset);
  jobject error = decoded == NULL ? NULL : (*env)->NewObject(env, kind, create, decoded);
  if (error != NULL) (*env)->Throw(env, error);
}

#endif
