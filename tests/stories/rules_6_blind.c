/* Stories of rules 6: when we could not hear. The number after the rule is the place of the sentence in its list. */
#include <string.h>

#include "server/store/concerned.h"
#include "server/store/residents.h"
#include "server/watch/report_month.h"
#include "tests/stories/world.h"

static void staff(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "staff");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

/* Due at 10:00, the deadline half an hour later; the window has been open since 3:00. */
static void home(struct world *w)
{
	staff(w);
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
}

static void deaf_between(struct world *w, const char *from, const char *to)
{
	world_to(w, from);
	world_deafen(w);
	world_to(w, to);
	world_hears_again(w);
}

static int64_t judged(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM expectations WHERE outcome IS NOT NULL");
}

static int64_t blind_periods(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM blind_periods");
}

static int64_t missed_incidents(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'missed'");
}

static bool listed(struct world *w, const char *resident)
{
	struct concerned list[16];
	size_t n = concerned_list(world_watch(w)->store, world_question(w, "blind", "blind").id, list, 16);

	for (size_t k = 0; k < n; k++)
		if (strcmp(list[k].resident_id, resident) == 0)
			return true;
	return false;
}

/* 1: what a blind period is */

STORY("2026-11-24 02:00", rule_6_1_only_deadlines_up_to_what_we_have_heard_are_judged)
{
	home(w);
	world_to(w, "10:29:55");
	world_hush(w);
	world_deafen(w);
	world_to(w, "10:30:35"); /* heard until 10:30:25 at the latest: the hush took us there */
	world_pass(w, 10 * SECOND);
	world_hears_again(w);
	world_to(w, "10:36");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_1_while_no_echo_comes_nobody_is_judged)
{
	home(w);
	world_to(w, "10:29:50");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_deafen(w);
	world_to(w, "10:30:05");
	CHECK_INT(judged(w), 0);
	world_hears_again(w); /* a gap of 15 s is none: judged at once */
	CHECK_INT(blind_periods(w), 0);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_told_at(w, "user:tanaka", "alert", "10:30:05");
}

STORY("2026-11-24 02:00", rule_6_1_a_gap_of_over_15_seconds_is_a_blind_period_from_the_last_echo_on)
{
	home(w);
	world_to(w, "10:29:50");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_deafen(w);
	world_pass(w, 15 * SECOND + 1);
	world_hears_again(w);
	CHECK_INT(blind_periods(w), 1);
	CHECK_INT(world_count(w, "SELECT from_at FROM blind_periods"), world_time(w, "10:29:50"));
	CHECK_INT(world_count(w, "SELECT to_at FROM blind_periods"), world_time(w, "10:30:05") + 1);
	world_to(w, "10:35:05");
	CHECK_INT(judged(w), 0);
	world_to(w, "10:35:36");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_told(w, "user:tanaka", "alert");
}

STORY("2026-11-24 02:00", rule_6_1_that_we_were_stopped_is_a_blind_period)
{
	home(w);
	world_to(w, "10:20");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_stopped_until(w, "10:21:50");
	CHECK_INT(judged(w), 0);
	world_to(w, "10:21:55");
	world_hears_again(w);
	CHECK_INT(world_count(w, "SELECT from_at FROM blind_periods"), world_time(w, "10:20"));
	world_to(w, "10:30"); /* the gate has been open since 10:26:55 */
	world_told_at(w, "user:tanaka", "alert", "10:30");
}

STORY("2026-11-24 02:00", rule_6_1_a_stop_that_was_short_is_none)
{
	home(w);
	world_to(w, "10:29:55");
	world_hush(w);
	world_to(w, "10:31");
	world_hush(w);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_stopped_until(w, "10:31:40");
	world_to(w, "10:31:44");
	world_hears_again(w);
	CHECK_INT(blind_periods(w), 0);
}

STORY("2026-11-24 02:00", rule_6_1_the_first_start_ever_is_none)
{
	home(w);
	world_deafen(w);
	world_sql(w, "DELETE FROM heartbeats");
	world_to(w, "09:00");
	world_hears_again(w);
	CHECK_INT(blind_periods(w), 0);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

/* 2: the gate */

STORY("2026-11-24 02:00", rule_6_2_nobody_is_missed_until_5_minutes_after_a_blind_period)
{
	home(w);
	deaf_between(w, "10:27:30", "10:29");
	world_hush(w);
	CHECK_TEXT(world_state(w, "R1"), "late");
	world_to(w, "10:33:59");
	CHECK_TEXT(world_state(w, "R1"), "unknown");
	CHECK_INT(judged(w), 0);
	world_quiet(w);
	world_to(w, "10:34");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_TEXT(world_state(w, "R1"), "missed");
	world_told_at(w, "user:tanaka", "alert", "10:34");
}

STORY("2026-11-24 02:00", rule_6_2_nor_until_60_minutes_after_one_of_10_minutes)
{
	home(w);
	deaf_between(w, "10:18", "10:28"); /* past DUE: reminded at its end */
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT max(written_at) FROM notifications WHERE what = 'reminder'"),
		world_time(w, "10:28"));
	world_to(w, "11:27:59");
	world_told(w, "user:tanaka", "question"); /* about our deafness, each hour again */
	CHECK_INT(judged(w), 0);
	CHECK_TEXT(world_state(w, "R1"), "unknown");
	world_quiet(w);
	world_to(w, "11:28");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_told_at(w, "user:tanaka", "alert", "11:28");
	world_to(w, "11:30");
	world_hush(w); /* the question about R1 has closed by itself */
}

STORY("2026-11-24 02:00", rule_6_2_a_second_less_is_not_long)
{
	home(w);
	deaf_between(w, "10:18:01", "10:28");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder'"), 2);
	world_to(w, "10:33");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_to(w, "10:35");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_2_what_the_broker_kept_meanwhile_meets_it)
{
	home(w);
	deaf_between(w, "09:30", "10:40");
	world_hush(w);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "10:35")); /* after the deadline, before the judgement */
	world_to(w, "11:45");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(missed_incidents(w), 0);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_2_at_the_end_of_a_long_one_all_who_are_unmet_and_past_due_are_reminded)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-10:00", "P");     /* no grace */
	world_resident(w, "R3", "daily 03:00-10:20 +1h", "P"); /* DUE came while we were deaf */
	world_resident(w, "R4", "daily 03:00-10:00 +1h", "P"); /* has pressed */
	world_resident(w, "R5", "daily 03:00-12:00 +1h", "P"); /* is not due yet */
	world_resident(w, "R6", "daily 03:00-10:00 +1h", "P"); /* is away */
	CHECK(world_pause(w, "R6", "2026-11-24", "2026-11-25"));
	world_to(w, "09:00");
	world_press(w, "R4", CHECKIN_OK);
	world_to(w, "09:50");
	world_deafen(w);
	world_to(w, "10:40");
	world_hush(w);
	world_hears_again(w);
	world_told(w, "resident:R1", "reminder");
	world_told(w, "resident:R2", "reminder");
	world_told(w, "resident:R3", "reminder");
	world_quiet(w);
	for (int k = 1; k <= 6; k++)
		CHECK(world_end_service(w, (char[]){ 'R', (char)('0' + k), 0 }, "moved"));
	world_hush(w);
	world_pass(w, 2 * MINUTE);
	world_hush(w); /* the question that listed them */
}

STORY("2026-11-24 02:00", rule_6_2_no_row_is_moved)
{
	struct vigil v;

	home(w);
	deaf_between(w, "10:18", "10:29");
	world_to(w, "10:50");
	world_hush(w);
	CHECK(residents_vigil(world_watch(w)->store, "R1", &v));
	CHECK_INT(v.next_look, LOOK_DEADLINE);
	CHECK_INT(v.next_look_at, world_time(w, "10:30"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:31");
	world_hush(w);
}

/* Deaf for a minute in every four. */
static void flap_until(struct world *w, const char *local)
{
	while (world_now(w) < world_time(w, local)) {
		world_deafen(w);
		world_pass(w, MINUTE);
		world_hears_again(w);
		world_pass(w, 3 * MINUTE);
	}
}

STORY("2026-11-24 02:00", rule_6_2_however_hearing_flaps_the_gate_holds_nobody_longer_than_3_hours)
{
	home(w);
	world_to(w, "10:28"); /* periods end at 10:29, 10:33 … the first after the deadline at 10:33 */
	flap_until(w, "13:32");
	CHECK_INT(judged(w), 0);
	CHECK_TEXT(world_state(w, "R1"), "unknown");
	world_told(w, "user:tanaka", "question"); /* an hour undecided */
	world_hush(w);
	CHECK(world_now(w) < world_time(w, "13:33"));
	world_to(w, "13:33");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_incident(w, "R1").opened_at, world_time(w, "13:33"));
	world_hush(w);
	world_to(w, "13:36");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_2_nor_where_each_of_them_is_long)
{
	home(w);
	world_to(w, "10:25");
	while (world_now(w) < world_time(w, "13:25")) { /* deaf for ten minutes in every twenty */
		world_deafen(w);
		world_pass(w, 10 * MINUTE);
		world_hears_again(w);
		world_pass(w, 10 * MINUTE);
	}
	CHECK_INT(judged(w), 0);
	world_deafen(w);
	world_pass(w, 10 * MINUTE);
	world_hears_again(w); /* three hours after 10:35 */
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_incident(w, "R1").opened_at, world_time(w, "13:35"));
	world_pass(w, 2 * MINUTE);
	world_hush(w);
}

/* 3: staff are told of our deafness */

STORY("2026-11-24 02:00", rule_6_3_deaf_for_2_minutes_with_an_open_window_asks_staff_once)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P"); /* has pressed */
	world_resident(w, "R3", "daily 12:00-16:00", "P");      /* the window is not open yet */
	world_resident(w, "R4", "daily 03:00-10:00", "P");      /* is away */
	world_resident(w, "R5", "none", "P");
	CHECK(world_pause(w, "R4", "2026-11-24", "2026-11-26"));
	world_to(w, "07:00");
	world_press(w, "R2", CHECKIN_OK);
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "08:01:59");
	world_quiet(w);
	world_to(w, "08:03:30");
	world_told(w, "user:tanaka", "question");
	CHECK(listed(w, "R1"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM incident_residents"), 1);
	world_to(w, "08:30");
	world_quiet(w);
	CHECK_INT(world_incidents(w), 1);
	world_hears_again(w);
	world_pass(w, 2 * MINUTE);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_OPEN);
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED); /* by itself */
	CHECK_TEXT(world_question(w, "blind", "blind").outcome, "answered");
	world_told(w, "user:tanaka", "ended");
	for (int k = 1; k <= 4; k++)
		CHECK(world_end_service(w, (char[]){ 'R', (char)('0' + k), 0 }, "moved"));
}

STORY("2026-11-24 02:00", rule_6_3_less_than_2_minutes_asks_nobody)
{
	home(w);
	deaf_between(w, "08:00", "08:01:59");
	world_to(w, "08:10");
	CHECK_INT(world_incidents(w), 0);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_6_3_with_no_window_open_nobody_is_asked)
{
	home(w);
	deaf_between(w, "02:20", "02:50");
	world_to(w, "03:05");
	CHECK_INT(world_incidents(w), 0);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_6_3_those_whose_windows_open_while_we_are_deaf_are_listed_too)
{
	home(w);
	world_resident(w, "R2", "daily 08:30-12:00", "P");
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "08:10");
	CHECK(listed(w, "R1"));
	CHECK(!listed(w, "R2"));
	world_to(w, "08:32");
	CHECK(listed(w, "R2"));
	CHECK_INT(world_incidents(w), 1);
	world_hears_again(w);
	world_press(w, "R1", CHECKIN_OK);
	world_press(w, "R2", CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	world_hush(w);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
}

static bool answered(struct world *w, const char *by, struct refusal *no)
{
	struct closing closing = { .outcome = "answered",
		.cause = "",
		.how = "",
		.seen_by = "",
		.until = "",
		.note = "全員に電話",
		.by = by };

	return incident_close(world_watch(w), world_question(w, "blind", "blind").id, &closing, world_now(w), no);
}

STORY("2026-11-24 02:00", rule_6_3_who_has_not_all_of_their_districts_closes_it_when_the_others_gave_a_sign)
{
	struct refusal no;

	staff(w);
	world_user(w, "sato", "daily 00:00-24:00");
	world_sql(w, "INSERT INTO districts (district, name) VALUES ('D2', '南')");
	world_sql(w, "UPDATE users SET role = 'coordinator', districts = 'D2' WHERE login = 'sato'");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_sql(w, "UPDATE residents SET district = 'D2' WHERE resident_id = 'R2'");
	deaf_between(w, "08:00", "08:05");
	CHECK(!answered(w, "user:sato", &no));
	CHECK_INT(no.code, REFUSED_NOT_YOURS);
	CHECK(world_question(w, "blind", "blind").state != INCIDENT_CLOSED);
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	CHECK_INT(concerned_unsettled(world_watch(w)->store, world_question(w, "blind", "blind").id), 1);
	CHECK(answered(w, "user:sato", &no));
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_3_they_are_listed_in_visiting_order)
{
	struct concerned list[4];

	staff(w);
	world_sql(w, "INSERT INTO districts (district, name) VALUES ('D2', '南')");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_resident(w, "R3", "daily 03:00-10:00 +30m", "P");
	world_sql(w, "UPDATE residents SET district = 'D2' WHERE resident_id = 'R1';"
		     "UPDATE residents SET address = '本町2-9' WHERE resident_id = 'R2';"
		     "UPDATE residents SET address = '本町2-1' WHERE resident_id = 'R3'");
	deaf_between(w, "08:00", "08:05");
	CHECK_INT(concerned_list(world_watch(w)->store, world_question(w, "blind", "blind").id, list, 4), 3);
	CHECK_TEXT(list[0].resident_id, "R3");
	CHECK_TEXT(list[1].resident_id, "R2");
	CHECK_TEXT(list[2].resident_id, "R1");
	for (int k = 0; k < 3; k++)
		world_press(w, list[k].resident_id, CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_3_any_sign_of_life_settles_one)
{
	home(w);
	deaf_between(w, "08:00", "08:05");
	world_hush(w);
	world_press(w, "R1", CHECKIN_ACTIVITY); /* counts for no check-in, but somebody is there */
	world_pass(w, 2 * MINUTE);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_6_3_while_we_are_deaf_the_question_stays)
{
	home(w);
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "08:05");
	world_told(w, "user:tanaka", "question");
	CHECK(world_staff_checkin(w, "R1")); /* somebody telephoned */
	world_to(w, "08:20");
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_OPEN);
	CHECK_INT(world_count(w, "SELECT count(*) FROM incident_residents WHERE settled_at IS NULL"), 0);
	world_hears_again(w);
	world_pass(w, 2 * MINUTE);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_6_3_an_outcome_settles_one)
{
	home(w);
	deaf_between(w, "08:00", "08:05");
	world_hush(w);
	world_to(w, "10:29");
	world_hush(w);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_OPEN);
	world_to(w, "10:32");
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_3_what_staff_have_answered_is_not_asked_again)
{
	home(w);
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "08:05");
	world_hush(w);
	world_answer(w, "blind", "blind", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "08:40");
	CHECK_INT(world_incidents(w), 1);
	world_hears_again(w);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_6_3_a_deadline_undecided_for_60_minutes_asks_staff)
{
	home(w);
	world_to(w, "10:28");
	world_hush(w);
	flap_until(w, "11:26"); /* never deaf for two minutes */
	CHECK_INT(world_incidents(w), 0);
	flap_until(w, "11:35");
	world_told(w, "user:tanaka", "question");
	CHECK(listed(w, "R1"));
	CHECK_INT(judged(w), 0);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
}

/* Staff are told that we were deaf, also where we could not tell them so at the time. */
STORY("2026-11-24 02:00", rule_6_3_that_we_were_stopped_for_2_minutes_asks_staff_as_well)
{
	home(w);
	world_to(w, "08:00");
	world_stopped_until(w, "08:30");
	world_pass(w, 5 * SECOND);
	world_hears_again(w);
	world_pass(w, 2 * MINUTE);
	world_told(w, "user:tanaka", "question");
	CHECK(listed(w, "R1"));
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	CHECK_INT(world_question(w, "blind", "blind").state, INCIDENT_CLOSED);
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_6_3_who_pressed_while_we_were_stopped_is_not_asked_about)
{
	home(w);
	world_to(w, "08:00");
	world_stopped_until(w, "08:30");
	world_pass(w, 5 * SECOND);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "08:10"));
	world_hears_again(w);
	world_pass(w, 5 * MINUTE);
	CHECK_INT(world_incidents(w), 0);
}

STORY("2026-11-24 02:00", rule_6_3_a_due_of_24_00_in_a_pause_is_not_asked_about)
{
	staff(w);
	world_resident(w, "R1", "daily 18:00-24:00 +30m", "P");
	world_resident(w, "R2", "daily 18:00-24:00 +30m", "P");
	world_to(w, "17:00");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-24"));
	CHECK(world_pause(w, "R2", "2026-11-25", "2026-11-25"));
	world_hush(w);
	deaf_between(w, "20:00", "20:05");
	CHECK_INT(world_count(w, "SELECT count(*) FROM incident_residents"), 1);
	CHECK(listed(w, "R2"));
	world_press(w, "R2", CHECKIN_OK);
	world_pass(w, 2 * MINUTE);
	world_hush(w);
	CHECK(world_end_service(w, "R1", "moved"));
	CHECK(world_end_service(w, "R2", "moved"));
}

/* 4: several deadlines passed */

STORY("2026-11-24 02:00", rule_6_4_of_several_passed_while_deaf_the_latest_is_judged_and_the_others_are_unknown)
{
	staff(w);
	world_resident(w, "R1", "daily 03:00-08:00; daily 09:00-10:00; daily 11:00-12:00; daily 20:00-23:00", "P");
	world_to(w, "07:00");
	world_deafen(w);
	world_to(w, "12:30");
	world_hush(w);
	world_hears_again(w);
	world_hush(w);
	world_to(w, "13:31");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'unknown'"), 2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 1);
	CHECK_INT(world_count(w, "SELECT opens_at FROM expectations WHERE outcome = 'missed'"), world_time(w, "11:00"));
	CHECK_INT(missed_incidents(w), 1);
	world_to(w, "13:33");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_4_those_due_in_a_pause_are_paused)
{
	staff(w);
	world_resident(w, "R1", "daily 03:00-10:00", "P");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-24"));
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "2026-11-26 12:00");
	world_hush(w);
	world_hears_again(w);
	world_to(w, "13:05");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	CHECK(world_outcome(w, "R1", "2026-11-25", "unknown"));
	CHECK(world_outcome(w, "R1", "2026-11-26", "missed"));
	CHECK_INT(missed_incidents(w), 1);
	world_answer(w, "pause", "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_4_a_press_that_is_heard_after_all_makes_each_ok_that_it_meets)
{
	staff(w);
	world_resident(w, "R1", "daily 03:00-08:00; daily 09:00-10:00; daily 20:00-23:00", "P");
	world_to(w, "07:00");
	world_deafen(w);
	world_to(w, "10:30");
	world_hush(w);
	world_hears_again(w);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "08:30"));
	world_to(w, "11:40");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'ok'"), 2);
	world_hush(w);
}

STORY("2026-11-20 02:00", rule_6_4_a_deadline_over_24_hours_past_is_unknown)
{
	staff(w);
	world_resident(w, "R1", "fri 03:00-10:00; mon 20:00-23:00", "P"); /* nothing in between */
	world_to(w, "09:00");
	world_stopped_until(w, "2026-11-21 09:30");
	world_hears_again(w); /* the gate opens at 10:30, half an hour too late */
	world_hush(w);
	world_to(w, "10:31");
	CHECK(world_outcome(w, "R1", "2026-11-20", "unknown"));
	CHECK_INT(missed_incidents(w), 0);
	world_to(w, "10:35");
	world_hush(w);
}

STORY("2026-11-20 02:00", rule_6_4_at_24_hours_it_is_judged)
{
	staff(w);
	world_resident(w, "R1", "fri 03:00-10:00; mon 20:00-23:00", "P");
	world_to(w, "09:00");
	world_stopped_until(w, "2026-11-21 08:59");
	world_hears_again(w);
	world_hush(w);
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-20", "missed"));
	CHECK_INT(missed_incidents(w), 1);
	world_to(w, "10:05");
	world_hush(w);
}

/* 5: the clock */

STORY("2026-11-24 02:00", rule_6_5_a_clock_that_jumps_ahead_accuses_nobody)
{
	home(w);
	world_to(w, "08:00");
	world_clock_set(w, "12:00");
	CHECK_INT(world_count(w, "SELECT to_at - from_at FROM blind_periods"), 4 * HOUR);
	CHECK_INT(judged(w), 0);
	world_hush(w); /* reminded as after any long deafness */
	world_to(w, "12:59:59");
	CHECK_INT(judged(w), 0);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "13:05");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_clock_set_back_expects_again_from_now)
{
	struct vigil v;

	home(w);
	world_clock_set(w, "2026-11-27 08:00"); /* wrong by three days */
	world_hush(w);
	world_pass(w, MINUTE);
	world_hush(w);
	world_clock_set(w, "2026-11-24 02:02");
	CHECK(residents_vigil(world_watch(w)->store, "R1", &v));
	CHECK_INT(v.due_at, world_time(w, "10:00"));
	world_hush(w);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_to(w, "10:33");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_blind_period_that_never_was_shuts_no_gate)
{
	home(w);
	world_to(w, "06:00");
	world_clock_set(w, "10:10"); /* for a minute it seems that we were deaf for hours */
	world_hush(w);
	world_clock_set(w, "06:01");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM blind_periods WHERE to_at > from_at + 600000"), 0);
	world_to(w, "10:32");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_duty_begins_again_with_the_day_after_a_clock_was_set_back)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_resident(w, "R1", "daily 03:00-07:10", "P");
	world_user(w, "early", "daily 08:00-10:00");
	world_clock_set(w, "2026-12-20 12:00"); /* the next duty seems to be on the 21st */
	world_clock_set(w, "2026-11-24 02:30");
	world_hush(w);
	world_to(w, "08:00");
	world_told_at(w, "user:early", "duty", "08:00");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:early", "ended");
}

STORY("2026-11-24 02:00", rule_6_5_who_was_put_off_hears_at_their_hour_after_a_clock_was_set_back)
{
	world_policy(w, "P", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 03:00-06:00", "P");
	world_watcher(w, "W1", "R1", 1, "go");
	world_user(w, "night", "daily 00:00-06:30");
	world_clock_set(w, "2026-12-20 01:00");
	world_to(w, "2026-12-20 06:00");
	world_told(w, "user:night", "alert"); /* the watcher is put off to seven */
	world_clock_set(w, "2026-11-24 02:30");
	world_to(w, "2026-11-24 03:00");
	world_hush(w);
	world_to(w, "07:00");
	world_told_at(w, "watcher:W1", "alert", "07:00");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_clock_set_back_after_today_was_decided_decides_it_once)
{
	home(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "10:40");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	world_clock_set(w, "08:40");
	world_to(w, "12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	world_to(w, "2026-11-25 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_press_from_the_wrong_future_is_no_press_of_tomorrow)
{
	home(w);
	world_clock_set(w, "2026-11-25 07:00");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_clock_set(w, "2026-11-24 02:10"); /* it was really pressed then */
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	world_hush(w);
	world_to(w, "2026-11-25 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_leases_ahead_of_a_clock_set_back_are_cut_to_their_length)
{
	home(w);
	world_to(w, "10:40");
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_clock_set(w, "2026-11-23 10:41"); /* a day back */
	CHECK(world_incident(w, "R1").claimed_until <= world_now(w) + 30 * MINUTE);
	world_to(w, "2026-11-23 11:20");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_steps_and_repeats_go_on_after_a_clock_was_set_back)
{
	home(w);
	world_to(w, "10:40");
	world_hush(w);
	world_clock_set(w, "2026-11-22 10:41");
	world_to(w, "2026-11-22 13:00"); /* within an hour, and the gate */
	CHECK(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'alert' AND state = 'sent'") >= 2);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_what_waits_to_be_sent_again_goes_out_after_a_clock_was_set_back)
{
	home(w);
	world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
	world_to(w, "10:31");
	world_clock_set(w, "2026-11-22 10:41");
	world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
	world_to(w, "2026-11-22 11:00"); /* no wait between two tries is longer than ten minutes */
	CHECK(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'alert' AND state = 'sent'") >= 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_leases_are_cut_also_where_we_were_deaf_before)
{
	home(w);
	world_to(w, "10:40");
	world_deafen(w);
	world_pass(w, 30 * MINUTE);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_clock_set(w, "10:45"); /* after our last echo, before the claim */
	CHECK_INT(world_incident(w, "R1").claimed_until, world_time(w, "11:15"));
	world_hears_again(w);
	world_to(w, "11:20");
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

/* Away and back: by a minute and a second, into 1970 and into 2038. */
static const char *const wrong[] = { "10:41:01", "10:38:59", "1970-01-01 09:00:02", "2038-01-19 12:14:08" };
enum { WRONG = sizeof(wrong) / sizeof(wrong[0]) };

/* What a wrong clock may harm: R1 is missed and claimed, R2 waits, R3 is away until the 26th, R4 has pressed. */
static void busy(struct world *w)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-16:00 +30m", "P");
	world_resident(w, "R3", "daily 03:00-16:00 +30m", "P");
	CHECK(world_pause(w, "R3", "2026-11-24", "2026-11-26"));
	world_resident(w, "R4", "daily 03:00-16:00 +30m", "P");
	world_to(w, "05:00");
	world_press(w, "R4", CHECKIN_OK);
	world_to(w, "10:39:30");
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "10:40");
	world_hush(w);
}

static void away_and_back(struct world *w, const char *there)
{
	busy(w);
	world_clock_set(w, there);
	world_pass(w, MINUTE);
	world_clock_set(w, "2026-11-24 10:40");
	world_pass(w, 30 * SECOND);
	world_hush(w);
	CHECK_INT(missed_incidents(w), 1);
	world_to(w, "16:32"); /* the hour after the jump has long passed */
	world_hush(w);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK(world_outcome(w, "R3", "2026-11-24", "paused"));
	CHECK(!world_outcome(w, "R4", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'missed'"), missed_incidents(w));
}

STORY("2026-11-24 02:00", rule_6_5_a_minute_ahead_and_back_changes_no_judgement)
{
	away_and_back(w, "10:41:01");
	CHECK(world_outcome(w, "R2", "2026-11-24", "missed"));
	CHECK(world_outcome(w, "R4", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_6_5_a_minute_back_and_ahead_changes_no_judgement)
{
	away_and_back(w, "10:38:59");
	CHECK(world_outcome(w, "R2", "2026-11-24", "missed"));
	CHECK(world_outcome(w, "R4", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_6_5_into_1970_and_back_accuses_nobody_who_pressed)
{
	away_and_back(w, "1970-01-01 09:00:02");
	CHECK(world_outcome(w, "R2", "2026-11-24", "missed"));
	CHECK(world_outcome(w, "R4", "2026-11-24", "unknown"));
}

STORY("2026-11-24 02:00", rule_6_5_into_2038_and_back_accuses_nobody)
{
	away_and_back(w, "2038-01-19 12:14:08");
	CHECK(world_outcome(w, "R2", "2026-11-24", "missed"));
	CHECK(world_outcome(w, "R4", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_6_5_a_press_heard_by_a_clock_that_was_behind_accuses_nobody)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_to(w, "05:00");
	world_press(w, "R2", CHECKIN_OK);
	world_clock_set(w, "1970-01-01 09:00:02");
	world_hush(w);
	world_pass(w, 10 * MINUTE);
	world_press(w, "R1", CHECKIN_OK); /* at ten past five, in truth */
	world_pass(w, MINUTE);
	world_clock_set(w, "2026-11-24 05:11");
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "unknown"));
	CHECK_INT(missed_incidents(w), 0);
	world_hush(w);
	world_to(w, "2026-11-25 10:30"); /* and the next day is a day like any other */
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_away_and_back_a_claim_ends_after_its_own_length_at_the_latest)
{
	for (int k = 0; k < WRONG; k++) {
		char id[] = { 'C', (char)('0' + k), 0 };

		world_clock_set(w, "2026-11-24 02:00");
		world_hush(w);
		if (k == 0)
			staff(w);
		world_resident(w, id, "daily 03:00-10:00 +30m", "P");
		world_to(w, "10:40");
		world_hush(w);
		world_press(w, id, CHECKIN_TALK);
		world_claim(w, id, "user:tanaka");
		world_clock_set(w, wrong[k]);
		CHECK(world_incident(w, id).claimed_until <= world_now(w) + 30 * MINUTE);
		world_clock_set(w, "2026-11-24 10:41");
		CHECK(world_incident(w, id).claimed_until <= world_now(w) + 30 * MINUTE);
		world_to(w, "11:12");
		CHECK_INT(world_incident(w, id).state, INCIDENT_OPEN);
		world_hush(w);
		CHECK(world_end_service(w, id, "moved"));
	}
}

STORY("2026-11-24 02:00", rule_6_5_away_and_back_a_try_that_waits_goes_out_within_its_longest_wait)
{
	for (int k = 0; k < WRONG; k++) {
		char id[] = { 'C', (char)('0' + k), 0 };

		world_clock_set(w, "2026-11-24 09:00");
		world_hush(w);
		if (k == 0)
			staff(w);
		world_resident(w, id, "none", "P");
		world_to(w, "10:39");
		world_channel(w, "mail:tanaka@example.jp", WORLD_FAILS);
		world_press(w, id, CHECKIN_HELP);
		world_to(w, "10:40");
		world_clock_set(w, wrong[k]);
		world_pass(w, MINUTE);
		world_clock_set(w, "2026-11-24 10:40");
		world_channel(w, "mail:tanaka@example.jp", WORLD_TAKES);
		world_pass(w, 10 * MINUTE);
		world_told(w, "user:tanaka", "alert");
		world_hush(w);
		world_close(w, id, "user:tanaka", "false_alarm", "phone");
		world_hush(w);
	}
}

STORY("2026-11-24 02:00", rule_6_5_the_questions_of_a_pause_are_asked_from_now_after_a_clock_was_set_back)
{
	home(w);
	world_clock_set(w, "2026-11-26 08:00");
	world_hush(w);
	CHECK(world_pause(w, "R1", "2026-11-26", "2026-11-30"));
	world_clock_set(w, "2026-11-24 08:05");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 08:04");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'pause'"), 0);
	world_to(w, "2026-11-25 08:05"); /* a day after it was entered, as far as anybody can know */
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'pause'"), 1);
	world_hush(w);
	CHECK(world_end_service(w, "R1", "moved"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_questions_of_a_pause_that_a_wrong_clock_asked_are_asked_again_at_their_time)
{
	home(w);
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-26"));
	world_clock_set(w, "2038-01-19 12:00");
	world_hush(w);
	world_clock_set(w, "2026-11-24 02:05");
	world_hush(w);
	world_answer(w, "pause", "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "2026-11-26 09:00"); /* its last day */
	CHECK_INT(
		world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'pause' AND opened_at > 1795500000000"), 2);
	world_hush(w);
	CHECK(world_end_service(w, "R1", "moved"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_clock_that_jumps_ahead_for_some_minutes_ends_no_service)
{
	home(w);
	world_sql(w, "UPDATE residents SET ends = '2027-03-31', end_reason = 'moved' WHERE resident_id = 'R1'");
	world_clock_set(w, "2038-01-19 12:00");
	world_pass(w, 59 * MINUTE);
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 0);
	world_clock_set(w, "2026-11-24 03:00");
	world_hush(w);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
	world_clock_set(w, "2038-01-19 12:00"); /* and if it really is that late */
	world_pass(w, 61 * MINUTE);
	CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE ended_at IS NOT NULL"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_task_of_a_day_done_by_a_wrong_clock_is_done_again_on_that_day)
{
	int64_t tomorrow = world_time(w, "2026-11-25 12:00") / DAY;

	home(w);
	CHECK(world_end_service(w, "R1", "moved"));
	world_sql(w, "INSERT INTO daily_tasks (task, subject, day, done_at) VALUES ('unsigned', 'D1', 20782, 0)");
	CHECK_INT(tomorrow, 20782);
	world_clock_set(w, "2026-11-25 13:00");
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM daily_tasks WHERE day = 20782"), 1);
	world_clock_set(w, "2026-11-24 13:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM daily_tasks WHERE day = 20782"), 0);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_what_the_pages_count_by_time_is_cut_too)
{
	home(w);
	world_clock_set(w, "2038-01-19 12:00");
	world_hush(w);
	world_sql(w,
		"INSERT INTO sessions (hash, login, began_at, seen_at, address)"
		" VALUES ('s', 'tanaka', 2147483647000, 2147483647000, '');"
		"INSERT INTO throttles (key, failures, last_at) VALUES ('login:tanaka', 9, 2147483647000);"
		"INSERT INTO setups (hash, made_at, until_at) VALUES ('x', 2147483647000, 2147483647000 + 86400000);"
		"UPDATE users SET totp_step = 2147483647 / 30");
	world_clock_set(w, "2026-11-24 08:00");
	CHECK_INT(world_count(w, "SELECT seen_at FROM sessions"), world_now(w));
	CHECK_INT(world_count(w, "SELECT began_at FROM sessions"), world_now(w));
	CHECK_INT(world_count(w, "SELECT last_at FROM throttles"), world_now(w));
	CHECK_INT(world_count(w, "SELECT until_at FROM setups"), world_now(w) + DAY);
	CHECK_INT(world_count(w, "SELECT totp_step FROM users"), world_now(w) / 30000 + 1);
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, 2 * MINUTE); /* the question about our deafness until 2038 has closed */
	world_hush(w);
}

/* A clock that is wrong for a minute does not rewrite what was: links, reports and retention go by it. */
STORY("2026-11-24 02:00", rule_6_5_what_has_closed_keeps_its_time)
{
	int64_t closed_at;

	home(w);
	world_press(w, "R1", CHECKIN_TALK);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	closed_at = world_incident(w, "R1").closed_at;
	world_hush(w);
	world_clock_set(w, "1970-01-01 10:00");
	world_hush(w);
	world_clock_set(w, "2026-11-24 02:10");
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").closed_at, closed_at);
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, 2 * MINUTE); /* the question about our deafness has closed */
	world_hush(w);
}

/* Nobody presses from the 25th on. A clock that was three days ahead for two hours has judged those days already. */
STORY("2026-11-24 02:00", rule_6_5_days_to_come_are_judged_when_they_come)
{
	home(w);
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	world_clock_set(w, "2026-11-27 12:00");
	world_pass(w, 2 * HOUR);
	CHECK(world_outcome(w, "R1", "2026-11-25", "unknown"));
	CHECK(world_outcome(w, "R1", "2026-11-27", "missed"));
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
	world_clock_set(w, "2026-11-24 14:05");
	world_hush(w);
	world_to(w, "2026-11-25 10:31");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
	world_to(w, "2026-11-27 10:31"); /* missed once more, and told again */
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	world_hush(w);
}

/* Set back within the grace of the day it had judged. */
STORY("2026-11-24 02:00", rule_6_5_the_day_under_way_is_judged_at_its_deadline)
{
	home(w);
	world_to(w, "10:10");
	world_hush(w);
	world_clock_set(w, "2026-11-26 12:00");
	world_pass(w, 2 * HOUR);
	CHECK(world_outcome(w, "R1", "2026-11-24", "unknown"));
	world_hush(w);
	world_clock_set(w, "2026-11-24 10:12");
	world_to(w, "11:40");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

/* Stopped between the clock that was wrong and the one that is right: nobody saw it jump. */
STORY("2026-11-24 02:00", rule_6_5_a_clock_that_came_back_while_we_were_stopped_accuses_nobody_who_pressed)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_resident(w, "R3", "daily 03:00-10:00 +30m", "P"); /* does not press */
	world_to(w, "05:00");
	world_press(w, "R2", CHECKIN_OK);
	world_clock_set(w, "1970-01-01 09:00:02");
	world_hush(w);
	world_pass(w, 10 * MINUTE);
	world_press(w, "R1", CHECKIN_OK);
	world_pass(w, MINUTE);
	world_stopped_until(w, "2026-11-24 05:20");
	world_hears_again(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "unknown"));
	CHECK(world_outcome(w, "R2", "2026-11-24", "unknown"));
	CHECK(world_outcome(w, "R3", "2026-11-24", "missed"));
	CHECK_INT(missed_incidents(w), 1);
	world_hush(w);
	world_to(w, "2026-11-25 10:30"); /* and the next day is a day like any other */
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_that_we_were_stopped_excuses_nobody)
{
	home(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_to(w, "18:00");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_deafen(w);
	world_pass(w, 20 * MINUTE);
	world_hush(w);
	CHECK(world_staff_checkin(w, "R2")); /* heard later than our last echo */
	world_stopped_until(w, "2026-11-25 04:00");
	world_hears_again(w);
	world_hush(w);
	world_to(w, "2026-11-25 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK(world_outcome(w, "R2", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_clock_that_was_behind_for_a_while_excuses_nobody_for_a_press_of_yesterday)
{
	home(w);
	world_to(w, "2026-11-24 06:00");
	world_press(w, "R1", CHECKIN_OK);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_to(w, "2026-11-25 05:00");
	world_press(w, "R2", CHECKIN_OK);
	world_clock_set(w, "2026-11-24 07:00");
	world_hush(w);
	world_pass(w, MINUTE);
	world_clock_set(w, "2026-11-25 05:01");
	world_hush(w);
	world_to(w, "2026-11-25 10:35");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK(!world_outcome(w, "R2", "2026-11-25", "missed"));
	world_hush(w);
}

/* The clock was a day ahead; of what it judged, R1's cause was answered, and something lesser has kept the incident. */
STORY("2026-11-24 02:00", rule_6_5_a_miss_that_was_answered_by_a_wrong_clock_is_told_when_it_comes)
{
	world_policy(w, "P", "talk", "0m", "staff");
	home(w);
	world_to(w, "04:00");
	world_press(w, "R1", CHECKIN_TALK);
	world_hush(w);
	world_clock_set(w, "2026-11-25 09:00");
	world_to(w, "2026-11-25 11:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_TALK);
	world_clock_set(w, "2026-11-24 06:05");
	world_hush(w);
	world_to(w, "2026-11-25 10:20");
	world_hush(w);
	world_to(w, "2026-11-25 10:31");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_MISSED);
	world_told(w, "user:tanaka", "alert");
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

static void set_back_and_right_again(struct world *w, const char *there)
{
	home(w);
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-25 11:00");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_to(w, "2026-11-26 06:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-26 11:00");
	world_clock_set(w, there);
	world_pass(w, MINUTE);
	world_hush(w);
	CHECK_INT(judged(w), 3);
	world_clock_set(w, "2026-11-26 11:01");
	world_to(w, "2026-11-26 12:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK(world_outcome(w, "R1", "2026-11-26", "ok"));
	CHECK_INT(missed_incidents(w), 1);
	world_hush(w);
	world_to(w, "2026-11-27 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-27", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_clock_in_1970_undoes_no_outcome)
{
	set_back_and_right_again(w, "1970-01-01 09:00:02");
}

STORY("2026-11-24 02:00", rule_6_5_nor_does_one_some_days_behind)
{
	set_back_and_right_again(w, "2026-11-24 05:00");
}

static int64_t reminders(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder' AND state = 'sent'");
}

STORY("2026-11-24 02:00", rule_6_5_of_what_a_wrong_clock_has_reminded_they_are_reminded_when_it_comes)
{
	int64_t before;

	home(w);
	world_to(w, "06:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	world_clock_set(w, "2026-11-25 02:00");
	world_to(w, "2026-11-25 10:20"); /* both reminders of that day */
	world_clock_set(w, "2026-11-24 20:20");
	world_hush(w);
	world_to(w, "2026-11-25 09:59");
	before = reminders(w);
	world_to(w, "2026-11-25 10:29");
	CHECK_INT(reminders(w), before + 2);
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_so_they_are_where_the_window_was_open_when_a_clock_was_wrong)
{
	int64_t before;

	home(w);
	world_to(w, "08:00");
	world_clock_set(w, "10:20");
	world_pass(w, 2 * MINUTE);
	world_clock_set(w, "08:03");
	world_hush(w);
	world_to(w, "09:59");
	before = reminders(w);
	world_to(w, "10:29");
	CHECK_INT(reminders(w), before + 2);
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_press_that_met_one_window_meets_no_later_one_because_a_clock_was_wrong)
{
	staff(w);
	world_resident(w, "R1", "daily 06:00-10:00 +30m; daily 12:00-14:00", "P");
	world_to(w, "09:30");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	world_clock_set(w, "1970-01-01 09:00:02");
	world_pass(w, MINUTE);
	world_clock_set(w, "2026-11-24 11:05");
	world_hush(w);
	world_to(w, "14:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 1);
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_6_5_a_wrong_clock_settles_no_month)
{
	struct report_month november[1];

	home(w);
	world_press(w, "R1", CHECKIN_OK);
	world_clock_set(w, "2038-01-19 12:00");
	world_hush(w);
	while (report_months_keep(world_watch(w), world_now(w), NULL))
		;
	world_clock_set(w, "2026-11-24 06:00");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	CHECK(report_months_read(november, world_watch(w), 682, 683, world_now(w)));
	CHECK_INT(november[0].count, 1);
	CHECK_INT(november[0].places[0].counts[COUNTER_checkins], 2);
	CHECK_INT(world_count(w, "SELECT count(*) FROM month_counts WHERE value = 9223372036854775807"), 0);
	report_month_release(november);
	world_hush(w);
}
