/* jump - notices that the clock jumped. */
#include <stdlib.h>

#include "common/log.h"
#include "server/jump.h"

static void note(struct jump *j, int64_t by_ms)
{
	if (llabs(by_ms) <= j->limit_ms)
		return;
	log_warn("clock=jumped by_ms=%lld", (long long)by_ms);
	j->by_ms = j->pending ? j->by_ms + by_ms : by_ms;
	j->pending = true;
}

int64_t jump_behind_ms(int64_t now, int64_t last_beat_at, int64_t limit_ms)
{
	return last_beat_at - now > limit_ms ? last_beat_at - now : 0;
}

void jump_init(struct jump *j, int64_t now, int64_t boot, int64_t last_beat_at, int64_t limit_ms)
{
	*j = (struct jump){ .limit_ms = limit_ms, .ahead_ms = now - boot };
	note(j, -jump_behind_ms(now, last_beat_at, limit_ms));
}

bool jump_look(struct jump *j, int64_t now, int64_t boot)
{
	int64_t ahead_ms = now - boot;

	note(j, ahead_ms - j->ahead_ms);
	j->ahead_ms = ahead_ms;
	return j->pending;
}
