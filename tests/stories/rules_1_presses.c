/* Stories of rules 1: when a press counts. The number after the rule is the place of the sentence in its list. */
#include "tests/stories/world.h"

/* One resident whose incidents all go to the one member of staff, who is always on duty. */
static void home(struct world *w, const char *schedule)
{
	world_policy(w, "P", "missed", "0m", "staff");
	world_policy(w, "P", "help", "0m", "staff");
	world_policy(w, "P", "unwell", "0m", "staff");
	world_policy(w, "P", "talk", "0m", "staff");
	world_resident(w, "R1", schedule, "P");
	world_user(w, "tanaka", "daily 00:00-24:00");
}

static void usual_home(struct world *w)
{
	home(w, "daily 03:00-10:00 +30m");
}

static int64_t last_pressed_at(struct world *w)
{
	return world_count(w, "SELECT pressed_at FROM checkins ORDER BY seq DESC LIMIT 1");
}

static int64_t presses(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM checkins");
}

static int64_t causes(struct world *w)
{
	return world_count(w, "SELECT count(*) FROM causes");
}

/* A press whose clock and age are given (-1: none), kept by the broker since an instant (0: not). */
static int64_t pressed(struct world *w, enum checkin_kind kind, int64_t at, int64_t age_ms, int64_t kept_since_at)
{
	struct checkin c = world_checkin(w, "R1", kind);
	struct ack ack;

	c.at = at;
	c.age_ms = age_ms;
	CHECK_INT(world_press_with(w, &c, kept_since_at, &ack), ACK_STORED);
	return last_pressed_at(w);
}

static void missed_morning(struct world *w)
{
	usual_home(w);
	world_to(w, "10:30");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_told_at(w, "user:tanaka", "alert", "10:30");
}

/* 1: when it was pressed */

STORY("2026-11-24 02:00", rule_1_1_a_believable_clock_says_when_it_was_pressed)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "06:12:34"), -1, 0), world_time(w, "06:12:34"));
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT met_at FROM expectations"), world_time(w, "06:12:34"));
}

STORY("2026-11-24 02:00", rule_1_1_a_press_from_before_the_window_counts_for_nothing_although_it_comes_in_it)
{
	usual_home(w);
	world_to(w, "09:00");
	pressed(w, CHECKIN_OK, world_time(w, "2026-11-23 23:59:59"), -1, 0);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_1_it_is_never_later_than_arrival)
{
	usual_home(w);
	world_to(w, "09:00");
	/* Believed, so that the age says nothing: but nobody presses in the future. */
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "09:01:59"), HOUR, 0), world_time(w, "09:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "09:02:00"), HOUR, 0), world_time(w, "09:00"));
}

STORY("2026-11-24 02:00", rule_1_1_a_clock_over_120_seconds_ahead_is_not_believed)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "09:02:00") + 1, HOUR, 0), world_time(w, "08:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "09:02:01"), -1, 0), world_time(w, "09:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "2031-01-01 00:00"), -1, 0), world_time(w, "09:00"));
}

STORY("2026-11-24 02:00", rule_1_1_a_clock_before_2024_is_not_believed)
{
	int64_t year_2024 = INT64_C(1704067200000);

	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, 0, -1, 0), world_time(w, "09:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, year_2024 - 1, -1, 0), world_time(w, "09:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, year_2024 - 1, HOUR, 0), world_time(w, "08:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, year_2024, HOUR, 0), year_2024);
}

STORY("2026-11-24 02:00", rule_1_1_without_a_clock_it_was_pressed_when_it_came)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, -1, -1, 0), world_time(w, "09:00"));
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_1_1_without_a_believable_clock_the_age_counts)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, -1, 2 * HOUR, 0), world_time(w, "07:00"));
	CHECK_INT(pressed(w, CHECKIN_OK, -1, 0, 0), world_time(w, "09:00"));
	/* and a believable clock is better than an age */
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "08:59"), 2 * HOUR, 0), world_time(w, "08:59"));
}

STORY("2026-11-24 02:00", rule_1_1_an_age_before_the_window_counts_for_nothing)
{
	usual_home(w);
	world_to(w, "09:00");
	pressed(w, CHECKIN_OK, -1, 9 * HOUR + SECOND, 0);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_1_what_the_broker_kept_was_pressed_when_the_blind_period_began)
{
	usual_home(w);
	world_to(w, "08:00");
	world_deafen(w);
	world_to(w, "08:01");
	world_hears_again(w);
	CHECK_INT(pressed(w, CHECKIN_OK, -1, -1, world_time(w, "08:00")), world_time(w, "08:00"));
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_1_1_what_the_broker_kept_with_a_believable_clock_needs_no_guess)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, world_time(w, "08:30"), -1, world_time(w, "08:00")), world_time(w, "08:30"));
}

/* An age ends where the button sent it: it says nothing of the hours with the broker. */
STORY("2026-11-24 02:00", rule_1_1_what_the_broker_kept_with_an_age_is_as_old_before_the_blind_period)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK_INT(pressed(w, CHECKIN_OK, -1, 20 * MINUTE, world_time(w, "08:00")), world_time(w, "07:40"));
	CHECK_INT(pressed(w, CHECKIN_OK, 0, 10 * MINUTE, world_time(w, "08:00")), world_time(w, "07:50"));
}

/* Deaf since before the window's presses count; what was kept may have been pressed before or after that. */
static void kept_for_a_night(struct world *w, int64_t age_ms)
{
	usual_home(w);
	world_to(w, "23:00");
	world_deafen(w);
	world_to(w, "2026-11-24 09:00");
	world_hears_again(w);
	pressed(w, CHECKIN_OK, -1, age_ms, world_time(w, "2026-11-23 23:00"));
	world_hush(w); /* staff heard of our deafness */
}

STORY("2026-11-23 22:00", rule_1_1_an_age_does_not_make_what_was_kept_a_fresh_press)
{
	kept_for_a_night(w, 5 * SECOND);
	world_to(w, "10:31");
	CHECK(world_outcome(w, "R1", "2026-11-24", "unknown"));
	world_hush(w);
}

STORY("2026-11-23 22:00", rule_1_1_what_it_could_have_met_is_unknown_and_never_missed)
{
	kept_for_a_night(w, -1);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "unknown"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM incidents WHERE kind = 'missed'"), 0);
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	/* The next one it could not have met. */
	world_to(w, "2026-11-25 10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-23 22:00", rule_1_1_a_guessed_press_that_surely_met_it_is_ok)
{
	home(w, "daily 01:00-10:00 +30m"); /* presses count from 22:00 on */
	world_to(w, "23:00");
	world_deafen(w);
	world_to(w, "2026-11-24 09:00");
	world_hears_again(w);
	pressed(w, CHECKIN_OK, -1, -1, world_time(w, "2026-11-23 23:00"));
	world_to(w, "09:02");
	world_hush(w); /* the question about those we could not hear has come and gone */
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-20 12:00", rule_1_1_the_48_hours_of_what_was_kept_count_from_arrival)
{
	usual_home(w);
	world_stopped_until(w, "2026-11-23 12:00");
	world_hears_again(w);
	world_hush(w);
	pressed(w, CHECKIN_UNWELL, -1, -1, world_time(w, "2026-11-20 12:00"));
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_UNWELL);
	CHECK_INT(world_count(w, "SELECT at FROM causes WHERE kind = 'unwell'"), world_time(w, "2026-11-20 12:00"));
	world_hush(w);
}

/* 2: presses too old */

STORY("2026-11-24 02:00", rule_1_2_older_than_48_hours_it_is_stored_and_meets_nothing)
{
	missed_morning(w);
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "2026-11-26 10:00");
	world_hush(w);
	CHECK_INT(presses(w), 0);
	pressed(w, CHECKIN_OK, world_time(w, "2026-11-24 10:00") - 1, -1, 0);
	CHECK_INT(presses(w), 1);
	CHECK(world_incident(w, "R1").state != INCIDENT_CLOSED);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE met_late_at IS NOT NULL"), 0);
	CHECK_INT(world_count(w, "SELECT last_press_at FROM residents"), 0);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_2_at_48_hours_it_still_counts)
{
	missed_morning(w);
	world_to(w, "2026-11-25 09:00");
	world_hush(w);
	world_to(w, "2026-11-26 09:59");
	world_hush(w);
	pressed(w, CHECKIN_OK, world_now(w) - 48 * HOUR, -1, 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE met_late_at IS NOT NULL"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM causes WHERE answered_at IS NOT NULL"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_2_an_old_help_still_alerts_with_its_time)
{
	usual_home(w);
	world_to(w, "09:00");
	pressed(w, CHECKIN_HELP, world_time(w, "2026-11-21 09:00"), -1, 0);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	CHECK_INT(world_count(w, "SELECT at FROM causes"), world_time(w, "2026-11-21 09:00"));
	world_told_at(w, "user:tanaka", "alert", "09:00");
	world_claim(w, "R1", "user:tanaka");
	world_to(w, "09:05");
	world_hush(w);
	world_to(w, "10:00"); /* and meets nothing */
	world_hush(w);
	CHECK_INT(world_count(w, "SELECT count(*) FROM notifications WHERE what = 'reminder'"), 1);
}

STORY("2026-11-24 02:00", rule_1_2_an_old_unwell_or_talk_alerts_nobody)
{
	usual_home(w);
	world_to(w, "09:00");
	pressed(w, CHECKIN_UNWELL, world_time(w, "2026-11-22 08:59"), -1, 0);
	pressed(w, CHECKIN_TALK, world_time(w, "2026-11-22 08:59"), -1, 0);
	CHECK_INT(world_incidents(w), 0);
	CHECK_INT(world_count(w, "SELECT count(*) FROM timeline WHERE event = 'too_old'"), 2);
}

/* 3: the same press, repeated presses */

STORY("2026-11-24 02:00", rule_1_3_same_device_and_id_is_the_same_press)
{
	struct checkin c;
	struct ack first, again;

	usual_home(w);
	world_to(w, "08:00");
	c = world_checkin(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_press_with(w, &c, 0, &first), ACK_STORED);
	world_told_at(w, "user:tanaka", "alert", "08:00");
	world_pass(w, MINUTE);
	CHECK_INT(world_press_with(w, &c, 0, &again), ACK_DUPLICATE);
	CHECK_INT(again.at, first.at);
	CHECK_INT(presses(w), 1);
	CHECK_INT(causes(w), 1);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_press_with(w, &c, 0, &again), ACK_DUPLICATE); /* and after the end as well */
	CHECK_INT(world_incidents(w), 1);
}

/* It was stored, and the button did not hear that before the device was taken away. */
STORY("2026-11-24 02:00", rule_1_3_also_where_the_device_was_revoked_since)
{
	struct checkin c;
	struct ack ack;

	usual_home(w);
	world_to(w, "08:00");
	c = world_checkin(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_STORED);
	world_told_at(w, "user:tanaka", "alert", "08:00");
	world_close(w, "R1", "user:tanaka", "moved", "face");
	world_told(w, "user:tanaka", "ended");
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_DUPLICATE);
	CHECK_INT(ack.at, world_time(w, "08:00"));
	CHECK_INT(world_incidents(w), 1);
}

STORY("2026-11-24 02:00", rule_1_3_the_same_id_of_another_device_is_another_press)
{
	struct checkin c;
	struct ack ack;

	usual_home(w);
	world_resident(w, "R2", "none", "P");
	world_to(w, "08:00");
	c = world_checkin(w, "R1", CHECKIN_OK);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_STORED);
	snprintf(c.device_id, sizeof(c.device_id), "b-R2");
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_STORED);
	CHECK_INT(presses(w), 2);
}

/* Two presses of one kind, the second so much later; how many causes there are then. */
static int64_t repeated(struct world *w, enum checkin_kind kind, int64_t after_ms)
{
	int64_t was = causes(w), first;

	world_pass(w, HOUR);
	world_hush(w);
	first = world_now(w);
	CHECK_INT(world_press(w, "R1", kind), ACK_STORED);
	world_pass(w, after_ms);
	CHECK_INT(world_now(w), first + after_ms);
	CHECK_INT(world_press(w, "R1", kind), ACK_STORED);
	world_hush(w);
	return causes(w) - was;
}

STORY("2026-11-24 11:00", rule_1_3_a_repeat_within_10_seconds_is_one_press_for_the_rules_and_two_rows)
{
	home(w, "none");
	CHECK_INT(repeated(w, CHECKIN_TALK, 10 * SECOND), 1);
	CHECK_INT(repeated(w, CHECKIN_TALK, 10 * SECOND + 1), 2);
	CHECK_INT(repeated(w, CHECKIN_UNWELL, 10 * SECOND), 1);
	CHECK_INT(repeated(w, CHECKIN_UNWELL, 10 * SECOND + 1), 2);
	CHECK_INT(repeated(w, CHECKIN_HELP, 10 * SECOND), 1);
	CHECK_INT(repeated(w, CHECKIN_HELP, 10 * SECOND + 1), 2);
	CHECK_INT(presses(w), 12);
	world_close(w, "R1", "user:tanaka", "safe", "phone");
	world_hush(w);
}

STORY("2026-11-24 11:00", rule_1_3_a_repeat_of_the_first_not_of_the_one_before)
{
	home(w, "none");
	world_press(w, "R1", CHECKIN_HELP);
	world_pass(w, 8 * SECOND);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(causes(w), 1);
	world_pass(w, 8 * SECOND); /* 16 s after the first */
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(causes(w), 2);
	world_hush(w);
}

STORY("2026-11-24 11:00", rule_1_3_repeats_go_by_when_they_were_pressed)
{
	home(w, "none");
	world_press_at(w, "R1", CHECKIN_TALK, world_time(w, "10:00:00"));
	world_press_at(w, "R1", CHECKIN_TALK, world_time(w, "10:00:11")); /* came together, were not pressed so */
	CHECK_INT(causes(w), 2);
	world_pass(w, HOUR);
	world_press_at(
		w, "R1", CHECKIN_TALK, world_time(w, "10:00:06")); /* came an hour later, and belongs to the first */
	world_press_at(w, "R1", CHECKIN_TALK, world_time(w, "09:59:55")); /* even before it */
	CHECK_INT(causes(w), 2);
	world_hush(w);
}

STORY("2026-11-24 11:00", rule_1_3_a_repeat_that_comes_after_the_closing_opens_nothing)
{
	home(w, "none");
	world_press(w, "R1", CHECKIN_HELP);
	world_told_at(w, "user:tanaka", "alert", "11:00");
	world_pass(w, 4 * SECOND);
	world_close(w, "R1", "user:tanaka", "false_alarm", "phone");
	world_pass(w, 4 * SECOND);
	world_press(w, "R1", CHECKIN_HELP);
	CHECK_INT(world_incidents(w), 1);
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 11:00", rule_1_3_other_kinds_and_other_devices_are_no_repeats)
{
	struct checkin c;
	struct ack ack;

	home(w, "none");
	world_sql(w, "INSERT INTO devices (device_id, resident_id) VALUES ('b-second', 'R1')");
	world_press(w, "R1", CHECKIN_TALK);
	world_press(w, "R1", CHECKIN_UNWELL);
	c = world_checkin(w, "second", CHECKIN_UNWELL);
	world_press_with(w, &c, 0, &ack);
	CHECK_INT(causes(w), 3);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_3_the_same_id_with_another_kind_is_a_new_press_and_device_trouble)
{
	struct checkin c;
	struct ack ack;

	usual_home(w);
	world_to(w, "08:00");
	c = world_checkin(w, "R1", CHECKIN_OK);
	world_press_with(w, &c, 0, &ack);
	world_quiet(w);
	world_pass(w, 5 * MINUTE);
	c.kind = CHECKIN_HELP;
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_STORED);
	CHECK_INT(presses(w), 2);
	CHECK_INT(world_incident(w, "R1").kind, INCIDENT_HELP);
	world_told(w, "user:tanaka", "alert");
	world_told(w, "user:tanaka", "question");
	CHECK_TEXT(world_question(w, "device", "b-R1").detail, "same_id");
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_DUPLICATE);
	world_claim(w, "R1", "user:tanaka");
	world_answer(w, "device", "b-R1", "user:tanaka");
	world_hush(w);
}

/* 4: what meets an expectation */

static void meets(struct world *w, enum checkin_kind kind)
{
	usual_home(w);
	world_to(w, "09:00");
	world_press(w, "R1", kind);
	if (kind != CHECKIN_OK && kind != CHECKIN_ACTIVITY)
		world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK_INT(world_count(w, "SELECT met_at FROM expectations"), world_time(w, "09:00"));
}

STORY("2026-11-24 02:00", rule_1_4_ok_meets)
{
	meets(w, CHECKIN_OK);
	CHECK_INT(world_count(w, "SELECT met_kind = 'ok' FROM expectations"), 1);
}

STORY("2026-11-24 02:00", rule_1_4_unwell_meets)
{
	meets(w, CHECKIN_UNWELL);
	CHECK_INT(world_count(w, "SELECT met_kind = 'unwell' FROM expectations"), 1);
}

STORY("2026-11-24 02:00", rule_1_4_talk_meets)
{
	meets(w, CHECKIN_TALK);
}

STORY("2026-11-24 02:00", rule_1_4_help_meets)
{
	meets(w, CHECKIN_HELP);
}

STORY("2026-11-24 02:00", rule_1_4_activity_meets_where_the_resident_is_passive)
{
	usual_home(w);
	world_sql(w, "UPDATE residents SET passive = 'yes'");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_ACTIVITY);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_1_4_activity_meets_nothing_elsewhere)
{
	usual_home(w);
	world_sql(w, "UPDATE residents SET passive = 'no'");
	world_to(w, "09:00");
	world_press(w, "R1", CHECKIN_ACTIVITY);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_ACTIVITY); /* nor does it answer what was missed */
	CHECK_INT(world_incident(w, "R1").state, INCIDENT_OPEN);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE met_late_at IS NOT NULL"), 0);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_4_a_check_in_that_staff_record_meets)
{
	usual_home(w);
	world_to(w, "09:00");
	CHECK(world_staff_checkin(w, "R1"));
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
}

STORY("2026-11-24 02:00", rule_1_4_a_call_that_staff_record_answers_what_was_missed)
{
	missed_morning(w);
	CHECK(world_staff_checkin(w, "R1"));
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "user:tanaka", "ended");
}

/* On the next morning, with what was missed the day before still open. */
static void second_morning(struct world *w)
{
	usual_home(w);
	world_watcher(w, "W1", "R1", 1, "go");
	world_to(w, "2026-11-25 09:00");
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_4_a_visit_that_a_watcher_records_meets)
{
	second_morning(w);
	world_claim(w, "R1", "watcher:W1");
	world_report(w, "R1", "watcher:W1", REPORT_SEEN, "");
	world_hush(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "ok"));
}

STORY("2026-11-24 02:00", rule_1_4_a_call_that_a_watcher_records_meets)
{
	second_morning(w);
	world_claim(w, "R1", "watcher:W1");
	world_report(w, "R1", "watcher:W1", REPORT_HEARD, "phone");
	world_hush(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "ok"));
}

STORY("2026-11-24 02:00", rule_1_4_a_visit_that_staff_close_with_meets)
{
	second_morning(w);
	world_close(w, "R1", "user:tanaka", "safe", "face");
	world_hush(w);
	world_to(w, "12:00");
	CHECK(world_outcome(w, "R1", "2026-11-25", "ok"));
}

STORY("2026-11-24 02:00", rule_1_4_what_others_say_is_no_visit_and_meets_nothing)
{
	second_morning(w);
	world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_4_a_visit_without_an_answer_meets_nothing)
{
	second_morning(w);
	world_claim(w, "R1", "watcher:W1");
	world_report(w, "R1", "watcher:W1", REPORT_NO_ANSWER, "");
	world_hush(w);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-25", "missed"));
	world_hush(w);
}

/* 5: whose press it is */

STORY("2026-11-24 02:00", rule_1_5_a_device_moved_to_another_resident_speaks_for_that_one_from_then_on)
{
	struct checkin c;
	struct ack ack;

	usual_home(w);
	world_resident(w, "R2", "daily 03:00-10:00 +30m", "P");
	world_to(w, "08:00");
	c = world_checkin(w, "R1", CHECKIN_OK);
	world_press_with(w, &c, 0, &ack);
	world_sql(w, "UPDATE devices SET resident_id = 'R2' WHERE device_id = 'b-R1'");
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_DUPLICATE); /* sent again: it is R1's for ever */
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins WHERE resident_id = 'R1'"), 1);
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "ok"));
	CHECK(world_outcome(w, "R2", "2026-11-24", "missed"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK); /* R1's former button, now R2's */
	CHECK_TEXT(world_incident(w, "R2").outcome, "checked_in");
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins WHERE resident_id = 'R1'"), 1);
	CHECK_INT(world_count(w, "SELECT count(*) FROM checkins WHERE resident_id = 'R2'"), 1);
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_5_a_device_that_nobody_knows_meets_nothing_and_is_told_so)
{
	usual_home(w);
	world_to(w, "08:00");
	CHECK_INT(world_press(w, "nobody", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
	CHECK_INT(world_press(w, "nobody", CHECKIN_TALK), ACK_UNKNOWN_DEVICE);
	CHECK_INT(presses(w), 0);
	CHECK_INT(world_incidents(w), 0);
	CHECK(world_count(w, "SELECT count(*) FROM rejected") >= 2); /* kept, for staff to see */
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 11:00", rule_1_5_help_from_a_device_that_nobody_knows_goes_to_staff_once_a_press)
{
	struct checkin c, old;
	struct ack ack;

	home(w, "none");
	c = world_checkin(w, "nobody", CHECKIN_HELP);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_UNKNOWN_DEVICE);
	world_told_at(w, "user:tanaka", "question", "11:00");
	world_pass(w, 10 * MINUTE); /* the button goes on asking */
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_UNKNOWN_DEVICE);
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_pass(w, 10 * MINUTE);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_UNKNOWN_DEVICE);
	world_quiet(w);
	CHECK_INT(world_incidents(w), 1);
	c = world_checkin(w, "nobody", CHECKIN_HELP); /* pressed once more */
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_UNKNOWN_DEVICE);
	world_told(w, "user:tanaka", "question");
	old = world_checkin(w, "other", CHECKIN_HELP);
	old.at = world_now(w) - 48 * HOUR - 1;
	CHECK_INT(world_press_with(w, &old, 0, &ack), ACK_REJECTED);
	CHECK_TEXT(ack.reason, "too_old");
	world_answer(w, "device", "b-nobody", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
}

STORY("2026-11-24 02:00", rule_1_5_a_revoked_device_is_as_unknown)
{
	usual_home(w);
	world_sql(w, "UPDATE devices SET revoked_at = 1");
	world_to(w, "08:00");
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_UNKNOWN_DEVICE);
	CHECK_INT(world_press(w, "R1", CHECKIN_HELP), ACK_UNKNOWN_DEVICE);
	CHECK_INT(world_incidents(w), 1); /* the question */
	world_told(w, "user:tanaka", "question");
	world_pass(w, 5 * MINUTE);
	CHECK_INT(world_press(w, "R1", CHECKIN_HELP), ACK_UNKNOWN_DEVICE); /* another press: told at once as well */
	CHECK_INT(world_incidents(w), 1);
	world_told(w, "user:tanaka", "question");
	world_answer(w, "device", "b-R1", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "10:30");
	CHECK(world_outcome(w, "R1", "2026-11-24", "missed"));
	world_hush(w);
}

STORY("2026-11-24 02:00", rule_1_5_what_a_device_kept_until_it_was_known_counts_with_its_own_time)
{
	struct checkin c;
	struct ack ack;

	usual_home(w);
	world_to(w, "08:00");
	c = world_checkin(w, "new", CHECKIN_OK);
	c.at = world_now(w);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_UNKNOWN_DEVICE);
	world_sql(w, "INSERT INTO devices (device_id, resident_id) VALUES ('b-new', 'R1')");
	world_to(w, "10:40");
	world_hush(w);
	CHECK_INT(world_press_with(w, &c, 0, &ack), ACK_STORED);
	CHECK_INT(last_pressed_at(w), world_time(w, "08:00"));
	CHECK_TEXT(world_incident(w, "R1").outcome, "checked_in");
	world_told(w, "user:tanaka", "ended");
}
