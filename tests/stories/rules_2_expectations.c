/* Stories of rules 2: expectations. The number after the rule is the place of the sentence in its list. */
#include "server/store/residents.h"
#include "tests/stories/world.h"

/* Incidents all go to the one member of staff, who is always on duty. */
static void staff(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "staff");
	world_policy(w, "P", "unwell", "0m", "staff");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

static void home(struct world *w, const char *schedule)
{
	staff(w);
	world_resident(w, "R1", schedule, "P");
}

static struct vigil vigil(struct world *w)
{
	struct vigil v;

	CHECK(residents_vigil(world_watch(w)->store, "R1", &v));
	return v;
}

static int64_t undecided(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM expectations WHERE outcome IS NULL");
}

static int64_t late_at(struct world *w)
{
	return world_count(w, "SELECT coalesce(max(met_late_at), 0) FROM expectations");
}

/* 1: windows */

STORY("2026-11-24 02:00", rule_2_1_the_deadline_is_due_plus_grace)
{
	home(w, "daily 06:00-08:00 +2h");
	world_to(w, "09:59:59");
	world_told_at(w, "resident:R1", "reminder", "08:00");
	world_told_at(w, "resident:R1", "reminder", "09:00");
	CHECK_INT(undecided(w), 1);
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT deadline_at FROM expectations"), world_time(w, "10:00"));
	world_told_at(w, "user:tanaka", "alert", "10:00");
}

STORY("2026-11-24 02:00", rule_2_1_of_two_windows_a_day_at_most_one_is_undecided)
{
	home(w, "daily 06:00-09:00 +1h; daily 10:00-12:00 +30m"); /* the deadline is the next OPENS */
	for (int hour = 0; hour < 46; hour++) {
		world_pass(w, HOUR);
		CHECK(undecided(w) <= 1);
		CHECK_INT(world_count(w, "SELECT count(*) FROM residents WHERE next_look > 0"), 1);
	}
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 4);
	CHECK_INT(world_incidents(w), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes"), 4);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_1_each_window_has_an_outcome_of_its_own)
{
	home(w, "daily 06:00-09:00 +1h; daily 16:00-18:00 +30m");
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "18:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT opens_at FROM expectations WHERE outcome = 'missed'"), world_time(w, "16:00"));
	world_told_at(w, "resident:R1", "reminder", "18:00");
	world_told_at(w, "resident:R1", "reminder", "18:15");
	world_told_at(w, "user:tanaka", "alert", "18:30");
}

/* 2: from when presses count */

static void pressed_at_and_judged(struct world *w, const char *pressed, const char *outcome)
{
	world_to(w, pressed);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_STORED);
	world_to(w, "13:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", outcome));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_2_a_press_three_hours_before_opens_counts)
{
	home(w, "daily 10:00-12:00");
	pressed_at_and_judged(w, "07:00", "ok");
}

STORY("2026-11-24 02:00", rule_2_2_an_earlier_one_does_not)
{
	home(w, "daily 10:00-12:00");
	pressed_at_and_judged(w, "06:59:59", "missed");
}

STORY("2026-11-24 02:00", rule_2_2_how_early_is_configured)
{
	world_watch(w)->rules.early_ms = HOUR;
	home(w, "daily 10:00-12:00");
	pressed_at_and_judged(w, "08:59:59", "missed");
}

STORY("2026-11-24 02:00", rule_2_2_presses_do_not_count_before_the_previous_deadline)
{
	home(w, "daily 06:00-08:00 +30m; daily 09:00-11:00");
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK); /* in the first window's grace: it meets that one and no other */
	world_to(w, "08:29:59");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "11:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_2_and_count_from_the_previous_deadline_on)
{
	home(w, "daily 06:00-08:00 +30m; daily 09:00-11:00");
	world_to(w, "07:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "08:30");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'ok'"), 2);
}

STORY("2026-11-24 02:00", rule_2_2_the_last_counting_press_decides)
{
	home(w, "daily 10:00-12:00");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
	world_press_at(
		w, "R1", CHECKIN_OK, world_time(w, "05:00")); /* an older one that was delayed takes nothing back */
	world_to(w, "13:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT met_at FROM expectations"), world_time(w, "09:00"));
}

/* 3: looks */

STORY("2026-11-24 02:00", rule_2_3_met_at_due_it_is_decided_ok)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "09:59:59");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 0);
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT decided_at FROM expectations"), world_time(w, "10:00"));
	CHECK_INT(vigil(w).due_at, world_time(w, "2026-11-25 10:00"));
}

STORY("2026-11-24 02:00", rule_2_3_unmet_at_due_and_at_half_of_the_grace_it_reminds)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:20");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "10:29:59");
	CHECK_INT(undecided(w), 1);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT decided_at FROM expectations"), world_time(w, "10:30"));
	CHECK_INT(world_incidents(w), 0);
}

STORY("2026-11-24 02:00", rule_2_3_met_after_due_it_reminds_no_more)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:14:59");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_2_3_unmet_at_the_deadline_it_is_missed)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_incident(w, "R1").opened_at, world_time(w, "10:30"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_3_with_grace_0_nobody_is_reminded_and_due_decides)
{
	home(w, "daily 03:00-10:00");
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_told_at(w, "user:tanaka", "alert", "10:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder'"), 0);
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "10:10");
	world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
	world_to(w, "2026-11-25 09:59:59");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "ok"));
}

STORY("2026-11-24 02:00", rule_2_3_a_press_moves_no_look)
{
	struct vigil before, after;

	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "09:00");
	before = vigil(w);
	world_press(w, "R1", CHECKIN_OK);
	after = vigil(w);
	CHECK_INT(after.next_look, before.next_look);
	CHECK_INT(after.next_look_at, before.next_look_at);
	CHECK_INT(after.next_look_at, world_time(w, "10:00"));
	CHECK_INT(after.next_look, LOOK_DUE);
}

/* More than are looked at in one turn wait for judgement; whoever is due after them has their look in time. */
STORY("2026-11-24 02:00", rule_2_3_who_waits_behind_the_gate_hides_nobody_elses_look)
{
	char id[8];

	staff(w);
	for (int k = 0; k < 250; k++) {
		snprintf(id, sizeof(id), "N%d", k);
		world_resident(w, id, "daily 02:30-03:00", "P");
	}
	world_sql(w, "DELETE FROM devices");
	world_resident(w, "R1", "daily 02:30-03:10 +20m", "P");
	world_to(w, "02:55");
	world_deafen(w);
	world_to(w, "03:06"); /* long: the gate is shut until 04:06 */
	world_hears_again(w);
	world_hush(w);
	world_to(w, "03:10");
	world_told_at(w, "resident:R1", "reminder", "03:10");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome IS NOT NULL"), 0);
	world_press(w, "R1", CHECKIN_OK);
	for (int k = 0; k < 250; k++) {
		snprintf(id, sizeof(id), "N%d", k);
		if (k % 25)
			CHECK(world_end_service(w, id, "moved"));
	}
	world_to(w, "04:06");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'missed'"), 10);
	world_to(w, "04:07"); /* the question about them closes by itself */
	world_hush(w);
	world_sql(w, "UPDATE incidents SET next_step_at = 4102444800000"); /* the story ends here */
}

/* 4: one outcome */

STORY("2026-11-24 02:00", rule_2_4_one_outcome_that_stays_whatever_comes_later)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "11:10");
	world_press(w, "R1", CHECKIN_OK);
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(late_at(w), world_time(w, "11:10"));
	world_pass(w, HOUR);
	world_press(w, "R1", CHECKIN_OK);
	CHECK_INT(late_at(w), world_time(w, "11:10")); /* and when it was first met stays */
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_4_met_late_is_when_it_was_heard_not_when_it_was_pressed)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "11:10");
	world_hush(w);
	world_press_at(w, "R1", CHECKIN_OK, world_time(w, "09:00"));
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(late_at(w), world_now(w));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_4_a_press_before_the_judgement_makes_it_ok_however_late)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:20");
	world_hush(w);
	world_deafen(w);
	world_to(w, "10:25");
	world_hears_again(w); /* nobody is judged before 10:30 … and five minutes */
	world_deafen(w);
	world_to(w, "10:40");
	world_hears_again(w);
	world_hush(w);
	world_to(w, "11:39");
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK); /* more than an hour after the deadline */
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(late_at(w), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'missed'"), 0);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_4_due_in_a_pause_is_paused)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "09:00");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-24"));
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	world_hush(w); /* at 9:00 of its last day staff are asked */
	world_to(w, "2026-11-25 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_4_who_presses_all_the_same_is_ok)
{
	home(w, "daily 03:00-10:00 +30m");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-26"));
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "question");
	world_answer(w, "pause", "R1", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK(world_resume(w, "R1"));
}

STORY("2026-11-24 02:00", rule_2_4_a_pause_entered_after_due_leaves_it_missed)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:05");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-27"));
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed")); /* and nobody was reminded a second time */
	world_told_at(w, "user:tanaka", "alert", "10:30");
	world_claim(w, "R1", "user:tanaka");
}

STORY("2026-11-24 02:00", rule_2_4_a_due_of_24_00_lies_in_the_pause_of_the_day_it_ends)
{
	home(w, "daily 18:00-24:00 +30m");
	world_to(w, "12:00");
	CHECK(world_pause(w, "R1", "2026-11-24", "2026-11-24"));
	world_to(w, "2026-11-25 01:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "paused"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_2_4_and_not_in_the_pause_of_the_next_day)
{
	home(w, "daily 18:00-24:00 +30m");
	world_to(w, "12:00");
	CHECK(world_pause(w, "R1", "2026-11-25", "2026-11-25"));
	world_to(w, "2026-11-25 00:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_4_an_expectation_belongs_to_the_date_of_its_opens)
{
	home(w, "daily 20:00-24:00 +2h");
	world_to(w, "2026-11-25 02:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	world_told_at(w, "resident:R1", "reminder", "00:00");
	world_told_at(w, "resident:R1", "reminder", "01:00");
	world_told_at(w, "user:tanaka", "alert", "02:00");
}

/* 5: the first, and changed ones */

STORY("2026-11-24 02:00", rule_2_5_a_new_residents_first_is_the_first_that_opens_after_the_import)
{
	staff(w);
	world_to(w, "08:00"); /* today's window is open already */
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "P");
	world_to(w, "2026-11-25 02:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 0);
	CHECK_TEXT(world_state(w, "R1"), "waiting");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	world_hush(w);
}

/* A resident whose record names the date on which the service starts. */
static void starting(struct world *w, const char *sql)
{
	staff(w);
	world_resident(w, "R1", "none", "P");
	world_sql(w, sql);
	world_reschedule(w, "R1", "daily 03:00-10:00 +30m");
}

STORY("2026-11-24 08:00", rule_2_5_where_starts_is_today_todays_due_that_is_still_to_come_is_the_first)
{
	starting(w, "UPDATE residents SET starts = '2026-11-24'");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 10:10", rule_2_5_where_todays_due_is_past_the_first_is_tomorrows)
{
	starting(w, "UPDATE residents SET starts = '2026-11-24'");
	world_to(w, "2026-11-25 10:30");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 08:00", rule_2_5_where_starts_is_to_come_nothing_is_expected_before)
{
	starting(w, "UPDATE residents SET starts = '2026-11-27'");
	world_to(w, "2026-11-27 10:30");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	CHECK(world_outcome(w, "R1", "2026-11-27", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_2_5_a_schedule_changed_while_a_window_is_open_leaves_it_as_it_is)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "08:00");
	world_reschedule(w, "R1", "daily 09:00-09:30; daily 10:15-10:20; daily 12:00-14:00");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	CHECK_INT(world_count(w, "SELECT deadline_at FROM expectations"), world_time(w, "10:30"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	world_to(w,
		"14:00"); /* the first whose OPENS is not before that deadline; the press at 10:31 is within its 3 h */
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 2);
	CHECK_INT(world_count(w, "SELECT max(opens_at) FROM expectations"), world_time(w, "12:00"));
}

STORY("2026-11-24 02:00", rule_2_5_a_schedule_changed_within_the_grace_leaves_it_as_well)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "10:10");
	world_reschedule(w, "R1", "daily 10:20-10:25; daily 10:30-12:00");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	CHECK_INT(vigil(w).opens_at, world_time(w, "10:30"));
}

STORY("2026-11-24 02:00", rule_2_5_a_schedule_changed_to_none_ends_after_the_open_window)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "08:00");
	world_press(w, "R1", CHECKIN_OK);
	world_reschedule(w, "R1", "none");
	world_to(w, "2026-11-26 12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	CHECK_TEXT(world_state(w, "R1"), "unscheduled");
}

STORY("2026-11-24 02:00", rule_2_5_a_schedule_changed_before_its_window_opens_applies_at_once)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "12:00");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
	world_reschedule(w, "R1", "daily 14:00-15:00");
	world_to(w, "15:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 2);
	world_told_at(w, "user:tanaka", "alert", "15:00");
}

STORY("2026-11-24 02:00", rule_2_5_a_changed_zone_applies_from_the_first_window_after_the_open_deadline)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "08:00");
	CHECK(zone_set("Asia/Shanghai")); /* an hour behind Tokyo */
	world_to(w, "09:30");             /* 10:30 in Tokyo */
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
	world_claim(w, "R1", "user:tanaka");
	CHECK_INT(vigil(w).opens_at, world_time(w, "2026-11-25 03:00"));
	CHECK_INT(vigil(w).due_at, world_time(w, "2026-11-25 10:00"));
	world_hush(w);
}

/* 6: reminders */

STORY("2026-11-24 02:00", rule_2_6_reminders_go_to_the_residents_devices_and_channels)
{
	home(w, "daily 03:00-10:00 +30m");
	world_sql(w, "INSERT INTO devices (device_id, resident_id) VALUES ('kitchen', 'R1');"
		     "INSERT INTO devices (device_id, resident_id, revoked_at) VALUES ('lost', 'R1', 1);"
		     "UPDATE residents SET channels = 'mail:R1@example.jp'");
	world_to(w, "10:20");
	for (int k = 0; k < 2; k++) {
		world_told_on(w, "resident:R1", "reminder", "device:b-R1");
		world_told_on(w, "resident:R1", "reminder", "device:kitchen");
		world_told_on(w, "resident:R1", "reminder", "mail:R1@example.jp");
	}
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_2_6_a_channel_of_the_resident_that_refuses_is_not_made_up_for)
{
	home(w, "daily 03:00-10:00 +30m");
	world_sql(w, "UPDATE residents SET channels = 'mail:R1@example.jp'");
	world_channel(w, "device:b-R1", WORLD_REFUSES);
	world_to(w, "10:20");
	world_told_on(w, "resident:R1", "reminder", "mail:R1@example.jp"); /* once each: it was told at once anyway */
	world_told_on(w, "resident:R1", "reminder", "mail:R1@example.jp");
	world_press(w, "R1", CHECKIN_OK);
}

STORY("2026-11-24 02:00", rule_2_6_the_resident_never_counts_as_reached)
{
	staff(w);
	world_policy(w, "Q", "missed", "0m", "resident+tier1");
	world_policy(w, "Q", "missed", "2h", "staff");
	world_resident(w, "R1", "daily 03:00-10:00 +30m", "Q");
	world_watcher(w, "W1", "R1", 1, "go");
	world_channel(w, "mail:W1@example.jp", WORLD_REFUSES);
	world_to(w, "10:20");
	world_hush(w);
	world_to(w, "10:31");
	world_told_at(w, "resident:R1", "alert", "10:30");
	world_told_at(w, "user:tanaka", "alert", "10:30"); /* not two hours later */
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'unreached'"), 1);
}
