/*
 * clock - the only place that asks what time it is. A clock that cannot be read is fatal: every rule hangs on it.
 */
#include "common/clock.h"

#include <time.h>

#include "common/log.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		fatal("clock=%d error=%m", (int)id);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_boot(void)
{
	return read_clock(CLOCK_BOOTTIME);
}
