/* schedule - windows across zones, clock changes, holidays and the calendar's edges. */
#include <stdio.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/watch/schedule.h"
#include "tests/unit/test.h"

static const struct holidays no_list;

static struct schedule schedule_of(const char *text, enum schedule_use use)
{
	struct schedule s = { 0 };
	char why[SCHEDULE_WHY];

	CHECK(schedule_parse(&s, text, use, why, sizeof(why)));
	return s;
}

static struct schedule checkin(const char *text)
{
	return schedule_of(text, SCHEDULE_CHECKIN);
}

static struct schedule hours(const char *text)
{
	return schedule_of(text, SCHEDULE_HOURS);
}

static int32_t day_of(const char *date)
{
	int32_t day = 0;

	CHECK(date_parse(date, &day));
	return day;
}

/* The instant of 2026-03-08T03:00:00-04:00, read without the zone's help. */
static int64_t at(const char *text)
{
	char date[11], sign;
	int hour, minute, second, zone_hour, zone_minute;

	CHECK_INT(sscanf(text, "%10[0-9-]T%d:%d:%d%c%d:%d", date, &hour, &minute, &second, &sign, &zone_hour,
			  &zone_minute),
		7);
	int64_t offset = zone_hour * HOUR + zone_minute * MINUTE;
	return day_of(date) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + (sign == '-' ? offset : -offset);
}

#define CHECK_AT(actual, text)                                \
	do {                                                  \
		char found[ZONE_TEXT];                        \
		CHECK_TEXT(zone_format(found, actual), text); \
		CHECK_INT(actual, at(text));                  \
	} while (0)

#define CHECK_WINDOW(w, opens, due, deadline)        \
	do {                                         \
		CHECK_AT((w).opens_at, opens);       \
		CHECK_AT((w).due_at, due);           \
		CHECK_AT((w).deadline_at, deadline); \
	} while (0)

static struct window next_of(const char *text, const char *not_before)
{
	struct schedule s = checkin(text);
	struct window w = { 0 };

	CHECK(schedule_next(&s, &no_list, at(not_before), &w));
	return w;
}

/* Three holidays in a row from a Monday on, and two single ones. */
static struct holidays list_of_2026(void)
{
	static int32_t days[5];
	static const char *const dates[] = { "2026-01-01", "2026-09-21", "2026-09-22", "2026-09-23", "2026-11-23" };

	for (size_t i = 0; i < 5; i++)
		days[i] = day_of(dates[i]);
	return (struct holidays){ days, 5 };
}

TEST(a_daily_window_opens_is_due_and_has_a_deadline)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct window w = next_of("daily 03:00-10:00 +30m", "2026-11-23T00:00:00+09:00");

	CHECK_INT(w.day, day_of("2026-11-23"));
	CHECK_WINDOW(w, "2026-11-23T03:00:00+09:00", "2026-11-23T10:00:00+09:00", "2026-11-23T10:30:00+09:00");
}

TEST(none_expects_and_covers_nothing)
{
	struct schedule s = checkin("none");
	struct window w;

	CHECK(zone_set("Asia/Tokyo"));
	CHECK(!schedule_next(&s, &no_list, 0, &w));
	CHECK(!schedule_next_due(&s, &no_list, 0, 0, &w));
	CHECK(!schedule_on_day(&s, &no_list, 0, 0, &w));
	CHECK(!schedule_covers(&s, &no_list, 0));
	CHECK_INT(schedule_next_start(&s, &no_list, 0), -1);
	CHECK_INT(schedule_next_begin(&s, &no_list, 0), -1);
}

TEST(the_next_window_is_the_first_that_opens_at_or_after_the_instant)
{
	CHECK(zone_set("Asia/Tokyo"));
	const char *text = "daily 06:00-10:00 +30m; daily 17:00-20:00 +1h";

	CHECK_AT(next_of(text, "2026-06-10T06:00:00+09:00").opens_at, "2026-06-10T06:00:00+09:00");
	CHECK_AT(next_of(text, "2026-06-10T06:00:01+09:00").opens_at, "2026-06-10T17:00:00+09:00");
	CHECK_AT(next_of(text, "2026-06-10T17:00:01+09:00").opens_at, "2026-06-11T06:00:00+09:00");
	CHECK_INT(next_of(text, "2026-06-10T17:00:01+09:00").day, day_of("2026-06-11"));
}

TEST(a_weekly_window_comes_again_in_a_week)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct window w = next_of("mon 06:00-20:00 +2h", "2026-11-23T06:00:01+09:00");

	CHECK_WINDOW(w, "2026-11-30T06:00:00+09:00", "2026-11-30T20:00:00+09:00", "2026-11-30T22:00:00+09:00");
}

TEST(windows_go_on_over_the_end_of_month_and_year)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct window w = next_of("daily 03:00-10:00 +30m", "2026-04-30T12:00:00+09:00");

	CHECK_AT(w.opens_at, "2026-05-01T03:00:00+09:00");
	w = next_of("daily 03:00-10:00 +30m", "2026-12-31T12:00:00+09:00");
	CHECK_AT(w.opens_at, "2027-01-01T03:00:00+09:00");
	w = next_of("daily 20:00-24:00 +3h", "2026-12-31T12:00:00+09:00");
	CHECK_INT(w.day, day_of("2026-12-31"));
	CHECK_WINDOW(w, "2026-12-31T20:00:00+09:00", "2027-01-01T00:00:00+09:00", "2027-01-01T03:00:00+09:00");
}

TEST(the_leap_day_is_a_day)
{
	CHECK(zone_set("Asia/Tokyo"));
	CHECK_AT(next_of("daily 03:00-10:00", "2028-02-28T04:00:00+09:00").opens_at, "2028-02-29T03:00:00+09:00");
	CHECK_AT(next_of("tue 03:00-10:00", "2028-02-23T00:00:00+09:00").opens_at, "2028-02-29T03:00:00+09:00");
	CHECK_AT(next_of("daily 03:00-10:00", "2028-02-29T04:00:00+09:00").opens_at, "2028-03-01T03:00:00+09:00");
	CHECK_AT(next_of("daily 20:00-24:00", "2028-02-29T04:00:00+09:00").due_at, "2028-03-01T00:00:00+09:00");
}

TEST(due_at_24_00_is_the_next_midnight_and_still_belongs_to_its_day)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct window w = next_of("daily 00:00-24:00", "2026-06-10T00:00:00+09:00");

	CHECK_INT(w.day, day_of("2026-06-10"));
	CHECK_WINDOW(w, "2026-06-10T00:00:00+09:00", "2026-06-11T00:00:00+09:00", "2026-06-11T00:00:00+09:00");
	w = next_of("daily 00:00-24:00:00", "2026-06-11T00:00:00+09:00");
	CHECK_INT(w.day, day_of("2026-06-11"));
}

TEST(london_keeps_its_wall_clock_in_march)
{
	CHECK(zone_set("Europe/London"));
	struct window w = next_of("daily 06:00-10:00 +30m", "2026-03-28T00:00:00+00:00");

	CHECK_WINDOW(w, "2026-03-28T06:00:00+00:00", "2026-03-28T10:00:00+00:00", "2026-03-28T10:30:00+00:00");
	w = next_of("daily 06:00-10:00 +30m", "2026-03-28T10:30:00+00:00");
	CHECK_WINDOW(w, "2026-03-29T06:00:00+01:00", "2026-03-29T10:00:00+01:00", "2026-03-29T10:30:00+01:00");
	/* 24:00 before the change, and after it on the same date */
	w = next_of("sat 20:00-24:00 +2h", "2026-03-28T00:00:00+00:00");
	CHECK_WINDOW(w, "2026-03-28T20:00:00+00:00", "2026-03-29T00:00:00+00:00", "2026-03-29T03:00:00+01:00");
	w = next_of("sun 00:00-24:00", "2026-03-29T00:00:00+00:00");
	CHECK_INT(w.due_at - w.opens_at, 23 * HOUR);
}

TEST(london_keeps_its_wall_clock_in_october)
{
	CHECK(zone_set("Europe/London"));
	struct window w = next_of("daily 06:00-10:00 +30m", "2026-10-24T10:30:00+01:00");

	CHECK_WINDOW(w, "2026-10-25T06:00:00+00:00", "2026-10-25T10:00:00+00:00", "2026-10-25T10:30:00+00:00");
	w = next_of("sun 00:00-24:00", "2026-10-25T00:00:00+01:00");
	CHECK_INT(w.due_at - w.opens_at, 25 * HOUR);
}

TEST(new_york_keeps_its_wall_clock_in_march_and_november)
{
	CHECK(zone_set("America/New_York"));
	struct window w = next_of("daily 03:00-10:00 +30m", "2026-03-07T10:30:00-05:00");

	CHECK_WINDOW(w, "2026-03-08T03:00:00-04:00", "2026-03-08T10:00:00-04:00", "2026-03-08T10:30:00-04:00");
	w = next_of("daily 03:00-10:00 +30m", "2026-10-31T10:30:00-04:00");
	CHECK_WINDOW(w, "2026-11-01T03:00:00-05:00", "2026-11-01T10:00:00-05:00", "2026-11-01T10:30:00-05:00");
}

TEST(tokyo_changes_no_clocks)
{
	CHECK(zone_set("Asia/Tokyo"));
	CHECK_AT(next_of("sun 01:30-02:30", "2026-03-08T00:00:00+09:00").opens_at, "2026-03-08T01:30:00+09:00");
	CHECK_INT(
		next_of("sun 00:00-24:00", "2026-10-25T00:00:00+09:00").due_at - at("2026-10-25T00:00:00+09:00"), DAY);
}

TEST(opens_that_does_not_exist_is_the_next_time_that_does)
{
	CHECK(zone_set("America/New_York"));
	struct window w = next_of("daily 02:30-10:00 +30m", "2026-03-08T00:00:00-05:00");

	CHECK_WINDOW(w, "2026-03-08T03:00:00-04:00", "2026-03-08T10:00:00-04:00", "2026-03-08T10:30:00-04:00");
	CHECK(zone_set("Europe/London"));
	w = next_of("daily 01:30-10:00", "2026-03-29T00:00:00+00:00");
	CHECK_AT(w.opens_at, "2026-03-29T02:00:00+01:00");
}

TEST(due_that_does_not_exist_is_the_next_time_that_does_and_grace_comes_after)
{
	CHECK(zone_set("America/New_York"));
	struct window w = next_of("daily 00:30-02:30 +45m", "2026-03-08T00:00:00-05:00");

	CHECK_WINDOW(w, "2026-03-08T00:30:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:45:00-04:00");
}

TEST(of_times_that_come_twice_opens_is_the_first_and_due_the_second)
{
	CHECK(zone_set("America/New_York"));
	struct window w = next_of("daily 01:15-01:45 +30m", "2026-11-01T00:00:00-04:00");

	CHECK_WINDOW(w, "2026-11-01T01:15:00-04:00", "2026-11-01T01:45:00-05:00", "2026-11-01T02:15:00-05:00");
	CHECK(zone_set("Europe/London"));
	w = next_of("daily 01:15-01:45 +30m", "2026-10-25T00:00:00+01:00");
	CHECK_WINDOW(w, "2026-10-25T01:15:00+01:00", "2026-10-25T01:45:00+00:00", "2026-10-25T02:15:00+00:00");
}

TEST(a_window_that_a_clock_change_swallows_whole_keeps_a_moment)
{
	CHECK(zone_set("America/New_York"));
	struct window w = next_of("daily 02:10-02:40", "2026-03-08T00:00:00-05:00");

	CHECK_AT(w.opens_at, "2026-03-08T03:00:00-04:00");
	CHECK_INT(w.day, day_of("2026-03-08"));
	CHECK_INT(w.due_at, w.opens_at + 1);
	CHECK_INT(w.deadline_at, w.due_at);
	w = next_of("daily 02:10-02:40 +30m", "2026-03-08T00:00:00-05:00");
	CHECK_INT(w.deadline_at, w.due_at + 30 * MINUTE);
}

TEST(of_two_windows_swallowed_together_the_second_is_left_out_and_the_search_goes_on)
{
	CHECK(zone_set("America/New_York"));
	struct schedule s = checkin("daily 02:10-02:20; daily 02:30-02:40");
	struct window w;

	CHECK(schedule_next(&s, &no_list, at("2026-03-08T00:00:00-05:00"), &w));
	CHECK_AT(w.opens_at, "2026-03-08T03:00:00-04:00");
	CHECK(schedule_next(&s, &no_list, w.deadline_at, &w));
	CHECK_AT(w.opens_at, "2026-03-09T02:10:00-04:00");
}

TEST(a_deadline_that_a_clock_change_carries_past_an_opens_leaves_that_window_out)
{
	CHECK(zone_set("Europe/London"));
	struct schedule s = checkin("daily 00:00-00:30 +1h; daily 01:30-08:00");
	struct window w;

	CHECK(schedule_next(&s, &no_list, at("2026-03-29T00:00:00+00:00"), &w));
	CHECK_AT(w.deadline_at, "2026-03-29T02:30:00+01:00");
	CHECK(schedule_on_day(&s, &no_list, day_of("2026-03-29"), 1, &w));
	CHECK_AT(w.opens_at, "2026-03-29T02:00:00+01:00");
	CHECK(schedule_next(&s, &no_list, at("2026-03-29T02:30:00+01:00"), &w));
	CHECK_AT(w.opens_at, "2026-03-30T00:00:00+01:00");
}

TEST(midnight_that_comes_twice_is_due_the_second_time)
{
	/* The Azores go back from 1:00 to 0:00: the night's 24:00 is an hour into the next date. */
	CHECK(zone_set("Atlantic/Azores"));
	struct schedule s = hours("sat 20:00-24:00");
	struct window w;

	CHECK(schedule_next(&s, &no_list, at("2026-10-24T00:00:00+00:00"), &w));
	CHECK_AT(w.due_at, "2026-10-25T00:00:00-01:00");
	CHECK_INT(zone_day(w.due_at - SECOND), day_of("2026-10-25"));
	CHECK(schedule_covers(&s, &no_list, w.due_at - SECOND));
	CHECK(!schedule_covers(&s, &no_list, w.due_at));
	CHECK(schedule_next_due(&s, &no_list, day_of("2026-10-01"), w.due_at - SECOND, &w));
	CHECK_INT(w.day, day_of("2026-10-24"));
}

TEST(going_from_deadline_to_deadline_always_gets_on)
{
	static const char *const zones[] = { "Asia/Tokyo", "Europe/London", "America/New_York", "Atlantic/Azores",
		"Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia" };
	static const char *const texts[] = { "daily 02:10-02:20; daily 02:30-02:40", "daily 00:00-24:00",
		"daily 00:00-01:00 +30m; daily 01:30-01:31 +29m; daily 02:00-03:00 +21h",
		"mon-sat 02:59-03:00; sun 01:00-24:00" };

	for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++) {
		CHECK(zone_set(zones[z]));
		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++) {
			struct schedule s = checkin(texts[t]);
			struct window last = { .day = day_of("2026-01-01") - 1,
				.opens_at = INT64_MIN,
				.deadline_at = at("2026-01-01T00:00:00+00:00") - DAY };

			while (last.day < day_of("2027-01-02")) {
				struct window w;

				CHECK(schedule_next(&s, &no_list, last.deadline_at, &w));
				CHECK(w.opens_at > last.opens_at && w.opens_at >= last.deadline_at);
				CHECK(w.due_at > w.opens_at && w.deadline_at >= w.due_at);
				CHECK(w.day - last.day <= 2 && w.day >= last.day);
				last = w;
			}
		}
	}
}

TEST(service_starts_with_the_first_window_from_a_date_that_is_still_due)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = checkin("daily 06:00-10:00 +30m; daily 17:00-20:00");
	struct window w;

	/* under way on the day itself */
	CHECK(schedule_next_due(&s, &no_list, day_of("2026-06-10"), at("2026-06-10T09:59:59+09:00"), &w));
	CHECK_AT(w.due_at, "2026-06-10T10:00:00+09:00");
	/* due now is due no more */
	CHECK(schedule_next_due(&s, &no_list, day_of("2026-06-10"), at("2026-06-10T10:00:00+09:00"), &w));
	CHECK_AT(w.opens_at, "2026-06-10T17:00:00+09:00");
	/* a date in the past and one more than 400 days ahead */
	CHECK(schedule_next_due(&s, &no_list, day_of("2020-01-01"), at("2026-06-10T20:00:00+09:00"), &w));
	CHECK_AT(w.opens_at, "2026-06-11T06:00:00+09:00");
	CHECK(schedule_next_due(&s, &no_list, day_of("2028-02-29"), at("2026-06-10T20:00:00+09:00"), &w));
	CHECK_AT(w.opens_at, "2028-02-29T06:00:00+09:00");
}

TEST(the_windows_of_a_day_come_in_order)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = checkin("daily 17:00-20:00; sat,sun 12:00-13:00; daily 06:00-10:00 +30m");
	int32_t saturday = day_of("2026-06-13");
	struct window w;

	CHECK(schedule_on_day(&s, &no_list, saturday, 0, &w));
	CHECK_WINDOW(w, "2026-06-13T06:00:00+09:00", "2026-06-13T10:00:00+09:00", "2026-06-13T10:30:00+09:00");
	CHECK(schedule_on_day(&s, &no_list, saturday, 1, &w));
	CHECK_AT(w.opens_at, "2026-06-13T12:00:00+09:00");
	CHECK(schedule_on_day(&s, &no_list, saturday, 2, &w));
	CHECK_AT(w.opens_at, "2026-06-13T17:00:00+09:00");
	CHECK(!schedule_on_day(&s, &no_list, saturday, 3, &w));

	CHECK(schedule_on_day(&s, &no_list, saturday - 1, 1, &w));
	CHECK_AT(w.opens_at, "2026-06-12T17:00:00+09:00");
	CHECK(!schedule_on_day(&s, &no_list, saturday - 1, 2, &w));
}

TEST(hours_cover_from_opens_until_before_due)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = hours("daily 07:00-21:00");

	CHECK(!schedule_covers(&s, &no_list, at("2026-06-10T07:00:00+09:00") - 1));
	CHECK(schedule_covers(&s, &no_list, at("2026-06-10T07:00:00+09:00")));
	CHECK(schedule_covers(&s, &no_list, at("2026-06-10T21:00:00+09:00") - 1));
	CHECK(!schedule_covers(&s, &no_list, at("2026-06-10T21:00:00+09:00")));
}

TEST(hours_of_two_windows_go_on_over_midnight)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = hours("daily 22:00-24:00; daily 00:00-06:00");

	CHECK(schedule_covers(&s, &no_list, at("2026-06-10T00:00:00+09:00") - 1));
	CHECK(schedule_covers(&s, &no_list, at("2026-06-10T00:00:00+09:00")));
	CHECK(!schedule_covers(&s, &no_list, at("2026-06-10T06:00:00+09:00")));
	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-10T06:00:00+09:00")), "2026-06-10T22:00:00+09:00");
	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-10T22:00:00+09:00")), "2026-06-11T22:00:00+09:00");
}

TEST(hours_cover_both_passes_of_an_hour_that_comes_twice)
{
	CHECK(zone_set("America/New_York"));
	struct schedule s = hours("daily 01:15-01:45");

	CHECK(schedule_covers(&s, &no_list, at("2026-11-01T01:15:00-04:00")));
	CHECK(schedule_covers(&s, &no_list, at("2026-11-01T01:00:00-05:00")));
	CHECK(schedule_covers(&s, &no_list, at("2026-11-01T01:44:59-05:00")));
	CHECK(!schedule_covers(&s, &no_list, at("2026-11-01T01:45:00-05:00")));
}

TEST(the_next_start_is_now_if_covered_else_the_next_opening)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = hours("mon-fri 08:30-17:15");

	CHECK_AT(schedule_next_start(&s, &no_list, at("2026-06-12T12:00:00+09:00")), "2026-06-12T12:00:00+09:00");
	CHECK_AT(schedule_next_start(&s, &no_list, at("2026-06-12T17:15:00+09:00")), "2026-06-15T08:30:00+09:00");
	CHECK_AT(schedule_next_start(&s, &no_list, at("2026-06-15T08:30:00+09:00")), "2026-06-15T08:30:00+09:00");
}

TEST(the_next_begin_is_after_now_even_if_covered)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = hours("mon-fri 08:30-17:15");

	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-12T12:00:00+09:00")), "2026-06-15T08:30:00+09:00");
	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-15T08:30:00+09:00")), "2026-06-16T08:30:00+09:00");
	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-15T08:30:00+09:00") - 1), "2026-06-15T08:30:00+09:00");
}

TEST(duty_round_the_clock_never_begins)
{
	CHECK(zone_set("Europe/London"));
	struct schedule s = hours("daily 00:00-12:00; daily 12:00-24:00");

	CHECK_INT(schedule_next_begin(&s, &no_list, at("2026-03-01T12:00:00+00:00")), -1);
	CHECK(schedule_covers(&s, &no_list, at("2026-03-29T02:30:00+01:00")));
	s = hours("mon-fri 00:00-24:00");
	CHECK_AT(schedule_next_begin(&s, &no_list, at("2026-06-08T12:00:00+01:00")), "2026-06-15T00:00:00+01:00");
}

TEST(what_covers_an_instant_ends_where_nothing_carries_on)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct schedule s = hours("daily 22:00-24:00; daily 00:00-06:00; daily 08:30-17:15");
	int64_t far = at("2026-06-30T00:00:00+09:00");

	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T09:00:00+09:00"), far),
		"2026-06-10T17:15:00+09:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T08:30:00+09:00"), far),
		"2026-06-10T17:15:00+09:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T23:00:00+09:00"), far),
		"2026-06-11T06:00:00+09:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T17:15:00+09:00"), far),
		"2026-06-10T17:15:00+09:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T18:00:00+09:00"), far),
		"2026-06-10T18:00:00+09:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T09:00:00+09:00"), at("2026-06-10T09:30:00+09:00")),
		"2026-06-10T09:30:00+09:00");
	s = hours("daily 00:00-24:00");
	CHECK_AT(schedule_covered_until(&s, &no_list, at("2026-06-10T09:00:00+09:00"), far),
		"2026-06-30T00:00:00+09:00");
}

TEST(duty_without_holidays_starts_after_them)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct holidays list = list_of_2026();
	struct schedule s = hours("mon-fri 08:30-17:15 -holidays");

	CHECK(!schedule_covers(&s, &list, at("2026-09-21T09:00:00+09:00")));
	CHECK_AT(schedule_next_start(&s, &list, at("2026-09-18T17:15:00+09:00")), "2026-09-24T08:30:00+09:00");
	CHECK_AT(schedule_next_begin(&s, &list, at("2026-09-18T12:00:00+09:00")), "2026-09-24T08:30:00+09:00");
	/* without a list they are days like any other */
	CHECK_AT(schedule_next_start(&s, &no_list, at("2026-09-18T17:15:00+09:00")), "2026-09-21T08:30:00+09:00");
}

TEST(a_window_of_holidays_comes_on_them_only)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct holidays list = list_of_2026();
	struct schedule s = checkin("mon-fri 06:00-08:00 -holidays; holidays 09:00-11:00 +1h");
	struct window w;

	CHECK(schedule_next(&s, &list, at("2026-11-20T12:00:00+09:00"), &w));
	CHECK_WINDOW(w, "2026-11-23T09:00:00+09:00", "2026-11-23T11:00:00+09:00", "2026-11-23T12:00:00+09:00");
	CHECK(!schedule_on_day(&s, &list, w.day, 1, &w));
	CHECK(schedule_next(&s, &list, at("2026-11-23T12:00:00+09:00"), &w));
	CHECK_AT(w.opens_at, "2026-11-24T06:00:00+09:00");
}

TEST(only_holidays_without_a_list_is_never)
{
	CHECK(zone_set("Asia/Tokyo"));
	struct holidays list = list_of_2026();
	struct schedule s = checkin("holidays 09:00-11:00");
	struct window w;

	CHECK(!schedule_next(&s, &no_list, at("2026-01-01T00:00:00+09:00"), &w));
	CHECK_INT(schedule_next_start(&s, &no_list, at("2026-01-01T00:00:00+09:00")), -1);
	CHECK_INT(schedule_next_begin(&s, &no_list, at("2026-01-01T00:00:00+09:00")), -1);
	/* with one until its last, looking 400 days ahead */
	CHECK_AT(schedule_next_start(&s, &list, at("2026-09-24T00:00:00+09:00")), "2026-11-23T09:00:00+09:00");
	CHECK_INT(schedule_next_start(&s, &list, at("2026-11-23T11:00:00+09:00")), -1);
	CHECK_INT(schedule_next_start(&s, &list, at("2024-11-01T00:00:00+09:00")), -1);
	CHECK_AT(schedule_next_start(&s, &list, at("2024-12-01T00:00:00+09:00")), "2026-01-01T09:00:00+09:00");
}
