/* report_hide - what leaves the house gives no small count away. */
#include <stdarg.h>
#include <stdlib.h>

#include "server/watch/report.h"
#include "tests/unit/street.h"

#define APRIL_2026 INT32_C(675)
#define NOW        T("2027-06-01 12:00")

static struct report_years report;

/* A street of districts D1 … Dn without rows: only what months came to. */
static void begin(int districts)
{
	char statement[128];

	street_open();
	for (int d = 2; d <= districts; d++) {
		snprintf(statement, sizeof(statement), "INSERT INTO districts (district, name) VALUES ('D%d', '%d')", d,
			d);
		sql(statement);
	}
	for (int32_t month = APRIL_2026; month < APRIL_2026 + 12; month++) {
		snprintf(statement, sizeof(statement),
			"INSERT INTO month_counts VALUES (%d, '', '=counted_at', 1), (%d, '', '=good_until', %lld)",
			(int)month, (int)month, (long long)INT64_MAX);
		sql(statement);
	}
}

static void set(int n, const char *district, const char *counter, int64_t value)
{
	char statement[256];

	snprintf(statement, sizeof(statement), "INSERT INTO month_counts VALUES (%d, '%s', '%s', %lld)",
		(int)APRIL_2026 + n, district, counter, (long long)value);
	sql(statement);
}

static bool is_d1_or_d2(const void *context, const char *district)
{
	(void)context;
	return strcmp(district, "D1") == 0 || strcmp(district, "D2") == 0;
}

static void hide(void)
{
	report_release(&report);
	CHECK(report_read(&report, W, 2026, 2026, NOW));
	report_add_own(&report, is_d1_or_d2, NULL);
	report_hide(&report);
}

static void end(void)
{
	report_release(&report);
	street_close();
}

static struct report_cell *cell(const char *whose, const char *figure, enum period_by by, int n)
{
	for (size_t i = 0; i < report.series_count; i++) {
		const struct report_series *s = &report.series[i];

		if (strcmp(whose, s->scope == REPORT_ALL ? "all" : s->scope == REPORT_OWN ? "own" : s->district) == 0)
			return report_cell(&report, s, by, APRIL_2026 + n, (size_t)figure_find(figure));
	}
	fail_msg("no series %s", whose);
	return NULL;
}

/* "12", "<5", "*", "-" */
static const char *seen(const char *whose, const char *figure, enum period_by by, int n)
{
	static char text[REPORT_NUMBER_TEXT];
	const struct report_cell *c = cell(whose, figure, by, n);

	switch (c->mark) {
	case REPORT_NONE: return "-";
	case REPORT_NUMBER: return report_number(text, c->tenths);
	case REPORT_LESS: return "<5";
	case REPORT_HIDDEN: return "*";
	}
	return "";
}
#define MONTH(whose, figure, n, wanted) CHECK_TEXT(seen(whose, figure, PERIOD_MONTH, n), wanted)
#define HALF(whose, figure, n, wanted)  CHECK_TEXT(seen(whose, figure, PERIOD_HALF, n), wanted)
#define YEAR(whose, figure, wanted)     CHECK_TEXT(seen(whose, figure, PERIOD_YEAR, 0), wanted)

TEST(none_and_five_are_shown_and_what_lies_between_is_not)
{
	begin(3);
	set(0, "D1", "visits", 4);
	set(0, "D2", "visits", 4);
	set(0, "D3", "visits", 5);
	set(0, "D1", "calls", 5);
	set(0, "D2", "calls", 6);
	hide();
	MONTH("D1", "visits", 0, "<5");
	MONTH("D2", "visits", 0, "<5");
	MONTH("D3", "calls", 0, "0");
	MONTH("D1", "calls", 0, "5");
	MONTH("D2", "calls", 0, "6");
	MONTH("all", "calls", 0, "11");
	MONTH("all", "devices_replaced", 0, "0");
	end();
}

TEST(where_one_district_is_hidden_the_next_smallest_is_too)
{
	begin(4);
	for (int n = 0; n < 12; n++) {
		set(n, "D1", "visits", n == 0 ? 3 : 20);
		set(n, "D2", "visits", 12);
		set(n, "D3", "visits", n == 0 ? 9 : 30);
	}
	hide();
	MONTH("all", "visits", 0, "24");
	MONTH("D1", "visits", 0, "<5");
	MONTH("D2", "visits", 0, "12");
	MONTH("D3", "visits", 0, "*");
	MONTH("D4", "visits", 0, "0");
	/* By months too: April of D1 and of D3 must not follow from the half and its other months. */
	HALF("D1", "visits", 0, "103");
	YEAR("D1", "visits", "223");
	CHECK_INT(cell("D1", "visits", PERIOD_MONTH, 1)->mark == REPORT_HIDDEN ||
			  cell("D1", "visits", PERIOD_MONTH, 2)->mark == REPORT_HIDDEN ||
			  cell("D1", "visits", PERIOD_MONTH, 3)->mark == REPORT_HIDDEN ||
			  cell("D1", "visits", PERIOD_MONTH, 4)->mark == REPORT_HIDDEN ||
			  cell("D1", "visits", PERIOD_MONTH, 5)->mark == REPORT_HIDDEN,
		1);
	MONTH("all", "visits", 7, "62"); /* the other half is whole */
	MONTH("D1", "visits", 7, "20");
	MONTH("D3", "visits", 7, "30");
	end();
}

TEST(two_small_ones_that_must_both_be_one_hide_a_third)
{
	begin(4);
	set(0, "D1", "visits", 1);
	set(0, "D2", "visits", 1);
	set(0, "D3", "visits", 7);
	set(0, "D4", "visits", 70);
	hide();
	MONTH("all", "visits", 0, "79"); /* 79 - 70 - 7 would be 1 + 1 */
	MONTH("D1", "visits", 0, "<5");
	MONTH("D2", "visits", 0, "<5");
	MONTH("D3", "visits", 0, "*");
	MONTH("D4", "visits", 0, "70");
	end();
}

TEST(two_small_ones_that_may_be_more_than_one_thing_hide_nothing_else)
{
	begin(3);
	set(0, "D1", "visits", 2);
	set(0, "D2", "visits", 3);
	set(0, "D3", "visits", 7);
	hide();
	MONTH("all", "visits", 0, "12");
	MONTH("D1", "visits", 0, "<5");
	MONTH("D3", "visits", 0, "7");
	end();
}

TEST(a_district_alone_hides_the_total)
{
	begin(3);
	set(0, "D1", "visits", 3);
	hide();
	MONTH("D1", "visits", 0, "<5");
	MONTH("all", "visits", 0, "<5");
	MONTH("D2", "visits", 0, "0");
	HALF("all", "visits", 0, "<5");
	YEAR("D1", "visits", "<5");
	end();
}

TEST(who_is_new_cannot_be_told_from_those_in_service)
{
	begin(1);
	for (int n = 0; n < 12; n++)
		set(n, "D1", "residents", 100 + (n >= 3));
	set(3, "D1", "residents_new", 1);
	hide();
	MONTH("D1", "residents", 2, "100");
	MONTH("D1", "residents", 3, "101");
	MONTH("D1", "residents_new", 3, "*");
	MONTH("D1", "residents_ended", 3, "*");
	MONTH("D1", "residents_new", 2, "0");
	end();
}

TEST(incidents_by_kind_and_by_outcome_do_not_give_each_other_away)
{
	begin(1);
	set(0, "D1", "incidents_missed", 30);
	set(0, "D1", "incidents_help", 2);
	set(0, "D1", "outcome_safe", 26);
	set(0, "D1", "outcome_checked_in", 6);
	set(0, "D1", "safe_forgot", 20);
	set(0, "D1", "safe_device", 6);
	hide();
	MONTH("D1", "incidents_help", 0, "<5");
	/* 26 + 6 - 30 is 2: the smallest of them goes as well. */
	MONTH("D1", "outcome_checked_in", 0, "*");
	MONTH("D1", "outcome_safe", 0, "26");
	MONTH("D1", "incidents_missed", 0, "30");
	end();
}

TEST(rates_and_times_of_few_are_hidden_with_them)
{
	begin(1);
	set(0, "D1", "expected_ok", 500);
	set(0, "D1", "expected_missed", 3);
	set(0, "D1", "told/4", 3);
	set(0, "D1", "seen/60", 4);
	set(0, "D1", "seen/90", 1);
	set(0, "D1", "signoffs_due", 4);
	set(0, "D1", "signoffs_kept", 1);
	set(0, "D1", "minutes_visits", 90);
	hide();
	MONTH("D1", "expected_missed", 0, "<5");
	MONTH("D1", "miss_rate", 0, "*");
	MONTH("D1", "told_median", 0, "*");
	MONTH("D1", "told_p90", 0, "*");
	MONTH("D1", "seen_median", 0, "60"); /* five of them */
	MONTH("D1", "claim_median", 0, "-");
	MONTH("D1", "signoffs_kept", 0, "1"); /* of staff, not of people */
	MONTH("D1", "signoff_rate", 0, "25");
	MONTH("D1", "hours_visits", 0, "1.5");
	end();
}

TEST(a_readers_own_districts_together_are_hidden_with_any_of_them)
{
	begin(3);
	for (int n = 0; n < 2; n++) {
		set(n, "D1", "calls", n == 0 ? 3 : 30);
		set(n, "D2", "calls", 40);
		set(n, "D3", "calls", 10);
	}
	hide();
	MONTH("D1", "calls", 0, "<5");
	MONTH("D3", "calls", 0, "*");
	MONTH("D2", "calls", 0, "40");
	MONTH("own", "calls", 0, "*"); /* 43 - 40 */
	end();
}

/*
 * The reader's side, by trying: how many values a hidden number may have, where numbers with these signs add up to
 * nothing. What is plainly hidden is tried up to a hundred.
 */
struct guess {
	const struct report_cell *cells[24];
	int signs[24];
	size_t count;
};

/* NOLINTNEXTLINE(misc-no-recursion): a call deeper for each of at most 24 cells */
static bool fits(const struct guess *g, size_t i, int64_t left, const struct report_cell *fixed, int64_t value)
{
	const struct report_cell *c;
	int64_t low, high;

	if (i == g->count)
		return left == 0;
	c = g->cells[i];
	low = c->mark == REPORT_LESS ? 1 : 0;
	high = c->mark == REPORT_LESS ? 4 : 100;
	if (c->mark == REPORT_NUMBER)
		low = high = c->tenths / 10;
	if (c == fixed)
		low = high = value;
	for (int64_t v = low; v <= high; v++)
		if (fits(g, i + 1, left - g->signs[i] * v, fixed, value))
			return true;
	return false;
}

static void add(struct guess *g, const struct report_cell *c, int sign)
{
	g->cells[g->count] = c;
	g->signs[g->count++] = sign;
}

/* At most three are tried together: more hidden ones only allow more. */
static void check_hidden(const struct guess *g)
{
	size_t hidden = 0;

	for (size_t i = 0; i < g->count; i++)
		hidden += g->cells[i]->mark != REPORT_NUMBER;
	for (size_t i = 0; hidden && hidden <= 3 && i < g->count; i++) {
		const struct report_cell *c = g->cells[i];
		int values = 0;

		if (c->mark == REPORT_NUMBER)
			continue;
		for (int64_t v = c->mark == REPORT_LESS ? 1 : 0; v <= (c->mark == REPORT_LESS ? 4 : 100); v++)
			values += fits(g, 0, 0, c, v);
		CHECK(values > 1);
	}
}

static void check_lines(const char *figure, int districts)
{
	char name[8];

	for (int n = 0; n < 15; n++) {
		enum period_by by = n < 12 ? PERIOD_MONTH : n < 14 ? PERIOD_HALF : PERIOD_YEAR;
		int at = n < 12 ? n : n < 14 ? (n - 12) * 6 : 0;
		struct guess g = { .count = 0 };

		add(&g, cell("all", figure, by, at), -1);
		for (int d = 1; d <= districts; d++) {
			snprintf(name, sizeof(name), "D%d", d);
			add(&g, cell(name, figure, by, at), 1);
		}
		check_hidden(&g);
	}
	for (int d = 0; d <= districts; d++)
		for (int half = 0; half < 2; half++) {
			struct guess g = { .count = 0 };

			snprintf(name, sizeof(name), "D%d", d);
			add(&g, cell(d ? name : "all", figure, PERIOD_HALF, 6 * half), -1);
			for (int n = 0; n < 6; n++)
				add(&g, cell(d ? name : "all", figure, PERIOD_MONTH, 6 * half + n), 1);
			check_hidden(&g);
		}
}

TEST(whatever_the_numbers_are_no_line_gives_one_away)
{
	int small = 0, plain = 0;

	srandom(7);
	for (int town = 0; town < 40; town++) {
		int districts = 2 + town % 4, most = 3 + (int)(random() % 14);

		begin(districts);
		for (int n = 0; n < 12; n++)
			for (int d = 1; d <= districts; d++) {
				char name[8];

				snprintf(name, sizeof(name), "D%d", d);
				if (random() % 3)
					set(n, name, "visits", random() % most);
			}
		hide();
		check_lines("visits", districts);
		for (int n = 0; n < 12; n++) {
			small += cell("D1", "visits", PERIOD_MONTH, n)->mark == REPORT_LESS;
			plain += cell("D1", "visits", PERIOD_MONTH, n)->mark == REPORT_HIDDEN;
			/* Whatever else: a small count is never shown. */
			CHECK(cell("D1", "visits", PERIOD_MONTH, n)->mark != REPORT_NUMBER ||
				cell("D1", "visits", PERIOD_MONTH, n)->tenths == 0 ||
				cell("D1", "visits", PERIOD_MONTH, n)->tenths >= 50);
		}
		end();
	}
	CHECK(small > 50 && plain > 20); /* the towns were such that there was something to hide */
}
