/*
 * A disk that says no, at any request: what db_commit said is so, no half is left, and once the disk is well everything
 * goes on by itself.
 *
 * Some hours of a town that is there already are lived again and again; each time another request meets the trouble, or
 * it and all that follow. MIMAMORI_CUTS=0: every request; else so many of each kind of trouble, from first to last.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/notify/errand.h"
#include "server/store/invariants.h"
#include "tests/power/disk.h"
#include "tests/power/ledger.h"
#include "tests/power/scratch.h"
#include "tests/power/town.h"
#include "tests/unit/test.h"

enum { TRIES = 12, WELL_TURNS = 5 };

static char top[SCRATCH], folder[SCRATCH], before[SCRATCH], file[SCRATCH];
static struct ledger ledger;
static uint64_t sum_before;
static int64_t now_before;

/* A town with a day behind it. */
static void begin(void)
{
	struct town *t;

	log_level_set((enum log_level) - 1);
	scratch_make(top, "faults");
	scratch_below(folder, top, "store");
	scratch_below(before, top, "before");
	scratch_below(file, folder, "m.db");
	scratch_empty(folder);
	t = town_new(folder);
	CHECK(town_open(t) && town_import(t));
	town_pass(t, 2 * HOUR, 30 * MINUTE);
	town_press(t, 1, "ok");
	town_pass(t, 2 * HOUR, 30 * MINUTE);
	sum_before = ledger_sum(t->store.db);
	now_before = t->now;
	town_free(t);
	scratch_copy(file, before);
}

static void end(void)
{
	ledger_open(NULL, 0);
	disk_pause(true);
	scratch_remove(top);
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_message("%s\n", fault);
}

static void checkpoint(struct store *s, bool truncate)
{
	if (s->db)
		db_checkpoint(s->db, truncate);
}

static struct town *this_noon(void)
{
	struct town *t = town_new(folder);

	t->now = now_before;
	t->press_count = 1;
	t->presses[0].stored = true; /* the morning's */
	return t;
}

/* Some hours: presses, alerts, checkpoints, a restart. */
static void live(struct town *t)
{
	town_press(t, 2, "ok");
	town_press(t, 3, "unwell");
	town_turn(t);
	checkpoint(&t->keeper, false);
	town_pass(t, 2 * HOUR, HOUR); /* R4 and R5 are missed */
	checkpoint(&t->store, true);
	town_close(t);
	town_press(t, 6, "help");
	town_turn(t);
	checkpoint(&t->keeper, false);
	town_pass(t, 10 * MINUTE, 5 * MINUTE);
}

static const char presses_sql[] = "SELECT count(*) FROM checkins WHERE device_id = $1 AND id = $2";

/* True: the trouble was met. */
static bool live_with(enum disk_trouble trouble, size_t nth, size_t more)
{
	struct town *t = this_noon();
	bool met, stored = false;

	scratch_empty(folder);
	scratch_copy(before, file);
	disk_record(folder);
	ledger_open(&ledger, sum_before);
	disk_fail(trouble, nth, more);
	live(t);
	met = disk_met() > 0;
	disk_fail(DISK_WELL, 0, 0);
	for (int i = 0; i < WELL_TURNS && !stored; i++) {
		t->now += MINUTE;
		town_turn(t);
		stored = true;
		for (size_t k = 0; k < t->press_count; k++)
			stored &= t->presses[k].stored;
	}
	ledger_open(NULL, 0);
	disk_pause(true);
	CHECK(stored);
	CHECK_INT(ledger.wrong, 0);
	for (size_t i = 1; i < t->press_count; i++)
		CHECK_INT(db_number(t->store.db, 0, presses_sql, V(t->presses[i].device), V(t->presses[i].id)), 1);
	CHECK_INT(invariants_all(&t->store, print_fault, NULL), 0);
	disk_pause(false);
	town_free(t);
	return met;
}

/* How many requests of the sort a life makes. */
static size_t count_requests(enum disk_trouble trouble)
{
	size_t least = 1, most = 1;

	while (live_with(trouble, most, 0))
		least = most, most *= 2;
	while (most - least > 1) {
		size_t middle = (least + most) / 2;

		if (live_with(trouble, middle, 0))
			least = middle;
		else
			most = middle;
	}
	return most;
}

static void try_all(enum disk_trouble trouble)
{
	size_t tries = scratch_number("MIMAMORI_CUTS", TRIES), requests, step, failed = 0, runs = 0;

	begin();
	requests = count_requests(trouble);
	step = tries && requests > tries ? requests / tries : 1;
	for (size_t nth = 1; nth <= requests; nth += step)
		for (int more = 0; more < 2; more++) {
			if (getenv("MIMAMORI_SHOW"))
				print_message("%s from request %zu, %s\n", disk_trouble_names[trouble], nth,
					more ? "for good" : "once");
			live_with(trouble, nth, more ? SIZE_MAX : 0);
			failed += ledger.failed;
			runs++;
		}
	print_message("%s: %zu requests, %zu lives, %zu transactions refused\n", disk_trouble_names[trouble], requests,
		runs, failed);
	end();
}

TEST(a_disk_that_is_full)
{
	try_all(DISK_FULL);
}

TEST(a_disk_that_can_only_be_read)
{
	try_all(DISK_READ_ONLY);
}

TEST(a_disk_that_does_not_write)
{
	try_all(DISK_WRITES_BAD);
}

TEST(a_disk_that_does_not_sync)
{
	try_all(DISK_SYNCS_BAD);
}

TEST(files_that_cannot_be_opened)
{
	try_all(DISK_OPENS_BAD);
}

TEST(a_disk_that_does_not_read)
{
	try_all(DISK_READS_BAD);
}

static const char in_hand_sql[] = "UPDATE notifications SET state = 'in_flight' WHERE id = $1";
static const char help_sql[] = "SELECT max(id) FROM notifications WHERE person = 'watcher:W1' AND what = 'alert'";

/* The alert to W1 is with notify, whose nth read from then on fails. False: it makes fewer. */
static bool tell_with(struct town *t, int64_t id, size_t nth)
{
	static struct servers servers;
	struct outbox_message m = { .message_id = id, .tries = 1, .count = 1, .ids = { id } };
	struct errand *e = errand_new();
	struct notification n;
	struct store s;
	struct watch w = t->sender;
	char why[256];
	bool met;

	CHECK(store_begin(&t->store));
	db_run(t->store.db, in_hand_sql, V(id));
	CHECK(store_commit(&t->store));
	CHECK(notifications_find(&t->store, id, &n));
	memcpy(m.person, n.person, sizeof(m.person));
	memcpy(m.channel, n.channel, sizeof(m.channel));
	CHECK_INT(store_open(&s, t->url, why, sizeof(why)), DB_FINE); /* it has nothing in memory yet */
	w.store = &s;
	CHECK(errand_reserve(e, &servers, m.channel, true, 1, 0));
	errand_take(e, &w, &t->settings, &m, t->now);
	disk_record(folder);
	disk_fail(DISK_READS_BAD, nth, 0);
	CHECK(db_begin_read(s.db));
	errand_compose(e, &w, &t->settings, t->now);
	met = disk_met() > 0;
	disk_fail(DISK_WELL, 0, 0);
	disk_pause(true);
	db_rollback(s.db);
	if (e->state == ERRAND_ENDED) {
		CHECK(store_begin(&s));
		errand_record(e, &w, t->now);
		CHECK(store_commit(&s));
		CHECK(notifications_find(&t->store, id, &n));
		CHECK_TEXT(n.state, "waiting");
		errand_free(e);
	} else {
		errand_cancel(e);
	}
	store_close(&s);
	return met;
}

TEST(an_alert_whose_words_could_not_be_read_is_tried_again)
{
	struct town *t;
	size_t nth = 1;
	int64_t id;

	begin();
	t = this_noon();
	scratch_empty(folder);
	scratch_copy(before, file);
	CHECK(town_open(t));
	town_press(t, 6, "help");
	town_turn(t);
	id = db_number(t->store.db, 0, help_sql);
	CHECK(id != 0);
	while (tell_with(t, id, nth))
		nth++;
	CHECK(nth > 5);
	print_message("%zu reads\n", nth - 1);
	town_free(t);
	end();
}

static const char orphan_sql[] = "INSERT INTO devices (device_id, resident_id) VALUES ('B99', 'nobody')";

TEST(a_store_that_was_locked_while_it_was_opened_again_has_its_constraints_later)
{
	struct store s;
	sqlite3 *other;
	char why[256], url[SCRATCH + 16];

	begin();
	scratch_copy(before, file);
	disk_record(folder);
	snprintf(url, sizeof(url), "sqlite:%s", file);
	CHECK_INT(store_open(&s, url, why, sizeof(why)), DB_FINE);
	db_wait(s.db, 0);
	disk_fail(DISK_SYNCS_BAD, 1, SIZE_MAX);
	CHECK(store_begin(&s) && db_script(s.db, "INSERT INTO districts (district, name) VALUES ('D99', 'x')"));
	CHECK(!store_commit(&s));
	disk_fail(DISK_OPENS_BAD, 1, SIZE_MAX);
	CHECK(!store_begin(&s)); /* now it is closed */
	disk_fail(DISK_WELL, 0, 0);
	CHECK_INT(sqlite3_open(file, &other), SQLITE_OK);
	CHECK_INT(sqlite3_exec(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	CHECK(!store_begin(&s));
	CHECK_INT(db_status(s.db), DB_BUSY);
	sqlite3_close(other);
	CHECK(store_begin(&s));
	db_run(s.db, orphan_sql);
	CHECK(!store_commit(&s));
	CHECK_INT(db_status(s.db), DB_REFUSED);
	store_close(&s);
	end();
}

/* A disk that takes its time. */

static struct {
	struct store peer;
	int64_t presses; /* that were answered */
	size_t waits, busy;
} slow;

static const char all_sql[] = "SELECT count(*) FROM checkins";

static void look(void *context)
{
	struct town *t = context;
	int64_t answered = 0;

	for (size_t i = 1; i < t->press_count; i++)
		answered += t->presses[i].stored;
	disk_slow(NULL, NULL);
	slow.waits++;
	CHECK(db_number(slow.peer.db, -1, all_sql) == slow.presses + answered);
	if (store_begin(&slow.peer)) {
		store_rollback(&slow.peer);
	} else {
		CHECK_INT(db_status(slow.peer.db), DB_BUSY);
		slow.busy++;
	}
	disk_slow(look, context);
}

TEST(while_a_commit_waits_for_the_disk_nobody_sees_it_and_nobody_waits_with_it)
{
	struct town *t;
	char why[256];

	begin();
	scratch_copy(before, file);
	disk_record(folder);
	t = this_noon();
	CHECK(town_open(t));
	CHECK_INT(store_open(&slow.peer, t->url, why, sizeof(why)), DB_FINE);
	db_wait(slow.peer.db, 0);
	slow.presses = db_number(slow.peer.db, 0, all_sql);
	disk_slow(look, t);
	for (int i = 0; i < 20; i++) {
		town_press(t, 1 + i % 6, "ok");
		t->now += MINUTE;
		town_turn(t);
		CHECK(t->presses[i + 1].stored);
	}
	disk_slow(NULL, NULL);
	CHECK(slow.waits > 20);
	CHECK(slow.busy > 20);
	store_close(&slow.peer);
	town_free(t);
	end();
}
