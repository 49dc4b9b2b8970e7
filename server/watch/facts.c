/* facts - a growing list, sorted once. */
#include "server/watch/facts.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

void *facts_add(struct facts *f)
{
	if (f->count == f->room) {
		f->room = f->room ? 2 * f->room : 256;
		f->list = realloc(f->list, f->room * f->size);
		if (!f->list)
			fatal("error=\"out of memory\"");
	}
	return f->list + f->size * f->count++;
}

static int by_resident(const void *a, const void *b)
{
	return strcmp(a, b);
}

void facts_sort(struct facts *f)
{
	if (f->count)
		qsort(f->list, f->count, f->size, by_resident);
}

const void *facts_of(const struct facts *f, const char *resident_id, const void *after)
{
	size_t low = 0, high = f->count;

	if (after) {
		low = (size_t)((const char *)after - f->list) / f->size + 1;
	} else {
		while (low < high) {
			size_t middle = (low + high) / 2;

			if (strcmp(f->list + f->size * middle, resident_id) < 0)
				low = middle + 1;
			else
				high = middle;
		}
	}
	return low < f->count && strcmp(f->list + f->size * low, resident_id) == 0 ? f->list + f->size * low : NULL;
}
