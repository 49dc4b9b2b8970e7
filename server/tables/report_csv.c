/* report_csv - writes the lines. */
#include "server/tables/report_csv.h"

#include "common/log.h"
#include "common/zone.h"
#include "server/tables/csv.h"

enum { BEFORE = 5, CELLS = BEFORE + FIGURES_MOST, CELL = 256 };

struct cells {
	char text[CELLS][CELL];
	const char *list[CELLS];
	size_t count;
};

static void put(struct cells *c, const char *text)
{
	snprintf(c->text[c->count], CELL, "%s", text);
	c->list[c->count] = c->text[c->count];
	c->count++;
}

static void write_header(const struct report_part *p, FILE *out)
{
	static const enum text_key before[BEFORE] = { TEXT_REPORT_PERIOD, TEXT_REPORT_FROM, TEXT_REPORT_TO,
		TEXT_COLUMN_DISTRICT, TEXT_REPORT_DISTRICT_NAME };
	struct cells c = { .count = 0 };

	for (size_t i = 0; i < BEFORE; i++)
		put(&c, text_get(before[i], p->language));
	for (size_t f = 0; f < figures_count; f++) {
		char column[CELL];

		text_fill(column, sizeof(column), text_get(TEXT_REPORT_COLUMN, p->language),
			(struct text_field[]){ { "figure", figure_name(&figures[f], p->language) },
				{ "unit", figure_unit(&figures[f], p->language) } },
			2);
		put(&c, column);
	}
	csv_write(out, c.list, c.count);
}

static void put_cell(struct cells *c, const struct report_cell *cell, const char *language)
{
	char number[REPORT_NUMBER_TEXT];

	switch (cell->mark) {
	case REPORT_NONE: put(c, ""); break;
	case REPORT_NUMBER: put(c, report_number(number, cell->tenths)); break;
	case REPORT_LESS: put(c, text_get(TEXT_REPORT_SMALL, language)); break;
	case REPORT_HIDDEN: put(c, "*"); break;
	}
}

/* 2026年4月, 2026年度上半期, 2026年度 */
static void put_period(struct cells *c, enum period_by by, int32_t begin, const char *language)
{
	bool first = begin == period_april(period_year(begin));
	char year[16], month[16], text[CELL];
	enum text_key key = by == PERIOD_MONTH  ? TEXT_REPORT_MONTH
			    : by == PERIOD_YEAR ? TEXT_REPORT_YEAR
			    : first             ? TEXT_REPORT_HALF_1
						: TEXT_REPORT_HALF_2;
	int y, m, d;

	date_civil(period_first_day(begin), &y, &m, &d);
	snprintf(year, sizeof(year), "%d", by == PERIOD_MONTH ? y : (int)period_year(begin));
	snprintf(month, sizeof(month), "%d", m);
	text_fill(text, sizeof(text), text_get(key, language),
		(struct text_field[]){ { "year", year }, { "month", month } }, 2);
	put(c, text);
}

static void write_line(const struct report_part *p, const struct report_series *s, int32_t begin, FILE *out)
{
	int32_t first = period_first_day(begin), next = period_first_day(begin + period_months(p->by));
	struct cells c = { .count = 0 };
	char date[DATE_TEXT];

	put_period(&c, p->by, begin, p->language);
	put(&c, date_format(date, first));
	put(&c, date_format(date, next - 1));
	put(&c, s->district);
	put(&c, s->scope == REPORT_ALL   ? text_get(TEXT_REPORT_ALL, p->language)
		: s->scope == REPORT_OWN ? text_get(TEXT_REPORT_OWN, p->language)
					 : s->name);
	for (size_t f = 0; f < figures_count; f++)
		put_cell(&c, report_cell(p->report, s, p->by, begin, f), p->language);
	csv_write_defused(out, c.list, c.count);
}

void report_csv_write(const struct report_part *p, FILE *out)
{
	if (!p->hidden)
		fatal("error=\"a report that shows small counts must not leave the house\"");
	fputs("\xEF\xBB\xBF", out);
	write_header(p, out);
	for (size_t i = 0; i < p->report->series_count; i++)
		for (size_t n = 0; p->shows(p->context, &p->report->series[i]) && n < report_part_periods(p); n++)
			write_line(p, &p->report->series[i], report_part_begin(p, n), out);
}
