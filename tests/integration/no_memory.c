/*
 * no_memory - stands between a process and its memory (LD_PRELOAD), and refuses an allocation, whosever it is: ours, a
 * library's, the C library's own.
 *
 *   NO_MEMORY_AT     the number of the one that is refused, from 1; 0: none
 *   NO_MEMORY_MORE   1: and all that follow
 *   NO_MEMORY_AFTER  they count from so many ms of the process's life on
 *
 * It says on standard error when it does so: no_memory=N.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* glibc's own, behind the names that stand here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static long at, after_ms;
static bool more;
static struct timespec began;
static atomic_long asked;

static long number(const char *name)
{
	const char *text = getenv(name);

	return text ? atol(text) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	clock_gettime(CLOCK_MONOTONIC, &began);
	after_ms = number("NO_MEMORY_AFTER");
	more = number("NO_MEMORY_MORE") != 0;
	at = number("NO_MEMORY_AT");
}

static bool early(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - began.tv_sec) * 1000 + (now.tv_nsec - began.tv_nsec) / 1000000 < after_ms;
}

/* By nothing that allocates. */
static void tell(long n)
{
	char line[40];
	int len = snprintf(line, sizeof(line), "no_memory=%ld\n", n);

	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return; /* nobody listens */
}

static bool refused(void)
{
	long n;

	if (!at || early())
		return false;
	n = ++asked;
	if (n < at || (n > at && !more))
		return false;
	if (n == at)
		tell(n);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return refused() ? NULL : __libc_realloc(memory, size);
}
