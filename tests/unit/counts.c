/* counts - every resident in service is counted once, by how they stand. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/counts.h"
#include "tests/unit/test.h"

#define NOW INT64_C(1795402800000)

static const char rows_sql[] =
	"INSERT INTO districts (district, name) VALUES ('D01', 'x');"
	"INSERT INTO residents (resident_id, name, district, opens_at, counts_from_at, due_at, next_look_at, last_press_at,"
	" paused_until, ended_at) VALUES"
	" ('later', 'x', 'D01', 1795402900000, 1795402100000, 1795403000000, 1795403000000, 0, 0, NULL),"
	" ('waiting', 'x', 'D01', 1795402700000, 1795402100000, 1795403000000, 1795403000000, 0, 0, NULL),"
	" ('pressed', 'x', 'D01', 1795402700000, 1795402100000, 1795403000000, 1795403000000, 1795402100000, 0, NULL),"
	" ('late', 'x', 'D01', 1795402700000, 1795402100000, 1795402750000, 1795403000000, 1795402099999, 0, NULL),"
	" ('missed', 'x', 'D01', 1795402700000, 1795402100000, 1795402750000, 1795403000000, 0, 0, NULL),"
	" ('help', 'x', 'D01', 1795402700000, 1795402100000, 1795402750000, 1795403000000, 0, 1795409000000, NULL),"
	" ('talk', 'x', 'D01', 1795402900000, 1795402100000, 1795403000000, 1795403000000, 0, 0, NULL),"
	" ('paused', 'x', 'D01', 1795402700000, 1795402100000, 1795402750000, 1795403000000, 0, 1795402800001, NULL),"
	" ('unscheduled', 'x', 'D01', NULL, NULL, NULL, NULL, 0, 0, NULL),"
	" ('ended', 'x', 'D01', NULL, NULL, NULL, NULL, 0, 0, 1795402000000);"
	"INSERT INTO incidents (kind, resident_id, subject, state, opened_at, ladder_at, reached) VALUES"
	" ('missed', 'missed', '', 'open', 1, 1, 0), ('help', 'help', '', 'claimed', 1, 1, 1),"
	" ('talk', 'talk', '', 'open', 1, 1, 1), ('missed', 'late', '', 'closed', 1, 1, 0),"
	" ('device', NULL, 'btn-1', 'open', 1, 1, 1);"
	"INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at, send_at) VALUES"
	" ('a', 1, 'missed', 'alert', 1, 'user:a', 'log:', 'waiting', 1, 1795402790000),"
	" ('b', 1, 'missed', 'alert', 1, 'user:b', 'log:', 'waiting', 1, 1795402900000),"
	" ('c', 1, 'missed', 'alert', 1, 'user:c', 'log:', 'in_flight', 1, 1),"
	" ('d', 1, 'missed', 'alert', 1, 'user:d', 'log:', 'sent', 1, 1);"
	"INSERT INTO blind_periods (client_id, from_at, to_at) VALUES ('one', 1000, 3000), ('other', 1000, 9000),"
	" ('one', 1795402795000, NULL);";

/* What is counted at NOW of a new store with these rows. */
static struct counts counted(void)
{
	const char *folder = getenv("TMPDIR");
	char url[300], why[256];
	struct counts counts;
	struct store store;

	log_level_set(LOG_LEVEL_ERROR);
	snprintf(url, sizeof(url), "sqlite:%s/mimamori-counts-%d.db", folder ? folder : "/tmp", (int)getpid());
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	CHECK(db_script(store.db, rows_sql));
	CHECK(counts_read(&store, "one", NOW, &counts));
	store_close(&store);
	unlink(url + sizeof("sqlite:") - 1);
	return counts;
}

TEST(everybody_in_service_is_counted_once)
{
	struct counts counts = counted();
	int64_t all = 0;

	for (int i = 0; i < RESIDENT_COUNTS; i++)
		all += counts.residents[i];
	CHECK_INT(all, 9);
	CHECK_INT(counts.residents[RESIDENTS_HELP], 1);
	CHECK_INT(counts.residents[RESIDENTS_MISSED], 1);
	CHECK_INT(counts.residents[RESIDENTS_LATE], 1);
	CHECK_INT(counts.residents[RESIDENTS_WAITING], 1);
	CHECK_INT(counts.residents[RESIDENTS_OK], 3); /* later, pressed, talk */
	CHECK_INT(counts.residents[RESIDENTS_PAUSED], 1);
	CHECK_INT(counts.residents[RESIDENTS_UNSCHEDULED], 1);
}

TEST(incidents_and_notifications_are_counted_while_they_are_open)
{
	struct counts counts = counted();

	CHECK_INT(counts.incidents[INCIDENT_HELP], 1);
	CHECK_INT(counts.incidents[INCIDENT_MISSED], 1);
	CHECK_INT(counts.incidents[INCIDENT_TALK], 1);
	CHECK_INT(counts.incidents[INCIDENT_DEVICE], 1);
	CHECK_INT(counts.incidents[INCIDENT_BLIND], 0);
	CHECK_INT(counts.unreached, 1);
	CHECK_INT(counts.waiting, 2);
	CHECK_INT(counts.in_flight, 1);
	CHECK_INT(counts.oldest_due_at, NOW - 10 * SECOND);
}

TEST(our_own_deafness_is_summed_up_to_now)
{
	CHECK_INT(counted().blind_ms, 2000 + 5000);
}
