/* schedule_parse - what the grammar of schedules, hours and duty takes, and how it says what it refuses. */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "server/watch/schedule.h"
#include "tests/unit/test.h"

static struct schedule schedule_of(const char *text, enum schedule_use use)
{
	struct schedule s = { 0 };
	char why[SCHEDULE_WHY] = "";
	bool good = schedule_parse(&s, text, use, why, sizeof(why));

	CHECK_TEXT(why, "");
	CHECK(good);
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

/* Why it is refused; "" if it is not. */
static const char *refusal(const char *text, enum schedule_use use)
{
	static char why[SCHEDULE_WHY];
	struct schedule s = { .count = 99 };

	why[0] = '\0';
	CHECK(!schedule_parse(&s, text, use, why, sizeof(why)));
	CHECK_INT(s.count, 99);
	return why;
}

#define REFUSED(text, why) CHECK_TEXT(refusal(text, SCHEDULE_CHECKIN), why)

TEST(grace_may_be_left_out_or_zero)
{
	CHECK_INT(checkin("daily 03:00-10:00").parts[0].grace_ms, 0);
	CHECK_INT(checkin("daily 03:00-10:00 +0m").parts[0].grace_ms, 0);
	CHECK_INT(checkin("daily 03:00-10:00 +90s").parts[0].grace_ms, 90 * SECOND);
	CHECK_INT(checkin("mon 03:00-10:00 +2d").parts[0].grace_ms, 2 * DAY);
}

TEST(times_may_have_seconds)
{
	struct schedule s = checkin("daily 00:00:05-23:59:59");

	CHECK_INT(s.parts[0].opens_s, 5);
	CHECK_INT(s.parts[0].due_s, 86399);
}

TEST(days_are_names_ranges_lists_and_daily)
{
	CHECK_INT(checkin("daily 08:00-09:00").parts[0].ordinary_days, 0x7f);
	CHECK_INT(checkin("mon 08:00-09:00").parts[0].ordinary_days, 1 << 1);
	CHECK_INT(checkin("mon-fri 08:00-09:00").parts[0].ordinary_days, 0x3e);
	CHECK_INT(checkin("sat,sun 08:00-09:00").parts[0].ordinary_days, 1 << 6 | 1);
	CHECK_INT(checkin("mon,wed-fri 08:00-09:00").parts[0].ordinary_days, 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5);
	CHECK_INT(checkin("MON-Fri 08:00-09:00").parts[0].ordinary_days, 0x3e);
}

TEST(a_range_of_days_may_go_round_the_end_of_the_week)
{
	CHECK_INT(checkin("sat-mon 08:00-09:00").parts[0].ordinary_days, 1 << 6 | 1 | 1 << 1);
	CHECK_INT(checkin("sun-sat 08:00-09:00").parts[0].ordinary_days, 0x7f);
	CHECK_INT(checkin("tue-tue 08:00-09:00").parts[0].ordinary_days, 1 << 2);
}

TEST(named_days_apply_on_holidays_too)
{
	CHECK_INT(checkin("mon-fri 08:00-09:00").parts[0].holidays, 0x3e);
}

TEST(holidays_are_days_of_any_weekday)
{
	struct schedule s = checkin("sat,holidays 08:00-09:00");

	CHECK_INT(s.parts[0].ordinary_days, 1 << 6);
	CHECK_INT(s.parts[0].holidays, 0x7f);
	CHECK_INT(checkin("holidays 08:00-09:00").parts[0].ordinary_days, 0);
}

TEST(minus_holidays_leaves_them_out_wherever_it_stands)
{
	static const char *const texts[] = { "mon-fri 08:30-17:15 -holidays", "mon-fri -holidays 08:30-17:15",
		"mon-fri 08:30-17:15 +30m -holidays", "mon-fri 08:30-17:15 -holidays +30m" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct schedule s = checkin(texts[i]);

		CHECK_INT(s.parts[0].ordinary_days, 0x3e);
		CHECK_INT(s.parts[0].holidays, 0);
	}
}

TEST(windows_are_joined_by_semicolons_and_kept_by_opens)
{
	struct schedule s = checkin(" daily 17:00-20:00 +30m ;\tdaily  06:00-10:00 ");

	CHECK_INT(s.count, 2);
	CHECK_INT(s.parts[0].opens_s, 6 * 3600);
	CHECK_INT(s.parts[0].grace_ms, 0);
	CHECK_INT(s.parts[1].opens_s, 17 * 3600);
	CHECK_INT(s.parts[1].grace_ms, 30 * MINUTE);
}

TEST(none_has_no_windows)
{
	CHECK_INT(checkin("none").count, 0);
	CHECK_INT(checkin(" None ").count, 0);
}

TEST(none_stands_alone)
{
	REFUSED("none; daily 08:00-09:00", "\"none\" must stand alone");
	REFUSED("daily 08:00-09:00; none", "\"none\" must stand alone");
}

TEST(what_is_no_day_is_named)
{
	REFUSED("funday 08:00-09:00", "\"funday\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("mon-xyz 08:00-09:00", "\"mon-xyz\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("mon-tue-wed 08:00-09:00", "\"mon-tue-wed\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("mon-daily 08:00-09:00", "\"mon-daily\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("sat,,sun 08:00-09:00", "\"sat,,sun\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("sat, sun 08:00-09:00", "\"sat,\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("08:00-09:00", "\"08:00-09:00\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
	REFUSED("monday 08:00-09:00", "\"monday\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
}

TEST(what_is_no_time_is_named)
{
	REFUSED("daily 25:00-26:00", "\"25:00\" is no time");
	REFUSED("daily 08:00-24:01", "\"24:01\" is no time");
	REFUSED("daily 08:00-24:00:01", "\"24:00:01\" is no time");
	REFUSED("daily 08:60-09:00", "\"08:60\" is no time");
	REFUSED("daily 08:00-09:00:60", "\"09:00:60\" is no time");
	REFUSED("daily 8:00-09:00", "\"8:00\" is no time");
	REFUSED("daily 08.00-09:00", "\"08.00\" is no time");
	REFUSED("daily 08:00-09:0a", "\"09:0a\" is no time");
	REFUSED("daily 08:00-09:00.00", "\"09:00.00\" is no time");
	REFUSED("daily 08:00-", "\"\" is no time");
	REFUSED("daily 08:00-09:00-10:00", "\"09:00-10:00\" is no time");
	REFUSED("daily 08:00-09:00-holidays", "\"09:00-holidays\" is no time");
	REFUSED("daily 08:00", "\"08:00\" is no OPENS-DUE such as 08:30-17:15");
	REFUSED("daily", "\"daily\" has no times");
	REFUSED("daily -holidays", "\"daily -holidays\" has no times");
}

TEST(a_window_opens_before_it_is_due_on_the_same_day)
{
	REFUSED("daily 22:00-06:00", "\"22:00-06:00\" crosses midnight; write two windows, to 24:00 and from 00:00");
	REFUSED("daily 08:00-08:00", "\"08:00-08:00\" is due when it opens");
	REFUSED("daily 24:00-06:00", "\"24:00-06:00\" opens at 24:00; write 00:00 of the next day");
	REFUSED("daily 24:00-24:00", "\"24:00-24:00\" opens at 24:00; write 00:00 of the next day");
	CHECK_INT(checkin("daily 08:00:00-08:00:01").count, 1);
	CHECK_INT(checkin("daily 22:00-24:00; daily 00:00-06:00").count, 2);
}

TEST(what_is_no_grace_is_named)
{
	REFUSED("daily 08:00-09:00 +30", "\"+30\" is no grace such as +30m");
	REFUSED("daily 08:00-09:00 +", "\"+\" is no grace such as +30m");
	REFUSED("daily 08:00-09:00 +-5m", "\"+-5m\" is no grace such as +30m");
	REFUSED("daily 08:00-09:00 +0000000000000000000030mm",
		"\"+0000000000000000000030mm\" is no grace such as +30m");
}

TEST(what_does_not_belong_there_is_named)
{
	REFUSED("daily 08:00-09:00 30m", "\"30m\" is not expected here");
	REFUSED("daily 08:00-09:00 +30m +30m", "\"+30m\" is not expected here");
	REFUSED("daily -holidays 08:00-09:00 -holidays", "\"-holidays\" is not expected here");
	REFUSED("daily 08:00-09:00 daily 10:00-11:00", "\"daily\" is not expected here");
	REFUSED("holidays 08:00-09:00 -holidays", "\"holidays 08:00-09:00 -holidays\" has both holidays and -holidays");
	REFUSED("sat,holidays 08:00-09:00 -holidays",
		"\"sat,holidays 08:00-09:00 -holidays\" has both holidays and -holidays");
}

TEST(an_empty_text_and_an_empty_window_are_refused)
{
	REFUSED("", "a window is missing (DAYS OPENS-DUE, or none)");
	REFUSED("  ", "a window is missing (DAYS OPENS-DUE, or none)");
	REFUSED("daily 08:00-09:00;", "a window is missing (DAYS OPENS-DUE, or none)");
	REFUSED(";daily 08:00-09:00", "a window is missing (DAYS OPENS-DUE, or none)");
}

TEST(there_are_at_most_sixteen_windows)
{
	char text[1024] = "";

	for (int i = 0; i < SCHEDULE_PARTS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%sdaily %02d:00-%02d:30", i ? ";" : "", i,
			i);
	CHECK_INT(checkin(text).count, SCHEDULE_PARTS);
	strcat(text, ";daily 20:00-21:00");
	REFUSED(text, "more than 16 windows");
}

TEST(hours_and_duty_take_no_grace)
{
	CHECK_TEXT(refusal("daily 07:00-21:00 +30m", SCHEDULE_HOURS), "\"+30m\": no grace is allowed here");
	CHECK_INT(hours("daily 07:00-21:00").count, 1);
	CHECK_INT(hours("mon-fri 08:30-17:15 -holidays").parts[0].holidays, 0);
	CHECK_INT(hours("none").count, 0);
}

TEST(a_long_wrong_text_is_quoted_in_part_and_stays_text)
{
	/* The 50th byte is in the middle of a character. */
	REFUSED("あいうえおかきくけこさしすせそたちつてと 08:00-09:00",
		"\"あいうえおかきくけこさしすせそた\" is no day (daily, mon, mon-fri, sat,sun, holidays)");
}

TEST(every_refusal_fits_what_is_set_aside_for_it)
{
	char text[512];

	/* The longest: two windows quoted in full. */
	snprintf(text, sizeof(text),
		"sun,mon,tue,wed,thu,fri,sat%s 08:00-09:00 +23h;sun,mon,tue,wed,thu,fri,sat%s 10:00-11:00",
		",mon,mon,mon,mon,mon,mon,mon,mon", ",mon,mon,mon,mon,mon,mon,mon,mon");
	CHECK(strlen(refusal(text, SCHEDULE_CHECKIN)) < SCHEDULE_WHY - 1);
	CHECK_TEXT(strrchr(refusal(text, SCHEDULE_CHECKIN), '"'), "\" on sun");
}

TEST(windows_that_overlap_on_a_day_are_refused)
{
	REFUSED("daily 08:00-10:00; daily 09:00-11:00",
		"\"daily 08:00-10:00\" and \"daily 09:00-11:00\" overlap on sun");
	REFUSED("daily 09:00-11:00; mon-fri 08:00-10:00",
		"\"mon-fri 08:00-10:00\" and \"daily 09:00-11:00\" overlap on mon");
	REFUSED("daily 08:00-10:00; wed 08:00-10:00", "\"daily 08:00-10:00\" and \"wed 08:00-10:00\" overlap on wed");
	REFUSED("mon 08:00-20:00; mon 09:00-10:00", "\"mon 08:00-20:00\" and \"mon 09:00-10:00\" overlap on mon");
	CHECK_TEXT(refusal("daily 08:00-10:00; daily 09:00-11:00", SCHEDULE_HOURS),
		"\"daily 08:00-10:00\" and \"daily 09:00-11:00\" overlap on sun");
}

TEST(windows_that_share_no_day_or_only_touch_are_taken)
{
	CHECK_INT(checkin("mon 08:00-10:00; tue 08:00-10:00").count, 2);
	CHECK_INT(checkin("daily 08:00-10:00; daily 10:00-12:00").count, 2);
	CHECK_INT(checkin("mon-fri 08:00-10:00 -holidays; holidays 09:00-11:00").count, 2);
}

TEST(a_holiday_on_which_both_apply_is_an_overlap)
{
	REFUSED("mon-fri 08:00-10:00; holidays 09:00-11:00",
		"\"mon-fri 08:00-10:00\" and \"holidays 09:00-11:00\" overlap on mon");
	REFUSED("sat,holidays 09:00-11:00; wed 10:00-12:00",
		"\"sat,holidays 09:00-11:00\" and \"wed 10:00-12:00\" overlap on wed");
}

TEST(a_deadline_does_not_pass_the_next_opens_of_the_day)
{
	REFUSED("daily 08:00-10:00 +2h; daily 11:00-12:00",
		"the deadline of \"daily 08:00-10:00 +2h\" on sun passes the next OPENS, \"daily 11:00-12:00\" on sun");
	CHECK_INT(checkin("daily 08:00-10:00 +1h; daily 11:00-12:00").count, 2);
}

TEST(a_deadline_does_not_pass_the_next_opens_of_another_day)
{
	REFUSED("daily 03:00-10:00 +18h",
		"the deadline of \"daily 03:00-10:00 +18h\" on sun passes the next OPENS, \"daily 03:00-10:00 +18h\" on mon");
	CHECK_INT(checkin("daily 03:00-10:00 +17h").count, 1);
	REFUSED("mon 20:00-22:00 +4h; tue 01:00-03:00",
		"the deadline of \"mon 20:00-22:00 +4h\" on mon passes the next OPENS, \"tue 01:00-03:00\" on tue");
	REFUSED("mon 20:00-22:00 +2d; wed 08:00-09:00",
		"the deadline of \"mon 20:00-22:00 +2d\" on mon passes the next OPENS, \"wed 08:00-09:00\" on wed");
	CHECK_INT(checkin("mon 06:00-20:00 +2d; thu 08:00-09:00").count, 2);
}

TEST(a_deadline_does_not_pass_the_first_opens_of_the_next_week)
{
	REFUSED("sat 20:00-24:00 +9h; sun 08:00-09:00",
		"the deadline of \"sat 20:00-24:00 +9h\" on sat passes the next OPENS, \"sun 08:00-09:00\" on sun");
	REFUSED("fri 08:00-20:00 +3d; mon 08:00-09:00",
		"the deadline of \"fri 08:00-20:00 +3d\" on fri passes the next OPENS, \"mon 08:00-09:00\" on mon");
	REFUSED("mon 08:00-20:00 +7d",
		"the deadline of \"mon 08:00-20:00 +7d\" on mon passes the next OPENS, \"mon 08:00-20:00 +7d\" on mon");
	CHECK_INT(checkin("mon 08:00-20:00 +156h").count, 1);
	REFUSED("mon 08:00-20:00 +157h",
		"the deadline of \"mon 08:00-20:00 +157h\" on mon passes the next OPENS, \"mon 08:00-20:00 +157h\" on mon");
}

TEST(a_grace_as_long_as_a_duration_can_be_is_refused_like_any_too_long)
{
	REFUSED("mon 08:00-20:00 +9223372036854775s",
		"the deadline of \"mon 08:00-20:00 +9223372036854775s\" on mon passes the next OPENS, "
		"\"mon 08:00-20:00 +9223372036854775s\" on mon");
}

TEST(holidays_may_follow_each_other_so_their_deadline_ends_before_the_next_days)
{
	REFUSED("holidays 09:00-12:00 +1d",
		"the deadline of \"holidays 09:00-12:00 +1d\" on sun passes the next OPENS, \"holidays 09:00-12:00 +1d\" on mon");
	REFUSED("mon-fri 09:00-12:00 +20h -holidays; holidays 07:00-08:00",
		"the deadline of \"mon-fri 09:00-12:00 +20h -holidays\" on mon passes the next OPENS, "
		"\"holidays 07:00-08:00\" on tue");
	CHECK_INT(checkin("mon-fri 09:00-12:00 +19h -holidays; holidays 07:00-08:00").count, 2);
}
