/*
 * zones - whole days in several zones, across both changes of the clocks, ends of months and years, and the leap day.
 *
 * 2026: London goes forward on 29 March (1:00 becomes 2:00) and back on 25 October (2:00 becomes 1:00); New York on
 * 8 March (2:00 becomes 3:00) and 1 November (2:00 becomes 1:00). Tokyo never does.
 */
#include "server/store/residents.h"
#include "tests/stories/world.h"

static void staff(struct world *w)
{
	world_policy(w, "P", "missed", "0m", "staff");
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

/* An instant in UTC. */
static int64_t utc(const char *date, int hour, int minute)
{
	int32_t day;

	CHECK(date_parse(date, &day));
	return day * DAY + hour * HOUR + minute * MINUTE;
}

/* A day on which R1 presses in time. */
static void quiet_day(struct world *w, const char *press_at)
{
	world_to(w, press_at);
	CHECK_INT(world_press(w, "R1", CHECKIN_OK), ACK_STORED);
}

/* A day on which nobody presses: reminders, judgement and alert all by the wall clock. */
static void missed_day(struct world *w, const char *date)
{
	world_to(w, "10:30");
	world_told_at(w, "resident:R1", "reminder", "10:00");
	world_told_at(w, "resident:R1", "reminder", "10:15");
	world_told_at(w, "user:tanaka", "alert", "10:30");
	CHECK(world_outcome(w, "R1", date, "missed"));
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

/* The days around a change: judged by the wall clock, however long the night was. */
static void three_days(struct world *w, const char *const dates[3], int64_t night_ms)
{
	char morning[32];
	int64_t due_at[3];

	home(w, "daily 03:00-10:00 +30m");
	for (int k = 0; k < 3; k++) {
		snprintf(morning, sizeof(morning), "%s 09:59", dates[k]);
		world_to(w, morning);
		due_at[k] = vigil(w).due_at;
		CHECK_INT(due_at[k], world_now(w) + MINUTE);
		missed_day(w, dates[k]);
	}
	CHECK_INT(due_at[1] - due_at[0], night_ms);
	CHECK_INT(due_at[2] - due_at[1], DAY);
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 3);
	CHECK_INT(world_incidents(w), 3);
}

STORY_IN("Asia/Tokyo", "2026-03-28 02:00", tokyo_knows_no_change_of_the_clocks)
{
	three_days(w, (const char *const[]){ "2026-03-28", "2026-03-29", "2026-03-30" }, DAY);
	CHECK_INT(world_time(w, "10:00"), utc("2026-03-30", 1, 0));
}

STORY_IN("Europe/London", "2026-03-28 02:00", london_goes_forward_and_10_00_stays_10_00)
{
	three_days(w, (const char *const[]){ "2026-03-28", "2026-03-29", "2026-03-30" }, 23 * HOUR);
	CHECK_INT(world_time(w, "10:00"), utc("2026-03-30", 9, 0));
}

STORY_IN("Europe/London", "2026-10-24 02:00", london_goes_back_and_10_00_stays_10_00)
{
	three_days(w, (const char *const[]){ "2026-10-24", "2026-10-25", "2026-10-26" }, 25 * HOUR);
	CHECK_INT(world_time(w, "10:00"), utc("2026-10-26", 10, 0));
}

STORY_IN("America/New_York", "2026-03-07 02:00", new_york_goes_forward_and_10_00_stays_10_00)
{
	three_days(w, (const char *const[]){ "2026-03-07", "2026-03-08", "2026-03-09" }, 23 * HOUR);
	CHECK_INT(world_time(w, "10:00"), utc("2026-03-09", 14, 0));
}

STORY_IN("America/New_York", "2026-10-31 02:00", new_york_goes_back_and_10_00_stays_10_00)
{
	three_days(w, (const char *const[]){ "2026-10-31", "2026-11-01", "2026-11-02" }, 25 * HOUR);
	CHECK_INT(world_time(w, "10:00"), utc("2026-11-02", 15, 0));
}

/* Times that do not exist */

STORY_IN("Europe/London", "2026-03-28 12:00", an_opens_that_does_not_exist_is_the_next_time_that_does)
{
	home(w, "daily 01:30-05:00");
	CHECK_INT(vigil(w).opens_at, utc("2026-03-29", 1, 0));        /* 2:00, the first after 0:59 */
	CHECK_INT(vigil(w).counts_from_at, utc("2026-03-28", 22, 0)); /* three hours are three hours */
	CHECK_INT(vigil(w).due_at, utc("2026-03-29", 4, 0));
	quiet_day(w, "2026-03-28 22:00");
	world_to(w, "2026-03-29 05:00");
	CHECK(world_outcome(w, "R1", "2026-03-29", "ok"));
}

STORY_IN("Europe/London", "2026-03-28 12:00", a_due_that_does_not_exist_is_the_next_time_that_does)
{
	home(w, "daily 00:00-01:30 +20m");
	CHECK_INT(vigil(w).due_at, utc("2026-03-29", 1, 0));
	CHECK_INT(vigil(w).deadline_at, utc("2026-03-29", 1, 20)); /* the grace is added to the instant */
	world_to(w, "2026-03-29 02:20");
	world_told_at(w, "resident:R1", "reminder", "02:00");
	world_told_at(w, "resident:R1", "reminder", "02:10");
	world_told_at(w, "user:tanaka", "alert", "02:20");
	CHECK(world_outcome(w, "R1", "2026-03-29", "missed"));
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

STORY_IN("America/New_York", "2026-03-07 12:00", a_window_that_the_change_swallows_has_its_outcome_all_the_same)
{
	home(w, "daily 02:10-02:50");
	world_to(w, "2026-03-08 04:00");
	CHECK(world_outcome(w, "R1", "2026-03-08", "missed"));
	CHECK_INT(world_count(w, "SELECT opens_at FROM expectations"), utc("2026-03-08", 7, 0));
	world_told(w, "user:tanaka", "alert");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	quiet_day(w, "2026-03-09 02:30");
	world_to(w, "02:50");
	CHECK(world_outcome(w, "R1", "2026-03-09", "ok"));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 2);
}

/* The clock carries a deadline past the next OPENS: still only one is undecided at a time. */
STORY_IN("America/New_York", "2026-03-07 20:00", a_deadline_that_the_change_carries_past_the_next_opens)
{
	home(w, "daily 00:00-02:30 +30m; daily 03:00-05:00; daily 09:00-10:00");
	for (int k = 0; k < 40; k++) {
		world_pass(w, 30 * MINUTE);
		CHECK(world_count(w, "SELECT count(*) FROM expectations WHERE outcome IS NULL") <= 1);
	}
	CHECK(world_outcome(w, "R1", "2026-03-08", "missed"));
	CHECK_INT(world_count(w, "SELECT deadline_at FROM expectations ORDER BY opens_at LIMIT 1"),
		utc("2026-03-08", 7, 30));
	CHECK_INT(world_incidents(w), 1);
	world_hush(w);
	world_claim(w, "R1", "user:tanaka");
	world_hush(w);
	world_close(w, "R1", "user:tanaka", "safe", "kin");
	world_hush(w);
}

/* Times that come twice */

STORY_IN("Europe/London", "2026-10-24 12:00", of_a_time_that_comes_twice_opens_is_the_first_and_due_the_second)
{
	home(w, "daily 01:10-01:40 +30m");
	CHECK_INT(vigil(w).opens_at, utc("2026-10-25", 0, 10));
	CHECK_INT(vigil(w).due_at, utc("2026-10-25", 1, 40));
	world_to(w, "2026-10-25 01:40");
	world_quiet(w);
	world_to(w, "2026-10-25 01:40 again");
	world_told_at(w, "resident:R1", "reminder", "01:40 again");
	world_to(w, "02:10");
	world_told_at(w, "resident:R1", "reminder", "01:55 again");
	world_told_at(w, "user:tanaka", "alert", "02:10");
	CHECK_INT(world_now(w), utc("2026-10-25", 2, 10));
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 1);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

STORY_IN("America/New_York", "2026-10-31 12:00", a_press_between_the_two_counts)
{
	home(w, "daily 01:10-01:40");
	quiet_day(w, "2026-11-01 01:20 again"); /* after the first 1:40 */
	world_to(w, "2026-11-01 01:40 again");
	CHECK(world_outcome(w, "R1", "2026-11-01", "ok"));
	CHECK_INT(vigil(w).opens_at, utc("2026-11-02", 6, 10));
}

/* Grace, pauses and hours across a change */

STORY_IN("Europe/London", "2026-03-28 12:00", grace_is_counted_in_real_hours_going_forward)
{
	home(w, "daily 18:00-23:30 +3h");
	world_to(w, "2026-03-29 03:30"); /* three hours after 23:30 by the sun */
	world_told_at(w, "resident:R1", "reminder", "2026-03-28 23:30");
	world_told_at(w, "resident:R1", "reminder", "2026-03-29 02:00");
	world_told_at(w, "user:tanaka", "alert", "2026-03-29 03:30");
	CHECK(world_outcome(w, "R1", "2026-03-28", "missed"));
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

STORY_IN("Europe/London", "2026-10-24 12:00", grace_is_counted_in_real_hours_going_back)
{
	home(w, "daily 18:00-23:30 +3h");
	world_to(w, "2026-10-25 01:30 again");
	world_told_at(w, "user:tanaka", "alert", "01:30 again");
	CHECK(world_outcome(w, "R1", "2026-10-24", "missed"));
	CHECK_INT(world_now(w), utc("2026-10-25", 1, 30));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
}

STORY_IN("Europe/London", "2026-10-24 12:00", a_pause_lasts_the_whole_long_day)
{
	home(w, "daily 20:00-24:00");
	CHECK(world_pause(w, "R1", "2026-10-25", "2026-10-25"));
	world_to(w, "2026-10-24 23:00");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-10-25 00:00");
	CHECK(world_outcome(w, "R1", "2026-10-24", "ok"));
	world_to(w, "2026-10-25 09:00");
	world_told_at(w, "user:tanaka", "question", "09:00"); /* its last day, by the wall clock */
	world_answer(w, "pause", "R1", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "11:00"); /* 24 hours after it was entered, by the sun */
	world_told_at(w, "user:tanaka", "question", "11:00");
	world_answer(w, "pause", "R1", "user:tanaka");
	world_told(w, "user:tanaka", "ended");
	world_to(w, "2026-10-26 00:00");
	CHECK(world_outcome(w, "R1", "2026-10-25", "paused"));
	world_to(w, "2026-10-27 00:00");
	CHECK(world_outcome(w, "R1", "2026-10-26", "missed"));
	world_hush(w);
}

STORY_IN("Europe/London", "2026-03-28 12:00", watchers_and_staff_are_told_by_the_wall_clock)
{
	world_policy(w, "Q", "missed", "0m", "tier1");
	world_resident(w, "R1", "daily 00:00-05:00", "Q");
	world_watcher(w, "W1", "R1", 1, "go"); /* from 7:00 */
	world_user(w, "tanaka", "daily 00:00-06:00; daily 08:30-17:15");
	world_to(w, "2026-03-29 08:30");
	world_told_at(w, "user:tanaka", "alert", "05:00"); /* the watcher sleeps */
	world_told_at(w, "watcher:W1", "alert", "07:00");
	world_told_at(w, "watcher:W1", "alert", "08:00"); /* the repeat */
	world_told_at(w, "user:tanaka", "duty", "08:30");
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
}

STORY_IN("America/New_York", "2026-03-07 12:00", a_schedule_changed_on_the_eve_of_the_change)
{
	home(w, "daily 03:00-10:00 +30m");
	world_to(w, "23:00");
	world_reschedule(w, "R1", "daily 02:30-06:00 +30m");
	CHECK_INT(vigil(w).opens_at, utc("2026-03-08", 7, 0)); /* 3:00, for 2:30 does not exist */
	CHECK_INT(vigil(w).due_at, utc("2026-03-08", 10, 0));
	world_to(w, "2026-03-08 04:00");
	world_reschedule(w, "R1", "daily 03:00-10:00 +30m"); /* open: applies on Monday */
	world_to(w, "06:30");
	CHECK(world_outcome(w, "R1", "2026-03-08", "missed"));
	world_hush(w);
	world_press(w, "R1", CHECKIN_OK);
	world_hush(w);
	CHECK_INT(vigil(w).due_at, utc("2026-03-09", 14, 0));
}

/* Midnights that do not exist, or come twice */

STORY_IN("Africa/Cairo", "2026-04-23 12:00", where_midnight_does_not_exist_the_day_begins_at_one)
{
	home(w, "daily 20:00-24:00");
	world_sql(w, "UPDATE residents SET ends = '2026-04-26'");
	CHECK(world_pause(w, "R1", "2026-04-24", "2026-04-24"));
	CHECK_INT(vigil(w).due_at, utc("2026-04-23", 22, 0)); /* 24:00 of Thursday, 1:00 of Friday */
	quiet_day(w, "21:00");
	world_to(w, "2026-04-24 01:00");
	CHECK(world_outcome(w, "R1", "2026-04-23", "ok"));
	world_to(w, "2026-04-24 13:10");
	world_answer(w, "pause", "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "2026-04-25 01:00");
	CHECK(world_outcome(w, "R1", "2026-04-24", "paused"));
	world_hush(w);
	quiet_day(w, "21:00");
	world_to(w, "2026-04-26 01:00");
	CHECK_INT(world_count(w, "SELECT ended_at FROM residents"), utc("2026-04-25", 21, 0));
}

STORY_IN("Atlantic/Azores", "2026-10-24 12:00", where_midnight_comes_twice_24_00_is_the_second)
{
	home(w, "daily 20:00-24:00");
	CHECK_INT(vigil(w).due_at, utc("2026-10-25", 1, 0)); /* 0:00 comes at 0:00 and at 1:00 UTC */
	quiet_day(w, "2026-10-25 00:30");
	world_to(w, "2026-10-25 00:30 again");
	CHECK(world_outcome(w, "R1", "2026-10-24", "ok"));
	world_to(w, "2026-10-26 00:00");
	CHECK(world_outcome(w, "R1", "2026-10-25", "missed"));
	world_hush(w);
}

/* The calendar */

static void days_through(struct world *w, const char *const *dates)
{
	char morning[32];
	int64_t days = 0;

	home(w, "daily 03:00-10:00 +30m");
	for (; *dates; dates++, days++) {
		snprintf(morning, sizeof(morning), "%s 08:00", *dates);
		quiet_day(w, morning);
		world_to(w, "10:00");
		CHECK(world_outcome(w, "R1", *dates, "ok"));
	}
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), days);
}

STORY("2026-11-29 02:00", the_end_of_a_month)
{
	days_through(w, (const char *const[]){ "2026-11-29", "2026-11-30", "2026-12-01", NULL });
}

STORY("2026-12-30 02:00", the_end_of_a_year)
{
	days_through(w, (const char *const[]){ "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", NULL });
}

STORY("2027-02-27 02:00", february_in_an_ordinary_year)
{
	days_through(w, (const char *const[]){ "2027-02-27", "2027-02-28", "2027-03-01", NULL });
}

STORY("2028-02-28 02:00", leap_day)
{
	days_through(w, (const char *const[]){ "2028-02-28", "2028-02-29", "2028-03-01", NULL });
}

STORY("2026-12-31 12:00", a_window_that_is_due_when_the_year_ends)
{
	home(w, "daily 18:00-24:00 +30m");
	world_to(w, "2027-01-01 00:30");
	CHECK(world_outcome(w, "R1", "2026-12-31", "missed"));
	world_told_at(w, "resident:R1", "reminder", "00:00");
	world_told_at(w, "resident:R1", "reminder", "00:15");
	world_told_at(w, "user:tanaka", "alert", "00:30");
	world_press(w, "R1", CHECKIN_OK);
	world_told(w, "user:tanaka", "ended");
	quiet_day(w, "20:00");
	world_to(w, "2027-01-02 00:00");
	CHECK(world_outcome(w, "R1", "2027-01-01", "ok"));
}

STORY("2028-02-28 12:00", a_pause_and_an_end_on_leap_day)
{
	home(w, "daily 03:00-10:00 +30m");
	CHECK(world_pause(w, "R1", "2028-02-29", "2028-02-29"));
	world_sql(w, "UPDATE residents SET ends = '2028-03-02'");
	world_to(w, "2028-02-29 10:00");
	CHECK(world_outcome(w, "R1", "2028-02-29", "paused"));
	world_answer(w, "pause", "R1", "user:tanaka");
	world_hush(w);
	world_to(w, "12:00");
	world_hush(w);
	quiet_day(w, "2028-03-01 08:00");
	world_to(w, "10:00");
	CHECK(world_outcome(w, "R1", "2028-03-01", "ok"));
	world_to(w, "2028-03-03 12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations"), 2);
	world_hush(w);
}

STORY("2026-11-20 02:00", weekdays_and_weekends_have_their_own_times)
{
	home(w, "mon-fri 03:00-09:00; sat,sun 05:00-11:00");
	world_to(w, "2026-11-20 08:59"); /* Friday */
	CHECK_INT(vigil(w).due_at, world_time(w, "09:00"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-21 10:59");
	CHECK_INT(vigil(w).due_at, world_time(w, "11:00"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-22 10:59");
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "2026-11-23 08:59");
	CHECK_INT(vigil(w).due_at, world_time(w, "09:00"));
	world_press(w, "R1", CHECKIN_OK);
	world_to(w, "12:00");
	CHECK_INT(world_count(w, "SELECT count(*) FROM expectations WHERE outcome = 'ok'"), 4);
}
