/* web - its parts put together: streams and the board they follow, the server, and what is done now and then. */
#include "server/web/web.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/sessions.h"
#include "server/ticker.h"
#include "server/web/board.h"
#include "server/web/paper.h"
#include "server/web/readings.h"
#include "server/web/serve.h"
#include "server/web/view.h"

enum { LOCK_WAIT = 200, TIDY_EACH = 10 * MINUTE, SESSIONS_KEPT = 30 * DAY, FAILURES_KEPT = DAY };

struct web {
	struct web_shared shared;
	struct watch watch; /* each thread's own begins as this: the loop's goes on changing */
	struct serve *serve;
	struct ticker ticker;
	int64_t looked_at, tidied_at; /* clock_boot */
};

/* Sessions that ended long ago, failures that are forgotten. */
static void tidy(struct store *s, int64_t now)
{
	if (!store_begin(s))
		return;
	sessions_sweep(s, now - SESSIONS_KEPT);
	throttles_sweep(s, now - FAILURES_KEPT);
	store_commit(s);
}

/* Each minute, on a store that is open for that only: a paper list, if one is to be written; tidying. */
static void look(struct web *web, int64_t boot)
{
	struct watch watch = *web->shared.watch;
	struct store store;
	char why[256];

	if (store_open(&store, web->shared.settings->store_url, why, sizeof(why)) != DB_FINE)
		return; /* the loop says so */
	db_wait(store.db, LOCK_WAIT);
	watch.store = &store;
	paper_keep(web->shared.settings, &watch, clock_now());
	if (boot - web->tidied_at >= TIDY_EACH) {
		web->tidied_at = boot;
		tidy(&store, clock_now());
	}
	store_close(&store);
}

static void tick(void *context)
{
	struct web *web = context;
	int64_t boot = clock_boot();

	serve_sweep(web->serve, boot);
	if (boot - web->looked_at >= MINUTE && !web->shared.health->timeless) {
		web->looked_at = boot;
		look(web, boot);
	}
}

struct web *web_start(
	const struct settings *s, const struct watch *watch, struct health *health, int poke_fd, FILE *errors)
{
	struct web *web = calloc(1, sizeof(*web));

	if (!web)
		fatal("error=\"out of memory\"");
	web->shared.settings = s;
	web->watch = *watch;
	web->shared.watch = &web->watch;
	web->shared.health = health;
	web->shared.poke_fd = poke_fd;
	web->tidied_at = clock_boot();
	web->shared.streams = streams_new();
	web->shared.readings = readings_new();
	web->shared.counted = counted_new();
	web->shared.board = board_start(s, watch, web->shared.streams);
	web->serve = serve_start(&web->shared, errors);
	if (web->serve) {
		ticker_start(&web->ticker, tick, web);
		return web;
	}
	web_stop(web);
	return NULL;
}

void web_notify(struct web *web, struct notify *notify)
{
	web->shared.notify = notify;
}

void web_close(struct web *web)
{
	streams_close(web->shared.streams);
	serve_close(web->serve);
}

bool web_busy(struct web *web)
{
	return serve_busy(web->serve);
}

void web_stop(struct web *web)
{
	if (!web)
		return;
	if (web->serve)
		ticker_stop(&web->ticker);
	streams_close(web->shared.streams);
	serve_stop(web->serve);
	board_stop(web->shared.board);
	streams_free(web->shared.streams);
	readings_free(web->shared.readings);
	counted_free(web->shared.counted);
	free(web);
}
