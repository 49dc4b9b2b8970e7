/* memory - see memory.h. */
#include "common/memory.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/log.h"

static void *get(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		fatal("error=\"out of memory\"");
	return memory;
}

/*
 * One heap for all threads: each of the twenty that send mail would else keep one of its own, with room that is used
 * for a moment (measured: 2 MiB more while 10,000 messages leave, and no time won).
 */
void memory_init(void)
{
	mallopt(M_ARENA_MAX, 1);
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = get, .free_fn = free });
}

const char *memory_file_error(const char *path)
{
	if (errno == ENOMEM || errno == EMFILE || errno == ENFILE)
		fatal("file=%s error=\"%m\"", path);
	return strerror(errno);
}
