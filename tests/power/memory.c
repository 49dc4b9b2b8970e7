/* memory - see memory.h. Behind it stands glibc's own allocator, which offers its functions under these names too. */
#include "tests/power/memory.h"

#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static bool counting, paused, met;
static enum memory_sort hit;
static size_t asked[MEMORY_SORTS], until, left;

/* Where SQLite's code lies. */
static uintptr_t from, to;

static int look_for_sqlite(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size, (void)context;
	if (!strstr(info->dlpi_name, "libsqlite3"))
		return 0;
	from = info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t end = from + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;

		to = end > to ? end : to;
	}
	return 1;
}

void memory_fail(enum memory_sort sort, size_t nth, size_t more)
{
	dl_iterate_phdr(look_for_sqlite, NULL);
	memset(asked, 0, sizeof(asked));
	met = false;
	hit = sort;
	until = nth;
	left = more;
	counting = true;
}

void memory_pause(bool pause)
{
	paused = pause;
}

size_t memory_asked(enum memory_sort sort)
{
	return asked[sort];
}

static bool refuses(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;
	enum memory_sort sort = at >= from && at < to ? MEMORY_SQLITE : MEMORY_OTHERS;

	if (!counting || paused)
		return false;
	asked[sort]++;
	if (met && !left)
		return false;
	if (!met && (sort != hit || asked[sort] != until))
		return false;
	left -= met;
	met = true;
	errno = ENOMEM;
	return true;
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they have an allocator of their own */
void *malloc(size_t size)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return refuses(__builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}
#else
/* Ours and those that ask for the names at run time are not told apart here: nothing is refused. */
__attribute__((unused)) static bool (*const never)(const void *) = refuses;
#endif
