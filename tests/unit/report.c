/* report - figures counted by hand: months, halves and fiscal years, districts, what is kept, what is due. */
#include <stdlib.h>

#include "server/store/month_counts.h"
#include "server/store/targets.h"
#include "server/watch/incident.h"
#include "server/watch/report.h"
#include "server/watch/visit.h"
#include "tests/unit/street.h"

#define APRIL_2026 INT32_C(675) /* (2026 - 1970) * 12 + 3 */
#define MORNING    "daily 06:00-10:00 +30m"

static struct report_years report;

static void read_years(int32_t first, int32_t last, int64_t now)
{
	report_release(&report);
	CHECK(report_read(&report, W, first, last, now));
}

/* Of all (""), or a district; of own ones (NULL). -1: there is no number. */
static int64_t tenths(const char *district, const char *figure, enum period_by by, int32_t begin)
{
	for (size_t i = 0; i < report.series_count; i++) {
		const struct report_series *s = &report.series[i];
		const struct report_cell *c = report_cell(&report, s, by, begin, (size_t)figure_find(figure));

		if (district ? s->scope != REPORT_OWN && strcmp(s->district, district) == 0 : s->scope == REPORT_OWN)
			return c->mark == REPORT_NUMBER ? c->tenths : -1;
	}
	fail_msg("no series %s", district ? district : "of own districts");
	return 0;
}

static int64_t figure(const char *district, const char *key, enum period_by by, int32_t begin)
{
	int64_t value = tenths(district, key, by, begin);

	return value < 0 ? value : value / 10;
}

#define MONTH(district, key, n) figure(district, key, PERIOD_MONTH, APRIL_2026 + (n))
#define YEAR(district, key)     figure(district, key, PERIOD_YEAR, APRIL_2026)

static void begin(void)
{
	street_open();
	sql("INSERT INTO districts (district, name) VALUES ('D2', '南町')");
}

static void end(void)
{
	report_release(&report);
	street_close();
}

/* Formatted SQL. */
__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
	char statement[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(statement, sizeof(statement), format, args);
	va_end(args);
	sql(statement);
}

#define LL(x) ((long long)(x))

static void put_resident(const char *id, const char *district, const char *began, const char *starts, const char *ended)
{
	char when[32] = "NULL", until[32] = "NULL";

	if (began)
		snprintf(when, sizeof(when), "%lld", LL(T(began)));
	if (ended)
		snprintf(until, sizeof(until), "%lld", LL(T(ended)));
	put("INSERT INTO residents (resident_id, name, district, starts, began_at, ended_at) VALUES ('%s', '%s', '%s',"
	    " '%s', %s, %s)",
		id, id, district, starts, when, until);
}

static void put_expectation(const char *id, const char *opens, const char *outcome)
{
	int64_t at = T(opens);

	put("INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at, outcome)"
	    " VALUES ('%s', %d, %lld, %lld, %lld, %lld, '%s')",
		id, (int)zone_day(at), LL(at), LL(at), LL(at + HOUR), LL(at + HOUR), outcome);
}

static void put_press(const char *id, const char *kind, const char *heard)
{
	put("INSERT INTO checkins (device_id, id, kind, resident_id, pressed_at, heard_at)"
	    " VALUES ('b-%s', 'p%d', '%s', '%s', %lld, %lld)",
		id, ++street.presses, kind, id, LL(T(heard)), LL(T(heard)));
}

/* An incident of a miss: told, claimed and closed so many minutes after its deadline (-1: never). */
static void put_missed(const char *id, const char *district, const char *deadline, int told, int claimed, int closed,
	const char *outcome)
{
	static int incidents;
	int64_t at = T(deadline);

	put("INSERT INTO incidents (id, kind, resident_id, district, state, opened_at, ladder_at, closed_at, outcome, cause,"
	    " how) VALUES (%d, 'missed', '%s', '%s', '%s', %lld, %lld, nullif(%lld, %lld), nullif('%s', ''),"
	    " nullif('%s', ''), nullif('%s', ''))",
		++incidents, id, district, closed < 0 ? "open" : "closed", LL(at), LL(at), LL(at + closed * MINUTE),
		LL(at - MINUTE), outcome, strcmp(outcome, "safe") == 0 ? "forgot" : "",
		closed < 0 || strcmp(outcome, "checked_in") == 0 ? "" : "face");
	put("INSERT INTO causes (incident_id, kind, at) VALUES (%d, 'missed', %lld)", incidents, LL(at));
	if (told >= 0)
		put("INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at,"
		    " send_at, sent_at) VALUES ('k%d', %d, 'missed', 'alert', 1, 'watcher:W1', 'mail:x', 'sent', 1, 1, %lld)",
			incidents, incidents, LL(at + told * MINUTE + 59 * SECOND));
	if (claimed >= 0)
		put("INSERT INTO timeline (incident_id, resident_id, at, event, person)"
		    " VALUES (%d, '%s', %lld, 'claimed', 'watcher:W1')",
			incidents, id, LL(at + claimed * MINUTE));
	if (closed >= 0)
		put("INSERT INTO timeline (incident_id, resident_id, at, event, person)"
		    " VALUES (%d, '%s', %lld, 'closed', 'watcher:W1')",
			incidents, id, LL(at + closed * MINUTE));
}

static void put_signoff(const char *district, const char *day, const char *at)
{
	int32_t number;

	CHECK(date_parse(day, &number));
	put("INSERT INTO users (login, name, role) VALUES ('u', 'u', 'staff') ON CONFLICT DO NOTHING;"
	    "INSERT INTO signoffs (day, district, version, event_id, login, at) VALUES (%d, '%s', 1, 1, 'u', %lld)",
		(int)number, district, LL(T(at)));
}

TEST(a_fiscal_year_begins_in_april_and_is_named_by_that_year)
{
	char text[PERIOD_TEXT];
	int32_t month, day;

	CHECK(period_month_parse("2026-04", &month));
	CHECK_INT(month, APRIL_2026);
	CHECK_INT(period_year(month), 2026);
	CHECK_INT(period_year(month - 1), 2025);
	CHECK_INT(period_year(month + 11), 2026);
	CHECK_INT(period_year(month + 12), 2027);
	CHECK_INT(period_april(2026), APRIL_2026);
	CHECK_INT(period_begin(PERIOD_YEAR, month + 11), APRIL_2026);
	CHECK_INT(period_begin(PERIOD_HALF, month + 5), APRIL_2026);
	CHECK_INT(period_begin(PERIOD_HALF, month + 6), APRIL_2026 + 6);
	CHECK_INT(period_begin(PERIOD_HALF, month - 1), APRIL_2026 - 6);
	CHECK_TEXT(period_format(text, PERIOD_MONTH, APRIL_2026 + 9), "2027-01");
	CHECK_TEXT(period_format(text, PERIOD_HALF, APRIL_2026 + 6), "2026-H2");
	CHECK_TEXT(period_format(text, PERIOD_YEAR, APRIL_2026), "2026");
	CHECK(date_parse("2028-02-29", &day));
	CHECK_INT(period_month(day), APRIL_2026 + 22);
	CHECK_INT(period_first_day(APRIL_2026 + 23) - period_first_day(APRIL_2026 + 22), 29);
	CHECK(!period_month_parse("2026-13", &month));
	CHECK(!period_month_parse("2026-4", &month));
	CHECK(!period_month_parse("2026-04-01", &month));
	CHECK(!period_month_parse("1969-12", &month));
}

TEST(what_happens_at_midnight_of_the_first_of_april_belongs_to_the_new_year)
{
	static const char *const zones[] = { "Asia/Tokyo", "America/New_York", "Europe/Berlin" };

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		begin();
		CHECK(zone_set(zones[i]));
		put_resident("R1", "D1", "2026-03-01 00:00", "", NULL);
		put_press("R1", "ok", "2026-03-31 23:59:59");
		put_press("R1", "ok", "2026-04-01 00:00:00");
		put_press("R1", "ok", "2026-10-31 23:59:59"); /* months in which clocks change */
		put_press("R1", "ok", "2026-11-01 00:00:00");
		put_press("R1", "ok", "2027-03-31 23:59:59");
		put_press("R1", "ok", "2027-04-01 00:00:00");
		put_expectation("R1", "2026-03-31 23:00", "missed");
		put_expectation("R1", "2026-04-01 00:00", "ok");
		read_years(2025, 2027, T("2027-04-10 12:00"));
		CHECK_INT(figure("", "checkins", PERIOD_YEAR, APRIL_2026 - 12), 1);
		CHECK_INT(YEAR("", "checkins"), 4);
		CHECK_INT(figure("", "checkins", PERIOD_YEAR, APRIL_2026 + 12), 1);
		CHECK_INT(MONTH("", "checkins", 6), 1);
		CHECK_INT(MONTH("", "checkins", 7), 1);
		CHECK_INT(MONTH("", "expected_missed", -1), 1);
		CHECK_INT(MONTH("", "expected_missed", 0), 0);
		CHECK_INT(MONTH("", "expected_ok", 0), 1);
		end();
	}
}

TEST(residents_stand_at_the_end_of_a_period_and_begin_and_end_within_it)
{
	begin();
	put_resident("R1", "D1", "2026-03-10 09:00", "", NULL);
	put_resident("R2", "D1", "2026-04-10 09:00", "", NULL);
	put_resident("R3", "D2", "2026-04-10 09:00", "2026-05-01", NULL);               /* entered before it begins */
	put_resident("R4", "D2", "2026-04-10 09:00", "", "2026-05-31 23:59:59");        /* ends on May's last second */
	put_resident("R5", "D2", "2026-04-10 09:00", "2027-01-01", "2026-06-01 12:00"); /* never began */
	put_resident("R6", "D2", NULL, "", NULL);                                       /* from before it was noted */
	put_resident("R7", "D1", "2026-03-10 09:00", "2019-04-01", NULL); /* was in service long before us */
	read_years(2025, 2026, T("2026-06-15 12:00"));
	CHECK_INT(MONTH("", "residents", -1), 3); /* R1, R6, R7 */
	CHECK_INT(MONTH("", "residents_new", -1), 1);
	CHECK_INT(MONTH("", "residents", 0), 5); /* and R2, R4 */
	CHECK_INT(MONTH("", "residents_new", 0), 2);
	CHECK_INT(MONTH("D1", "residents", 0), 3);
	CHECK_INT(MONTH("D2", "residents", 0), 2);
	CHECK_INT(MONTH("", "residents", 1), 5); /* and R3, without R4 */
	CHECK_INT(MONTH("", "residents_new", 1), 1);
	CHECK_INT(MONTH("", "residents_ended", 1), 1);
	CHECK_INT(MONTH("", "residents", 2), 5); /* the running month: now */
	CHECK_INT(MONTH("", "residents_ended", 2), 0);
	CHECK_INT(MONTH("", "residents", 3), -1); /* still to come */
	CHECK_INT(YEAR("", "residents"), 5);
	CHECK_INT(YEAR("", "residents_new"), 3);
	CHECK_INT(YEAR("", "residents_ended"), 1);
	CHECK_INT(MONTH("", "residents", -2), -1); /* before anything was known */
	end();
}

TEST(a_resident_begins_when_the_rules_first_expect_something)
{
	begin();
	resident("R1", MORNING, T("2026-05-20 12:00"));
	resident("R2", "none", T("2026-05-20 12:00"));
	read_years(2026, 2026, T("2026-05-20 12:00"));
	CHECK_INT(MONTH("", "residents_new", 1), 2);
	CHECK_INT(MONTH("", "residents", 1), 2);
	end();
}

TEST(expectations_count_by_outcome_and_the_rate_is_of_those_judged)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("R2", "D2", "2026-04-01 00:00", "", NULL);
	for (int day = 1; day <= 7; day++) {
		char opens[32];

		snprintf(opens, sizeof(opens), "2026-04-%02d 06:00", day);
		put_expectation("R1", opens, day == 3 ? "missed" : day == 4 ? "paused" : day == 5 ? "unknown" : "ok");
		put_expectation("R2", opens, "ok");
	}
	put("INSERT INTO expectations (resident_id, day, opens_at, counts_from_at, due_at, deadline_at) VALUES"
	    " ('R1', %d, 9, 9, 9, 9)",
		(int)zone_day(T("2026-04-08 06:00"))); /* not decided */
	put_press("R1", "ok", "2026-04-01 07:00");
	put_press("R1", "help", "2026-04-01 07:05");
	put_press("R1", "activity", "2026-04-01 07:10");
	put_press("R2", "ok", "2026-04-02 07:00");
	read_years(2026, 2026, T("2026-05-10 12:00"));
	CHECK_INT(MONTH("D1", "expected_ok", 0), 4);
	CHECK_INT(MONTH("D1", "expected_missed", 0), 1);
	CHECK_INT(MONTH("D1", "expected_paused", 0), 1);
	CHECK_INT(MONTH("D1", "expected_unknown", 0), 1);
	CHECK_INT(tenths("D1", "miss_rate", PERIOD_MONTH, APRIL_2026), 200); /* 1 of 5 */
	CHECK_INT(tenths("D2", "miss_rate", PERIOD_MONTH, APRIL_2026), 0);
	CHECK_INT(tenths("", "miss_rate", PERIOD_MONTH, APRIL_2026), 83);     /* 1 of 12: 8.33 % */
	CHECK_INT(tenths("", "miss_rate", PERIOD_MONTH, APRIL_2026 + 1), -1); /* nothing to divide by */
	CHECK_INT(MONTH("", "expected_ok", 0), 11);
	CHECK_INT(MONTH("", "checkins", 0), 3);
	CHECK_INT(MONTH("D2", "checkins", 0), 1);
	end();
}

TEST(half_of_the_times_and_nine_in_ten_are_by_nearest_rank_over_all_months_together)
{
	/* told after 1 … 10 minutes; claims by 4 of them; seen by 2, a late press is nobody's seeing */
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("8", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("9", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("10", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("11", "D1", "2026-04-01 00:00", "", NULL);
	for (int i = 1; i <= 7; i++)
		put_missed("R1", "D1", "2026-04-10 10:30", i, i <= 3 ? 10 * i : -1, i <= 2 ? 100 * i : 5,
			i <= 2 ? "safe" : "checked_in");
	put_missed("8", "D1", "2026-05-10 10:30", 8, 40, -1, "");
	put_missed("9", "D1", "2026-05-10 10:30", 9, -1, -1, "");
	put_missed("10", "D1", "2026-05-10 10:30", 10, -1, -1, "");
	put_missed("11", "D1", "2026-05-11 10:30", -1, -1, -1, ""); /* nobody was told */
	read_years(2026, 2026, T("2026-06-10 12:00"));
	CHECK_INT(MONTH("", "told_median", 0), 4); /* rank 4 of 7 */
	CHECK_INT(MONTH("", "told_p90", 0), 7);    /* rank 7 of 7 */
	CHECK_INT(MONTH("", "told_median", 1), 9); /* rank 2 of 3 */
	CHECK_INT(YEAR("", "told_median"), 5);     /* rank 5 of 10 */
	CHECK_INT(YEAR("", "told_p90"), 9);        /* rank 9 of 10 */
	CHECK_INT(YEAR("", "claim_median"), 20);   /* 10 20 30 40 */
	CHECK_INT(YEAR("", "claim_p90"), 40);
	CHECK_INT(YEAR("", "seen_median"), 100); /* 100 200 */
	CHECK_INT(YEAR("", "seen_p90"), 200);
	CHECK_INT(MONTH("", "seen_median", 1), -1); /* none was */
	CHECK_INT(YEAR("", "incidents_missed"), 11);
	CHECK_INT(YEAR("", "outcome_safe"), 2);
	CHECK_INT(YEAR("", "safe_forgot"), 2);
	CHECK_INT(YEAR("", "outcome_checked_in"), 5);
	CHECK_INT(YEAR("", "outcome_none"), 4);
	end();
}

TEST(what_was_told_before_the_miss_is_not_of_it)
{
	int64_t at = T("2026-04-10 10:30");

	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_missed("R1", "D1", "2026-04-10 10:30", 12, 20, -1, "");
	put("INSERT INTO causes (incident_id, kind, at) SELECT id, 'talk', %lld FROM incidents", LL(at - HOUR));
	put("INSERT INTO notifications (key, incident_id, kind, what, round, person, channel, state, written_at, send_at,"
	    " sent_at) SELECT 'early', id, 'talk', 'alert', 0, 'user:u', 'mail:x', 'sent', 1, 1, %lld FROM incidents"
	    " UNION ALL SELECT 'late', id, 'missed', 'alert', 1, 'resident:R1', 'mail:x', 'sent', 1, 1, %lld FROM incidents"
	    " UNION ALL SELECT 'gone', id, 'missed', 'alert', 1, 'user:v', 'mail:x', 'bounced', 1, 1, %lld FROM incidents",
		LL(at - HOUR), LL(at + MINUTE), LL(at + 2 * MINUTE));
	put("INSERT INTO timeline (incident_id, resident_id, at, event, person) SELECT id, 'R1', %lld, 'claimed', 'user:u'"
	    " FROM incidents",
		LL(at - 30 * MINUTE));
	read_years(2026, 2026, T("2026-06-10 12:00"));
	CHECK_INT(YEAR("", "told_median"), 12); /* not staff's talk, nor the resident's own, nor what bounced */
	CHECK_INT(YEAR("", "claim_median"), 20);
	end();
}

TEST(a_time_of_more_than_a_week_is_a_week)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_missed("R1", "D1", "2026-04-10 10:30", 60 * 24 * 30, -1, -1, "");
	read_years(2026, 2026, T("2026-06-10 12:00"));
	CHECK_INT(YEAR("", "told_median"), REPORT_MINUTES_MOST);
	end();
}

static int64_t incident_of(const char *id)
{
	struct incident i;

	CHECK(incidents_open_of(W->store, id, &i));
	return i.id;
}

/* Through the rules: what they write is what is counted. */
TEST(a_miss_that_a_watcher_looked_after_counts_as_the_rules_wrote_it)
{
	struct refusal no;

	begin();
	sql("INSERT INTO watchers (watcher_id, name, channels, hours) VALUES ('W1', '鈴木', 'log:', 'daily 00:00-24:00')");
	heard(T("2026-11-01 00:00"));
	resident("R1", MORNING, T("2026-11-01 00:00"));
	sql("UPDATE residents SET consent_on = '2026-01-01'");
	sql("INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R1', 'W1', 1)");
	at(T("2026-11-01 10:00"));
	at(T("2026-11-01 10:15"));
	at(T("2026-11-01 10:30")); /* missed */
	CHECK(store_begin(W->store));
	CHECK(incident_claim(W, incident_of("R1"), "watcher:W1", T("2026-11-01 10:41"), &no));
	CHECK(incident_claim(W, incident_of("R1"), "watcher:W1", T("2026-11-01 10:50"), &no)); /* takes longer */
	CHECK(incident_report(
		W, incident_of("R1"), "watcher:W1", REPORT_NO_ANSWER, "", "", T("2026-11-01 11:01"), &no));
	CHECK(incident_claim(W, incident_of("R1"), "watcher:W1", T("2026-11-01 11:30"), &no));
	CHECK(incident_report(W, incident_of("R1"), "watcher:W1", REPORT_SEEN, "", "", T("2026-11-01 12:00"), &no));
	CHECK(store_commit(W->store));
	read_years(2026, 2026, T("2026-11-02 12:00"));
	CHECK_INT(MONTH("D1", "expected_missed", 7), 1);
	CHECK_INT(MONTH("D1", "incidents_missed", 7), 1);
	CHECK_INT(MONTH("D1", "outcome_safe", 7), 1);
	CHECK_INT(MONTH("D1", "safe_unsaid", 7), 1);
	CHECK_INT(MONTH("D1", "claim_median", 7), 11);
	CHECK_INT(MONTH("D1", "seen_median", 7), 90);
	CHECK_INT(tenths("D1", "hours_claims", PERIOD_MONTH, APRIL_2026 + 7), 8); /* 20 + 30 minutes */
	CHECK_INT(MONTH("D1", "residents", 7), 1);
	CHECK_INT(MONTH("D1", "devices", 7), 1);
	end();
}

/* R1 and R2 press every morning of November and December; R1 forgets on 10 November and on 5 December. */
static void live_a_day(int day, void (*missed)(const char *date))
{
	char date[DATE_TEXT], time[32];
	int32_t first;
	bool forgets;

	CHECK(date_parse("2026-11-01", &first));
	date_format(date, first + day);
	forgets = strcmp(date, "2026-11-10") == 0 || strcmp(date, "2026-12-05") == 0;
	snprintf(time, sizeof(time), "%s 07:00", date);
	heard(T(time));
	CHECK_INT(press("R2", CHECKIN_OK, T(time)), ACK_STORED);
	if (!forgets)
		CHECK_INT(press("R1", CHECKIN_OK, T(time)), ACK_STORED);
	for (int minute = 0; minute <= 30; minute += 15) {
		snprintf(time, sizeof(time), "%s 10:%02d", date, minute);
		at(T(time));
	}
	if (forgets)
		missed(date);
}

static int64_t on(const char *date, const char *clock)
{
	char time[32];

	snprintf(time, sizeof(time), "%s %s", date, clock);
	return T(time);
}

/* In November staff ring up in vain and send W1; in December W1 hands over to W2, and W2 back to staff. */
static void look_after(const char *date)
{
	bool november = date[6] == '1';
	const char *first = november ? "user:tanaka" : "watcher:W1", *then = november ? "watcher:W1" : "watcher:W2";
	const struct closing closing = forgot("user:tanaka");
	int64_t id = incident_of("R1");
	struct refusal no;

	CHECK(store_begin(W->store));
	CHECK(incident_claim(W, id, first, on(date, "10:36"), &no));
	CHECK(incident_hand_over(W, id, first, then, on(date, "10:42"), &no));
	if (november) {
		CHECK(incident_report(W, id, then, REPORT_SEEN, "", "", on(date, "11:12"), &no));
	} else {
		CHECK(incident_hand_over(W, id, then, "user:tanaka", on(date, "11:00"), &no));
		CHECK(incident_close(W, id, &closing, on(date, "11:30"), &no));
	}
	CHECK(store_commit(W->store));
}

static void enter_visit(const char *resident_id, const char *kind, const char *person, int minutes, int64_t when)
{
	struct visit v = { .at = when, .minutes = minutes };
	struct refusal no;

	snprintf(v.resident_id, sizeof(v.resident_id), "%s", resident_id);
	snprintf(v.kind, sizeof(v.kind), "%s", kind);
	snprintf(v.person, sizeof(v.person), "%s", person);
	snprintf(v.entered_by, sizeof(v.entered_by), "%s", person);
	CHECK(store_begin(W->store));
	CHECK(visit_enter(W, &v, "", when, &no));
	CHECK(store_commit(W->store));
}

/*
 * Counted by hand. November: 30 mornings of two, one missed: 59 presses; W1 went from 10:42 to 11:12: 30 minutes.
 * December: 31 mornings of two, one missed: 61 presses; W1 from 10:36, W2 from 10:42 to 11:00: 24 minutes; W1 was with
 * R2 for 45. What staff and watchers enter (2 closings, a visit, a call) is no press.
 */
TEST(two_months_of_a_small_town_are_as_counted_by_hand)
{
	begin();
	sql("INSERT INTO watchers (watcher_id, name, channels, hours) VALUES ('W1', '鈴木', 'log:', 'daily 00:00-24:00'),"
	    " ('W2', '高橋', 'log:', 'daily 00:00-24:00');"
	    "INSERT INTO users (login, name, role, channels) VALUES ('tanaka', '田中', 'staff', 'log:')");
	heard(T("2026-11-01 00:00"));
	resident("R1", MORNING, T("2026-11-01 00:00"));
	resident("R2", MORNING, T("2026-11-01 00:00"));
	sql("UPDATE residents SET consent_on = '2026-01-01'; UPDATE residents SET district = 'D2' WHERE resident_id = 'R2';"
	    "INSERT INTO links (resident_id, watcher_id, tier) VALUES ('R1', 'W1', 1), ('R1', 'W2', 1), ('R2', 'W1', 1)");
	for (int day = 0; day < 61; day++) {
		live_a_day(day, look_after);
		if (day == 41)
			enter_visit("R2", "visit", "watcher:W1", 45, T("2026-12-12 15:00"));
		if (day == 50)
			enter_visit("R1", "call", "user:tanaka", 5, T("2026-12-21 15:00"));
	}
	CHECK_INT(number("SELECT count(*) FROM checkins WHERE device_id LIKE 'staff/%'"), 4);
	read_years(2026, 2026, T("2027-01-10 12:00"));
	for (int month = 7; month <= 8; month++) {
		CHECK_INT(MONTH("", "checkins", month), month == 7 ? 59 : 61);
		CHECK_INT(MONTH("D1", "checkins", month), month == 7 ? 29 : 30);
		CHECK_INT(MONTH("D2", "checkins", month), month == 7 ? 30 : 31);
		CHECK_INT(MONTH("", "expected_ok", month), month == 7 ? 59 : 61);
		CHECK_INT(MONTH("", "expected_missed", month), 1);
		CHECK_INT(MONTH("", "incidents_missed", month), 1);
		CHECK_INT(MONTH("", "outcome_safe", month), 1);
		CHECK_INT(MONTH("", "claim_median", month), 6);
		CHECK_INT(MONTH("", "seen_median", month), month == 7 ? 42 : 60);
		CHECK_INT(MONTH("", "visits", month), month - 7);
		CHECK_INT(MONTH("", "calls", month), month - 7);
		CHECK_INT(tenths("", "hours_claims", PERIOD_MONTH, APRIL_2026 + month), month == 7 ? 5 : 4);
		CHECK_INT(tenths("", "hours_visits", PERIOD_MONTH, APRIL_2026 + month), month == 7 ? 0 : 8);
	}
	CHECK_INT(YEAR("", "checkins"), 120);
	CHECK_INT(tenths("", "hours_claims", PERIOD_YEAR, APRIL_2026), 9); /* 54 minutes */
	CHECK_INT(tenths("D1", "hours", PERIOD_YEAR, APRIL_2026), 9);
	CHECK_INT(tenths("D2", "hours", PERIOD_YEAR, APRIL_2026), 8);
	end();
}

TEST(only_watchers_time_is_volunteers_and_what_goes_on_is_not_counted_yet)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put("INSERT INTO incidents (id, kind, resident_id, district, state, opened_at, ladder_at) VALUES"
	    " (901, 'missed', 'R1', 'D1', 'closed', %lld, 1), (902, 'help', 'R1', 'D1', 'claimed', %lld, 1)",
		LL(T("2026-04-10 10:00")), LL(T("2026-04-10 10:00")));
	put("INSERT INTO timeline (incident_id, resident_id, at, event, person) VALUES"
	    " (901, 'R1', %lld, 'claimed', 'user:u'), (901, 'R1', %lld, 'taken_over', 'watcher:W1'),"
	    " (901, 'R1', %lld, 'renewed', 'watcher:W1'), (901, 'R1', %lld, 'closed', 'watcher:W1'),"
	    " (902, 'R1', %lld, 'claimed', 'watcher:W1')",
		LL(T("2026-04-10 10:00")), LL(T("2026-04-10 10:30")), LL(T("2026-04-10 10:50")),
		LL(T("2026-04-10 11:00")), LL(T("2026-04-10 10:00")));
	put("INSERT INTO visits (resident_id, at, kind, person, minutes, entered_by, entered_at) VALUES"
	    " ('R1', %lld, 'visit', 'watcher:W1', 45, 'x', 1), ('R1', %lld, 'visit', 'user:u', 60, 'x', 1),"
	    " ('R1', %lld, 'call', 'watcher:W1', NULL, 'x', 1), ('R1', %lld, 'visit', 'watcher:W1', 10, 'x', 1)",
		LL(T("2026-04-30 23:59:59")), LL(T("2026-04-02 10:00")), LL(T("2026-04-02 10:00")),
		LL(T("2026-05-01 00:00")));
	read_years(2026, 2026, T("2026-05-10 12:00"));
	CHECK_INT(MONTH("", "visits", 0), 2);
	CHECK_INT(MONTH("", "calls", 0), 1);
	CHECK_INT(tenths("", "hours_visits", PERIOD_MONTH, APRIL_2026), 8);     /* 45 minutes */
	CHECK_INT(tenths("", "hours_claims", PERIOD_MONTH, APRIL_2026), 5);     /* 30 minutes */
	CHECK_INT(tenths("", "hours", PERIOD_MONTH, APRIL_2026), 13);           /* 75 minutes: 1.25, rounded */
	CHECK_INT(tenths("", "hours_visits", PERIOD_MONTH, APRIL_2026 + 1), 2); /* 10 minutes */
	end();
}

TEST(an_incident_counts_by_its_gravest_cause_and_every_outcome_has_its_figure)
{
	static const char *const outcomes[] = { "safe", "away", "hospital", "emergency", "facility", "deceased",
		"moved", "false_alarm", "checked_in" };
	int64_t opened, sum = 0;

	begin();
	opened = T("2026-04-10 10:00");
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	for (int i = 0; i < 9; i++)
		put("INSERT INTO incidents (id, kind, resident_id, district, state, opened_at, ladder_at, closed_at, outcome,"
		    " cause) VALUES (%d, 'talk', 'R1', 'D1', 'closed', %lld, 1, 2, '%s', %s)",
			i + 1, LL(opened), outcomes[i], i == 0 ? "'device'" : "NULL");
	/* 1 was missed, then help; 2 unwell; the others' causes are gone */
	put("INSERT INTO causes (incident_id, kind, at) VALUES (1, 'missed', %lld), (1, 'help', %lld), (2, 'unwell', 5),"
	    " (2, 'talk', 5)",
		LL(opened), LL(opened + MINUTE));
	put("INSERT INTO incidents (id, kind, resident_id, district, subject, state, opened_at, ladder_at, outcome) VALUES"
	    " (21, 'device', 'R1', 'D1', 'b', 'closed', %lld, 1, 'answered'), (22, 'blind', NULL, '', 'us', 'closed', %lld,"
	    " 1, 'answered')",
		LL(opened), LL(opened));
	read_years(2026, 2026, T("2026-05-10 12:00"));
	CHECK_INT(MONTH("", "incidents_help", 0), 1);
	CHECK_INT(MONTH("", "incidents_unwell", 0), 1);
	CHECK_INT(MONTH("", "incidents_missed", 0), 0);
	CHECK_INT(MONTH("", "incidents_talk", 0), 7);
	CHECK_INT(MONTH("", "questions", 0), 2);
	CHECK_INT(MONTH("D1", "questions", 0), 1); /* the other is of no one district */
	CHECK_INT(MONTH("", "safe_device", 0), 1);
	for (int i = 0; i < 9; i++) {
		char key[32];

		snprintf(key, sizeof(key), "outcome_%s", outcomes[i]);
		CHECK_INT(MONTH("", key, 0), 1);
		sum += MONTH("", key, 0);
	}
	CHECK_INT(sum, 9);
	CHECK_INT(MONTH("", "outcome_none", 0), 0);
	end();
}

TEST(devices_are_as_they_were_last_counted_within_the_month)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("R2", "D2", "2026-04-01 00:00", "", "2026-04-20 12:00");
	put("INSERT INTO devices (device_id, resident_id, trouble, revoked_at) VALUES ('a', 'R1', '', NULL),"
	    " ('b', 'R1', 'offline', NULL), ('c', 'R1', 'battery', NULL), ('d', 'R1', '', %lld), ('e', 'R2', '', %lld)",
		LL(T("2026-04-05 12:00")), LL(T("2026-04-20 12:00")));
	read_years(2026, 2026, T("2026-04-21 12:00"));
	CHECK_INT(MONTH("", "devices", 0), 3);
	CHECK_INT(MONTH("", "devices_offline", 0), 1);
	CHECK_INT(MONTH("", "devices_battery", 0), 1);
	CHECK_INT(MONTH("", "devices_replaced", 0), 1); /* d; e went with the service */
	/* What changes later changes nothing of April. */
	sql("UPDATE devices SET trouble = ''");
	put("INSERT INTO devices (device_id, resident_id) VALUES ('f', 'R1')");
	read_years(2026, 2026, T("2026-06-02 12:00"));
	CHECK_INT(MONTH("", "devices", 0), 3);
	CHECK_INT(MONTH("D1", "devices_offline", 0), 1);
	CHECK_INT(MONTH("", "devices", 1), -1); /* nobody counted in May */
	CHECK_INT(MONTH("", "devices_replaced", 1), 0);
	CHECK_INT(MONTH("", "devices", 2), 4);
	CHECK_INT(MONTH("", "devices_offline", 2), 0);
	CHECK_INT(YEAR("", "devices"), 4);
	end();
}

TEST(a_list_is_signed_in_time_by_noon_of_its_business_day)
{
	static int32_t holiday[1];

	begin();
	CHECK(date_parse("2026-04-29", &holiday[0])); /* a Wednesday */
	street.holidays = (struct holidays){ .days = holiday, .count = 1 };
	put_resident("R1", "D1", "2026-04-23 00:00", "", NULL);
	put_resident("R2", "D2", "2026-04-30 00:00", "", NULL);
	put_signoff("D1", "2026-04-23", "2026-04-23 12:00");    /* Thursday, at noon */
	put_signoff("D1", "2026-04-24", "2026-04-24 12:00:01"); /* Friday, too late */
	put_signoff("D1", "2026-04-24", "2026-04-27 09:00");
	put_signoff("D1", "2026-04-25", "2026-04-27 11:59"); /* Saturday: on Monday */
	put_signoff("D1", "2026-04-26", "2026-04-27 12:01"); /* Sunday, too late */
	put_signoff("D1", "2026-04-29", "2026-04-30 10:00"); /* holiday: the day after */
	put_signoff("D2", "2026-04-30", "2026-04-30 10:00");
	read_years(2026, 2026, T("2026-05-01 09:00"));
	CHECK_INT(MONTH("D1", "signoffs_due", 0), 8);  /* 23rd to 30th */
	CHECK_INT(MONTH("D1", "signoffs_kept", 0), 3); /* 23rd, 25th, 29th */
	CHECK_INT(tenths("D1", "signoff_rate", PERIOD_MONTH, APRIL_2026), 375);
	CHECK_INT(MONTH("D2", "signoffs_due", 0), 1);
	CHECK_INT(MONTH("D2", "signoffs_kept", 0), 1);
	CHECK_INT(MONTH("", "signoffs_due", 0), 9);
	CHECK_INT(MONTH("", "signoffs_due", 1), 0); /* the first of May: not due at nine */
	read_years(2026, 2026, T("2026-05-01 12:00"));
	CHECK_INT(MONTH("", "signoffs_due", 1), 2);
	CHECK_INT(MONTH("", "signoffs_kept", 1), 0);
	street.holidays = (struct holidays){ 0 };
	end();
}

TEST(who_moves_takes_what_is_not_settled_along_but_incidents_stay)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_expectation("R1", "2026-04-10 06:00", "ok");
	put_expectation("R1", "2026-06-10 06:00", "missed");
	put_missed("R1", "D1", "2026-06-10 07:00", 1, -1, -1, "");
	read_years(2026, 2026, T("2026-06-15 12:00")); /* April settled on the 10th of June */
	CHECK_INT(MONTH("D1", "expected_ok", 0), 1);
	sql("UPDATE residents SET district = 'D2'");
	read_years(2026, 2026, T("2026-06-15 13:00"));
	CHECK_INT(MONTH("D1", "expected_ok", 0), 1);
	CHECK_INT(MONTH("D2", "expected_ok", 0), 0);
	CHECK_INT(MONTH("D1", "expected_missed", 2), 0);
	CHECK_INT(MONTH("D2", "expected_missed", 2), 1);
	CHECK_INT(MONTH("D1", "incidents_missed", 2), 1);
	CHECK_INT(MONTH("D2", "incidents_missed", 2), 0);
	CHECK_INT(MONTH("", "expected_missed", 2), 1);
	end();
}

TEST(a_store_without_anything_has_no_figures)
{
	begin();
	read_years(2025, 2026, T("2026-06-15 12:00"));
	for (size_t f = 0; f < figures_count; f++)
		CHECK_INT(YEAR("", figures[f].key), -1);
	CHECK_INT(report.counted_at, 0);
	CHECK_INT(number("SELECT count(*) FROM month_counts"), 0);
	end();
}

TEST(a_month_that_settled_is_counted_once_and_a_younger_one_again)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_press("R1", "ok", "2026-04-05 07:00");
	put_press("R1", "ok", "2026-05-05 07:00");
	read_years(2026, 2026, T("2026-06-09 23:59")); /* the 40th day after April begins at midnight */
	CHECK_INT(MONTH("", "checkins", 0), 1);
	put_press("R1", "ok", "2026-04-05 08:00"); /* out of order: cannot be, and shows who counts */
	sql("UPDATE checkins SET seq = 2 - seq WHERE seq <> 2; UPDATE checkins SET seq = 5 WHERE seq = 2");
	read_years(2026, 2026, T("2026-06-10 00:00"));
	CHECK_INT(MONTH("", "checkins", 0), 2);
	sql("DELETE FROM checkins");
	read_years(2026, 2026, T("2026-06-10 00:01"));
	CHECK_INT(MONTH("", "checkins", 0), 2);
	CHECK_INT(MONTH("", "checkins", 1), 0);
	CHECK_INT(YEAR("", "checkins"), 2);
	read_years(2026, 2026, T("2026-06-01 12:00")); /* a clock set back brings no rows back */
	CHECK_INT(MONTH("", "checkins", 0), 2);
	end();
}

TEST(what_a_month_came_to_stays_when_its_rows_go)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_press("R1", "ok", "2026-04-05 07:00");
	put_expectation("R1", "2026-04-05 06:00", "missed");
	for (int i = 1; i <= 3; i++)
		put_missed("R1", "D1", "2026-04-05 10:30", i, 10 * i, 100 * i, "safe");
	CHECK(store_begin(W->store));
	report_month_seal(W, APRIL_2026, T("2026-05-02 12:00"));
	CHECK(store_commit(W->store));
	sql("DELETE FROM checkins; DELETE FROM causes; DELETE FROM timeline; DELETE FROM notifications;"
	    "DELETE FROM incidents; DELETE FROM expectations");
	read_years(2026, 2026, T("2026-05-02 12:01"));
	CHECK_INT(MONTH("D1", "checkins", 0), 1);
	CHECK_INT(MONTH("D1", "expected_missed", 0), 1);
	CHECK_INT(MONTH("", "told_median", 0), 2);
	CHECK_INT(MONTH("", "claim_p90", 0), 30);
	CHECK_INT(MONTH("", "seen_median", 0), 200);
	CHECK_INT(YEAR("", "outcome_safe"), 3);
	CHECK_INT(tenths("", "hours_claims", PERIOD_MONTH, APRIL_2026), 90); /* 90 + 180 + 270 minutes */
	end();
}

TEST(the_thread_with_time_to_spare_keeps_each_month_once_an_hour)
{
	int turns = 0;

	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	CHECK(!report_months_keep(W, T("2026-03-31 12:00"), NULL)); /* nothing is known yet */
	while (report_months_keep(W, T("2026-06-15 12:00"), NULL))
		turns++;
	CHECK_INT(turns, 3);
	CHECK_INT(number("SELECT count(*) FROM month_counts WHERE figure = '=counted_at'"), 3);
	CHECK(!report_months_keep(W, T("2026-06-15 12:59"), NULL));
	for (turns = 0; report_months_keep(W, T("2026-06-15 13:00"), NULL);)
		turns++;
	CHECK_INT(turns, 2); /* April has settled */
	/* One that is told to stop keeps nothing. */
	atomic_bool enough = true;
	CHECK(report_months_keep(W, T("2026-06-15 15:00"), &enough));
	CHECK_INT(number("SELECT max(value) FROM month_counts WHERE figure = '=counted_at'"), T("2026-06-15 13:00"));
	end();
}

TEST(targets_are_set_replaced_and_taken_away)
{
	struct target t = { .figure = "visits", .district = "D1", .year = 2026, .value = 1200, .set_by = "user:a" };
	struct query *q;

	begin();
	CHECK(store_begin(W->store));
	targets_set(W->store, &t);
	t.value = 1500;
	targets_set(W->store, &t);
	t.year = 2027;
	targets_set(W->store, &t);
	CHECK(store_commit(W->store));
	q = targets(W->store, 2026, 2026);
	CHECK(targets_next(q, &t));
	CHECK_INT(t.value, 1500);
	CHECK_TEXT(t.district, "D1");
	CHECK(!targets_next(q, &t));
	CHECK(store_begin(W->store));
	CHECK(targets_remove(W->store, "visits", 2026, "D1"));
	CHECK(!targets_remove(W->store, "visits", 2026, "D1"));
	CHECK(store_commit(W->store));
	CHECK_INT(number("SELECT count(*) FROM targets"), 1);
	end();
}

static bool is_d2(const void *context, const char *district)
{
	(void)context;
	return strcmp(district, "D2") == 0;
}

static bool is_any(const void *context, const char *district)
{
	(void)context;
	(void)district;
	return true;
}

TEST(own_districts_together_are_only_those)
{
	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_resident("R2", "D2", "2026-04-01 00:00", "", NULL);
	put_resident("R3", "D2", "2026-04-01 00:00", "", NULL);
	read_years(2026, 2026, T("2026-04-15 12:00"));
	report_add_own(&report, is_d2, NULL);
	CHECK_INT(MONTH(NULL, "residents", 0), 2);
	CHECK_INT(MONTH("", "residents", 0), 3);
	/* What belongs to no district is nobody's own. */
	put("INSERT INTO incidents (kind, subject, state, opened_at, ladder_at) VALUES ('blind', 'us', 'open', %lld, 1)",
		LL(T("2026-04-02 12:00")));
	read_years(2026, 2026, T("2026-04-15 12:00"));
	report_add_own(&report, is_any, NULL);
	CHECK_INT(MONTH("", "questions", 0), 1);
	CHECK_INT(MONTH(NULL, "questions", 0), 0);
	CHECK_INT(MONTH(NULL, "residents", 0), 3);
	end();
}

static bool shows_all(const void *context, const struct report_series *s)
{
	(void)context;
	return s->scope == REPORT_ALL;
}

TEST(a_part_is_written_in_whole_periods_with_names_units_and_targets)
{
	struct target t = { .figure = "miss_rate", .district = "", .year = 2026, .value = 15, .set_by = "user:a" };
	struct report_part part = { &report, PERIOD_HALF, APRIL_2026 + 4, APRIL_2026 + 6, shows_all, NULL, false, "ja",
		0 };
	cJSON *object, *list;
	char *json = NULL;
	size_t size;
	FILE *out;

	begin();
	put_resident("R1", "D1", "2026-04-01 00:00", "", NULL);
	put_press("R1", "ok", "2026-04-05 07:00");
	CHECK(store_begin(W->store));
	targets_set(W->store, &t);
	CHECK(store_commit(W->store));
	part.now = T("2026-09-30 12:00");
	read_years(2026, 2026, part.now);
	out = open_memstream(&json, &size);
	report_write_json(&part, W->store, out);
	CHECK_INT(fclose(out), 0);
	object = cJSON_Parse(json);
	CHECK(object != NULL);
	list = cJSON_GetObjectItem(object, "periods");
	CHECK_INT(cJSON_GetArraySize(list), 2);
	CHECK_TEXT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "period")->valuestring, "2026-H1");
	CHECK_TEXT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "first")->valuestring, "2026-04-01");
	CHECK_TEXT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "last")->valuestring, "2026-09-30");
	CHECK_TEXT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "state")->valuestring, "running");
	CHECK_TEXT(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 1), "state")->valuestring, "future");
	CHECK_INT(cJSON_GetArraySize(cJSON_GetObjectItem(object, "figures")), (int)figures_count);
	list = cJSON_GetObjectItem(object, "series");
	CHECK_INT(cJSON_GetArraySize(list), 1);
	list = cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "values"), "checkins");
	CHECK_INT(cJSON_GetArrayItem(list, 0)->valueint, 1);
	CHECK(cJSON_IsNull(cJSON_GetArrayItem(list, 1)));
	CHECK_INT(cJSON_GetArrayItem(cJSON_GetObjectItem(object, "years"), 0)->valueint, 2026);
	list = cJSON_GetArrayItem(cJSON_GetObjectItem(object, "series"), 0);
	list = cJSON_GetObjectItem(cJSON_GetObjectItem(list, "totals"), "checkins");
	CHECK_INT(cJSON_GetArraySize(list), 1);
	CHECK_INT(cJSON_GetArrayItem(list, 0)->valueint, 1);
	list = cJSON_GetObjectItem(object, "targets");
	CHECK_INT(cJSON_GetArraySize(list), 1);
	CHECK(cJSON_GetObjectItem(cJSON_GetArrayItem(list, 0), "value")->valuedouble == 1.5);
	cJSON_Delete(object);
	free(json);
	end();
}

TEST(every_figure_says_in_both_languages_what_it_is_and_how_it_is_counted)
{
	for (size_t f = 0; f < figures_count; f++) {
		CHECK(strlen(figure_name(&figures[f], "ja")) > 0 && strlen(figure_name(&figures[f], "en")) > 0);
		CHECK(strstr(figure_how(&figures[f], "ja"), "。") != NULL);
		CHECK(strchr(figure_how(&figures[f], "en"), '.') != NULL);
		CHECK(strcmp(figure_unit(&figures[f], "ja"), figures[f].unit) != 0);
		CHECK_INT(figure_find(figures[f].key), (int)f);
	}
	CHECK_INT(figure_find("nothing"), -1);
}
