/* report - months added up: over districts, then over halves and years. */
#include "server/watch/report.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/report.h"

enum { MONTHS = 12, HALVES_AT = 12, YEAR_AT = 14 };

/* What adds up: a month's or a longer period's, of any districts. */
struct sum {
	bool known, devices_known;
	struct report_place place;
};

static void *room_for(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		fatal("error=\"out of memory\"");
	return memory;
}

static void add_place(struct report_place *to, const struct report_place *from)
{
	for (int counter = 0; counter < COUNTERS; counter++)
		to->counts[counter] += from->counts[counter];
	for (int time = 0; time < TIMES; time++)
		for (size_t i = 0; i < from->times[time].count; i++)
			report_bins_add(
				&to->times[time], from->times[time].list[i].minutes, from->times[time].list[i].count);
}

static bool is_device(int counter)
{
	return counter == COUNTER_devices || counter == COUNTER_devices_offline || counter == COUNTER_devices_battery;
}

/* A later month: counts add up, what stands at the end takes the place of what stood before. */
static void add_month(struct sum *to, const struct sum *month)
{
	struct report_place before = to->place;

	if (!month->known)
		return;
	add_place(&to->place, &month->place);
	to->place.counts[COUNTER_residents] = month->place.counts[COUNTER_residents];
	for (int counter = 0; counter < COUNTERS; counter++)
		if (is_device(counter))
			to->place.counts[counter] = month->devices_known ? month->place.counts[counter]
									 : before.counts[counter];
	to->devices_known |= month->devices_known;
	to->known = true;
}

static void release_sum(struct sum *s)
{
	for (int time = 0; time < TIMES; time++)
		report_bins_release(&s->place.times[time]);
}

static int64_t cases_of(const struct report_bins *b)
{
	int64_t cases = 0;

	for (size_t i = 0; i < b->count; i++)
		cases += b->list[i].count;
	return cases;
}

/* The least minutes that so many in a hundred stayed within (nearest rank). */
static int64_t within(const struct report_bins *b, int64_t percent)
{
	int64_t rank = (cases_of(b) * percent + 99) / 100, passed = 0;

	for (size_t i = 0; i < b->count; i++) {
		passed += b->list[i].count;
		if (passed >= rank)
			return b->list[i].minutes;
	}
	return 0;
}

static struct report_cell number(int64_t tenths)
{
	return (struct report_cell){ .mark = REPORT_NUMBER, .tenths = tenths };
}

/* 100 a / of, in tenths, rounded. */
static struct report_cell percent(int64_t a, int64_t of)
{
	return of ? number((2000 * a + of) / (2 * of)) : (struct report_cell){ .mark = REPORT_NONE };
}

static struct report_cell hours(int64_t minutes)
{
	return number((10 * minutes + 30) / 60);
}

static struct report_cell time_cell(const struct report_bins *b, int64_t percent_of)
{
	struct report_cell cell = number(10 * within(b, percent_of));

	cell.cases = cases_of(b);
	if (!cell.cases)
		cell.mark = REPORT_NONE;
	return cell;
}

static struct report_cell cell_of(const struct figure *f, const struct sum *s)
{
	const int64_t *counts = s->place.counts;

	if (!s->known || (f->sort == FIGURE_STANDING && is_device(f->a) && !s->devices_known))
		return (struct report_cell){ .mark = REPORT_NONE };
	switch (f->sort) {
	case FIGURE_SUM:
	case FIGURE_STANDING: return number(10 * counts[f->a]);
	case FIGURE_RATE: return percent(counts[f->a], counts[f->a] + counts[f->b]);
	case FIGURE_SHARE: return percent(counts[f->a], counts[f->b]);
	case FIGURE_MEDIAN: return time_cell(&s->place.times[f->a], 50);
	case FIGURE_NINETIETH: return time_cell(&s->place.times[f->a], 90);
	case FIGURE_HOURS: return hours(counts[f->a]);
	case FIGURE_HOURS_SUM: return hours(counts[f->a] + counts[f->b]);
	}
	return (struct report_cell){ .mark = REPORT_NONE };
}

static void fill(struct report_series *s, int32_t year, int period, const struct sum *sum)
{
	struct report_cell *cells = s->cells + ((size_t)year * REPORT_PERIODS + (size_t)period) * figures_count;

	for (size_t f = 0; f < figures_count; f++)
		cells[f] = cell_of(&figures[f], sum);
}

/* Which places of a month belong to a series. */
struct chosen {
	const char *district; /* NULL: as `own` says, or all */
	bool (*own)(const void *context, const char *district);
	const void *context;
};

static bool is_chosen(const struct chosen *c, const char *district)
{
	if (c->district)
		return strcmp(c->district, district) == 0;
	return !c->own || (district[0] && c->own(c->context, district));
}

static void sum_month(struct sum *sum, const struct report_month *m, const struct chosen *c)
{
	sum->known = m->known;
	sum->devices_known = m->devices_known;
	for (size_t i = 0; i < m->count; i++)
		if (is_chosen(c, m->places[i].district))
			add_place(&sum->place, &m->places[i]);
}

static void add_year(struct report_series *s, int32_t year, const struct report_month *months, const struct chosen *c)
{
	struct sum whole = { .known = false }, half = { .known = false };

	for (int i = 0; i < MONTHS; i++) {
		struct sum month = { .known = false };

		sum_month(&month, &months[year * MONTHS + i], c);
		fill(s, year, i, &month);
		add_month(&half, &month);
		add_month(&whole, &month);
		release_sum(&month);
		if (i % 6 == 5) {
			fill(s, year, HALVES_AT + i / 6, &half);
			release_sum(&half);
			half = (struct sum){ .known = false };
		}
	}
	fill(s, year, YEAR_AT, &whole);
	release_sum(&whole);
}

static struct report_series *add_series(struct report_years *r, enum report_scope scope, const struct chosen *c)
{
	struct report_series *s;

	r->series = realloc(r->series, (r->series_count + 1) * sizeof(*r->series));
	if (!r->series)
		fatal("error=\"out of memory\"");
	s = &r->series[r->series_count++];
	*s = (struct report_series){ .scope = scope };
	s->cells = room_for((size_t)r->years * REPORT_PERIODS * figures_count, sizeof(*s->cells));
	for (int32_t year = 0; year < r->years; year++)
		add_year(s, year, r->months, c);
	return s;
}

bool report_read(struct report_years *r, struct watch *w, int32_t first_year, int32_t last_year, int64_t now)
{
	int32_t from = period_april(first_year), until = period_april(last_year + 1);
	struct report_district d;

	*r = (struct report_years){ .first_year = first_year, .years = last_year - first_year + 1 };
	r->months = room_for((size_t)(until - from), sizeof(*r->months));
	if (!report_months_read(r->months, w, from, until, now)) {
		free(r->months);
		r->months = NULL;
		return false;
	}
	for (int32_t i = 0; i < until - from; i++)
		if (r->months[i].month == period_month(zone_day(now)))
			r->counted_at = r->months[i].counted_at;
	add_series(r, REPORT_ALL, &(struct chosen){ .district = NULL });
	for (struct query *q = report_districts(w->store); report_districts_next(q, &d);) {
		struct report_series *s = add_series(r, REPORT_DISTRICT, &(struct chosen){ .district = d.district });

		memcpy(s->district, d.district, sizeof(s->district));
		memcpy(s->name, d.name, sizeof(s->name));
	}
	if (db_status(w->store->db) == DB_FINE)
		return true;
	report_release(r);
	return false;
}

void report_add_own(struct report_years *r, bool (*own)(const void *context, const char *district), const void *context)
{
	struct report_series together;

	for (size_t i = 0; i < r->series_count; i++)
		r->series[i].own = r->series[i].scope == REPORT_DISTRICT && own(context, r->series[i].district);
	together = *add_series(r, REPORT_OWN, &(struct chosen){ .own = own, .context = context });
	memmove(r->series + 1, r->series, (r->series_count - 1) * sizeof(*r->series));
	r->series[0] = together;
}

void report_release(struct report_years *r)
{
	for (int32_t i = 0; r->months && i < r->years * MONTHS; i++)
		report_month_release(&r->months[i]);
	for (size_t i = 0; i < r->series_count; i++)
		free(r->series[i].cells);
	free(r->series);
	free(r->months);
	*r = (struct report_years){ .first_year = r->first_year };
}

struct report_cell *report_cell(
	const struct report_years *r, const struct report_series *s, enum period_by by, int32_t begin, size_t figure)
{
	int32_t year = period_year(begin) - r->first_year, month = begin - period_april(period_year(begin));
	int period = by == PERIOD_MONTH ? month : by == PERIOD_HALF ? HALVES_AT + month / 6 : YEAR_AT;

	return &s->cells[((size_t)year * REPORT_PERIODS + (size_t)period) * figures_count + figure];
}

size_t report_part_periods(const struct report_part *p)
{
	int32_t months = period_months(p->by);

	int32_t last = (period_begin(p->by, p->to_month) - period_begin(p->by, p->from_month)) / months;

	return (size_t)last + 1;
}

int32_t report_part_begin(const struct report_part *p, size_t n)
{
	return period_begin(p->by, p->from_month) + (int32_t)n * period_months(p->by);
}
