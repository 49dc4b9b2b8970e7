/*
 * trial - `mimamori test-alert WATCHER`: a message to each of a watcher's channels, marked as a test.
 *
 * The daemon sends it as it sends everything else; so the test shows that an alert would arrive. The command waits a
 * little for what becomes of it, where a daemon is running.
 */
#include <string.h>
#include <time.h>

#include "common/clock.h"
#include "server/cli/commands.h"
#include "server/cli/progress.h"
#include "server/cli/reply.h"
#include "server/store/audit.h"
#include "server/store/watchers.h"
#include "server/watch/blind.h"
#include "server/watch/telling.h"

enum { CHANNELS_MOST = 32 };
#define WAIT_MS (20 * SECOND)
#define LOOK_MS (SECOND / 4)

static bool ended(const struct notification *n)
{
	return strcmp(n->state, "waiting") != 0 && strcmp(n->state, "in_flight") != 0;
}

/* How many have an end. */
static size_t count_ended(struct cli *cli, const int64_t *ids, size_t count)
{
	size_t n = 0;

	for (size_t k = 0; k < count; k++) {
		struct notification test;

		n += notifications_find(&cli->store, ids[k], &test) && ended(&test);
	}
	return n;
}

static void wait_for(struct cli *cli, const int64_t *ids, size_t count)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000 };
	int64_t began = clock_boot();
	struct progress progress;
	size_t n;

	progress_begin(&progress, "sending");
	while ((n = count_ended(cli, ids, count)) < count && clock_boot() - began < WAIT_MS) {
		progress_show(&progress, (int64_t)n, (int64_t)count);
		nanosleep(&pause, NULL);
	}
	progress_end(&progress);
}

/* What became of each; false: one was refused. */
static bool print_results(struct cli *cli, const int64_t *ids, size_t count)
{
	bool fine = true;

	for (size_t k = 0; k < count; k++) {
		struct notification n;

		if (!notifications_find(&cli->store, ids[k], &n))
			continue;
		printf("%s: %s%s%s\n", n.channel, ended(&n) ? n.state : "waiting", n.answer[0] ? ", " : "", n.answer);
		fine &= strcmp(n.state, "refused") != 0 && strcmp(n.state, "dropped") != 0;
	}
	return fine;
}

int command_test_alert(struct cli *cli, const struct arguments *a)
{
	int64_t ids[CHANNELS_MOST], beat_at = blind_last_beat(&cli->watch);
	char person[PERSON];
	struct watcher w;
	size_t count;

	if (!store_begin(&cli->store))
		return reply_store(cli);
	if (!watchers_find(&cli->store, a->word, &w))
		return reply_refused(cli, "there is no watcher %s", a->word);
	PERSON_OF(person, "watcher", a->word);
	count = telling_test(&cli->watch, person, cli->now, ids, CHANNELS_MOST);
	if (!count)
		return reply_refused(cli, "%s has no channel", a->word);
	audit_add(&cli->store, cli->now, cli->who, a->command->name, a->word, "");
	if (!store_commit(&cli->store))
		return reply_store(cli);
	if (cli->now - beat_at <= cli->settings.rules.deaf_ms)
		wait_for(cli, ids, count);
	else
		fputs("mimamori: no mimamorid seems to be running; it will send this when it does\n", stderr);
	return print_results(cli, ids, count) ? CLI_DONE : CLI_FAILED;
}
