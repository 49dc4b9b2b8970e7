/* housekeeping - what the store needs now and then. */
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/housekeeping.h"
#include "server/store/invariants.h"
#include "server/ticker.h"
#include "server/watch/blind.h"
#include "server/watch/report_month.h"
#include "server/watch/retention.h"

#define LOCK_WAIT        200 /* ms: what is busy now is done at the next tick, and an end waits for nobody's lock */
#define COUNT_EACH       (10 * MINUTE)
#define RETENTION_CALM   DAY
#define RETENTION_FROM_S (1 * 3600) /* local time of day: no alert of the evening is under way any more */

struct housekeeping {
	char url[512];
	struct health *health;
	struct ticker ticker;
	struct store store;
	struct watch watch; /* over this thread's store */
	struct retention_limits limits;
	struct retention retention;
	int32_t retention_day; /* of the last pass */
	int64_t count_at;      /* when months are counted next, by clock_boot */
	int64_t checked_at;
};

static void found(void *context, const char *fault)
{
	(void)context;
	log_error("invariant=broken fault=\"%s\"", fault);
}

/*
 * A step of today's pass; a pass that the store did not let end goes on at the next tick. By a clock that has jumped
 * years ahead everything would be too old: somebody has a day to notice.
 */
static void retain(struct housekeeping *k, int64_t now)
{
	if (zone_day(now) == k->retention_day || zone_second(now) < RETENTION_FROM_S ||
		!blind_calm(&k->watch, RETENTION_CALM, now))
		return;
	if (!retention_step(&k->retention, &k->watch, &k->limits, now) && db_status(k->store.db) == DB_FINE)
		k->retention_day = zone_day(now);
}

/* Keeps what months came to, for the reports; true: there is more to do. */
static bool count_months(struct housekeeping *k)
{
	if (clock_boot() < k->count_at)
		return false;
	if (report_months_keep(&k->watch, clock_now(), &k->ticker.stopping))
		return true;
	k->count_at = clock_boot() + COUNT_EACH;
	return false;
}

/* One tick. A store that does not open or answer now is told about by the loop; here it is simply tried again. */
static void tick(void *context)
{
	struct housekeeping *k = context;
	char why[256];
	bool nearly;

	if (!k->store.db) {
		if (store_open(&k->store, k->url, why, sizeof(why)) != DB_FINE) {
			k->store.db = NULL;
			return;
		}
		db_wait(k->store.db, LOCK_WAIT);
		db_until(k->store.db, &k->ticker.stopping);
	}
	if (!db_checkpoint_nearly(k->store.db, &nearly)) {
		store_close(&k->store); /* a handle that met a full disk may stay so */
		return;
	}
	k->health->log_nearly = nearly;
	k->health->log_bytes = db_log_bytes(k->store.db);
	if (!count_months(k))
		retain(k, clock_now()); /* only of what is counted */
	if (clock_boot() - k->checked_at >= MINUTE) {
		k->checked_at = clock_boot();
		k->health->broken = (uint64_t)invariants_open(&k->store, found, NULL);
	}
}

struct housekeeping *housekeeping_start(const struct settings *s, const struct watch *watch, struct health *health)
{
	struct housekeeping *k = calloc(1, sizeof(*k));

	if (!k)
		fatal("error=\"out of memory\"");
	snprintf(k->url, sizeof(k->url), "%s", s->store_url);
	k->health = health;
	k->watch = *watch;
	k->watch.store = &k->store;
	k->limits = (struct retention_limits){ s->retain_checkins_ms, s->retain_incidents_ms, s->retain_ended_ms };
	ticker_start(&k->ticker, tick, k);
	return k;
}

void housekeeping_stop(struct housekeeping *k)
{
	if (!k)
		return;
	ticker_stop(&k->ticker);
	store_close(&k->store);
	free(k);
}
