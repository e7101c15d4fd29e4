/*
 * Writes down what a process does to the files of its database: every write, truncation and sync, in
 * order, as one append each to POSTHORN_POWER_LOG. Others may append to the same log, so that what
 * they saw has its place in that order. Loaded with LD_PRELOAD; see power-loss.ts.
 *
 * A record: one byte kind (W write, T truncate, S sync), 32-bit file number, 64-bit offset or size,
 * 32-bit length, bytes. N names a file: its path are the bytes. Little-endian, as the machine is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 4096

static int log_fd = -1;
static const char *folder;
static int numbers[FILES_MAX];
static uint32_t last_number;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("POSTHORN_POWER_LOG");
  folder = getenv("POSTHORN_POWER_FOLDER");
  int (*real_open)(const char *, int, ...) = next("open");
  if (path && folder) log_fd = real_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void put(char kind, uint32_t number, uint64_t at, const void *bytes, uint32_t length) {
  unsigned char head[17];
  head[0] = (unsigned char)kind;
  memcpy(head + 1, &number, 4);
  memcpy(head + 5, &at, 8);
  memcpy(head + 13, &length, 4);
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, length}};
  if (writev(log_fd, parts, length ? 2 : 1) != (ssize_t)(sizeof head + length)) abort();
}

static int number_of(int fd) { return fd >= 0 && fd < FILES_MAX ? numbers[fd] : 0; }

static int opened(int fd, const char *path) {
  if (fd < 0 || fd >= FILES_MAX) return fd;
  numbers[fd] = 0;
  if (log_fd < 0 || strncmp(path, folder, strlen(folder)) != 0) return fd;
  pthread_mutex_lock(&order);
  numbers[fd] = (int)++last_number;
  put('N', last_number, 0, path, (uint32_t)strlen(path));
  pthread_mutex_unlock(&order);
  return fd;
}

static mode_t mode_from(int flags, va_list args) {
  return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(args, int) : 0;
}

#define OPEN(name)                                                \
  int name(const char *path, int flags, ...) {                    \
    int (*real)(const char *, int, ...) = next(#name);            \
    va_list args;                                                 \
    va_start(args, flags);                                        \
    mode_t mode = mode_from(flags, args);                         \
    va_end(args);                                                 \
    return opened(real(path, flags, mode), path);                 \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  int (*real)(int) = next("close");
  if (fd >= 0 && fd < FILES_MAX) numbers[fd] = 0;
  return real(fd);
}

static ssize_t write_at(ssize_t (*real)(int, const void *, size_t, off64_t), int fd,
                        const void *bytes, size_t length, off64_t at) {
  int number = number_of(fd);
  if (!number) return real(fd, bytes, length, at);
  pthread_mutex_lock(&order);
  ssize_t written = real(fd, bytes, length, at);
  if (written > 0) put('W', (uint32_t)number, (uint64_t)at, bytes, (uint32_t)written);
  pthread_mutex_unlock(&order);
  return written;
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return write_at(next("pwrite"), fd, bytes, length, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  return write_at(next("pwrite64"), fd, bytes, length, at);
}

static int truncated(int (*real)(int, off64_t), int fd, off64_t size) {
  int number = number_of(fd);
  if (!number) return real(fd, size);
  pthread_mutex_lock(&order);
  int result = real(fd, size);
  if (result == 0) put('T', (uint32_t)number, (uint64_t)size, NULL, 0);
  pthread_mutex_unlock(&order);
  return result;
}
int ftruncate(int fd, off_t size) { return truncated(next("ftruncate"), fd, size); }
int ftruncate64(int fd, off64_t size) { return truncated(next("ftruncate64"), fd, size); }

static int synced(int (*real)(int), int fd) {
  int number = number_of(fd);
  int result = real(fd);
  if (!number || result != 0) return result;
  pthread_mutex_lock(&order);
  put('S', (uint32_t)number, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  return result;
}
int fsync(int fd) { return synced(next("fsync"), fd); }
int fdatasync(int fd) { return synced(next("fdatasync"), fd); }
