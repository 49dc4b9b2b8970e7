/* expectation: rules 2, and what rules 6 says about judging several. */
#include "server/store/expectations.h"
#include "server/watch/watch.h"
#include "tests/unit/street.h"

#define BEGIN     T("2026-11-22 12:00") /* the day before */
#define DAILY     "daily 06:00-10:00 +30m"
#define OPENS     T("2026-11-23 06:00")
#define DUE       T("2026-11-23 10:00")
#define HALF      T("2026-11-23 10:15")
#define DEAD      T("2026-11-23 10:30")
#define OUTCOME   "SELECT outcome FROM expectations WHERE resident_id = 'R' AND day = 20780"
#define REMINDERS "SELECT group_concat(round, '') FROM notifications WHERE what = 'reminder'"

static struct vigil vigil(const char *id)
{
	struct vigil v;

	memset(&v, 0, sizeof(v)); /* compared as bytes */
	CHECK(residents_vigil(&street.store, id, &v));
	return v;
}

static void street_with_R(const char *schedule)
{
	street_open();
	resident("R", schedule, BEGIN);
}

TEST(rule_2_a_new_resident_is_first_expected_when_the_next_window_opens)
{
	street_with_R(DAILY);
	struct vigil v = vigil("R");
	CHECK_INT(v.opens_at, OPENS);
	CHECK_INT(v.counts_from_at, OPENS - 3 * HOUR);
	CHECK_INT(v.deadline_at, DEAD);
	CHECK_INT(v.next_look, LOOK_DUE);
	CHECK_INT(v.next_look_at, DUE);
	resident("S", DAILY, OPENS + 1); /* in the middle of a window: not this one */
	CHECK_INT(vigil("S").opens_at, OPENS + DAY);
	resident("N", "none", BEGIN);
	CHECK_INT(vigil("N").next_look, LOOK_NONE);
	resident("C", "", BEGIN); /* by category */
	CHECK_INT(vigil("C").opens_at, T("2026-11-23 03:00"));
	street_close();
}

TEST(rule_2_where_starts_names_a_date_the_first_is_what_is_due_from_then_on)
{
	street_with_R("none");
	sql("UPDATE residents SET schedule = '" DAILY "', starts = '2026-11-20' WHERE resident_id = 'R'");
	CHECK(store_begin(&street.store));
	expectation_begin(W, "R", OPENS + HOUR);
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, OPENS);
	sql("UPDATE residents SET next_look = 0, next_look_at = NULL, starts = '2026-12-01'");
	CHECK(store_begin(&street.store));
	expectation_begin(W, "R", OPENS + HOUR);
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, T("2026-12-01 06:00"));
	street_close();
}

TEST(rule_2_met_at_due_is_ok_and_the_next_begins)
{
	street_with_R(DAILY);
	press("R", CHECKIN_OK, T("2026-11-23 07:12"));
	at(DUE - 1);
	CHECK_INT(number("SELECT count(*) FROM expectations"), 0); /* the press moved no look */
	at(DUE);
	CHECK_SQL(OUTCOME, "ok");
	CHECK_INT(number("SELECT met_at FROM expectations"), T("2026-11-23 07:12"));
	CHECK_SQL("SELECT met_kind FROM expectations", "ok");
	CHECK_INT(vigil("R").opens_at, OPENS + DAY);
	CHECK_INT(vigil("R").expectation_id, 0);
	CHECK_INT(number("SELECT count(*) FROM notifications"), 0);
	street_close();
}

TEST(rule_2_a_press_counts_from_early_before_opens_and_not_before)
{
	street_with_R(DAILY);
	resident("S", DAILY, BEGIN);
	press("R", CHECKIN_OK, OPENS - 3 * HOUR);
	press("S", CHECKIN_OK, OPENS - 3 * HOUR - 1);
	at(DEAD);
	CHECK_SQL(OUTCOME, "ok");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'S'", "missed");
	street_close();
}

TEST(rule_2_a_press_counts_not_before_the_previous_deadline)
{
	street_with_R("daily 06:00-10:00 +30m; daily 11:00-14:00 +30m");
	press("R", CHECKIN_OK, T("2026-11-23 10:29"));
	at(DEAD);
	CHECK_INT(vigil("R").counts_from_at, DEAD); /* 08:00 would be three hours early */
	at(T("2026-11-23 14:30"));
	CHECK_SQL("SELECT outcome FROM expectations ORDER BY opens_at DESC", "missed");
	street_close();
}

TEST(rule_2_unmet_is_reminded_at_due_and_at_half_of_the_grace_and_missed_at_the_deadline)
{
	street_with_R(DAILY);
	at(DUE - 1);
	CHECK_SQL(REMINDERS, "");
	at(DUE);
	CHECK_SQL(REMINDERS, "1");
	CHECK_SQL(OUTCOME, "");
	CHECK_INT(vigil("R").next_look_at, HALF);
	at(HALF);
	CHECK_SQL(REMINDERS, "12");
	CHECK_INT(vigil("R").next_look_at, DEAD);
	at(DEAD - 1);
	CHECK_SQL(OUTCOME, "");
	at(DEAD);
	CHECK_SQL(OUTCOME, "missed");
	CHECK_INT(number("SELECT count(*) FROM causes WHERE expectation_id = (SELECT id FROM expectations)"), 1);
	CHECK_SQL("SELECT kind FROM incidents WHERE resident_id = 'R'", "missed");
	CHECK_INT(vigil("R").opens_at, OPENS + DAY);
	CHECK_SQL("SELECT count(*) FROM notifications WHERE channel = 'device:b-R' AND what = 'reminder'", "2");
	street_close();
}

TEST(rule_2_a_press_before_the_judgement_makes_it_ok_however_late)
{
	street_with_R(DAILY);
	at(HALF);
	press("R", CHECKIN_HELP, DEAD + MINUTE); /* the look comes later still */
	at(DEAD + 2 * MINUTE);
	CHECK_SQL(OUTCOME, "ok");
	CHECK_SQL("SELECT met_kind FROM expectations", "help");
	street_close();
}

TEST(rule_2_met_between_due_and_half_is_not_reminded_again)
{
	street_with_R(DAILY);
	at(DUE);
	press("R", CHECKIN_OK, DUE + MINUTE);
	at(HALF);
	at(DEAD);
	CHECK_SQL(REMINDERS, "1");
	CHECK_SQL(OUTCOME, "ok");
	street_close();
}

TEST(rule_2_without_grace_nobody_is_reminded_and_due_decides)
{
	street_with_R("daily 06:00-10:00 +0m");
	at(DUE - 1);
	CHECK_INT(number("SELECT count(*) FROM expectations"), 0);
	at(DUE);
	CHECK_SQL(OUTCOME, "missed");
	CHECK_SQL(REMINDERS, "");
	street_close();
}

TEST(rule_2_due_in_a_pause_is_paused_unless_it_is_met)
{
	street_with_R(DAILY);
	resident("S", DAILY, BEGIN);
	resident("G", "daily 06:00-10:00 +0m", BEGIN);
	for (const char *id = "RSG"; *id; id++) {
		char statement[512];

		snprintf(statement, sizeof(statement),
			"INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by,"
			" entered_at) VALUES ('%c', '2026-11-23', '2026-11-23', %lld, %lld, '', '', '', 0);"
			"UPDATE residents SET paused_until = %lld WHERE resident_id = '%c'",
			*id, (long long)T("2026-11-23 00:00"), (long long)T("2026-11-24 00:00"),
			(long long)T("2026-11-24 00:00"), *id);
		sql(statement);
	}
	press("S", CHECKIN_OK, OPENS);
	at(DUE);
	CHECK_SQL(OUTCOME, "paused");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'S'", "ok");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'G'", "paused");
	CHECK_SQL(REMINDERS, "");
	at(DUE + DAY + HOUR); /* and the next day is as any other */
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 3);
	street_close();
}

TEST(rule_2_a_pause_entered_after_due_that_covers_it_makes_it_paused_at_the_deadline)
{
	char statement[512];

	street_with_R(DAILY);
	at(DUE);
	snprintf(statement, sizeof(statement),
		"INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at)"
		" VALUES ('R', '', '', %lld, %lld, '', '', '', 0); UPDATE residents SET paused_until = %lld",
		(long long)OPENS, (long long)(DEAD + DAY), (long long)(DEAD + DAY));
	sql(statement);
	at(HALF);
	at(DEAD);
	CHECK_SQL(OUTCOME, "paused");
	CHECK_SQL(REMINDERS, "1"); /* nor was the second one sent to somebody who is away */
	street_close();
}

TEST(rule_2_a_late_press_leaves_the_outcome_and_says_when_it_was_heard)
{
	struct checkin c;

	street_with_R(DAILY);
	at(DEAD);
	c = checkin("R", CHECKIN_OK);
	c.at = OPENS - 4 * HOUR; /* too early to meet it */
	take(c, DEAD + MINUTE, 0);
	CHECK_INT(number("SELECT met_late_at FROM expectations"), -1);
	c = checkin("R", CHECKIN_OK);
	c.at = OPENS;
	take(c, DEAD + HOUR, 0);
	CHECK_SQL(OUTCOME, "missed");
	CHECK_INT(number("SELECT met_late_at FROM expectations"), DEAD + HOUR);
	CHECK_SQL("SELECT state FROM incidents", "closed");
	press("R", CHECKIN_OK, DEAD + 2 * HOUR);
	CHECK_INT(number("SELECT met_late_at FROM expectations"), DEAD + HOUR);
	street_close();
}

TEST(rule_2_a_changed_schedule_leaves_an_open_window_and_replaces_one_still_to_open)
{
	street_with_R(DAILY);
	sql("UPDATE residents SET schedule = 'daily 07:00-09:00 +10m'");
	CHECK(store_begin(&street.store));
	expectation_reschedule(W, "R", OPENS); /* open just now */
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").deadline_at, DEAD);
	press("R", CHECKIN_OK, DUE - 1);
	at(DEAD);
	CHECK_INT(vigil("R").opens_at, T("2026-11-24 07:00"));
	sql("UPDATE residents SET schedule = 'daily 08:00-09:00; daily 20:00-21:00'");
	CHECK(store_begin(&street.store));
	expectation_reschedule(W, "R", T("2026-11-23 12:00"));
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, T("2026-11-23 20:00")); /* this evening, not from tomorrow's deadline on */
	sql("UPDATE residents SET schedule = 'none'");
	CHECK(store_begin(&street.store));
	expectation_reschedule(W, "R", T("2026-11-23 13:00"));
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").next_look, LOOK_NONE);
	street_close();
}

TEST(rule_2_a_changed_schedule_does_not_open_before_the_deadline_that_went_before)
{
	street_with_R(DAILY);
	at(DUE);
	press("R", CHECKIN_OK, DUE + 1);
	at(DEAD);
	sql("UPDATE residents SET schedule = 'daily 10:20-11:00; daily 12:00-13:00'");
	CHECK(store_begin(&street.store));
	expectation_reschedule(W, "R", T("2026-11-23 10:10")); /* a clock a little behind */
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, T("2026-11-23 12:00"));
	CHECK_INT(vigil("R").counts_from_at, DEAD);
	street_close();
}

TEST(rescheduling_to_the_same_changes_nothing)
{
	street_with_R(DAILY);
	struct vigil before = vigil("R"), after;
	CHECK(store_begin(&street.store));
	expectation_begin(W, "R", BEGIN + HOUR);
	expectation_reschedule(W, "R", BEGIN + HOUR);
	CHECK(store_commit(&street.store));
	after = vigil("R");
	CHECK_INT(after.opens_at, before.opens_at);
	CHECK_INT(after.counts_from_at, before.counts_from_at);
	CHECK_INT(after.deadline_at, before.deadline_at);
	CHECK_INT(after.next_look, before.next_look);
	CHECK_INT(after.next_look_at, before.next_look_at);
	street_close();
}

TEST(the_service_ends_and_nothing_is_expected_any_more)
{
	street_with_R(DAILY);
	at(DUE);
	CHECK(store_begin(&street.store));
	expectation_stop(W, "R", DUE + 1);
	CHECK(store_commit(&street.store));
	at(DEAD + DAY);
	CHECK_SQL(OUTCOME, "paused");
	CHECK_INT(number("SELECT count(*) FROM expectations"), 1);
	CHECK_INT(vigil("R").next_look, LOOK_NONE);
	street_close();
}

TEST(looking_twice_changes_nothing)
{
	street_with_R(DAILY);
	at(DEAD);
	int64_t rows = number("SELECT count(*) FROM notifications") + number("SELECT count(*) FROM causes") +
		       number("SELECT count(*) FROM expectations") + number("SELECT count(*) FROM timeline");
	for (int i = 0; i < 3; i++)
		at(DEAD);
	CHECK_INT(number("SELECT count(*) FROM notifications") + number("SELECT count(*) FROM causes") +
			  number("SELECT count(*) FROM expectations") + number("SELECT count(*) FROM timeline"),
		rows);
	street_close();
}

TEST(a_row_that_was_moved_by_somebody_else_is_left_alone)
{
	street_with_R(DAILY);
	struct vigil v = vigil("R"), moved = v;
	moved.next_look_at = 1;
	CHECK(store_begin(&street.store));
	CHECK(residents_move(&street.store, &moved, v.next_look, v.next_look_at));
	CHECK(!residents_move(&street.store, &v, v.next_look, v.next_look_at));
	CHECK(store_commit(&street.store));
	street_close();
}

TEST(an_outcome_is_written_once)
{
	street_with_R(DAILY);
	at(DUE);
	int64_t id = vigil("R").expectation_id;
	CHECK(store_begin(&street.store));
	CHECK(expectations_decide(&street.store, id, "missed", 0, "", DEAD));
	CHECK(!expectations_decide(&street.store, id, "ok", DUE, "ok", DEAD));
	CHECK(store_commit(&street.store));
	at(DEAD); /* the look finds it decided: no second judgement, no incident, and the row goes on */
	CHECK_SQL(OUTCOME, "missed");
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	CHECK_INT(vigil("R").opens_at, OPENS + DAY);
	street_close();
}

TEST(a_bad_row_is_put_off_and_its_neighbours_go_on)
{
	street_with_R(DAILY);
	resident("S", DAILY, BEGIN);
	resident("T", DAILY, BEGIN);
	sql("UPDATE residents SET schedule = 'every full moon' WHERE resident_id = 'R';"
	    "CREATE TRIGGER bad BEFORE INSERT ON expectations WHEN NEW.resident_id = 'S'"
	    " BEGIN SELECT RAISE(ABORT, 'bad row'); END;");
	at(DUE);
	CHECK_INT(number("SELECT count(*) FROM expectations"), 1);
	CHECK_INT(vigil("S").next_look, LOOK_DEADLINE); /* its judgement is not lost */
	CHECK_INT(vigil("S").next_look_at, DEAD);
	at(DEAD);
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'T'", "missed");
	CHECK_INT(vigil("S").next_look_at, DEAD + EXPECTATION_PUT_OFF);
	CHECK_INT(vigil("R").next_look_at, DEAD + EXPECTATION_PUT_OFF);
	CHECK_INT(number("SELECT count(*) FROM timeline WHERE event = 'error' AND resident_id = 'S'"), 2);
	sql("DROP TRIGGER bad; UPDATE residents SET schedule = '" DAILY "'");
	at(DEAD + EXPECTATION_PUT_OFF);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 3);
	street_close();
}

TEST(rule_6_before_the_first_echo_ever_nobody_is_looked_at)
{
	street_with_R(DAILY);
	looks(DEAD + DAY);
	CHECK_INT(number("SELECT count(*) FROM expectations"), 0);
	street_close();
}

TEST(rule_6_only_deadlines_up_to_heard_until_are_judged)
{
	street_with_R(DAILY);
	at(HALF);
	heard(DEAD - 1);
	looks(DEAD + 5 * SECOND);
	CHECK_SQL(OUTCOME, "");
	heard(DEAD);
	looks(DEAD + 5 * SECOND);
	CHECK_SQL(OUTCOME, "missed");
	street_close();
}

TEST(rule_6_of_several_whose_deadlines_passed_the_latest_is_judged)
{
	char statement[512];

	street_with_R("daily 06:00-07:00 +5m; daily 08:00-09:00 +5m; daily 10:00-11:00 +5m; daily 12:00-13:00 +5m");
	snprintf(statement, sizeof(statement),
		"INSERT INTO pauses (resident_id, from_on, to_on, from_at, to_at, reason, told_by, entered_by, entered_at)"
		" VALUES ('R', '', '', %lld, %lld, '', '', '', 0); UPDATE residents SET paused_until = %lld",
		(long long)T("2026-11-23 08:30"), (long long)T("2026-11-23 10:30"), (long long)T("2026-11-23 10:30"));
	sql(statement);
	at(T("2026-11-23 12:30"));
	CHECK_SQL("SELECT group_concat(outcome) FROM (SELECT outcome FROM expectations ORDER BY opens_at)",
		"unknown,unknown,paused,missed"); /* the first is yesterday's */
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	CHECK_SQL(REMINDERS, ""); /* nobody is reminded of what is judged in the same breath */
	street_close();
}

TEST(rule_6_a_deadline_more_than_a_day_past_is_never_missed)
{
	street_with_R("mon 06:00-10:00 +30m");
	heard(DEAD - 1);
	looks(DEAD);
	heard(DEAD + DAY + 1);
	looks(DEAD + DAY + 1);
	CHECK_SQL(OUTCOME, "unknown");
	street_close();
}

TEST(rule_1_a_press_of_unknown_time_that_may_have_met_it_makes_it_unknown)
{
	street_with_R(DAILY);
	resident("S", DAILY, BEGIN);
	at(DUE - 1);
	/* Kept since before the window counted; heard within it. */
	take(checkin("R", CHECKIN_OK), DUE - 1, OPENS - 4 * HOUR);
	at(DEAD);
	CHECK_SQL(OUTCOME, "unknown");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'S'", "missed");
	press("R", CHECKIN_OK, DEAD + 1);
	CHECK_INT(number("SELECT met_late_at FROM expectations WHERE resident_id = 'R'"), DEAD + 1);
	street_close();
}

TEST(rule_6_a_clock_set_back_finds_todays_window_again)
{
	street_with_R("mon-fri 06:00-10:00 +30m");
	/* Imported by a clock a week ahead. */
	sql("UPDATE residents SET next_look = 0, next_look_at = NULL, last_press_at = 9000000000000");
	CHECK(store_begin(&street.store));
	expectation_begin(W, "R", BEGIN + 7 * DAY);
	expectation_recompute(W, 0, OPENS + HOUR);
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, OPENS);
	CHECK_INT(number("SELECT last_press_at FROM residents"), OPENS + HOUR); /* no sign of life from the future */
	CHECK(store_begin(&street.store));
	expectation_recompute(W, 0, OPENS + 2 * HOUR);
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, OPENS);
	at(DUE); /* met */
	CHECK(store_begin(&street.store));
	expectation_recompute(W, 0, DUE - HOUR); /* what has its outcome keeps it */
	CHECK(store_commit(&street.store));
	CHECK_INT(vigil("R").opens_at, OPENS + DAY);
	street_close();
}

TEST(the_next_look_is_the_earliest_that_is_still_to_come)
{
	street_with_R(DAILY);
	resident("S", "daily 06:00-09:00 +30m", BEGIN);
	CHECK_INT(expectation_next_due(W, BEGIN), DUE - HOUR);
	CHECK_INT(expectation_next_due(W, DUE - HOUR), DUE); /* what is past waits for our hearing */
	CHECK(expectation_next_due(W, DUE) == INT64_MAX);
	street_close();
}

static int asked;

/* Somebody waits whenever a third row would begin. */
static bool each_second_row(void *context)
{
	(void)context;
	return ++asked % 2 == 0;
}

TEST(where_somebody_waits_for_the_store_a_turn_is_cut_short_and_goes_on)
{
	char id[8];
	int64_t missed = 0;
	int turns;

	street_open();
	for (int k = 0; k < 9; k++) {
		snprintf(id, sizeof(id), "R%d", k);
		resident(id, DAILY, BEGIN);
	}
	street.watch.awaited = each_second_row;
	heard(DUE);
	while (watch_run(W, DUE))
		;
	heard(DEAD);
	for (turns = 1; watch_run(W, DEAD); turns++) {
		int64_t now = number("SELECT count(*) FROM incidents");

		CHECK(now > missed && now <= missed + 2);
		missed = now;
	}
	CHECK_INT(number("SELECT count(*) FROM incidents"), 9);
	CHECK(turns >= 5);

	/* Steps of incidents the same. */
	sql("UPDATE incidents SET next_step_at = 1");
	asked = 0;
	CHECK(watch_run(W, DEAD));
	CHECK(number("SELECT count(*) FROM incidents WHERE next_step_at = 1") >= 7);
	while (watch_run(W, DEAD))
		;
	CHECK_INT(number("SELECT count(*) FROM incidents WHERE next_step_at = 1"), 0);
	street_close();
}
