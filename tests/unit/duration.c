#include "common/duration.h"

#include "common/clock.h"
#include "tests/unit/test.h"

TEST(a_length_of_time_is_digits_and_a_unit)
{
	int64_t ms;

	CHECK(duration_parse("90s", &ms));
	CHECK_INT(ms, 90 * SECOND);
	CHECK(duration_parse("30m", &ms));
	CHECK_INT(ms, 30 * MINUTE);
	CHECK(duration_parse("2h", &ms));
	CHECK_INT(ms, 2 * HOUR);
	CHECK(duration_parse("1825d", &ms));
	CHECK_INT(ms, 1825 * DAY);
	CHECK(duration_parse("0m", &ms));
	CHECK_INT(ms, 0);
}

TEST(anything_else_is_no_length_of_time)
{
	static const char *const wrong[] = { "", "m", "5", "-5m", "+5m", " 5m", "5m ", "5 m", "5M", "5ms", "1h30m",
		"1.5h", "5w", "0x5m", "９０s" };
	int64_t ms = 7;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!duration_parse(wrong[i], &ms));
	CHECK_INT(ms, 7);
}

TEST(a_length_of_time_past_what_can_be_counted_is_refused)
{
	int64_t ms;

	CHECK(!duration_parse("99999999999999999999s", &ms));
	CHECK(!duration_parse("9223372036854775807s", &ms));
	CHECK(!duration_parse("106751991168d", &ms));
	CHECK(duration_parse("106751991167d", &ms));
	CHECK_INT(ms, INT64_C(106751991167) * DAY);
}

TEST(a_length_of_time_is_written_in_the_largest_unit_that_divides_it)
{
	char buf[DURATION_TEXT];

	CHECK_TEXT(duration_format(buf, 90 * SECOND), "90s");
	CHECK_TEXT(duration_format(buf, 60 * SECOND), "1m");
	CHECK_TEXT(duration_format(buf, 90 * MINUTE), "90m");
	CHECK_TEXT(duration_format(buf, 2 * HOUR), "2h");
	CHECK_TEXT(duration_format(buf, 400 * DAY), "400d");
	CHECK_TEXT(duration_format(buf, 0), "0m");
	CHECK_TEXT(duration_format(buf, INT64_MAX), "9223372036854775s");
}
