/* outbox: grouping, leases, what waits and what never does (rules 5). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/store/outbox.h"
#include "server/store/schema.h"
#include "server/store/store.h"
#include "tests/unit/test.h"

#define NOON INT64_C(1795402800000)

static char folder[64];
static struct store store;
static struct outbox_message got[64];
static const char *full; /* a channel the sender has no room for */

static void open_store(void)
{
	char url[128], why[256];

	snprintf(folder, sizeof(folder), "/tmp/mimamori-outbox-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	full = NULL;
}

static void close_store(void)
{
	char path[128];

	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store.db%s", folder, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0);
}

/* Writes a notification due at send_at; its id. */
static int64_t add(const char *person, const char *channel, bool urgent, int64_t send_at)
{
	static int round;
	struct notification n = { .round = ++round, .urgent = urgent, .written_at = send_at, .send_at = send_at };

	snprintf(n.kind, sizeof(n.kind), "%s", urgent ? "help" : "missed");
	snprintf(n.what, sizeof(n.what), "alert");
	snprintf(n.person, sizeof(n.person), "%s", person);
	snprintf(n.channel, sizeof(n.channel), "%s", channel);
	CHECK(store_begin(&store));
	CHECK(notifications_add(&store, &n));
	CHECK(store_commit(&store));
	return n.id;
}

static bool room(void *context, int64_t message_id, const char *channel)
{
	(void)context;
	(void)message_id;
	return !full || strcmp(full, channel) != 0;
}

static size_t lease_kind(const char *kind, int64_t now)
{
	const struct outbox_terms terms = {
		.who = "mimamorid", .lease_ms = 2 * MINUTE, .group_ms = 30 * SECOND, .room = room
	};
	size_t n;

	CHECK(store_begin(&store));
	n = outbox_lease(&store, &terms, kind, now, got, 64);
	CHECK(store_commit(&store));
	return n;
}

static size_t lease(int64_t now)
{
	return lease_kind("", now);
}

/* As telling does: sent, or back to waiting. */
static void end(int64_t id, int64_t retry_at)
{
	CHECK(store_begin(&store));
	if (retry_at)
		CHECK(notifications_retry(&store, id, retry_at, "mail: 451"));
	else
		CHECK(notifications_move(&store, id, "in_flight", "sent", "mail: 250", NOON));
	CHECK(store_commit(&store));
}

TEST(the_first_message_to_a_person_leaves_at_once_and_those_that_follow_within_30_s_go_as_one)
{
	int64_t first, second, third;

	open_store();
	first = add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	CHECK_INT(got[0].message_id, first);
	CHECK_INT(got[0].count, 1);
	end(first, 0);

	second = add("watcher:W1", "mail:a@example.jp", false, NOON + 5 * SECOND);
	CHECK_INT(lease(NOON + 5 * SECOND), 0);
	third = add("watcher:W1", "mail:a@example.jp", false, NOON + 20 * SECOND);
	CHECK_INT(lease(NOON + 30 * SECOND - 1), 0);
	CHECK_INT(outbox_next_due(&store, NOON + 20 * SECOND), NOON + 30 * SECOND);
	CHECK_INT(lease(NOON + 30 * SECOND), 1);
	CHECK_INT(got[0].count, 2);
	CHECK_INT(got[0].message_id, second);
	CHECK_INT(got[0].ids[0], second);
	CHECK_INT(got[0].ids[1], third);
	close_store();
}

TEST(another_person_and_another_channel_do_not_wait)
{
	open_store();
	add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	add("watcher:W1", "log:", false, NOON + 1);
	add("watcher:W2", "mail:a@example.jp", false, NOON + 1);
	add("watcher:W1", "mail:a@example.jp", false, NOON + 1);
	CHECK_INT(lease(NOON + 1), 2);
	close_store();
}

TEST(what_is_due_together_goes_as_one_message)
{
	open_store();
	for (int i = 0; i < 5; i++)
		add("user:tanaka", "mail:t@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	CHECK_INT(got[0].count, 5);
	close_store();
}

TEST(more_than_a_message_holds_follows_as_the_next)
{
	open_store();
	for (int i = 0; i < OUTBOX_MEMBERS + 3; i++)
		add("user:tanaka", "mail:t@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 2);
	CHECK_INT(got[0].count, OUTBOX_MEMBERS);
	CHECK_INT(got[1].count, 3);
	add("user:tanaka", "mail:t@example.jp", false, NOON + 1);
	CHECK_INT(lease(NOON + 1), 0); /* and what comes later waits as always */
	CHECK_INT(lease(NOON + 30 * SECOND), 1);
	close_store();
}

TEST(help_never_waits_and_goes_alone_and_first)
{
	int64_t help, other_help;

	open_store();
	add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	add("watcher:W1", "mail:a@example.jp", false, NOON + 1);
	add("watcher:W2", "mail:b@example.jp", false, NOON + 1);
	help = add("watcher:W1", "mail:a@example.jp", true, NOON + 2);
	other_help = add("watcher:W1", "mail:a@example.jp", true, NOON + 2);
	CHECK_INT(lease(NOON + 2), 3);
	CHECK_INT(got[0].message_id, help);
	CHECK_INT(got[0].count, 1);
	CHECK(got[0].urgent);
	CHECK_INT(got[1].message_id, other_help);
	CHECK_TEXT(got[2].person, "watcher:W2");
	close_store();
}

TEST(however_often_help_is_told_what_waits_for_its_group_goes_at_its_time)
{
	int64_t waits;

	open_store();
	add("user:tanaka", "mail:t@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	waits = add("user:tanaka", "mail:t@example.jp", false, NOON + SECOND);
	for (int64_t i = 1; i < 6; i++) {
		add("user:tanaka", "mail:t@example.jp", true, NOON + i * 5 * SECOND);
		CHECK_INT(lease(NOON + i * 5 * SECOND), 1);
		CHECK(got[0].urgent);
	}
	CHECK_INT(lease(NOON + 30 * SECOND), 1);
	CHECK_INT(got[0].message_id, waits);
	close_store();
}

TEST(a_resend_keeps_members_and_id_and_nothing_joins_it)
{
	int64_t first, second;

	open_store();
	first = add("watcher:W1", "mail:a@example.jp", false, NOON);
	second = add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	CHECK_INT(got[0].tries, 1);
	end(first, NOON + 5 * SECOND);
	end(second, NOON + 5 * SECOND);
	CHECK_INT(outbox_next_due(&store, NOON + 1), NOON + 5 * SECOND);
	add("watcher:W1", "mail:a@example.jp", false, NOON + 1);
	CHECK_INT(lease(NOON + 5 * SECOND - 1), 0);
	CHECK_INT(lease(NOON + 5 * SECOND), 1);
	CHECK_INT(got[0].message_id, first);
	CHECK_INT(got[0].tries, 2);
	CHECK_INT(got[0].count, 2);
	CHECK_INT(got[0].ids[1], second);
	end(first, NOON + MINUTE);
	end(second, NOON + MINUTE);
	CHECK_INT(lease(NOON + MINUTE), 2);
	CHECK_INT(got[0].count, 1); /* the new one was due earlier */
	CHECK_INT(got[1].message_id, first);
	CHECK_INT(got[1].count, 2);
	close_store();
}

TEST(a_lease_that_ran_out_is_due_again_as_the_same_message)
{
	int64_t first;

	open_store();
	first = add("watcher:W1", "mail:a@example.jp", false, NOON);
	add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	CHECK_INT(lease(NOON + 2 * MINUTE - 1), 0);
	CHECK_INT(outbox_next_due(&store, NOON + 1), NOON + 2 * MINUTE);
	CHECK_INT(lease(NOON + 2 * MINUTE), 1);
	CHECK_INT(got[0].message_id, first);
	CHECK_INT(got[0].count, 2);
	CHECK_INT(got[0].tries, 2);
	close_store();
}

TEST(a_new_run_takes_over_what_its_former_one_had_in_hand)
{
	open_store();
	add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	CHECK(store_begin(&store));
	outbox_take_over(&store, "another");
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON + 1), 0);
	CHECK(store_begin(&store));
	outbox_take_over(&store, "mimamorid");
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON + 1), 1);
	close_store();
}

TEST(clocks_that_went_back_hold_nothing)
{
	open_store();
	add("watcher:W1", "mail:a@example.jp", false, NOON - DAY);
	CHECK_INT(lease(NOON), 1); /* and is lost with its sender */
	add("watcher:W1", "mail:a@example.jp", false, NOON - DAY);
	CHECK_INT(lease(NOON - DAY), 2);
	close_store();
}

TEST(a_resend_has_its_messages_time_though_the_clock_was_set_back)
{
	int64_t id;

	open_store();
	id = add("watcher:W1", "mail:a@example.jp", false, NOON - 1);
	CHECK_INT(lease(NOON), 1);
	CHECK_INT(got[0].message_at, NOON);
	end(id, NOON + MINUTE);
	CHECK(store_begin(&store));
	outbox_cut(&store, NOON - HOUR, 10 * MINUTE);
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON - HOUR), 1);
	CHECK_INT(got[0].message_at, NOON);
	close_store();
}

TEST(a_next_try_that_a_clock_set_back_left_far_ahead_is_cut_but_no_readers_hours)
{
	struct notification night = { .expectation_id = 0,
		.round = 1,
		.kind = "missed",
		.what = "alert",
		.person = "watcher:W2",
		.channel = "log:",
		.put_off = true,
		.written_at = NOON,
		.send_at = NOON + DAY };
	int64_t first;

	open_store();
	first = add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK_INT(lease(NOON), 1);
	end(first, NOON + 10 * MINUTE);
	CHECK(store_begin(&store));
	CHECK(notifications_add(&store, &night));
	outbox_cut(&store, NOON - HOUR, 10 * MINUTE);
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON - HOUR), 1);
	CHECK_INT(got[0].message_id, first);
	close_store();
}

TEST(what_was_to_leave_at_once_when_the_clock_was_set_back_leaves_at_once)
{
	open_store();
	add("watcher:W1", "mail:a@example.jp", false, NOON);
	CHECK(store_begin(&store));
	outbox_cut(&store, NOON - 5 * MINUTE, 10 * MINUTE);
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON - 5 * MINUTE), 1);
	close_store();
}

TEST(an_address_without_room_is_left_and_fills_no_lease)
{
	open_store();
	for (int i = 0; i < 10; i++) {
		char person[PERSON];

		snprintf(person, sizeof(person), "watcher:W%d", i);
		add(person, "webhook:https://slow.example/", false, NOON);
	}
	add("watcher:W1", "mail:a@example.jp", false, NOON + 1);
	full = "webhook:https://slow.example/";
	CHECK_INT(lease(NOON + 1), 1);
	CHECK_TEXT(got[0].channel, "mail:a@example.jp");
	full = NULL;
	CHECK_INT(lease_kind("mail", NOON + 1), 0);
	CHECK_INT(lease_kind("webhook", NOON + 1), 10);
	close_store();
}

static int asked;
static bool refuse_all;

static bool count_and_refuse(void *context, int64_t message_id, const char *channel)
{
	(void)context;
	(void)message_id;
	asked++;
	return !refuse_all && strncmp(channel, "webhook:https://slow.example", 28) != 0;
}

/* More than any lease looks at. */
TEST(however_much_waits_where_there_is_no_room_the_others_are_leased_and_few_are_asked_about)
{
	const struct outbox_terms terms = {
		.who = "mimamorid", .lease_ms = MINUTE, .group_ms = 30 * SECOND, .room = count_and_refuse
	};
	char sql[1024];

	open_store();
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
		" INSERT INTO notifications (key, kind, what, round, person, channel, state, place, written_at, send_at)"
		" SELECT 'k' || i, 'missed', 'alert', 1, 'watcher:X' || i, 'webhook:https://slow.example/' || i,"
		" 'waiting', 'webhook:https://slow.example', %lld, %lld FROM n",
		(long long)NOON, (long long)NOON);
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, sql));
	CHECK(store_commit(&store));
	add("watcher:W1", "webhook:https://quick.example/", false, NOON + 1);
	add("watcher:W2", "webhook:https://zebra.example/", false, NOON + 2);
	add("watcher:W3", "mail:a@example.jp", false, NOON + 3);
	asked = 0;
	CHECK(store_begin(&store));
	CHECK_INT(outbox_lease(&store, &terms, "", NOON + 3, got, 64), 3);
	CHECK(store_commit(&store));
	CHECK(asked < 200);
	close_store();
}

/* A store of version 3, in which 300 mails wait; the first was tried before. */
static void make_old_store(const char *url)
{
	enum db_status status;
	char why[256], sql[1024];
	struct db *db = db_open(url, true, &status, why, sizeof(why));

	CHECK(db && db_begin(db));
	CHECK(db_script(db, "CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;"
			    "INSERT INTO schema_version (version) VALUES (3);"));
	for (int i = 0; i < 3; i++)
		CHECK(db_script(db, schema_migrations[i]));
	snprintf(sql, sizeof(sql),
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
		" INSERT INTO notifications (key, kind, what, round, person, channel, state, message_id, written_at, send_at)"
		" SELECT 'k' || i, 'missed', 'alert', 1, 'watcher:X' || i, 'mail:x' || i || '@example.jp', 'waiting',"
		" CASE WHEN i = 1 THEN 1 END, %lld, %lld FROM n",
		(long long)NOON - 1, (long long)NOON);
	CHECK(db_script(db, sql));
	CHECK(db_commit(db));
	db_close(db);
}

TEST(what_waited_before_an_upgrade_is_leased_like_all_and_is_the_same_message)
{
	const struct outbox_terms terms = {
		.who = "mimamorid", .lease_ms = MINUTE, .group_ms = 30 * SECOND, .room = count_and_refuse
	};
	char url[128], why[256];

	open_store();
	close_store();
	CHECK(mkdir(folder, 0700) == 0);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", folder);
	make_old_store(url);
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	CHECK_INT(lease(NOON), 64);
	CHECK_INT(got[0].message_id, 1);
	CHECK_INT(got[0].message_at, NOON - 1);
	CHECK_INT(got[1].message_at, NOON);
	refuse_all = true;
	asked = 0;
	CHECK(store_begin(&store));
	CHECK_INT(outbox_lease(&store, &terms, "", NOON, got, 64), 0);
	CHECK(store_commit(&store));
	refuse_all = false;
	CHECK(asked < 100);
	close_store();
}

TEST(places_have_their_turns)
{
	struct outbox_terms terms = { .who = "mimamorid", .lease_ms = MINUTE, .group_ms = 30 * SECOND, .room = room };
	static const char *const hosts[] = { "a", "b", "c" };

	open_store();
	for (int i = 0; i < 30; i++) {
		char person[PERSON], channel[ADDRESS];

		snprintf(person, sizeof(person), "watcher:W%d", i);
		snprintf(channel, sizeof(channel), "webhook:https://%s.example/", hosts[i / 10]);
		add(person, channel, false, NOON);
	}
	for (int i = 0; i < 3; i++) {
		CHECK(store_begin(&store));
		CHECK_INT(outbox_lease(&store, &terms, "", NOON, got, 5), 5);
		CHECK(store_commit(&store));
		CHECK_INT(got[0].channel[16], hosts[i][0]);
		terms.from = got[4].channel;
	}
	close_store();
}

TEST(a_put_off_alert_waits_while_its_incident_is_claimed)
{
	struct incident i = { .kind = INCIDENT_BLIND, .state = INCIDENT_OPEN, .opened_at = NOON };
	struct notification n = { .round = 1, .put_off = true, .written_at = NOON, .send_at = NOON };

	open_store();
	CHECK(store_begin(&store));
	i.id = n.incident_id = incidents_add(&store, &i);
	snprintf(n.kind, sizeof(n.kind), "blind");
	snprintf(n.what, sizeof(n.what), "alert");
	snprintf(n.person, sizeof(n.person), "watcher:W1");
	snprintf(n.channel, sizeof(n.channel), "log:");
	CHECK(notifications_add(&store, &n));
	i.state = INCIDENT_CLAIMED;
	CHECK(incidents_save(&store, &i, INCIDENT_OPEN));
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON), 0);
	CHECK(store_begin(&store));
	i.state = INCIDENT_OPEN;
	CHECK(incidents_save(&store, &i, INCIDENT_CLAIMED));
	CHECK(store_commit(&store));
	CHECK_INT(lease(NOON), 1);
	close_store();
}

TEST(nothing_waits_nothing_is_due)
{
	open_store();
	CHECK_INT(outbox_next_due(&store, NOON), INT64_MAX);
	CHECK_INT(outbox_oldest_due(&store, NOON), INT64_MAX);
	add("watcher:W1", "mail:a@example.jp", false, NOON + HOUR);
	CHECK_INT(outbox_next_due(&store, NOON), NOON + HOUR);
	CHECK_INT(outbox_oldest_due(&store, NOON), INT64_MAX);
	CHECK_INT(outbox_oldest_due(&store, NOON + 2 * HOUR), NOON + HOUR);
	close_store();
}
