/* invariants: a store as the rules leave it has none broken; each one, broken by hand, is found and named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "server/store/invariants.h"
#include "tests/unit/test.h"

static char folder[64], path[128];
static struct store store;
static char faults[4096];

/*
 * R1 was missed on 1 and has a claimed incident 1; R2's incident 2 a watcher closed, R3's incident 3 closed by itself;
 * R3 has no schedule; R4's service has ended; question 4 is open. R1's and R2's next check-in is expected.
 */
static const char clean[] =
	"INSERT INTO districts (district, name) VALUES ('D1', '本町');"
	"INSERT INTO residents (resident_id, name, district, schedule, next_look, next_look_at, due_at, deadline_at)"
	" VALUES ('R1', 'R1', 'D1', '', 1, 1000, 1000, 2000), ('R2', 'R2', 'D1', 'daily 06:00-10:00', 3, 1000, 1000, 1000);"
	"INSERT INTO residents (resident_id, name, district, schedule) VALUES ('R3', 'R3', 'D1', 'none');"
	"INSERT INTO residents (resident_id, name, district, ended_at) VALUES ('R4', 'R4', 'D1', 500);"
	"INSERT INTO expectations (id, resident_id, day, opens_at, counts_from_at, due_at, deadline_at, outcome, decided_at)"
	" VALUES (1, 'R1', 1, 1, 1, 2, 3, 'missed', 3), (2, 'R2', 1, 1, 1, 2, 3, 'missed', 3),"
	" (3, 'R3', 1, 1, 1, 2, 3, 'ok', 3), (4, 'R2', 2, 4, 4, 5, 6, NULL, NULL);"
	"INSERT INTO incidents (id, kind, resident_id, state, opened_at, ladder_at, next_step_at, claimed_by, claimed_until)"
	" VALUES (1, 'missed', 'R1', 'claimed', 3, 3, 60, 'user:tanaka', 60);"
	"INSERT INTO incidents (id, kind, resident_id, state, opened_at, ladder_at, closed_at, outcome, how, seen_by, closed_by)"
	" VALUES (2, 'missed', 'R2', 'closed', 3, 3, 9, 'safe', 'face', '鈴木', 'watcher:W1'),"
	" (3, 'help', 'R3', 'closed', 3, 3, 9, 'checked_in', NULL, NULL, NULL);"
	"INSERT INTO incidents (id, kind, resident_id, subject, state, opened_at, ladder_at)"
	" VALUES (4, 'pause', 'R2', 'R2', 'open', 3, 3);"
	"INSERT INTO causes (id, incident_id, kind, expectation_id, at)"
	" VALUES (1, 1, 'missed', 1, 3), (2, 2, 'missed', 2, 3), (3, 3, 'help', NULL, 3);"
	"INSERT INTO notifications (id, key, incident_id, kind, what, round, person, channel, state, written_at, send_at,"
	" sent_at) VALUES (1, 'a', 1, 'missed', 'alert', 1, 'user:tanaka', 'log:', 'sent', 3, 3, 4),"
	" (2, 'b', 2, 'missed', 'ended', 2, 'watcher:W1', 'log:', 'waiting', 9, 9, NULL),"
	" (3, 'c', 2, 'missed', 'alert', 1, 'watcher:W1', 'log:', 'dropped', 3, 3, NULL);"
	"INSERT INTO notifications (id, key, expectation_id, kind, what, round, person, channel, state, written_at, send_at)"
	" VALUES (4, 'd', 4, 'reminder', 'reminder', 1, 'resident:R2', 'device:b2', 'waiting', 5, 5);";

static void open_store(void)
{
	char url[160], why[256];

	log_level_set(LOG_LEVEL_ERROR);
	snprintf(folder, sizeof(folder), "/tmp/mimamori-invariants-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/store.db", folder);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	CHECK_INT(store_open(&store, url, why, sizeof(why)), DB_FINE);
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, clean));
	CHECK(store_commit(&store));
}

static void close_store(void)
{
	char name[160];

	store_close(&store);
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "%s%s", path, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(name);
	}
	CHECK_INT(rmdir(folder), 0);
}

static void collect(void *context, const char *fault)
{
	size_t len = strlen(faults);

	CHECK(context == &store);
	snprintf(faults + len, sizeof(faults) - len, "%s\n", fault);
}

static int all(void)
{
	faults[0] = '\0';
	return invariants_all(&store, collect, &store);
}

static int of_open_incidents(void)
{
	faults[0] = '\0';
	return invariants_open(&store, collect, &store);
}

static void spoil(const char *sql)
{
	CHECK(db_script(store.db, "PRAGMA foreign_keys = OFF"));
	CHECK(store_begin(&store));
	CHECK(db_script(store.db, sql));
	CHECK(store_commit(&store));
}

/* The statement breaks one invariant, and the fault found begins so; `open`: the daemon's own check finds it too. */
static void breaks(const char *sql, bool open, const char *fault)
{
	open_store();
	spoil(sql);
	CHECK_INT(all(), 1);
	CHECK_INT(strncmp(faults, fault, strlen(fault)), 0);
	CHECK_INT(of_open_incidents(), open);
	CHECK_INT(strncmp(faults, open ? fault : "", strlen(open ? fault : "")), 0);
	close_store();
}

TEST(a_store_as_the_rules_leave_it_breaks_no_invariant)
{
	open_store();
	CHECK_INT(all(), 0);
	CHECK_TEXT(faults, "");
	CHECK_INT(of_open_incidents(), 0);
	close_store();
}

TEST(an_open_or_claimed_incident_that_nothing_looks_at_again_is_found)
{
	breaks("UPDATE incidents SET next_step_at = NULL WHERE id = 1", true,
		"incident 1 is open or claimed, and nothing");
	breaks("UPDATE incidents SET next_step_at = NULL, state = 'open', claimed_by = NULL WHERE id = 1", true,
		"incident 1 is open or claimed, and nothing");
}

TEST(a_claim_by_nobody_or_without_an_end_is_found)
{
	breaks("UPDATE incidents SET claimed_by = NULL WHERE id = 1", true, "incident 1 is claimed by nobody");
	breaks("UPDATE incidents SET claimed_until = NULL WHERE id = 1", true, "incident 1 is claimed by nobody");
}

TEST(two_open_incidents_of_one_resident_are_found)
{
	breaks("DROP INDEX incidents_person;"
	       "INSERT INTO incidents (id, kind, resident_id, state, opened_at, ladder_at, next_step_at)"
	       " VALUES (9, 'talk', 'R1', 'open', 3, 3, 60); INSERT INTO causes (incident_id, kind, at) VALUES (9, 'talk', 3)",
		true, "resident R1 has more than one open incident");
}

TEST(an_incident_without_a_resident_or_a_cause_is_found)
{
	breaks("INSERT INTO incidents (id, kind, state, opened_at, ladder_at, next_step_at)"
	       " VALUES (9, 'help', 'open', 3, 3, 60); INSERT INTO causes (incident_id, kind, at) VALUES (9, 'help', 3)",
		true, "incident 9 of a person has no resident");
	breaks("INSERT INTO incidents (id, kind, resident_id, state, opened_at, ladder_at, next_step_at)"
	       " VALUES (9, 'help', 'R2', 'open', 3, 3, 60)",
		true, "incident 9 of a person has no cause");
}

TEST(a_closed_incident_without_its_time_is_found)
{
	breaks("UPDATE incidents SET closed_at = NULL WHERE id = 2", false, "incident 2 is closed at no time");
}

TEST(an_incident_that_a_person_closed_without_outcome_how_or_who_is_found)
{
	static const char fault[] = "incident 2 was closed without an outcome, or by a person";

	breaks("UPDATE incidents SET outcome = NULL WHERE id = 2", false, fault);
	breaks("UPDATE incidents SET how = NULL WHERE id = 2", false, fault);
	breaks("UPDATE incidents SET seen_by = NULL WHERE id = 2", false, fault);
	breaks("UPDATE incidents SET closed_by = NULL WHERE id = 2", false, fault);
}

TEST(an_alert_that_still_waits_on_a_closed_incident_is_found)
{
	breaks("UPDATE notifications SET state = 'waiting' WHERE id = 3", false,
		"notification 3 asks somebody about an incident that is closed");
}

TEST(a_notification_of_nothing_or_of_two_things_is_found)
{
	breaks("UPDATE notifications SET incident_id = NULL WHERE id = 1", false, "notification 1 is about neither");
	breaks("UPDATE notifications SET expectation_id = 1 WHERE id = 1", false, "notification 1 is about neither");
}

TEST(a_sent_notification_without_its_time_is_found)
{
	breaks("UPDATE notifications SET sent_at = NULL WHERE id = 1", false, "notification 1 was sent at no time");
	breaks("UPDATE notifications SET sent_at = NULL, state = 'answered' WHERE id = 1", false,
		"notification 1 was sent at no time");
}

TEST(a_look_that_is_missing_or_comes_after_the_deadline_is_found)
{
	breaks("UPDATE residents SET next_look_at = NULL WHERE resident_id = 'R1'", false, "resident R1 is expected");
	breaks("UPDATE residents SET next_look_at = 2001 WHERE resident_id = 'R1'", false, "resident R1 is expected");
	breaks("UPDATE residents SET deadline_at = NULL WHERE resident_id = 'R1'", false, "resident R1 is expected");
}

TEST(a_resident_with_a_schedule_of_whom_nothing_is_expected_is_found)
{
	breaks("UPDATE residents SET next_look = 0, next_look_at = NULL WHERE resident_id = 'R2'", false,
		"resident R2 has a schedule");
	breaks("UPDATE residents SET schedule = '' WHERE resident_id = 'R3'", false, "resident R3 has a schedule");
}

TEST(an_ended_resident_of_whom_something_is_expected_is_found)
{
	breaks("UPDATE residents SET ended_at = 900 WHERE resident_id = 'R1'", false,
		"resident R1 is expected to check in, but the service has ended");
}

TEST(a_missed_expectation_that_is_no_cause_of_an_incident_is_found)
{
	breaks("UPDATE causes SET expectation_id = NULL WHERE id = 2", false, "expectation 2 was missed");
	breaks("UPDATE causes SET incident_id = 1 WHERE id = 2", false,
		"expectation 2 was missed"); /* somebody else's */
}

TEST(an_outcome_without_its_time_or_a_time_without_outcome_is_found)
{
	breaks("UPDATE expectations SET decided_at = NULL WHERE id = 3", false, "expectation 3 has an outcome");
	breaks("UPDATE expectations SET decided_at = 7 WHERE id = 4", false, "expectation 4 has an outcome");
}

TEST(a_row_that_names_no_row_is_found)
{
	breaks("UPDATE residents SET district = 'D9' WHERE resident_id = 'R4'", false,
		"row 4 of residents names no row of");
}

TEST(several_faults_are_all_found_and_named)
{
	open_store();
	spoil("UPDATE incidents SET next_step_at = NULL; UPDATE expectations SET decided_at = NULL");
	CHECK_INT(all(), 4);
	CHECK(strstr(faults, "incident 1 ") && strstr(faults, "expectation 1 ") && strstr(faults, "expectation 2 ") &&
		strstr(faults, "expectation 3 "));
	close_store();
}

TEST(a_damaged_file_is_a_fault)
{
	static const char garbage[4096] = "\xff no page";
	char why[256], url[160];
	FILE *file;

	open_store();
	CHECK(db_checkpoint(store.db, true));
	store_close(&store);
	file = fopen(path, "r+b");
	CHECK(file != NULL);
	for (long page = 4; page < 12; page++) {
		CHECK_INT(fseek(file, page * (long)sizeof(garbage), SEEK_SET), 0);
		CHECK_INT(fwrite(garbage, sizeof(garbage), 1, file), 1);
	}
	CHECK_INT(fclose(file), 0);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	if (store_open(&store, url, why, sizeof(why)) == DB_FINE)
		CHECK(all() > 0);
	else
		fail_msg("%s", why);
	close_store();
}
