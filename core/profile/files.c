/*
 * Profiles in files. A library without files, such as WebAssembly, leaves this out.
 *
 * Saving writes another file, and then gives it the profile's name, so that at any moment the old or the
 * new profile is there. The other file is locked, because two processes, or two threads with a profile each,
 * may save at the same time.
 */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifdef _WIN32
#include <io.h>
#include <share.h>
#else
#include <sys/file.h>
#include <unistd.h>
#endif

#include "common/error.h"
#include "model/file.h"
#include "profile/profile.h"

#define NEW_SUFFIX ".new"

/* -- what differs between systems ---------------------------------------------------------------------- */

#ifdef _WIN32
__declspec(dllimport) int __stdcall MoveFileExA(const char *from, const char *to,
                                                unsigned long flags);

/* Open an empty file that nothing else may open. */
static FILE *open_new_file(const char *path) { return _fsopen(path, "wb", _SH_DENYRW); }

static bool flush_to_disk(FILE *stream) { return _commit(_fileno(stream)) == 0; }

/* Close the stream of a file, and give the file another name if it is whole; otherwise remove it. Returns when the disk
 * has done so. */
static bool close_as(FILE *stream, const char *path, const char *name, bool is_whole) {
  bool is_closed = fclose(stream) == 0;
  if (is_whole && is_closed && MoveFileExA(path, name, 1 | 8) != 0) return true;
  remove(path);
  return false;
}
#else

/* Lock the file of a stream. Returns false if another process or thread has locked it, or has renamed it. Locks of
 * `fcntl` would not exclude threads. */
static bool lock_file(FILE *stream, const char *path) {
  struct stat opened, named;
#ifndef __wasi__ /* It has no locks. */
  if (flock(fileno(stream), LOCK_EX | LOCK_NB) != 0) return false;
#endif
  return fstat(fileno(stream), &opened) == 0 && stat(path, &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/* Open an empty file that only the user may read. */
static FILE *open_new_file(const char *path) {
  int descriptor = open(path, O_WRONLY | O_CREAT, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return NULL;
  FILE *stream = fdopen(descriptor, "wb");
  if (stream == NULL) close(descriptor);
  if (stream == NULL || (lock_file(stream, path) && ftruncate(descriptor, 0) == 0)) return stream;
  fclose(stream);
  return NULL;
}

static bool flush_to_disk(FILE *stream) { return fsync(fileno(stream)) == 0; }

/* Wait until the new name of a file is on the disk. Some file systems cannot, which is no failure. */
static void flush_folder_of(const char *path) {
  char *folder = malloc(strlen(path) + 2);
  if (folder == NULL) return;
  strcpy(folder, path);
  char *slash = strrchr(folder, '/');
  if (slash == NULL)
    strcpy(folder, ".");
  else
    slash[slash == folder] = '\0';
  int descriptor = open(folder, O_RDONLY);
  if (descriptor >= 0) {
    fsync(descriptor);
    close(descriptor);
  }
  free(folder);
}

/* Give a file another name if it is whole; otherwise remove it. Then close its stream, which unlocks it. */
static bool close_as(FILE *stream, const char *path, const char *name, bool is_whole) {
  bool renamed = is_whole && rename(path, name) == 0;
  if (!renamed) remove(path);
  fclose(stream);
  if (renamed) flush_folder_of(name);
  return renamed;
}
#endif

/* -- opening ------------------------------------------------------------------------------------------- */

static bool is_missing(const char *path) {
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) return errno == ENOENT;
  fclose(stream);
  return false;
}

/* Begin an error message with the path. */
static void name_path(const char *path, elman_error *error) {
  if (error == NULL) return;
  elman_error reason = *error;
  elman_fail(error, reason.status, "%.120s: %s", path, reason.message);
}

elman_status elman_profile_open(const char *path, elman_profile **profile, elman_error *error) {
  elman_view bytes;
  if (profile != NULL) *profile = NULL;
  if (profile == NULL || path == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "path or profile is NULL");
  if (is_missing(path)) return elman_profile_create(profile, error);
  elman_status status = elman_read_file(path, &bytes, error);
  if (status != ELMAN_OK) return status;
  status = elman_profile_open_bytes(bytes.bytes, bytes.length, profile, error);
  if (status != ELMAN_OK) name_path(path, error);
  elman_wipe((void *)bytes.bytes, bytes.length);
  free((void *)bytes.bytes);
  return status;
}

/* -- saving -------------------------------------------------------------------------------------------- */

/* Write a file and give it the name `path`. */
static bool write_as(const char *other, const char *path, const char *bytes, size_t length) {
  FILE *stream = open_new_file(other);
  if (stream == NULL) return false;
  bool is_whole = fwrite(bytes, 1, length, stream) == length && fflush(stream) == 0 &&
                  flush_to_disk(stream);
  return close_as(stream, other, path, is_whole);
}

static elman_status replace_file(const char *path, const char *bytes, size_t length,
                                 elman_error *error) {
  size_t room = strlen(path) + sizeof NEW_SUFFIX;
  char *other = malloc(room);
  if (other == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for a path");
  snprintf(other, room, "%s%s", path, NEW_SUFFIX);
  elman_status status = ELMAN_OK;
  if (!write_as(other, path, bytes, length))
    status = elman_fail(error, ELMAN_ERROR_FILE,
                        "cannot write %.120s: the folder does not exist, the disk is full, or another "
                        "save is running", path);
  free(other);
  return status;
}

elman_status elman_profile_save(elman_profile *profile, const char *path, elman_error *error) {
  if (profile == NULL || path == NULL)
    return elman_fail(error, ELMAN_ERROR_ARGUMENT, "profile or path is NULL");
  char *bytes = malloc(ELMAN_LARGEST_PROFILE);
  if (bytes == NULL) return elman_fail(error, ELMAN_ERROR_MEMORY, "out of memory for saving");
  size_t length;
  elman_status status = elman_profile_enter(profile, error);
  if (status == ELMAN_OK) {
    status = elman_profile_put(profile, bytes, ELMAN_LARGEST_PROFILE, &length, error);
    if (status == ELMAN_OK) status = replace_file(path, bytes, length, error);
    elman_profile_leave(profile);
  }
  elman_wipe(bytes, ELMAN_LARGEST_PROFILE);
  free(bytes);
  return status;
}
