/*
 * street - for tests of single rules: one district, a few residents with a button each, the real store in a folder of
 * its own, and hearing that is set from outside. Stories with people, channels and passing time use stories/world.h.
 */
#ifndef TESTS_UNIT_STREET_H
#define TESTS_UNIT_STREET_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/hearing.h"
#include "server/watch/blind.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/press.h"
#include "tests/unit/test.h"

#define UNUSED_OK __attribute__((unused))

static struct {
	char folder[64];
	struct store store;
	struct holidays holidays;
	struct watch watch;
	struct ack ack; /* of the latest press */
	int presses;
} street;

#define W (&street.watch)

/* A local time: "2026-11-23 10:30" or with seconds. */
static UNUSED_OK int64_t T(const char *local)
{
	char date[DATE_TEXT];
	int32_t day;
	int hour = 0, minute = 0, second = 0;

	snprintf(date, sizeof(date), "%.10s", local);
	CHECK(date_parse(date, &day));
	CHECK(sscanf(local + 11, "%d:%d:%d", &hour, &minute, &second) >= 2);
	return zone_instant(day, hour * 3600 + minute * 60 + second, ZONE_FIRST);
}

static UNUSED_OK void sql(const char *statement)
{
	CHECK(store_begin(&street.store));
	db_script(street.store.db, statement);
	if (!store_commit(&street.store))
		fail_msg("%s: %s", statement, db_why(street.store.db));
}

/* The one integer a query gives, -1 for none; like all texts of SQL it must be static. */
static UNUSED_OK int64_t number(const char *query)
{
	return db_number(street.store.db, -1, query);
}

static UNUSED_OK void text(const char *query, char *to, size_t size)
{
	struct query *q = db_query(street.store.db, query);

	to[0] = '\0';
	if (db_step(q))
		db_copy(q, 0, to, size);
	db_done(q);
}

#define CHECK_SQL(query, wanted)                 \
	do {                                     \
		char got_[256];                  \
		text(query, got_, sizeof(got_)); \
		CHECK_TEXT(got_, wanted);        \
	} while (0)

/* Also after a test that failed on its way. */
__attribute__((destructor)) static void street_clean(void)
{
	char command[128];

	if (!street.folder[0])
		return;
	store_close(&street.store);
	snprintf(command, sizeof(command), "rm -rf %s", street.folder);
	if (system(command) != 0)
		perror(street.folder);
	street.folder[0] = '\0';
}

static UNUSED_OK void street_open(void)
{
	char url[128], why[256];

	street_clean();
	memset(&street, 0, sizeof(street));
	log_level_set(LOG_LEVEL_ERROR);
	CHECK(zone_set("Asia/Tokyo"));
	snprintf(street.folder, sizeof(street.folder), "/tmp/mimamori-street-XXXXXX");
	CHECK(mkdtemp(street.folder) != NULL);
	snprintf(url, sizeof(url), "sqlite:%s/store.db", street.folder);
	CHECK_INT(store_open(&street.store, url, why, sizeof(why)), DB_FINE);
	db_script(street.store.db, "PRAGMA synchronous = OFF");
	street.watch = (struct watch){ .store = &street.store,
		.holidays = &street.holidays,
		.client_id = "us",
		.language = "ja",
		.council = "本町市社協",
		.phone = "000-000-0000" };
	rules_default(&street.watch.rules);
	sql("INSERT INTO districts (district, name) VALUES ('D1', '本町')");
}

static UNUSED_OK void street_close(void)
{
	CHECK_INT(db_status(street.store.db), DB_FINE);
	street_clean();
}

/* A resident R with the button b-R, whose service begins at an instant. */
static UNUSED_OK void resident(const char *id, const char *schedule, int64_t now)
{
	char statement[512];

	snprintf(statement, sizeof(statement),
		"INSERT INTO residents (resident_id, name, district, schedule) VALUES ('%s', '%s', 'D1', '%s');"
		"INSERT INTO devices (device_id, resident_id) VALUES ('b-%s', '%s')",
		id, id, schedule, id, id);
	sql(statement);
	CHECK(store_begin(&street.store));
	expectation_begin(W, id, now);
	CHECK(store_commit(&street.store));
}

/* We have heard everything up to an instant, and always did. */
static UNUSED_OK void heard(int64_t until)
{
	CHECK(store_begin(&street.store));
	hearing_set_beat(&street.store, "us", &(struct heartbeat){ until, until });
	CHECK(store_commit(&street.store));
}

/* An echo sent at an instant comes back at once. */
static UNUSED_OK void echo(int64_t sent_at)
{
	CHECK(store_begin(&street.store));
	blind_heard(W, sent_at, sent_at);
	CHECK(store_commit(&street.store));
}

/* All looks due at `now`, as far as we have heard. */
static UNUSED_OK void looks(int64_t now)
{
	for (int turns = 0; expectation_run(W, now); turns++)
		CHECK(turns < 100);
}

/* Time comes to `now`, heard all the while. */
static UNUSED_OK void at(int64_t now)
{
	heard(now);
	looks(now);
}

static UNUSED_OK enum ack_result take(struct checkin c, int64_t now, int64_t kept_since_at)
{
	CHECK(store_begin(&street.store));
	press_take(W, &c, now, kept_since_at, &street.ack);
	CHECK(store_commit(&street.store));
	return street.ack.result;
}

/* A check-in of R's button with a new id and no clock. */
static UNUSED_OK struct checkin checkin(const char *id, enum checkin_kind kind)
{
	struct checkin c = { .kind = kind, .at = -1, .age_ms = -1, .battery = -1 };

	snprintf(c.device_id, sizeof(c.device_id), "b-%s", id);
	snprintf(c.id, sizeof(c.id), "p%d", ++street.presses);
	return c;
}

static UNUSED_OK enum ack_result press(const char *id, enum checkin_kind kind, int64_t now)
{
	return take(checkin(id, kind), now, 0);
}

/* The telephone was answered: all is well, the press was forgotten. */
static UNUSED_OK struct closing forgot(const char *by)
{
	return (struct closing){ .outcome = "safe",
		.cause = "forgot",
		.how = "phone",
		.seen_by = "田中",
		.until = "",
		.note = "",
		.by = by };
}

#endif
