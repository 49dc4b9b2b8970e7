/*
 * tick - what a turn of the rules costs when nothing is due: watch_run and watch_next_due over a store, as the daemon's
 * loop calls them, some thousand times. In time of the processor, so that neighbours on the machine do not count.
 *
 *   tick FILE      prints one line of JSON, µs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/hearing.h"
#include "server/watch/watch.h"

enum { TURNS = 2000 };

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static double took[TURNS];
	struct store store;
	struct holidays holidays = { 0 };
	struct watch w = { .store = &store, .holidays = &holidays, .client_id = "tick", .language = "ja" };
	char url[1024], why[512];
	int64_t now = clock_now();

	if (argc != 2)
		return 2;
	snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
	if (!zone_set("Asia/Tokyo") || store_open(&store, url, why, sizeof(why)) != DB_FINE) {
		fprintf(stderr, "tick: %s\n", why);
		return 1;
	}
	rules_default(&w.rules);
	store_begin(&store);
	hearing_set_beat(&store, w.client_id, &(struct heartbeat){ now, now });
	store_commit(&store);
	while (watch_run(&w, now))
		;
	for (int i = 0; i < TURNS; i++) {
		double began = now_us();

		if (watch_run(&w, now) || watch_next_due(&w, now) <= now) {
			fprintf(stderr, "tick: something is due\n");
			return 1;
		}
		took[i] = now_us() - began;
		now += 5; /* all of it within what was heard just now */
	}
	qsort(took, TURNS, sizeof(took[0]), ascending);
	printf("{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", took[TURNS / 2], took[TURNS * 99 / 100], took[TURNS - 1]);
	store_close(&store);
	return 0;
}
