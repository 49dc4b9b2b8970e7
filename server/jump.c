/* jump - notices that the clock jumped. */
#include <stdlib.h>

#include "common/log.h"
#include "server/jump.h"

static void note(struct jump *j, int64_t by_ms)
{
	if (llabs(by_ms) <= j->limit_ms)
		return;
	log_warn("clock=jumped by_ms=%lld", (long long)by_ms);
	j->pending = true;
}

void jump_init(struct jump *j, int64_t now, int64_t boot, int64_t last_beat_at, int64_t limit_ms)
{
	*j = (struct jump){ .limit_ms = limit_ms, .ahead_ms = now - boot };
	if (now < last_beat_at)
		note(j, now - last_beat_at);
}

bool jump_look(struct jump *j, int64_t now, int64_t boot)
{
	int64_t ahead_ms = now - boot;

	note(j, ahead_ms - j->ahead_ms);
	j->ahead_ms = ahead_ms;
	return j->pending;
}
