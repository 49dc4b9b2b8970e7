/* times - see there. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/bench/times.h"

static struct one {
	int64_t due_ns;
	uint32_t us;
} * list;
static size_t count, room;

void times_add(int64_t due_ns, int64_t took_ns)
{
	if (count == room) {
		room = room ? 2 * room : 65536;
		list = realloc(list, room * sizeof(*list));
		if (!list)
			abort();
	}
	list[count++] = (struct one){ due_ns, (uint32_t)(took_ns / 1000) };
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool times_write(const char *path)
{
	FILE *f = fopen(path, "w");
	int64_t ahead = now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC);

	if (!f)
		return false;
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%.3f %.3f\n", (double)(list[i].due_ns + ahead) / 1e6, list[i].us / 1000.0);
	return fclose(f) == 0;
}

static int by_us(const void *a, const void *b)
{
	uint32_t x = ((const struct one *)a)->us, y = ((const struct one *)b)->us;

	return x < y ? -1 : x > y;
}

void times_sort(void)
{
	if (count)
		qsort(list, count, sizeof(*list), by_us);
}

double times_quantile(double part)
{
	size_t i = (size_t)(part * (double)count);

	return count ? list[i < count ? i : count - 1].us / 1000.0 : 0;
}
