/* usual - when somebody usually presses, and what time would suit them better. */
#include "server/watch/usual.h"
#include "tests/unit/street.h"

static struct usual usual;

static void learn(const char *now)
{
	usual_read(W, "R1", T(now), &usual);
}

/* A press of a device, whoever it belongs to now. */
static void pressed(const char *device, const char *kind, const char *local)
{
	static int n;
	char statement[512];

	snprintf(statement, sizeof(statement),
		"INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at)"
		" VALUES ('%s', 'p%d', '%s', 'R1', %lld, 0);"
		"INSERT INTO device_residents VALUES ('%s', 'R1') ON CONFLICT DO NOTHING",
		device, ++n, kind, (long long)T(local), device);
	sql(statement);
}

static void home(void)
{
	street_open();
	resident("R1", "daily 03:00-10:00 +30m", T("2026-11-01 00:00"));
}

TEST(the_first_press_of_each_day_counts_from_whatever_button_they_had)
{
	home();
	pressed("old", "ok", "2026-11-02 08:00");
	pressed("old", "talk", "2026-11-02 07:30");
	pressed("b-R1", "help", "2026-11-03 09:15");
	pressed("b-R1", "unwell", "2026-11-03 09:20");
	learn("2026-11-04 12:00");
	CHECK_INT(usual.count, 2);
	CHECK_INT(usual.days[0].day, zone_day(T("2026-11-02 00:00")));
	CHECK_INT(usual.days[0].minute, 7 * 60 + 30);
	CHECK_INT(usual.days[1].minute, 9 * 60 + 15);
	CHECK(!usual.learned);
	street_close();
}

TEST(neither_activity_nor_what_staff_entered_nor_anothers_press_is_a_press)
{
	home();
	resident("R2", "daily 03:00-10:00 +30m", T("2026-11-01 00:00"));
	pressed("b-R1", "activity", "2026-11-02 08:00");
	pressed("staff/R1", "ok", "2026-11-03 08:00");
	sql("INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at)"
	    " VALUES ('b-R1', 'x', 'ok', 'R2', 1793920000000, 0);"
	    "INSERT INTO device_residents VALUES ('b-R1', 'R2')"); /* it was R2's then */
	learn("2026-11-10 12:00");
	CHECK_INT(usual.count, 0);
	street_close();
}

TEST(only_ninety_days_count_and_today_is_one_of_them)
{
	home();
	pressed("b-R1", "ok", "2026-08-12 23:59");
	pressed("b-R1", "ok", "2026-08-13 00:00");
	pressed("b-R1", "ok", "2026-11-10 08:00");
	learn("2026-11-10 12:00");
	CHECK_INT(usual.count, 2);
	CHECK_INT(usual.days[0].day, zone_day(T("2026-11-10 00:00")) - USUAL_DAYS + 1);
	CHECK_INT(usual.days[0].minute, 0);
	street_close();
}

TEST(from_seven_days_on_the_usual_time_is_known)
{
	char local[32];

	home();
	for (int day = 1; day <= 7; day++) {
		learn("2026-11-20 12:00");
		CHECK(!usual.learned);
		snprintf(local, sizeof(local), "2026-11-%02d %02d:00", day, 12 - day); /* 11:00 down to 5:00 */
		pressed("b-R1", "ok", local);
	}
	learn("2026-11-20 12:00");
	CHECK(usual.learned);
	CHECK_INT(usual.from, 5 * 60);
	CHECK_INT(usual.median, 8 * 60);
	CHECK_INT(usual.to, 11 * 60);
	street_close();
}

TEST(one_late_morning_in_ten_does_not_widen_what_is_usual)
{
	char local[32];

	home();
	for (int day = 1; day <= 20; day++) {
		snprintf(local, sizeof(local), "2026-11-%02d %s", day,
			day <= 2    ? "03:00"
			: day >= 19 ? "14:00"
				    : "08:00");
		pressed("b-R1", "ok", local);
	}
	learn("2026-11-20 23:00");
	CHECK_INT(usual.from, 3 * 60); /* two of twenty: a tenth is not above it */
	CHECK_INT(usual.median, 8 * 60);
	CHECK_INT(usual.to, 8 * 60);
	street_close();
}

TEST(a_better_time_is_the_half_hour_after_nine_presses_of_ten_if_that_is_later)
{
	struct usual u = { .learned = true, .to = 10 * 60 + 1 };

	CHECK_INT(usual_better_due(&u, 10 * 60), 10 * 60 + 30);
	CHECK_INT(usual_better_due(&u, 10 * 60 + 29), 10 * 60 + 30);
	CHECK_INT(usual_better_due(&u, 10 * 60 + 30), -1);
	u.to = 10 * 60; /* on the half hour: the next, for it has to be later */
	CHECK_INT(usual_better_due(&u, 10 * 60), 10 * 60 + 30);
	u.to = 9 * 60 + 30;
	CHECK_INT(usual_better_due(&u, 10 * 60), -1);
	u.to = 23 * 60 + 45;
	CHECK_INT(usual_better_due(&u, 10 * 60), 24 * 60);
	CHECK_INT(usual_better_due(&u, 24 * 60), -1);
	u = (struct usual){ .to = 10 * 60 + 1 }; /* nothing learned */
	CHECK_INT(usual_better_due(&u, 9 * 60), -1);
}

TEST(due_is_that_of_what_is_expected_next)
{
	struct vigil v = { .opens_at = 0 };

	home();
	CHECK_INT(usual_due(&v), -1);
	v.opens_at = T("2026-11-23 03:00");
	v.due_at = T("2026-11-23 10:00");
	CHECK_INT(usual_due(&v), 10 * 60);
	v.due_at = T("2026-11-24 00:00"); /* 24:00 */
	CHECK_INT(usual_due(&v), 24 * 60);
	street_close();
}
