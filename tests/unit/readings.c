/* readings: what was read a moment ago, by whom. */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "server/web/readings.h"
#include "tests/unit/test.h"

#define NOON INT64_C(1795402800000)

static char key[SECRET_HASH];

static const char *of(const char *session, const char *subject, const char *detail)
{
	CHECK(readings_key(session, subject, detail, key));
	return key;
}

TEST(a_reading_is_known_for_ten_minutes_and_not_by_being_asked_for)
{
	struct readings *r = readings_new();

	CHECK(!readings_known(r, of("s1", "R001", "days"), NOON));
	CHECK(!readings_known(r, of("s1", "R001", "days"), NOON));
	readings_noted(r, of("s1", "R001", "days"), NOON);
	CHECK(readings_known(r, of("s1", "R001", "days"), NOON));
	CHECK(readings_known(r, of("s1", "R001", "days"), NOON + 10 * MINUTE - 1));
	CHECK(!readings_known(r, of("s1", "R001", "days"), NOON + 10 * MINUTE));
	CHECK(!readings_known(r, of("s1", "R001", "days"), NOON - 1)); /* the clock was set back */
	readings_free(r);
}

TEST(another_session_resident_or_part_is_another_reading)
{
	struct readings *r = readings_new();

	readings_noted(r, of("s1", "R001", "days"), NOON);
	CHECK(!readings_known(r, of("s2", "R001", "days"), NOON));
	CHECK(!readings_known(r, of("s1", "R002", "days"), NOON));
	CHECK(!readings_known(r, of("s1", "R001", ""), NOON));
	CHECK(!readings_known(r, of("s1R001", "", "days"), NOON));
	readings_free(r);
}

TEST(more_than_there_is_room_for_are_noted_again_and_never_taken_for_each_other)
{
	struct readings *r = readings_new();
	size_t known = 0;
	char subject[24];

	for (int i = 0; i < 20000; i++) {
		snprintf(subject, sizeof(subject), "R%d", i);
		CHECK(!readings_known(r, of("s1", subject, ""), NOON));
		readings_noted(r, of("s1", subject, ""), NOON);
		known += readings_known(r, key, NOON);
	}
	CHECK_INT(known, 20000);
	readings_free(r);
}

TEST(what_is_too_long_is_noted_each_time)
{
	char subject[2000];

	memset(subject, 'x', sizeof(subject) - 1);
	subject[sizeof(subject) - 1] = '\0';
	CHECK(!readings_key("s1", subject, "", key));
}
