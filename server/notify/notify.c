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
#define LOCK_MS     20     /* a lock is waited for: transfers end meanwhile, and are to be looked at */
#define AGAIN_MS    10     /* after that */
#define STOPPING_MS 500    /* a lock is waited for at the end */
#define SPARE_MS    60     /* between two transactions, while much is being judged */
#define QUEUED_MS   SECOND /* a message waits so long for a connection, then it is given back */

enum { ANSWERS = DESK_ERRANDS }; /* of the broker, not yet looked at: all that it can owe us */

struct notify {
	struct settings settings;
	struct watch watch;
	struct holidays holidays;
	struct store store; /* of the thread */
	bool opened, taken_over, complained;
	bool busy; /* somebody else has the store's lock */
	struct desk desk;
	int64_t look_at;      /* when to look for due messages again, by clock_now */
	int64_t exchanged_at; /* by clock_boot */

	pthread_t thread;
	atomic_bool stopping, poked, spare;
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
	n->busy = status == DB_BUSY;
	if (!n->busy && !n->complained) {
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
		db_checkpoint_off(n->store.db); /* housekeeping's: its syncs are waited for by nobody */
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

static void take_answers(struct notify *n)
{
	struct published list[ANSWERS];
	size_t count;

	pthread_mutex_lock(&n->lock);
	count = n->answer_count;
	memcpy(list, n->answers, count * sizeof(list[0]));
	n->answer_count = 0;
	pthread_mutex_unlock(&n->lock);
	desk_answer(&n->desk, list, count);
}

/* Leases as a piece of work of its own: where that fails, results are stored nevertheless. */
static void lease(struct notify *n, int64_t now)
{
	size_t leased;
	int64_t next;

	db_save(n->store.db);
	leased = desk_lease(&n->desk, now);
	next = outbox_next_due(&n->store, now);
	if (db_keep(n->store.db)) {
		bool more = leased == DESK_LEASES;

		n->look_at = more ? now : next > now && next < now + TURN_MS ? next : now + TURN_MS;
		return;
	}
	desk_cancel(&n->desk);
	n->look_at = now + TURN_MS;
	if (db_status(n->store.db) == DB_FINE)
		log_error("part=notify lease=refused why=\"%s\"", db_why(n->store.db));
}

/*
 * Stores what has ended and, unless we end, leases what is due, in one transaction. False: nothing of it is stored, and
 * nothing may be taken before the results are. It goes by the clock as it is once the store is ours: it may be set
 * while we wait, and what waits for a time that was never near has been cut by then (rules 6).
 */
static bool exchange(struct notify *n, bool ending)
{
	int64_t now;

	do {
		if (!begin(n))
			return false;
		now = clock_now();
		desk_write_results(&n->desk, now);
		if (!ending)
			lease(n, now);
		if (store_commit(&n->store))
			break;
		desk_cancel(&n->desk);
	} while (db_again(n->store.db));
	if (db_status(n->store.db) != DB_FINE)
		return store_failed(n, db_status(n->store.db), db_why(n->store.db));
	store_works(n);
	n->exchanged_at = clock_boot();
	desk_let_go(&n->desk);
	desk_send(&n->desk, now);
	return true;
}

/* Whether there is something to exchange. False, too: the store could not say. */
static bool is_due(struct notify *n, int64_t now)
{
	int64_t next = outbox_next_due(&n->store, now);

	if (db_status(n->store.db) != DB_FINE)
		return store_failed(n, db_status(n->store.db), db_why(n->store.db));
	if (next > now)
		n->look_at = next < now + TURN_MS ? next : now + TURN_MS;
	return next <= now;
}

/* Results make room, and may ask another channel: so what is due is looked for again with each. */
static bool run_store(struct notify *n, int64_t now)
{
	n->busy = false;
	if (!open_store(n))
		return false;
	if (desk_has_results(&n->desk) || (now >= n->look_at && is_due(n, now)))
		return exchange(n, false);
	return db_status(n->store.db) == DB_FINE;
}

static int64_t wait_ms(const struct notify *n, bool well, int64_t now)
{
	int64_t ms = n->look_at - now;

	if (atomic_load(&n->stopping) || (well && desk_has_results(&n->desk)))
		return 0; /* some ended without a transfer, or there were many: to be written at once */
	if (!well)
		return n->busy ? AGAIN_MS : TURN_MS;
	return ms < 0 ? 0 : ms < TURN_MS ? ms : TURN_MS;
}

/* Half of what is under way is worth a transaction. */
static size_t enough(const struct notify *n, bool well)
{
	size_t half = desk_under_way(&n->desk, true) / 2;

	return !well ? SIZE_MAX : half == 0 ? 1 : half < DESK_RESULTS ? half : DESK_RESULTS;
}

static void turn(struct notify *n)
{
	struct transfers *transfers = n->desk.carriers.transfers;
	int64_t now = clock_now();
	int64_t spared_ms;
	bool well;

	n->desk.boot = clock_boot();
	spared_ms = n->exchanged_at + SPARE_MS - n->desk.boot;
	if (atomic_load(&n->spare) && spared_ms > 0) {
		transfers_wait(transfers, spared_ms, SIZE_MAX);
		return;
	}
	if (atomic_exchange(&n->poked, false) || n->look_at > now + TURN_MS)
		n->look_at = now;
	transfers_recall(transfers, n->desk.boot - QUEUED_MS);
	take_answers(n);
	well = run_store(n, now);
	if (well)
		n->turned_at = clock_boot();
	transfers_wait(transfers, wait_ms(n, well, clock_now()), enough(n, well));
}

static void drain(struct notify *n)
{
	struct transfers *transfers = n->desk.carriers.transfers;
	int64_t until = clock_boot() + DRAIN_MS;

	transfers_recall(transfers, INT64_MAX);
	for (;;) {
		n->desk.boot = clock_boot();
		take_answers(n);
		if (desk_under_way(&n->desk, false) == 0 || n->desk.boot >= until)
			break;
		transfers_wait(transfers, 50, SIZE_MAX);
	}
	if (!n->opened)
		return;
	db_wait(n->store.db, STOPPING_MS);
	while (desk_has_results(&n->desk) && exchange(n, true))
		;
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

void notify_spare(struct notify *n, bool spare)
{
	atomic_store(&n->spare, spare);
}

void notify_published(struct notify *n, int64_t token, int reason)
{
	pthread_mutex_lock(&n->lock);
	if (n->answer_count < ANSWERS)
		n->answers[n->answer_count++] = (struct published){ token, reason };
	pthread_mutex_unlock(&n->lock);
	transfers_ended_too(n->desk.carriers.transfers);
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
