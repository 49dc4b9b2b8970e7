#include "common/zone.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/unit/test.h"

static int32_t day(const char *date)
{
	int32_t found;

	assert_true(date_parse(date, &found));
	return found;
}

/* "07:12" and "07:12:03" as seconds since midnight. */
static int32_t second(const char *clock)
{
	char *end;
	long s = strtol(clock, &end, 10) * 3600 + strtol(end + 1, &end, 10) * 60;

	return (int32_t)(s + (*end == ':' ? strtol(end + 1, &end, 10) : 0));
}

/* The instant of a local time, written out with its offset, which says it all. */
static const char *at(const char *date, const char *clock, enum zone_pick pick)
{
	static char buf[ZONE_TEXT];

	return zone_format(buf, zone_instant(day(date), second(clock), pick));
}
#define EARLIER(date, clock) at(date, clock, ZONE_FIRST)
#define LATER(date, clock)   at(date, clock, ZONE_SECOND)

/* Both picks agree. */
#define CHECK_AT(date, clock, wanted)             \
	CHECK_TEXT(EARLIER(date, clock), wanted); \
	CHECK_TEXT(LATER(date, clock), wanted)

TEST(a_zone_is_a_file_of_the_zones_folder_and_nothing_else)
{
	static const char *const wrong[] = { "", "Asia/Nowhere", "Asia", "JST-9", "/Asia/Tokyo", ":Asia/Tokyo",
		"/usr/share/zoneinfo/Asia/Tokyo", "../zoneinfo/Asia/Tokyo", "Asia/../Asia/Tokyo", "zone.tab",
		"tzdata.zi", "Asia/Tokyo ", "asia/tokyo" };

	CHECK(zone_set("Europe/London"));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		CHECK(!zone_known(wrong[i]));
		CHECK(!zone_set(wrong[i]));
	}
	CHECK_TEXT(zone_name(), "Europe/London");
	CHECK_AT("2026-07-01", "12:00", "2026-07-01T12:00:00+01:00");
	CHECK(zone_set("UTC"));
	CHECK(zone_set("America/Argentina/Buenos_Aires"));
	CHECK(zone_set("Etc/GMT+9"));
	CHECK_AT("2026-07-01", "12:00", "2026-07-01T12:00:00-09:00");
}

TEST(another_zones_folder_is_honoured)
{
	CHECK(zone_set("Asia/Tokyo"));
	setenv("TZDIR", "/nonexistent", 1);
	CHECK(!zone_known("Asia/Tokyo"));
	unsetenv("TZDIR");
	CHECK(zone_known("Asia/Tokyo"));
}

TEST(tokyo_is_nine_hours_ahead_all_year)
{
	char buf[ZONE_TEXT];

	CHECK(zone_set("Asia/Tokyo"));
	CHECK_INT(zone_instant(day("2026-11-23"), second("07:12:03"), ZONE_FIRST), INT64_C(1795385523000));
	CHECK_TEXT(zone_format(buf, INT64_C(1795385523999)), "2026-11-23T07:12:03+09:00");
	CHECK_TEXT(zone_clock(buf, INT64_C(1795385523000)), "7:12");
	CHECK_INT(zone_day(INT64_C(1795385523000)), day("2026-11-23"));
	CHECK_INT(zone_second(INT64_C(1795385523000)), second("07:12:03"));
	CHECK_AT("2026-07-01", "00:00", "2026-07-01T00:00:00+09:00");
}

TEST(months_years_and_the_leap_day_end_where_the_next_begins)
{
	CHECK(zone_set("Asia/Tokyo"));
	CHECK_AT("2026-11-30", "24:00", "2026-12-01T00:00:00+09:00");
	CHECK_AT("2026-12-31", "24:00", "2027-01-01T00:00:00+09:00");
	CHECK_AT("2026-12-31", "23:59:59", "2026-12-31T23:59:59+09:00");
	CHECK_AT("2028-02-28", "24:00", "2028-02-29T00:00:00+09:00");
	CHECK_AT("2028-02-29", "10:00", "2028-02-29T10:00:00+09:00");
	CHECK_AT("2028-02-29", "24:00", "2028-03-01T00:00:00+09:00");
	CHECK_INT(day("2028-03-01") - day("2028-02-28"), 2);
	CHECK_INT(day("2027-03-01") - day("2027-02-28"), 1);
}

TEST(in_london_an_hour_is_missing_in_march_and_comes_twice_in_october)
{
	CHECK(zone_set("Europe/London"));
	CHECK_AT("2026-03-29", "00:59:59", "2026-03-29T00:59:59+00:00");
	CHECK_AT("2026-03-29", "01:00", "2026-03-29T02:00:00+01:00");
	CHECK_AT("2026-03-29", "01:30", "2026-03-29T02:00:00+01:00");
	CHECK_AT("2026-03-29", "02:00", "2026-03-29T02:00:00+01:00");
	CHECK_AT("2026-03-28", "24:00", "2026-03-29T00:00:00+00:00");
	CHECK_AT("2026-03-29", "24:00", "2026-03-30T00:00:00+01:00");
	CHECK_AT("2026-10-25", "00:59:59", "2026-10-25T00:59:59+01:00");
	CHECK_TEXT(EARLIER("2026-10-25", "01:00"), "2026-10-25T01:00:00+01:00");
	CHECK_TEXT(LATER("2026-10-25", "01:00"), "2026-10-25T01:00:00+00:00");
	CHECK_TEXT(EARLIER("2026-10-25", "01:59:59"), "2026-10-25T01:59:59+01:00");
	CHECK_TEXT(LATER("2026-10-25", "01:59:59"), "2026-10-25T01:59:59+00:00");
	CHECK_AT("2026-10-25", "02:00", "2026-10-25T02:00:00+00:00");
	CHECK_AT("2026-10-25", "24:00", "2026-10-26T00:00:00+00:00");
}

TEST(in_new_york_an_hour_is_missing_in_march_and_comes_twice_in_november)
{
	CHECK(zone_set("America/New_York"));
	CHECK_AT("2026-03-08", "01:59:59", "2026-03-08T01:59:59-05:00");
	CHECK_AT("2026-03-08", "02:30", "2026-03-08T03:00:00-04:00");
	CHECK_AT("2026-03-08", "03:00", "2026-03-08T03:00:00-04:00");
	CHECK_AT("2026-03-08", "24:00", "2026-03-09T00:00:00-04:00");
	CHECK_TEXT(EARLIER("2026-11-01", "01:30"), "2026-11-01T01:30:00-04:00");
	CHECK_TEXT(LATER("2026-11-01", "01:30"), "2026-11-01T01:30:00-05:00");
	CHECK_AT("2026-11-01", "02:00", "2026-11-01T02:00:00-05:00");
	CHECK_AT("2026-12-31", "24:00", "2027-01-01T00:00:00-05:00");
}

TEST(a_midnight_that_does_not_exist_is_the_hour_after)
{
	CHECK(zone_set("America/Sao_Paulo"));
	CHECK_AT("2018-11-03", "24:00", "2018-11-04T01:00:00-02:00");
	CHECK_AT("2018-11-04", "00:00", "2018-11-04T01:00:00-02:00");
	CHECK_AT("2018-11-04", "00:30", "2018-11-04T01:00:00-02:00");
	CHECK_TEXT(EARLIER("2018-02-17", "23:30"), "2018-02-17T23:30:00-02:00");
	CHECK_TEXT(LATER("2018-02-17", "23:30"), "2018-02-17T23:30:00-03:00");
	CHECK_AT("2018-02-17", "24:00", "2018-02-18T00:00:00-03:00");
}

TEST(half_hours_and_a_day_that_was_left_out_work_too)
{
	CHECK(zone_set("Australia/Lord_Howe"));
	CHECK_AT("2026-10-04", "02:15", "2026-10-04T02:30:00+11:00");
	CHECK_TEXT(EARLIER("2026-04-05", "01:45"), "2026-04-05T01:45:00+11:00");
	CHECK_TEXT(LATER("2026-04-05", "01:45"), "2026-04-05T01:45:00+10:30");
	CHECK(zone_set("Pacific/Apia"));
	CHECK_AT("2011-12-30", "12:00", "2011-12-31T00:00:00+14:00");
}

TEST(an_instant_and_its_local_time_agree_around_every_change)
{
	static const char *const zones[] = { "Asia/Tokyo", "Europe/London", "America/New_York", "America/Sao_Paulo" };
	static const char *const dates[] = { "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2018-11-04",
		"2018-02-18", "2026-12-31", "2028-02-29", "1969-12-31" };

	for (size_t z = 0; z < sizeof zones / sizeof *zones; z++) {
		CHECK(zone_set(zones[z]));
		for (size_t d = 0; d < sizeof dates / sizeof *dates; d++)
			for (int64_t t = (day(dates[d]) - 1) * DAY; t < (day(dates[d]) + 2) * DAY; t += 10 * MINUTE) {
				int64_t first = zone_instant(zone_day(t), zone_second(t), ZONE_FIRST);
				int64_t last = zone_instant(zone_day(t), zone_second(t), ZONE_SECOND);

				CHECK(first <= last);
				CHECK(t == first || t == last);
			}
	}
}

TEST(instants_before_1970_round_down)
{
	char buf[ZONE_TEXT];

	CHECK(zone_set("UTC"));
	CHECK_INT(zone_day(-1), -1);
	CHECK_INT(zone_second(-1), 86399);
	CHECK_TEXT(zone_format(buf, -1), "1969-12-31T23:59:59+00:00");
	CHECK(zone_set("America/New_York"));
	CHECK_TEXT(zone_format(buf, 0), "1969-12-31T19:00:00-05:00");
	CHECK_TEXT(zone_clock(buf, 0), "19:00");
}

TEST(a_date_must_exist_and_end_where_it_ends)
{
	static const char *const wrong[] = { "", "2026", "2026-11-3", "2026-11-031", "2026-11-23 ", " 2026-11-23",
		"2026/11/23", "2026-00-10", "2026-13-01", "2026-11-00", "2026-11-31", "2027-02-29", "2100-02-29",
		"20261123", "-026-11-23", "2026-11-2x" };
	int32_t found = 7;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!date_parse(wrong[i], &found));
	CHECK_INT(found, 7);
	CHECK_INT(day("1970-01-01"), 0);
	CHECK_INT(day("1931-04-05"), -14151);
	CHECK_INT(day("2000-02-29"), 11016);
	CHECK_INT(day("2026-11-23"), 20780);
}

TEST(every_day_of_four_centuries_is_written_and_read_back)
{
	char buf[DATE_TEXT];
	int32_t last = day("2300-12-31");

	for (int32_t d = day("1899-12-31"), found; d <= last; d++) {
		date_format(buf, d);
		CHECK(date_parse(buf, &found));
		CHECK_INT(found, d);
	}
}

TEST(weekdays_run_from_sunday)
{
	CHECK_INT(date_weekday(day("2026-11-22")), 0);
	CHECK_INT(date_weekday(day("2026-11-23")), 1);
	CHECK_INT(date_weekday(day("2026-11-28")), 6);
	CHECK_INT(date_weekday(day("1969-12-31")), 3);
	CHECK_INT(date_weekday(day("1931-04-05")), 0);
}
