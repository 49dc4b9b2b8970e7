/* memory - see memory.h. */
#include "common/memory.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "common/log.h"

static void *get(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		fatal("error=\"out of memory\"");
	return memory;
}

void memory_init(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = get, .free_fn = free });
}
