/*
 * fatal_call - ends the process that it is preloaded into (LD_PRELOAD) at a chosen system call, as kill -9 would.
 *
 * Calls that change a file below one of the given paths, or that say something to a socket, are counted in the order in
 * which they are made, over all threads; the chosen one is not made, or, torn, only half of what it writes.
 *
 *   FATAL_UNDER  what counts: beginnings of paths, with commas between them; "socket:" is every one
 *   FATAL_CALL   the number of the call that is the last, from 1; 0: none
 *   FATAL_TORN   1: half of what that call writes gets through
 *   FATAL_AFTER  calls count from so many ms of the process's life on
 *   FATAL_WORD   and from its first line on standard error on that says this
 *
 * It says on standard error, at the end of the process, whichever it was: fatal_call=N of=CALL, or calls=N.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char under[8][PATH_MAX];
static size_t under_count;
static long fatal, after_ms;
static bool torn;
static _Atomic(const char *) word; /* not said yet */
static struct timespec began;
static atomic_long calls;

/* The function of that name that comes after ours. */
#define REAL(function, name) __typeof__(&(function)) real = (__typeof__(&(function)))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void)
{
	const char *paths = getenv("FATAL_UNDER"), *call = getenv("FATAL_CALL"), *half = getenv("FATAL_TORN"),
		   *late = getenv("FATAL_AFTER");

	for (; paths && *paths && under_count < sizeof under / sizeof *under;
		paths += strspn(paths, ","), under_count++) {
		size_t len = strcspn(paths, ",");

		snprintf(under[under_count], PATH_MAX, "%.*s", (int)len, paths);
		paths += len;
	}
	fatal = call ? atol(call) : 0;
	after_ms = late ? atol(late) : 0;
	torn = half && *half == '1';
	word = getenv("FATAL_WORD");
	clock_gettime(CLOCK_MONOTONIC, &began);
}

static void tell(const char *format, ...)
{
	char line[96];
	va_list args;

	va_start(args, format);
	int len = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	REAL(write, "write");
	if (real(STDERR_FILENO, line, (size_t)len) < 0)
		return; /* nobody listens */
}

__attribute__((destructor)) static void end(void)
{
	if (atomic_load(&calls))
		tell("calls=%ld\n", atomic_load(&calls));
}

static bool early(void)
{
	struct timespec now;

	if (atomic_load(&word) != NULL)
		return true;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000 < after_ms;
}

/* Counts a call on that path; true: it is the last one. */
static bool last(const char *path)
{
	for (size_t i = 0; i < under_count; i++)
		if (strncmp(path, under[i], strlen(under[i])) == 0)
			return !early() && atomic_fetch_add(&calls, 1) + 1 == fatal;
	return false;
}

_Noreturn static void die(const char *call)
{
	tell("fatal_call=%ld of=%s\n", fatal, call);
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

static const char *path_of(int fd, char path[PATH_MAX])
{
	char link[32];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, path, PATH_MAX - 1);
	path[len > 0 ? len : 0] = '\0';
	return path;
}

static bool last_of(int fd)
{
	char path[PATH_MAX];

	return last(path_of(fd, path));
}

static bool last_at(int folder, const char *name)
{
	char path[PATH_MAX], whole[2 * PATH_MAX];

	if (name[0] == '/')
		return last(name);
	snprintf(whole, sizeof whole, "%s/%s", path_of(folder, path), name);
	return last(whole);
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	const char *wanted = atomic_load(&word);

	REAL(write, "write");
	if (wanted != NULL && fd == STDERR_FILENO && memmem(bytes, len, wanted, strlen(wanted)) != NULL)
		atomic_store(&word, NULL);
	if (last_of(fd)) {
		if (torn && real(fd, bytes, len / 2) < 0)
			die("write, half of which failed");
		die("write");
	}
	return real(fd, bytes, len);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	REAL(pwrite64, "pwrite64");
	if (last_of(fd)) {
		if (torn && real(fd, bytes, len / 2, at) < 0)
			die("pwrite, half of which failed");
		die("pwrite");
	}
	return real(fd, bytes, len, at);
}

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
	REAL(send, "send");
	if (last_of(fd)) {
		if (torn && real(fd, bytes, len / 2, flags) < 0)
			die("send, half of which failed");
		die("send");
	}
	return real(fd, bytes, len, flags);
}

int fsync(int fd)
{
	REAL(fsync, "fsync");
	if (last_of(fd))
		die("fsync");
	return real(fd);
}

int fdatasync(int fd)
{
	REAL(fdatasync, "fdatasync");
	if (last_of(fd))
		die("fdatasync");
	return real(fd);
}

int ftruncate64(int fd, off64_t size)
{
	REAL(ftruncate64, "ftruncate64");
	if (last_of(fd))
		die("ftruncate");
	return real(fd, size);
}

static mode_t mode_of(int flags, va_list args)
{
	return flags & O_CREAT ? va_arg(args, mode_t) : 0;
}

/* Opening a file changes something where it makes one, or empties it. */
static bool changes(int flags)
{
	return (flags & (O_CREAT | O_TRUNC)) != 0;
}

int open(const char *path, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = mode_of(flags, args);
	va_end(args);
	REAL(open, "open");
	if (changes(flags) && last_at(AT_FDCWD, path))
		die("open");
	return real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = mode_of(flags, args);
	va_end(args);
	REAL(open64, "open64");
	if (changes(flags) && last_at(AT_FDCWD, path))
		die("open");
	return real(path, flags, mode);
}

int openat(int folder, const char *name, int flags, ...)
{
	va_list args;

	va_start(args, flags);
	mode_t mode = mode_of(flags, args);
	va_end(args);
	REAL(openat, "openat");
	if (changes(flags) && last_at(folder, name))
		die("openat");
	return real(folder, name, flags, mode);
}

int mkdir(const char *path, mode_t mode)
{
	REAL(mkdir, "mkdir");
	if (last_at(AT_FDCWD, path))
		die("mkdir");
	return real(path, mode);
}

int renameat(int from, const char *a, int to, const char *b)
{
	REAL(renameat, "renameat");
	if (last_at(from, a))
		die("renameat");
	return real(from, a, to, b);
}

int unlink(const char *path)
{
	REAL(unlink, "unlink");
	if (last_at(AT_FDCWD, path))
		die("unlink");
	return real(path);
}

int unlinkat(int folder, const char *name, int flags)
{
	REAL(unlinkat, "unlinkat");
	if (last_at(folder, name))
		die("unlinkat");
	return real(folder, name, flags);
}
