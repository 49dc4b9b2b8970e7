/*
 * notify - the thread: results into the store, due messages out of it, all transfers at once.
 *
 * What was sent is not sent again before its result is stored: while the store is unwell results wait here, and nothing
 * new is taken. Only a crash between the two sends a message twice, as the same message.
 */
#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/desk.h"
#include "server/notify/notify.h"

#define TURN_MS     SECOND
#define DRAIN_MS    (6 * SECOND / 5)
#define LOCK_MS     SECOND /* a lock is waited for; less than the store's own, so that an end does not take longer */
#define STOPPING_MS 500    /* the same at the end */

enum { ANSWERS = 256 }; /* of the broker, not yet looked at; far more than it can owe us */

struct notify {
	struct settings settings;
	struct watch watch;
	struct holidays holidays;
	struct store store; /* of the thread */
	bool opened, taken_over, complained;
	struct desk desk;
	int64_t look_at; /* when to look for due messages again, by clock_now */

	pthread_t thread;
	atomic_bool stopping, poked;
	atomic_int_fast64_t turned_at;
	pthread_mutex_t lock; /* of answers */
	struct published answers[ANSWERS];
	size_t answer_count;
};

/* One line when it begins, one when it is over. */
static bool store_failed(struct notify *n, enum db_status status, const char *why)
{
	if (status == DB_CORRUPT)
		fatal("part=notify store=corrupt why=\"%s\"", why);
	if (status != DB_BUSY && !n->complained) {
		log_error("part=notify store=unwell why=\"%s\"", why);
		n->complained = true;
	}
	return false;
}

static bool store_works(struct notify *n)
{
	if (n->complained)
		log_info("part=notify store=well");
	n->complained = false;
	return true;
}

static bool commit(struct notify *n)
{
	if (store_commit(&n->store))
		return store_works(n);
	return store_failed(n, db_status(n->store.db), db_why(n->store.db));
}

static bool begin(struct notify *n)
{
	if (store_begin(&n->store))
		return true;
	return store_failed(n, db_status(n->store.db), db_why(n->store.db));
}

/* Opens the store, and takes over what a former run of ours had in hand. */
static bool open_store(struct notify *n)
{
	char why[512];
	enum db_status status;

	if (!n->opened) {
		status = store_open(&n->store, n->settings.store_url, why, sizeof(why));
		if (status != DB_FINE)
			return store_failed(n, status, why);
		db_wait(n->store.db, LOCK_MS);
		n->opened = true;
	}
	if (!n->taken_over) {
		if (!begin(n))
			return false;
		outbox_take_over(&n->store, n->settings.mqtt_client_id);
		n->taken_over = commit(n);
	}
	return n->taken_over;
}

static void take_answers(struct notify *n, int64_t now)
{
	struct published list[ANSWERS];
	size_t count;

	pthread_mutex_lock(&n->lock);
	count = n->answer_count;
	memcpy(list, n->answers, count * sizeof(list[0]));
	n->answer_count = 0;
	pthread_mutex_unlock(&n->lock);
	desk_answer(&n->desk, list, count, now);
}

/* What has ended, in one transaction. False: it is kept, and nothing may be taken from the store until it is there. */
static bool record(struct notify *n, int64_t now)
{
	if (!desk_has_results(&n->desk))
		return true;
	do {
		if (!begin(n))
			return false;
		desk_write_results(&n->desk, now);
	} while (!store_commit(&n->store) && db_again(n->store.db));
	if (db_status(n->store.db) != DB_FINE)
		return store_failed(n, db_status(n->store.db), db_why(n->store.db));
	store_works(n);
	desk_let_go(&n->desk, now);
	n->look_at = now; /* there is room again, and perhaps another channel to ask */
	return true;
}

/* Takes what is due and there is room for, and sends it. False: the store could not say. */
static bool take_due(struct notify *n, int64_t now)
{
	int64_t next = outbox_next_due(&n->store, now);

	if (db_status(n->store.db) != DB_FINE)
		return store_failed(n, db_status(n->store.db), db_why(n->store.db));
	n->look_at = next > now && next < now + TURN_MS ? next : now + TURN_MS;
	if (next > now)
		return true;
	if (!begin(n))
		return false;
	if (!desk_lease(&n->desk, now) || !commit(n)) {
		store_rollback(&n->store);
		desk_cancel(&n->desk);
		return false;
	}
	if (desk_send(&n->desk, now) > 0)
		n->look_at = now; /* there may be more */
	return true;
}

static int64_t wait_ms(const struct notify *n, int64_t now)
{
	int64_t ms = n->look_at - now;

	if (atomic_load(&n->stopping) || (desk_has_results(&n->desk) && !n->complained))
		return 0; /* some ended without a transfer: to be written at once */
	return ms < 0 ? 0 : ms < TURN_MS ? ms : TURN_MS;
}

static void turn(struct notify *n)
{
	int64_t now = clock_now();
	bool well;

	n->desk.boot = clock_boot();
	if (atomic_exchange(&n->poked, false) || n->look_at > now + TURN_MS)
		n->look_at = now;
	take_answers(n, now);
	well = open_store(n) && record(n, now) && (now < n->look_at || take_due(n, now));
	if (well)
		n->turned_at = clock_boot();
	else
		n->look_at = now + TURN_MS;
	transfers_turn(n->desk.carriers.transfers, wait_ms(n, clock_now()));
}

static void drain(struct notify *n)
{
	int64_t until = clock_boot() + DRAIN_MS;

	while (desk_waits(&n->desk) && clock_boot() < until) {
		transfers_turn(n->desk.carriers.transfers, 50);
		n->desk.boot = clock_boot();
		take_answers(n, clock_now());
	}
	if (n->opened) {
		db_wait(n->store.db, STOPPING_MS);
		take_answers(n, clock_now());
		record(n, clock_now());
	}
}

static void *run(void *context)
{
	struct notify *n = context;

	while (!atomic_load(&n->stopping))
		turn(n);
	drain(n);
	return NULL;
}

static void release(struct notify *n)
{
	desk_release(&n->desk);
	if (n->opened)
		store_close(&n->store);
	holidays_release(&n->holidays);
	pthread_mutex_destroy(&n->lock);
	free(n);
}

/* Signals are the loop's business; a broken connection is an error, not a signal. */
static bool start_thread(struct notify *n)
{
	sigset_t all, was;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	started = pthread_create(&n->thread, NULL, run, n) == 0;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return started;
}

struct notify *notify_start(const struct settings *s, const struct notify_device *device, FILE *errors)
{
	struct notify *n = calloc(1, sizeof(*n));

	if (!n || sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		fatal("error=\"out of memory\"");
	n->settings = *s;
	n->desk.settings = &n->settings;
	n->desk.watch = &n->watch;
	n->desk.carriers.transfers = transfers_new();
	if (device)
		n->desk.carriers.device = *device;
	pthread_mutex_init(&n->lock, NULL);
	if (!settings_watch(&n->settings, &n->store, &n->watch, &n->holidays, errors)) {
		release(n);
		return NULL;
	}
	if (!start_thread(n)) {
		fprintf(errors, "notify: the thread cannot be started\n");
		release(n);
		return NULL;
	}
	return n;
}

void notify_stop(struct notify *n)
{
	if (!n)
		return;
	atomic_store(&n->stopping, true);
	transfers_wake(n->desk.carriers.transfers);
	pthread_join(n->thread, NULL);
	release(n);
}

void notify_poke(struct notify *n)
{
	atomic_store(&n->poked, true);
	transfers_wake(n->desk.carriers.transfers);
}

void notify_published(struct notify *n, int64_t token, int reason)
{
	pthread_mutex_lock(&n->lock);
	if (n->answer_count < ANSWERS)
		n->answers[n->answer_count++] = (struct published){ token, reason };
	pthread_mutex_unlock(&n->lock);
	transfers_wake(n->desk.carriers.transfers);
}

size_t notify_stats(struct notify *n, struct notify_channel_stats list[NOTIFY_CHANNELS])
{
	size_t i;

	for (i = 0; i < channel_count && i < NOTIFY_CHANNELS; i++)
		list[i] = (struct notify_channel_stats){ .channel = channel_list[i]->name,
			.sent = n->desk.counts[i].sent,
			.refused = n->desk.counts[i].refused,
			.retried = n->desk.counts[i].retried };
	return i;
}

int64_t notify_turned_at(struct notify *n)
{
	return n->turned_at;
}
