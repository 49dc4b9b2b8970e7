/* housekeeping - what the store needs now and then. */
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/housekeeping.h"
#include "server/store/invariants.h"
#include "server/ticker.h"

struct housekeeping {
	char url[512];
	struct health *health;
	struct ticker ticker;
	struct store store;
	int64_t checked_at;
};

static void found(void *context, const char *fault)
{
	(void)context;
	log_error("invariant=broken fault=\"%s\"", fault);
}

/* One tick. A store that does not open or answer now is told about by the loop; here it is simply tried again. */
static void tick(void *context)
{
	struct housekeeping *k = context;
	char why[256];

	if (!k->store.db && store_open(&k->store, k->url, why, sizeof(why)) != DB_FINE) {
		k->store.db = NULL;
		return;
	}
	if (!db_checkpoint(k->store.db, false)) {
		store_close(&k->store); /* a handle that met a full disk may stay so */
		return;
	}
	k->health->log_bytes = db_log_bytes(k->store.db);
	if (clock_boot() - k->checked_at >= MINUTE) {
		k->checked_at = clock_boot();
		k->health->broken = (uint64_t)invariants_open(&k->store, found, NULL);
	}
}

struct housekeeping *housekeeping_start(const char *store_url, struct health *health)
{
	struct housekeeping *k = calloc(1, sizeof(*k));

	if (!k)
		fatal("error=\"out of memory\"");
	snprintf(k->url, sizeof(k->url), "%s", store_url);
	k->health = health;
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
