/* retention: what is older than its time goes, a few rows at a time, and nothing that something younger refers to. */
#include "server/store/invariants.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/report_month.h"
#include "server/watch/retention.h"
#include "server/watch/telling.h"
#include "tests/unit/street.h"

#define JANUARY (56 * 12) /* of 2026, in months since 1970-01 */

static const struct retention_limits limits = {
	.checkins_ms = 30 * DAY, .incidents_ms = 100 * DAY, .ended_ms = 50 * DAY
};

/* All steps of a pass; how many. */
static int pass(int64_t now)
{
	struct retention r = { 0 };
	int steps = 1;

	while (retention_step(&r, W, &limits, now))
		CHECK(++steps < 10000);
	CHECK_INT(db_status(street.store.db), DB_FINE);
	return steps;
}

static void print_fault(void *context, const char *fault)
{
	(void)context;
	print_message("invariant: %s\n", fault);
}

/* R1 presses on one day, misses the next, and somebody closes that. */
static void two_days(void)
{
	struct refusal no;
	struct closing closing = forgot("shell:root");

	closing.note = "お元気";
	street_open();
	resident("R1", "daily 03:00-10:00 +30m", T("2026-01-10 00:00"));
	sql("UPDATE residents SET consent_on = '2026-01-01', phone = '090-1111-2222', birth_date = '1940-05-06',"
	    " kana = 'ヤマダ', address = '本町2-3', care = '耳が遠い', note = '犬'");
	sql("INSERT INTO device_residents (device_id, resident_id) VALUES ('b-R1', 'R1')");
	at(T("2026-01-10 08:00"));
	press("R1", CHECKIN_OK, T("2026-01-10 08:00"));
	at(T("2026-01-10 10:30"));
	at(T("2026-01-11 10:30"));
	CHECK(store_begin(&street.store));
	CHECK(incident_close(W, 1, &closing, T("2026-01-11 12:00"), &no));
	CHECK(store_commit(&street.store));
	CHECK_INT(number("SELECT count(*) FROM checkins"), 2); /* who spoke with her is one */
}

TEST(retention_a_pass_over_what_is_young_deletes_nothing)
{
	two_days();
	pass(T("2026-02-09 00:00"));
	CHECK_INT(number("SELECT count(*) FROM checkins"), 2);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome IS NOT NULL"), 2);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	street_close();
}

TEST(retention_check_ins_and_expectations_go_but_for_what_an_incident_refers_to)
{
	two_days();
	sql("UPDATE causes SET checkin_seq = (SELECT max(seq) FROM checkins)");
	pass(T("2026-02-28 00:00"));
	CHECK_INT(number("SELECT count(*) FROM checkins"), 1);
	CHECK_INT(number("SELECT count(*) FROM checkins WHERE seq = (SELECT checkin_seq FROM causes)"), 1);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'ok'"), 0);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 1);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	CHECK_INT(invariants_all(&street.store, print_fault, NULL), 0);
	street_close();
}

TEST(retention_an_incident_goes_with_all_that_was_made_for_it)
{
	two_days();
	sql("INSERT INTO watchers (watcher_id, name) VALUES ('W1', 'W1');"
	    "INSERT INTO answer_tokens (hash, watcher_id, incident_id, made_at) VALUES ('h', 'W1', 1, 1);"
	    "INSERT INTO declines (incident_id, person, at) VALUES (1, 'watcher:W1', 1);"
	    "INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at, send_at)"
	    " VALUES ('i1/x', 1, 'missed', 'alert', 1, 'watcher:W1', 'mail:w', 'sent', 1, 1)");
	CHECK(number("SELECT count(*) FROM timeline WHERE incident_id = 1") > 0);
	pass(T("2026-04-20 00:00")); /* closed 98 days ago */
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	pass(T("2026-04-22 00:00"));
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	CHECK_INT(number("SELECT count(*) FROM causes"), 0);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE incident_id IS NOT NULL"), 0);
	CHECK_INT(number("SELECT count(*) FROM notifications WHERE incident_id IS NOT NULL"), 0);
	CHECK_INT(number("SELECT count(*) FROM declines"), 0);
	CHECK_INT(number("SELECT count(*) FROM answer_tokens"), 0);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome IS NOT NULL"), 0);
	CHECK_INT(number("SELECT count(*) FROM checkins"), 0);
	CHECK_INT(invariants_all(&street.store, print_fault, NULL), 0);
	street_close();
}

TEST(retention_an_open_incident_never_goes)
{
	street_open();
	resident("R1", "daily 03:00-10:00 +30m", T("2026-01-10 00:00"));
	at(T("2026-01-10 10:30"));
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE state = 'open'"), 1);
	pass(T("2028-01-10 00:00"));
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	CHECK_INT(number("SELECT count(*) FROM causes c JOIN expectations e ON e.id = c.expectation_id"), 1);
	street_close();
}

/* Nobody asked for the report before. */
TEST(retention_what_a_month_came_to_is_kept_before_its_rows_go)
{
	struct report_month january = { 0 };
	const struct report_place *place;

	two_days();
	pass(T("2026-03-15 00:00"));
	CHECK_INT(number("SELECT count(*) FROM checkins"), 0);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	pass(T("2026-06-30 00:00"));
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	CHECK(report_months_read(&january, W, JANUARY, JANUARY + 1, T("2026-06-30 00:00")));
	place = report_month_place(&january, "D1");
	CHECK(place != NULL);
	if (!place)
		return;
	CHECK_INT(place->counts[COUNTER_checkins], 1); /* what staff recorded is no press */
	CHECK_INT(place->counts[COUNTER_expected_ok], 1);
	CHECK_INT(place->counts[COUNTER_expected_missed], 1);
	CHECK_INT(place->counts[COUNTER_incidents_missed], 1);
	CHECK_INT(place->counts[COUNTER_outcome_safe], 1);
	report_month_release(&january);
	street_close();
}

TEST(retention_of_a_resident_who_ended_what_names_them_goes_and_the_row_stays)
{
	char why[PAUSE_WHY];

	two_days();
	sql("INSERT INTO watchers (watcher_id, name) VALUES ('W1', 'W1');"
	    "INSERT INTO links (resident_id, watcher_id, tier, key) VALUES ('R1', 'W1', 1, '玄関の植木鉢');"
	    "INSERT INTO consents (resident_id, what, given, agreed_on, agreed_by, form, note, entered_by, entered_at)"
	    " VALUES ('R1', 'service', 1, '2026-01-01', '山田花子', 'paper', '長女同席', 'user:t', 1);"
	    "INSERT INTO never_told (resident_id, name, reason, entered_by, entered_at) VALUES"
	    " ('R1', '山田太郎', '絶縁', 'user:t', 1)");
	CHECK(store_begin(&street.store));
	CHECK(pause_end_service(W, "R1", "moved", "長女", "user:t", T("2026-01-12 09:00"), why));
	CHECK(store_commit(&street.store));
	pass(T("2026-03-01 00:00"));
	CHECK_SQL("SELECT kana FROM residents", "ヤマダ");
	pass(T("2026-03-05 00:00"));
	CHECK_INT(
		number("SELECT count(*) FROM residents WHERE resident_id = 'R1' AND name = 'R1' AND kana = '' AND"
		       " phone = '' AND birth_date = '' AND address = '' AND care = '' AND note = '' AND consent_on = ''"
		       " AND end_reason = 'moved' AND district = 'D1'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM links"), 0);
	CHECK_INT(
		number("SELECT count(*) FROM consents WHERE agreed_by = '-' AND note = '' AND agreed_on = '2026-01-01'"),
		1);
	CHECK_INT(number("SELECT count(*) FROM never_told WHERE name = '-' AND reason = '-'"), 1);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE detail LIKE '%長女%'"), 0);
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE note IS NOT NULL OR seen_by <> '-'"), 0);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1); /* kept for as long as incidents are */
	CHECK_INT(invariants_all(&street.store, print_fault, NULL), 0);
	CHECK_INT(pass(T("2026-03-06 00:00")), pass(T("2026-03-06 00:00"))); /* once is enough */
	street_close();
}

TEST(retention_a_resident_who_ended_with_something_open_is_not_blanked)
{
	street_open();
	resident("R1", "daily 03:00-10:00 +30m", T("2026-01-10 00:00"));
	at(T("2026-01-10 10:30"));
	sql("UPDATE residents SET ended_at = 1, next_look = 0, next_look_at = NULL, phone = '1'");
	pass(T("2026-06-01 00:00"));
	CHECK_SQL("SELECT phone FROM residents", "1");
	street_close();
}

TEST(retention_of_a_watcher_who_ended_what_names_them_goes_and_the_row_stays)
{
	street_open();
	resident("R1", "none", T("2026-01-10 00:00"));
	sql("INSERT INTO watchers (watcher_id, name, kana, relation, resident_id, channels, hours, away_from, away_to, ends, note,"
	    " end_reason) VALUES ('W1', '福田 修', 'フクダ', '民生委員', 'R1', 'mail:f@example.jp tel:0100', '08:00-20:00',"
	    " '2026-01-01', '2026-01-02', '2026-01-12', '足が悪い', '転居');"
	    "INSERT INTO watchers (watcher_id, name, channels, ends) VALUES ('W2', '山下', 'tel:0101', '2026-02-12'),"
	    " ('W3', '木村', 'tel:0102', '');"
	    "INSERT INTO links (resident_id, watcher_id, tier, key) VALUES ('R1', 'W1', 1, '玄関の植木鉢'), ('R1', 'W3', 1, '')");
	pass(T("2026-03-01 00:00"));
	CHECK_SQL("SELECT name FROM watchers WHERE watcher_id = 'W1'", "福田 修");
	pass(T("2026-03-15 00:00"));
	CHECK_INT(number("SELECT count(*) FROM watchers WHERE watcher_id = 'W1' AND name = 'W1' AND kana || relation ||"
			 " channels || hours || away_from || away_to || note || end_reason = '' AND resident_id IS NULL"
			 " AND ends = '2026-01-12'"),
		1);
	CHECK_SQL("SELECT group_concat(watcher_id) FROM links", "W3");
	CHECK_SQL("SELECT group_concat(name) FROM watchers WHERE watcher_id <> 'W1'", "山下,木村");
	CHECK_INT(invariants_all(&street.store, print_fault, NULL), 0);
	CHECK_INT(pass(T("2026-03-15 01:00")), pass(T("2026-03-15 02:00"))); /* once is enough */
	street_close();
}

TEST(retention_records_of_disclosures_stay_three_years_at_the_least)
{
	street_open();
	resident("R1", "none", T("2026-01-10 00:00"));
	CHECK(store_begin(&street.store));
	for (int k = 0; k < 3; k++) {
		static const char add_sql[] = "INSERT INTO disclosures (at, resident_id, name, items, basis)"
					      " VALUES ($1, 'R1', 'W', 'name', 'consent')";

		db_run(street.store.db, add_sql, V(T("2026-01-10 00:00") + (int64_t)k * 100 * DAY));
	}
	CHECK(store_commit(&street.store));
	pass(T("2028-12-31 00:00"));
	CHECK_INT(number("SELECT count(*) FROM disclosures"), 3);
	pass(T("2029-02-01 00:00"));
	CHECK_INT(number("SELECT count(*) FROM disclosures"), 2);
	street_close();
}

TEST(retention_events_visits_pauses_signatures_and_tests_go_in_their_time)
{
	struct watch *w = W;
	int64_t ids[4];

	street_open();
	resident("R1", "none", T("2026-01-10 00:00"));
	sql("INSERT INTO users (login, name, role) VALUES ('tanaka', '田中', 'staff');"
	    "INSERT INTO watchers (watcher_id, name, channels) VALUES ('W1', 'W1', 'mail:w@example.jp');"
	    "INSERT INTO signoffs (id, day, district, version, event_id, login, at) VALUES (1, 20462, 'D1', 1, 0, 'tanaka', 1);"
	    "INSERT INTO signoff_lines (signoff_id, resident_id, reason, handed_to) VALUES (1, 'R1', '留守', 'tanaka');"
	    "INSERT INTO visits (resident_id, at, kind, person, entered_by, entered_at) VALUES ('R1', 1, 'visit', 'x', 'y', 1);"
	    "INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at)"
	    " VALUES ('R1', '2025-01-01', '2025-01-02', 1, 2, 'r', 't', 'e', 1);"
	    "INSERT INTO daily_tasks (task, day, done_at) VALUES ('paper', 20462, 1)");
	CHECK(store_begin(&street.store));
	CHECK_INT(telling_test(w, "watcher:W1", T("2026-01-10 09:00"), ids, 4), 1);
	for (int k = 0; k < 250; k++) {
		static const char add_sql[] = "INSERT INTO timeline (resident_id, at, event) VALUES ('R1', $1, 'told')";

		db_run(street.store.db, add_sql, V(T("2026-01-10 09:00") + k));
	}
	CHECK(store_commit(&street.store));
	sql("INSERT INTO timeline (resident_id, at, event) VALUES ('R1', 1768003200000, 'pause')"); /* 2026-01-10 */
	CHECK(pass(T("2026-02-15 00:00")) > 12); /* in several transactions */
	CHECK_INT(number("SELECT count(*) FROM timeline"), 1);
	CHECK_INT(number("SELECT count(*) FROM notifications"), 0);
	CHECK_INT(number("SELECT count(*) FROM signoffs"), 1);
	pass(T("2026-06-15 00:00"));
	CHECK_INT(number("SELECT count(*) FROM timeline"), 0);
	CHECK_INT(number("SELECT (SELECT count(*) FROM signoffs) + (SELECT count(*) FROM signoff_lines)"
			 " + (SELECT count(*) FROM visits) + (SELECT count(*) FROM pauses)"
			 " + (SELECT count(*) FROM daily_tasks)"),
		0);
	street_close();
}

TEST(retention_a_step_that_the_store_refuses_is_done_again)
{
	struct retention r = { 0 };
	struct store other = { NULL };
	char url[128], why[256];

	two_days();
	snprintf(url, sizeof(url), "sqlite:%s/store.db", street.folder);
	CHECK_INT(store_open(&other, url, why, sizeof(why)), DB_FINE);
	db_wait(street.store.db, 0);
	CHECK(store_begin(&other));
	while (r.kind < RETENTION_CHECKINS && retention_step(&r, W, &limits, T("2026-02-28 00:00")))
		;
	CHECK(!retention_step(&r, W, &limits, T("2026-02-28 00:00")));
	CHECK(r.kind < RETENTION_KINDS);
	store_rollback(&other);
	store_close(&other);
	while (retention_step(&r, W, &limits, T("2026-02-28 00:00")))
		;
	CHECK_INT(number("SELECT count(*) FROM checkins"), 0);
	street_close();
}
