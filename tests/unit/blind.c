/* blind: rules 6. */
#include "server/store/concerned.h"
#include "tests/unit/street.h"

#define NOON      T("2026-11-23 12:00")
#define DAILY     "daily 06:00-10:00 +30m"
#define DUE       T("2026-11-23 10:00")
#define DEAD      T("2026-11-23 10:30")
#define PERIODS   "SELECT count(*) FROM blind_periods"
#define REMINDERS "SELECT count(*) FROM notifications WHERE what = 'reminder'"
#define ROUNDS \
	"SELECT group_concat(round, '') FROM (SELECT round FROM notifications WHERE what = 'reminder' ORDER BY id)"
#define OUTCOME "SELECT outcome FROM expectations WHERE resident_id = 'R' AND day = 20780"

static void street_with_R(const char *schedule)
{
	street_open();
	resident("R", schedule, T("2026-11-22 12:00"));
}

/* A turn of the watch, as far as it is about us and the looks. */
static void turn(int64_t now)
{
	int turns = 0;
	bool more;

	do {
		more = blind_run(W, now);
		more |= expectation_run(W, now);
		CHECK(turns++ < 100);
	} while (more);
}

TEST(rule_6_the_first_start_ever_is_no_blind_period)
{
	street_open();
	CHECK_INT(blind_heard_until(W), 0);
	CHECK_INT(blind_since(W, NOON), 0);
	CHECK_INT(blind_gate(W, NOON), 0);
	CHECK_INT(blind_last_beat(W), 0);
	echo(NOON);
	CHECK_INT(blind_heard_until(W), NOON);
	CHECK_INT(blind_last_beat(W), NOON);
	CHECK(blind_gate(W, NOON) == INT64_MAX);
	CHECK_INT(number(PERIODS), 0);
	street_close();
}

TEST(rule_6_a_gap_of_over_15_seconds_is_a_blind_period_and_a_shorter_one_is_none)
{
	street_open();
	echo(NOON);
	echo(NOON + 15 * SECOND);
	CHECK_INT(number(PERIODS), 0);
	CHECK_INT(blind_since(W, NOON + 30 * SECOND), 0);
	CHECK_INT(blind_since(W, NOON + 30 * SECOND + 1), NOON + 15 * SECOND);
	echo(NOON + 30 * SECOND + 1);
	CHECK_INT(number("SELECT from_at FROM blind_periods"), NOON + 15 * SECOND); /* not when we noticed */
	CHECK_INT(number("SELECT to_at FROM blind_periods"), NOON + 30 * SECOND + 1);
	CHECK_INT(blind_since(W, NOON + 31 * SECOND), 0);
	street_close();
}

TEST(rule_6_heard_until_is_when_the_echo_was_sent_and_never_goes_back)
{
	street_open();
	CHECK(store_begin(&street.store));
	blind_heard(W, NOON, NOON + 3 * SECOND);
	blind_heard(W, NOON - 5 * SECOND, NOON + 4 * SECOND); /* overtaken */
	blind_heard(W, NOON + HOUR, NOON + 5 * SECOND);       /* sent by a clock that was ahead */
	CHECK(store_commit(&street.store));
	CHECK_INT(blind_heard_until(W), NOON);
	street_close();
}

TEST(a_period_that_lasts_stands_open_and_goes_where_the_echo_was_only_slow)
{
	street_open();
	echo(NOON);
	turn(NOON + 16 * SECOND);
	turn(NOON + 17 * SECOND);
	CHECK_INT(number("SELECT count(*) FROM blind_periods WHERE to_at IS NULL"), 1);
	CHECK(blind_gate(W, NOON + 17 * SECOND) == 0);
	CHECK(store_begin(&street.store));
	blind_heard(W, NOON + 5 * SECOND, NOON + 18 * SECOND);
	CHECK(store_commit(&street.store));
	CHECK_INT(number(PERIODS), 0);
	turn(NOON + 25 * SECOND);
	echo(NOON + 40 * SECOND);
	CHECK_INT(number("SELECT to_at - from_at FROM blind_periods"), 35 * SECOND);
	CHECK_INT(number(PERIODS), 1);
	street_close();
}

TEST(rule_6_the_gate_opens_5_minutes_after_a_short_period_and_60_after_a_long_one)
{
	int64_t end;

	street_open();
	echo(NOON);
	end = NOON + 10 * MINUTE - 1;
	echo(end);
	CHECK_INT(blind_gate(W, end), 0);
	heard(end + 5 * MINUTE);
	CHECK_INT(blind_gate(W, end + 5 * MINUTE - 1), 0);
	CHECK(blind_gate(W, end + 5 * MINUTE) == INT64_MAX);
	end = NOON + 40 * MINUTE;
	heard(end - 10 * MINUTE);
	echo(end);
	heard(end + 60 * MINUTE);
	CHECK_INT(blind_gate(W, end + 60 * MINUTE - 1), 0);
	CHECK(blind_gate(W, end + 60 * MINUTE) == INT64_MAX);
	street_close();
}

TEST(rule_6_a_short_period_after_a_long_one_does_not_shorten_its_settling)
{
	street_open();
	echo(NOON);
	echo(NOON + HOUR);
	echo(NOON + HOUR + MINUTE);
	heard(NOON + HOUR + 10 * MINUTE);
	CHECK_INT(blind_gate(W, NOON + HOUR + 10 * MINUTE), 0);
	street_close();
}

TEST(rule_6_however_hearing_flaps_nobody_is_held_longer_than_3_hours)
{
	int64_t first_end = DEAD + 5 * MINUTE, t;

	street_with_R(DAILY);
	resident("S", "daily 06:00-10:00 +40m", T("2026-11-22 12:00")); /* a deadline after the first period's end */
	at(DEAD - MINUTE);
	echo(first_end);
	for (t = first_end + MINUTE; t < first_end + 3 * HOUR; t += MINUTE) { /* never 5 minutes in peace */
		echo(t);
		turn(t);
		CHECK_SQL(OUTCOME, "");
	}
	echo(first_end + 3 * HOUR);
	CHECK_INT(blind_gate(W, first_end + 3 * HOUR), first_end);
	turn(first_end + 3 * HOUR);
	CHECK_SQL(OUTCOME, "missed");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'S'", "");
	street_close();
}

TEST(rule_6_while_the_gate_is_shut_nobody_is_missed_and_no_row_is_moved)
{
	int64_t end = DEAD + MINUTE;

	street_with_R(DAILY);
	at(DEAD - MINUTE);
	int64_t look = number("SELECT next_look_at FROM residents");
	echo(end);
	turn(end);
	heard(end + 5 * MINUTE - 1);
	turn(end + 5 * MINUTE - 1);
	CHECK_SQL(OUTCOME, "");
	CHECK_INT(number("SELECT next_look_at FROM residents"), look);
	heard(end + 5 * MINUTE);
	turn(end + 5 * MINUTE);
	CHECK_SQL(OUTCOME, "missed");
	street_close();
}

TEST(rule_6_a_press_that_the_broker_kept_meets_the_expectation_when_the_gate_opens)
{
	struct checkin c;

	street_with_R(DAILY);
	at(DEAD - HOUR);
	c = checkin("R", CHECKIN_OK);
	c.at = DEAD - 10 * MINUTE;
	take(c, DEAD + HOUR, DEAD - HOUR); /* read before our first echo */
	echo(DEAD + HOUR);
	turn(DEAD + HOUR);
	heard(DEAD + 2 * HOUR);
	turn(DEAD + 2 * HOUR);
	CHECK_SQL(OUTCOME, "ok");
	street_close();
}

TEST(rule_6_nobody_is_reminded_while_we_are_deaf)
{
	street_with_R(DAILY);
	at(DUE - MINUTE);
	turn(DUE + MINUTE);
	CHECK_INT(number(REMINDERS), 0);
	echo(DUE + 2 * MINUTE);
	turn(DUE + 2 * MINUTE);
	CHECK_SQL(ROUNDS, "1");
	street_close();
}

TEST(rule_6_at_the_end_of_a_long_period_all_unmet_and_past_due_are_reminded_once)
{
	street_with_R(DAILY);
	resident("LATE", "daily 06:00-09:50 +60m", T("2026-11-22 12:00")); /* was reminded at DUE and at half */
	resident("MET", DAILY, T("2026-11-22 12:00"));
	resident("TODAY", "daily 06:00-18:00 +30m", T("2026-11-22 12:00")); /* not yet due */
	resident("NONE", "daily 06:00-09:59 +0m", T("2026-11-22 12:00"));   /* no grace, no other reminder */
	at(DUE - 5 * MINUTE);
	CHECK_SQL(ROUNDS, "1");
	press("MET", CHECKIN_OK, DUE - 5 * MINUTE);
	echo(DEAD);
	turn(DEAD);
	turn(DEAD + SECOND);
	CHECK_SQL("SELECT group_concat(round || person) FROM (SELECT * FROM notifications ORDER BY person, round)",
		"1resident:LATE,3resident:LATE,3resident:NONE,1resident:R");
	heard(DEAD + HOUR);
	turn(DEAD + HOUR);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 3);
	CHECK_INT(number(REMINDERS), 4);
	street_close();
}

TEST(rule_6_who_was_reminded_late_by_a_look_is_not_reminded_twice)
{
	street_with_R(DAILY);
	at(DUE - MINUTE);
	echo(DUE + 10 * MINUTE);
	looks(DUE + 10 * MINUTE);
	CHECK_SQL(ROUNDS, "1");
	turn(DUE + 10 * MINUTE);
	CHECK_SQL(ROUNDS, "1");
	street_close();
}

TEST(rule_6_the_reminders_go_on_where_a_stop_cut_them)
{
	char id[8];

	street_open();
	for (int i = 0; i < 250; i++) {
		snprintf(id, sizeof(id), "R%03d", i);
		resident(id, DAILY, T("2026-11-22 12:00"));
	}
	at(DUE);
	at(DUE);
	CHECK_INT(number(REMINDERS), 250);
	echo(DUE + 14 * MINUTE);
	CHECK(blind_run(W, DUE + 14 * MINUTE));
	CHECK_INT(number(REMINDERS), 450);
	CHECK_SQL("SELECT reminded_to FROM blind_periods", "R199");
	turn(DUE + 14 * MINUTE + 1);
	CHECK_INT(number(REMINDERS), 500);
	CHECK_INT(number("SELECT remind FROM blind_periods"), 0);
	street_close();
}

TEST(rule_6_deaf_for_2_minutes_while_a_window_is_open_asks_staff_once)
{
	struct concerned list[8];
	int64_t since = DUE - HOUR;

	street_with_R(DAILY);
	resident("A", DAILY, T("2026-11-22 12:00"));
	resident("B", DAILY, T("2026-11-22 12:00"));
	resident("MET", DAILY, T("2026-11-22 12:00"));
	resident("LATER", "daily 09:05-10:00 +30m", T("2026-11-22 12:00"));
	sql("UPDATE residents SET address = '3-1' WHERE resident_id = 'A';"
	    "UPDATE residents SET address = '1-1' WHERE resident_id = 'B';"
	    "UPDATE residents SET place = '2' WHERE resident_id = 'R'");
	press("MET", CHECKIN_OK, since);
	heard(since);
	turn(since);
	turn(since + 2 * MINUTE - 1);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	turn(since + 3 * MINUTE - 1); /* it is looked at once a minute */
	int64_t id = number("SELECT id FROM incidents WHERE kind = 'blind' AND subject = 'blind'");
	CHECK_INT(concerned_list(&street.store, id, list, 8), 3);
	CHECK_TEXT(list[0].resident_id, "B"); /* in visiting order */
	CHECK_TEXT(list[1].resident_id, "R");
	CHECK_TEXT(list[2].resident_id, "A");
	turn(since + 6 * MINUTE); /* extended while we are deaf */
	CHECK_INT(concerned_list(&street.store, id, list, 8), 4);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);

	/* We hear again; each is accounted for by a sign of life or an outcome. */
	press("A", CHECKIN_ACTIVITY, since + 9 * MINUTE);
	take(checkin("B", CHECKIN_OK), since + 9 * MINUTE, since); /* kept by the broker */
	echo(since + 9 * MINUTE);
	turn(since + 9 * MINUTE);
	CHECK_INT(concerned_unsettled(&street.store, id), 2);
	at(DEAD);
	turn(DEAD);
	CHECK_INT(number("SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 3);
	CHECK_INT(concerned_unsettled(&street.store, id), 0);
	CHECK_SQL("SELECT state FROM incidents WHERE kind = 'blind'", "closed");
	street_close();
}

TEST(rule_6_the_question_stays_open_while_we_are_deaf)
{
	street_with_R(DAILY);
	heard(DUE);
	turn(DUE);
	turn(DUE + 3 * MINUTE);
	press("R", CHECKIN_OK, DUE + 4 * MINUTE); /* told by telephone, say */
	turn(DUE + 5 * MINUTE);
	CHECK_SQL("SELECT state FROM incidents", "open");
	CHECK_INT(number("SELECT settled_at FROM incident_residents"), DUE + 5 * MINUTE);
	echo(DUE + 6 * MINUTE);
	turn(DUE + 6 * MINUTE);
	CHECK_SQL("SELECT state FROM incidents", "closed");
	street_close();
}

TEST(rule_6_nobody_expected_then_nobody_is_asked)
{
	street_with_R("daily 20:00-21:00");
	press("R", CHECKIN_OK, T("2026-11-22 20:30"));
	at(NOON);
	turn(NOON + MINUTE);
	turn(NOON + HOUR);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	street_close();
}

TEST(rule_6_a_question_that_staff_answered_is_not_asked_again_for_the_same)
{
	street_with_R(DAILY);
	heard(DUE);
	turn(DUE + 2 * MINUTE); /* just started: the link gets a minute */
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	turn(DUE + 3 * MINUTE);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	sql("UPDATE incidents SET state = 'closed', closed_at = 1, outcome = 'answered'");
	turn(DUE + 5 * MINUTE);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 1);
	street_close();
}

TEST(rule_6_a_deadline_undecided_for_60_minutes_asks_staff_though_we_hear)
{
	int64_t end = DEAD + MINUTE;

	street_with_R(DAILY);
	at(DEAD - 15 * MINUTE);
	echo(end); /* long: the gate opens at end + 60 m */
	heard(DEAD + HOUR - 1);
	turn(DEAD + HOUR - 1);
	CHECK_INT(number("SELECT count(*) FROM incidents"), 0);
	W->deaf_checked_at = 1; /* the next minute */
	heard(DEAD + HOUR);
	turn(DEAD + HOUR);
	CHECK_SQL("SELECT kind FROM incidents", "blind");
	heard(end + HOUR);
	turn(end + HOUR);
	CHECK_SQL(OUTCOME, "missed");
	heard(end + HOUR + MINUTE);
	turn(end + HOUR + MINUTE);
	CHECK_SQL("SELECT state FROM incidents WHERE kind = 'blind'", "closed");
	street_close();
}

TEST(a_resident_whose_look_fails_is_brought_to_staff)
{
	street_with_R("every full moon");
	sql("UPDATE residents SET schedule = '" DAILY "'");
	CHECK(store_begin(&street.store));
	expectation_begin(W, "R", T("2026-11-22 12:00"));
	CHECK(store_commit(&street.store));
	sql("UPDATE residents SET schedule = 'every full moon'");
	for (int64_t t = DEAD; t <= DEAD + HOUR; t += 10 * MINUTE) {
		heard(t);
		turn(t);
	}
	CHECK_SQL("SELECT group_concat(resident_id) FROM incident_residents", "R");
	street_close();
}

TEST(rule_6_a_clock_set_forward_is_a_blind_period)
{
	street_with_R(DAILY);
	at(DUE - HOUR);
	CHECK(store_begin(&street.store));
	blind_clock_jumped(W, DEAD - DUE + HOUR, DEAD);
	CHECK(store_commit(&street.store));
	CHECK_INT(number("SELECT to_at - from_at FROM blind_periods"), DEAD - DUE + HOUR);
	CHECK_INT(blind_last_beat(W),
		DEAD); /* although nothing was heard: a start by another clock sees that it is behind */
	CHECK_INT(blind_heard_until(W), DUE - HOUR);
	echo(DEAD + 2 * SECOND);
	CHECK_INT(number(PERIODS), 1); /* the same, a little longer */
	turn(DEAD + 2 * SECOND);
	CHECK_SQL(OUTCOME, "");
	heard(DEAD + 2 * SECOND + HOUR);
	turn(DEAD + 2 * SECOND + HOUR);
	CHECK_SQL(OUTCOME, "missed");
	street_close();
}

/* Off over night; the clock goes on from the evening until somebody sets it. */
TEST(rule_6_who_pressed_by_a_clock_that_was_kept_while_the_machine_was_off_is_not_missed)
{
	int64_t evening = T("2026-11-22 23:00"), morning = T("2026-11-23 07:00");

	street_with_R(DAILY);
	resident("S", DAILY, T("2026-11-22 12:00"));
	press("S", CHECKIN_OK, evening - MINUTE);
	at(evening);
	press("R", CHECKIN_OK, evening + 5 * MINUTE); /* at five past seven, in truth */
	CHECK(store_begin(&street.store));
	press_clock_was_behind(W, evening, morning - evening, morning + 6 * MINUTE);
	blind_clock_jumped(W, morning - evening, morning + 6 * MINUTE);
	CHECK(store_commit(&street.store));
	at(DEAD);
	turn(DEAD);
	CHECK_SQL(OUTCOME, "unknown");
	CHECK_SQL("SELECT outcome FROM expectations WHERE resident_id = 'S' AND day = 20780", "missed");
	street_close();
}

TEST(it_is_calm_where_no_long_blind_period_ended_lately)
{
	street_open();
	CHECK(blind_calm(W, DAY, NOON)); /* on the first start ever */
	heard(NOON);
	CHECK(blind_calm(W, DAY, NOON));
	CHECK(!blind_calm(W, DAY, NOON + 16 * SECOND)); /* deaf now */
	echo(NOON + MINUTE);
	CHECK(blind_calm(W, DAY, NOON + MINUTE)); /* that was a short one */
	CHECK(store_begin(&street.store));
	blind_clock_jumped(W, 4000 * DAY, NOON + 4000 * DAY);
	CHECK(store_commit(&street.store));
	heard(NOON + 4000 * DAY + HOUR);
	CHECK(!blind_calm(W, DAY, NOON + 4000 * DAY + HOUR));
	CHECK(blind_calm(W, HOUR, NOON + 4000 * DAY + HOUR));
	heard(NOON + 4001 * DAY);
	CHECK(blind_calm(W, DAY, NOON + 4001 * DAY));
	street_close();
}

TEST(rule_6_a_clock_set_back_is_a_blind_period_too_and_we_hear_again_at_once)
{
	street_open();
	resident("R", DAILY, DUE + DAY); /* imported by a clock that was ahead */
	heard(DUE + DAY);
	CHECK(store_begin(&street.store));
	blind_clock_jumped(W, -DAY - HOUR, DUE - HOUR);
	CHECK(store_commit(&street.store));
	CHECK_INT(blind_heard_until(W), DUE - HOUR);
	CHECK_INT(number(PERIODS), 1);
	echo(DUE - HOUR + 5 * SECOND);
	CHECK_INT(blind_heard_until(W), DUE - HOUR + 5 * SECOND);
	CHECK_INT(blind_gate(W, DUE - HOUR + 5 * SECOND), 0);
	heard(DUE - 55 * MINUTE);
	CHECK(blind_gate(W, DUE - 55 * MINUTE) == INT64_MAX);
	CHECK_INT(number("SELECT opens_at FROM residents"), T("2026-11-23 06:00"));
	street_close();
}
