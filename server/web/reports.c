/*
 * reports - figures of months, halves and fiscal years, and what is aimed at.
 *
 * People see true numbers on their screen. What leaves it - a file, a print, an answer to a program - hides small
 * counts; what is hidden is found out over all districts, so that two readers' papers do not complete each other.
 */
#include <stdlib.h>
#include <string.h>

#include "common/zone.h"
#include "server/store/daily.h"
#include "server/tables/report_csv.h"
#include "server/watch/report.h"
#include "server/web/call.h"
#include "server/web/handlers.h"

enum { FIRST_YEAR = 1970, LAST_YEAR = 2100, TARGET_MOST = 100000000, SHARE_MOST = 1000 }; /* tenths */

/* What is asked for. */
struct asking {
	struct call *c;
	const char *district; /* "": all that are the caller's */
	enum period_by by;
	int32_t from_month, to_month;
	bool hidden;
};

static bool invalid(struct call *c, const char *name, const char *what)
{
	reply_problem(c, 422, "invalid", "%s: %s", name, what);
	return false;
}

/* The months; left out: this fiscal year, or the one that the other lies in. */
static bool read_months(struct asking *a)
{
	const char *from = call_query(a->c, "from"), *to = call_query(a->c, "to");

	if (from && !period_month_parse(from, &a->from_month))
		return invalid(a->c, "from", "is no month (2026-04)");
	if (to && !period_month_parse(to, &a->to_month))
		return invalid(a->c, "to", "is no month (2027-03)");
	if (!from && !to)
		a->from_month = period_month(zone_day(call_now(a->c)));
	if (!from)
		a->from_month = period_april(period_year(to ? a->to_month : a->from_month));
	if (!to)
		a->to_month = period_april(period_year(a->from_month)) + period_months(PERIOD_YEAR) - 1;
	if (period_year(a->from_month) < FIRST_YEAR || period_year(a->to_month) > LAST_YEAR)
		return invalid(a->c, "from", "is too far away");
	if (a->from_month > a->to_month)
		return invalid(a->c, "from", "is after to");
	if (period_year(a->to_month) - period_year(a->from_month) >= REPORT_YEARS_MOST)
		return invalid(a->c, "to", "is more than ten years after from");
	return true;
}

static bool read_asking(struct asking *a, struct call *c)
{
	const char *by = call_query(c, "by"), *district = call_query(c, "district"), *hidden = call_query(c, "hidden");

	*a = (struct asking){ .c = c, .by = PERIOD_MONTH, .district = district ? district : "" };
	if (by && !period_by_parse(by, &a->by))
		return invalid(c, "by", "is none of month, half, year");
	if (hidden && strcmp(hidden, "1") != 0 && strcmp(hidden, "0") != 0)
		return invalid(c, "hidden", "is neither 0 nor 1");
	a->hidden = (hidden && *hidden == '1') || call_caller(c)->kind != CALLER_USER;
	return read_months(a) && call_district(c, a->district);
}

static bool is_own(const void *context, const char *district)
{
	return call_covers(context, district);
}

/* Of all districts together only who covers all of them reads; others of theirs together. */
static bool shows(const void *context, const struct report_series *s)
{
	const struct asking *a = context;

	switch (s->scope) {
	case REPORT_ALL: return call_caller(a->c)->all_districts && !a->district[0];
	case REPORT_OWN: return !a->district[0];
	case REPORT_DISTRICT:
		return call_covers(a->c, s->district) && (!a->district[0] || strcmp(a->district, s->district) == 0);
	}
	return false;
}

/* False: 503 was replied. */
static bool read_report(struct asking *a, struct report_years *r, struct report_part *part)
{
	if (!report_read(r, call_watch(a->c), period_year(a->from_month), period_year(a->to_month), call_now(a->c))) {
		reply_store(a->c);
		return false;
	}
	if (!call_caller(a->c)->all_districts)
		report_add_own(r, is_own, a->c);
	if (a->hidden)
		report_hide(r);
	*part = (struct report_part){ r, a->by, a->from_month, a->to_month, shows, a, a->hidden, call_language(a->c),
		call_now(a->c) };
	return true;
}

void reports_show(struct call *c)
{
	struct report_years r;
	struct report_part part;
	struct asking a;

	if (!read_asking(&a, c) || !read_report(&a, &r, &part))
		return;
	report_write_json(&part, call_store(c), reply_out(c));
	report_release(&r);
	reply_written(c, 200, "application/json");
}

/* What was taken away, for the audit: 2026-04 to 2027-03 by month, D01. */
static void describe(const struct asking *a, char text[128])
{
	char from[PERIOD_TEXT], to[PERIOD_TEXT];

	snprintf(text, 128, "%s to %s by %s%s%s", period_format(from, PERIOD_MONTH, a->from_month),
		period_format(to, PERIOD_MONTH, a->to_month), period_by_name(a->by), a->district[0] ? ", " : "",
		a->district);
}

void reports_csv(struct call *c)
{
	char detail[128], name[96], from[PERIOD_TEXT], to[PERIOD_TEXT];
	struct report_years r;
	struct report_part part;
	struct asking a;

	if (!read_asking(&a, c))
		return;
	a.hidden = true;
	describe(&a, detail);
	if (!call_note(c, "export", "reports", detail) || !read_report(&a, &r, &part))
		return;
	report_csv_write(&part, reply_out(c));
	report_release(&r);
	snprintf(name, sizeof(name), "mimamori-report-%s-%s.csv", period_format(from, PERIOD_MONTH, a.from_month),
		period_format(to, PERIOD_MONTH, a.to_month));
	reply_file_name(c, name);
	reply_written(c, 200, "text/csv; charset=utf-8");
}

void reports_print(struct call *c)
{
	struct asking a;
	char detail[128];

	if (!body_ends(c) || !read_asking(&a, c))
		return;
	describe(&a, detail);
	if (call_note(c, "print", "reports", detail))
		reply_nothing(c);
}

void targets_show(struct call *c)
{
	int64_t year;
	cJSON *object, *list;
	struct target t;

	if (!call_number(c, "year", FIRST_YEAR, LAST_YEAR, period_year(period_month(zone_day(call_now(c)))), &year))
		return;
	object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "year", (double)year);
	list = cJSON_AddArrayToObject(object, "targets");
	for (struct query *q = targets(call_store(c), (int32_t)year, (int32_t)year); targets_next(q, &t);)
		if (figure_find(t.figure) >= 0 &&
			(t.district[0] ? call_covers(c, t.district) : call_caller(c)->all_districts))
			cJSON_AddItemToArray(list, report_target_json(&t));
	reply_json(c, 200, object);
}

/* In tenths: of a share of something, all of it. */
static int64_t target_most(const char *figure)
{
	int f = figure_find(figure);

	return f >= 0 && strcmp(figures[f].unit, "percent") == 0 ? SHARE_MOST : TARGET_MOST;
}

void targets_put(struct call *c)
{
	struct target t = { .set_at = call_now(c) };
	const char *figure = body_text(c, "figure", sizeof(t.figure) - 1, BODY_NEEDED);
	const char *district = body_text(c, "district", sizeof(t.district) - 1, BODY_MAY);
	char detail[128], number[REPORT_NUMBER_TEXT];

	t.year = (int32_t)body_number(c, "year", FIRST_YEAR, LAST_YEAR, 0, BODY_NEEDED);
	t.value = body_tenths(c, "value", target_most(figure), -1, BODY_MAY);
	if (figure[0] && figure_find(figure) < 0)
		body_fault(c, "figure", "\"%s\" is no figure of the reports", figure);
	if (!body_ends(c) || !call_district(c, district))
		return;
	snprintf(t.figure, sizeof(t.figure), "%s", figure);
	snprintf(t.district, sizeof(t.district), "%s", district);
	snprintf(t.set_by, sizeof(t.set_by), "%s", call_caller(c)->person);
	snprintf(detail, sizeof(detail), "%d%s%s: %s", (int)t.year, district[0] ? " " : "", district,
		t.value < 0 ? "none" : report_number(number, t.value));
	if (!call_begin(c))
		return;
	if (t.value < 0)
		targets_remove(call_store(c), t.figure, t.year, t.district);
	else
		targets_set(call_store(c), &t);
	call_audit(c, "target", t.figure, detail, "");
	if (call_commit(c))
		reply_nothing(c);
}
