/* schedule_words - a schedule as people say it. */
#include "server/watch/schedule_words.h"

#include "tests/unit/test.h"

static const char *words(const char *text, const char *language)
{
	static char buf[SCHEDULE_WORDS];
	char why[SCHEDULE_WHY];
	struct schedule s;

	if (!schedule_parse(&s, text, SCHEDULE_CHECKIN, why, sizeof(why)))
		fail_msg("%s: %s", text, why);
	schedule_words(&s, language, buf);
	return buf;
}

TEST(a_daily_window_is_said_with_its_deadline)
{
	CHECK_TEXT(words("daily 03:00-10:00 +30m", "ja"), "毎日 3:00〜10:00（締切 10:30）");
	CHECK_TEXT(words("daily 03:00-10:00 +30m", "en"), "every day 3:00–10:00 (deadline 10:30)");
}

TEST(without_grace_there_is_no_deadline_of_its_own)
{
	CHECK_TEXT(words("mon 06:00-20:00", "ja"), "月 6:00〜20:00");
}

TEST(days_that_follow_each_other_become_a_range)
{
	CHECK_TEXT(words("mon-fri 06:00-10:00", "ja"), "月〜金 6:00〜10:00");
	CHECK_TEXT(words("mon-wed,fri,sun 06:00-10:00", "ja"), "月〜水・金・日 6:00〜10:00");
	CHECK_TEXT(words("sat,sun 06:00-10:00", "en"), "Sat, Sun 6:00–10:00");
	CHECK_TEXT(words("sat-mon 06:00-10:00", "en"), "Mon, Sat, Sun 6:00–10:00");
}

TEST(of_holidays_what_differs_is_said)
{
	CHECK_TEXT(words("mon-fri -holidays 06:00-10:00", "ja"), "月〜金（祝日を除く） 6:00〜10:00");
	CHECK_TEXT(words("daily -holidays 06:00-10:00", "en"), "every day except public holidays 6:00–10:00");
	CHECK_TEXT(words("sat,sun,holidays 07:00-11:00", "ja"), "土・日・祝日 7:00〜11:00");
	CHECK_TEXT(words("holidays 07:00-11:00", "ja"), "祝日 7:00〜11:00");
}

TEST(several_windows_stand_in_the_order_of_the_day)
{
	CHECK_TEXT(words("sat,sun 07:00-11:00 +1h; mon-fri 06:00-10:00 +30m", "ja"),
		"月〜金 6:00〜10:00（締切 10:30）、土・日 7:00〜11:00（締切 12:00）");
}

TEST(a_deadline_after_midnight_is_the_next_days)
{
	CHECK_TEXT(words("daily 20:00-23:30 +1h", "ja"), "毎日 20:00〜23:30（締切 翌日 0:30）");
	CHECK_TEXT(words("daily 20:00-24:00", "en"), "every day 20:00–24:00");
	CHECK_TEXT(words("daily 20:00-23:30 +30m", "en"), "every day 20:00–23:30 (deadline 24:00)");
}

TEST(seconds_are_said_where_there_are_any)
{
	CHECK_TEXT(words("daily 07:00:05-07:00:20 +10s", "ja"), "毎日 7:00:05〜7:00:20（締切 7:00:30）");
}

TEST(no_schedule_says_so)
{
	CHECK_TEXT(words("none", "ja"), "予定なし");
}
