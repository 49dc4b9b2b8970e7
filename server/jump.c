/* jump - notices that the clock jumped. */
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/jump.h"

#define OFF_FOR_NO_TIME (5 * MINUTE) /* going off and coming on again, and how often a machine keeps the time */
#define KEPT_LONGEST    DAY          /* by then somebody has set it, or nobody will */

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
	if (last_beat_at && llabs(now - boot - last_beat_at) <= OFF_FOR_NO_TIME)
		j->kept_at = now;
	note(j, -jump_behind_ms(now, last_beat_at, limit_ms));
}

bool jump_look(struct jump *j, int64_t now, int64_t boot)
{
	int64_t ahead_ms = now - boot;

	if (boot > KEPT_LONGEST || ahead_ms - j->ahead_ms < -j->limit_ms)
		j->kept_at = 0;
	note(j, ahead_ms - j->ahead_ms);
	j->ahead_ms = ahead_ms;
	return j->pending;
}
