/* report_json - a part of a report as the object of GET /api/v1/reports. */
#include <inttypes.h>
#include <string.h>

#include "common/clock.h"
#include "common/zone.h"
#include "server/watch/json.h"
#include "server/watch/report.h"

const char *report_number(char buf[REPORT_NUMBER_TEXT], int64_t tenths)
{
	if (tenths % 10)
		snprintf(buf, REPORT_NUMBER_TEXT, "%" PRId64 ".%" PRId64, tenths / 10, tenths % 10);
	else
		snprintf(buf, REPORT_NUMBER_TEXT, "%" PRId64, tenths / 10);
	return buf;
}

static void write_figures(const struct report_part *p, FILE *out)
{
	for (size_t i = 0; i < figures_count; i++) {
		const struct figure *f = &figures[i];
		cJSON *figure = cJSON_CreateObject();

		cJSON_AddStringToObject(figure, "key", f->key);
		cJSON_AddStringToObject(figure, "group", f->group);
		cJSON_AddStringToObject(figure, "unit", f->unit);
		/* Whether a year's number is that of its months together. */
		cJSON_AddBoolToObject(figure, "adds",
			f->sort == FIGURE_SUM || f->sort == FIGURE_HOURS || f->sort == FIGURE_HOURS_SUM);
		cJSON_AddStringToObject(figure, "name", figure_name(f, p->language));
		cJSON_AddStringToObject(figure, "how", figure_how(f, p->language));
		fputs(i ? ",\n" : "\n", out);
		json_write(figure, out);
	}
}

static void write_periods(const struct report_part *p, FILE *out)
{
	int32_t today = zone_day(p->now);

	for (size_t i = 0; i < report_part_periods(p); i++) {
		int32_t begin = report_part_begin(p, i);
		int32_t first = period_first_day(begin), next = period_first_day(begin + period_months(p->by));
		char name[PERIOD_TEXT], date[DATE_TEXT];
		cJSON *period = cJSON_CreateObject();

		cJSON_AddStringToObject(period, "period", period_format(name, p->by, begin));
		cJSON_AddNumberToObject(period, "year", period_year(begin));
		cJSON_AddStringToObject(period, "first", date_format(date, first));
		cJSON_AddStringToObject(period, "last", date_format(date, next - 1));
		cJSON_AddStringToObject(period, "state",
			next <= today    ? "over"
			: first <= today ? "running"
					 : "future");
		fputs(i ? ",\n" : "\n", out);
		json_write(period, out);
	}
}

static void write_cell(const struct report_cell *c, FILE *out)
{
	char number[REPORT_NUMBER_TEXT];

	switch (c->mark) {
	case REPORT_NONE: fputs("null", out); break;
	case REPORT_NUMBER: fputs(report_number(number, c->tenths), out); break;
	case REPORT_LESS: fputs("\"<5\"", out); break;
	case REPORT_HIDDEN: fputs("\"*\"", out); break;
	}
}

static void write_values(const struct report_part *p, const struct report_series *s, FILE *out)
{
	for (size_t f = 0; f < figures_count; f++) {
		fprintf(out, "%s\n \"%s\":[", f ? "," : "", figures[f].key);
		for (size_t i = 0; i < report_part_periods(p); i++) {
			if (i)
				fputc(',', out);
			write_cell(report_cell(p->report, s, p->by, report_part_begin(p, i), f), out);
		}
		fputc(']', out);
	}
}

/* Of whole fiscal years, whatever periods it is in: a table's last column. */
static struct report_part whole_years(const struct report_part *p)
{
	struct report_part years = *p;

	years.by = PERIOD_YEAR;
	return years;
}

static void write_years(const struct report_part *p, FILE *out)
{
	for (int32_t year = period_year(p->from_month); year <= period_year(p->to_month); year++)
		fprintf(out, "%s%d", year > period_year(p->from_month) ? "," : "", (int)year);
}

static void write_series(const struct report_part *p, FILE *out)
{
	static const char *const scopes[] = { "all", "district", "own" };
	struct report_part years = whole_years(p);
	bool any = false;

	for (size_t i = 0; i < p->report->series_count; i++) {
		const struct report_series *s = &p->report->series[i];
		cJSON *whose;

		if (!p->shows(p->context, s))
			continue;
		whose = cJSON_CreateObject();
		cJSON_AddStringToObject(whose, "scope", scopes[s->scope]);
		json_text(whose, "district", s->district);
		json_text(whose, "name", s->name);
		fputs(any ? ",\n{\"of\":" : "\n{\"of\":", out);
		json_write(whose, out);
		fputs(",\"values\":{", out);
		write_values(p, s, out);
		fputs("},\"totals\":{", out);
		write_values(&years, s, out);
		fputs("}}", out);
		any = true;
	}
}

static bool shows_district(const struct report_part *p, const char *district)
{
	for (size_t i = 0; i < p->report->series_count; i++)
		if (p->shows(p->context, &p->report->series[i]) &&
			strcmp(p->report->series[i].district, district) == 0 &&
			p->report->series[i].scope != REPORT_OWN)
			return true;
	return false;
}

cJSON *report_target_json(const struct target *t)
{
	cJSON *target = cJSON_CreateObject();

	cJSON_AddStringToObject(target, "figure", t->figure);
	cJSON_AddNumberToObject(target, "year", t->year);
	json_text(target, "district", t->district);
	cJSON_AddNumberToObject(target, "value", (double)t->value / 10);
	return target;
}

static void write_targets(const struct report_part *p, struct store *s, FILE *out)
{
	struct query *q = targets(s, period_year(p->from_month), period_year(p->to_month));
	bool any = false;
	struct target t;

	while (targets_next(q, &t)) {
		if (figure_find(t.figure) < 0 || !shows_district(p, t.district))
			continue;
		fputs(any ? ",\n" : "\n", out);
		json_write(report_target_json(&t), out);
		any = true;
	}
}

void report_write_json(const struct report_part *p, struct store *s, FILE *out)
{
	char from[PERIOD_TEXT], to[PERIOD_TEXT], at[ZONE_TEXT];

	fprintf(out, "{\"from\":\"%s\",\"to\":\"%s\",\"by\":\"%s\",\"hidden\":%s,\"counted_at\":",
		period_format(from, PERIOD_MONTH, p->from_month), period_format(to, PERIOD_MONTH, p->to_month),
		period_by_name(p->by), p->hidden ? "true" : "false");
	if (p->report->counted_at)
		fprintf(out, "\"%s\"", zone_format(at, p->report->counted_at));
	else
		fputs("null", out);
	fputs(",\n\"figures\":[", out);
	write_figures(p, out);
	fputs("],\n\"periods\":[", out);
	write_periods(p, out);
	fputs("],\n\"years\":[", out);
	write_years(p, out);
	fputs("],\n\"series\":[", out);
	write_series(p, out);
	fputs("],\n\"targets\":[", out);
	write_targets(p, s, out);
	fputs("]}\n", out);
}
