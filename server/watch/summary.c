/* summary - see there. */
#include <string.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/store/notifications.h"
#include "server/store/watchers.h"
#include "server/watch/summary.h"
#include "server/watch/telling.h"

/* That nobody goes any more is news only to who has not heard yet that somebody did; others are asked again by it. */
static bool is_news(struct watch *w, const struct incident *i, const char *what, const char *person)
{
	if (strcmp(what, "released") == 0)
		return !notifications_heard_claimed(w->store, i->id, person);
	return strcmp(what, "claimed") == 0 || strcmp(what, "ended") == 0;
}

static int64_t next_summary(struct watch *w, int64_t now)
{
	int32_t second = (int32_t)(w->rules.summary_at_ms / SECOND);
	int64_t at = zone_instant(zone_day(now), second, ZONE_FIRST);

	return at > now ? at : zone_instant(zone_day(now) + 1, second, ZONE_FIRST);
}

int64_t summary_send_at(struct watch *w, const struct incident *i, const char *what, const char *person, int64_t now)
{
	struct watcher watcher;

	if (i->kind == INCIDENT_HELP || strcmp(i->claimed_by, person) == 0 || !person_watcher(person) ||
		!is_news(w, i, what, person) || !watchers_find(w->store, person_watcher(person), &watcher) ||
		strcmp(watcher.summary, "yes") != 0)
		return now;
	return next_summary(w, now);
}
