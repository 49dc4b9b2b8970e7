/*
 * report_hide - what may leave the house.
 *
 * First every small count is hidden. Then each line of numbers that add up is looked at as its reader would: what is
 * left over when all that is shown is taken away must still fit more than one value of each hidden number. Where it
 * does not, one more is hidden, the smallest of the parts, which says least; where there is none left, the total; and
 * where all are hidden already, "less than five" becomes plainly hidden. One line's remedy may spoil another's, so this
 * goes on until nothing changes; each round hides more, so it ends.
 *
 * A line is looked at by itself: two lines together may still narrow a number down, but for the plainest of cases they
 * do not give it away.
 */
#include <stdlib.h>

#include "common/log.h"
#include "server/watch/report.h"

enum { MONTHS = 12, HALVES_AT = 12, YEAR_AT = 14, UNBOUNDED = 1 << 28 };

/* Numbers of which cells[0], the total, and what is signed -1 add up to what is signed 1. */
struct line {
	struct report_cell **cells;
	int *signs;
	size_t count;
};

static bool is_hidden(const struct report_cell *c)
{
	return c->mark == REPORT_LESS || c->mark == REPORT_HIDDEN;
}

static int64_t count_of(const struct report_cell *c)
{
	return c->tenths / 10;
}

/* What a reader knows of a hidden number by its mark alone. */
static int64_t least(const struct report_cell *c)
{
	return c->mark == REPORT_LESS ? 1 : 0;
}

static int64_t most(const struct report_cell *c)
{
	return c->mark == REPORT_LESS ? REPORT_SMALL - 1 : UNBOUNDED;
}

/* Whether the line gives a hidden number away. */
static bool is_given_away(const struct line *l)
{
	int64_t left = 0, low = 0, high = 0; /* of all hidden ones together: what is left over, and what marks allow */

	for (size_t i = 0; i < l->count; i++) {
		const struct report_cell *c = l->cells[i];
		int64_t a = l->signs[i] * least(c), b = l->signs[i] * most(c);

		if (!is_hidden(c))
			continue;
		left += l->signs[i] * count_of(c);
		low += a < b ? a : b;
		high += a < b ? b : a;
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct report_cell *c = l->cells[i];
		int64_t a = l->signs[i] * least(c), b = l->signs[i] * most(c);
		int64_t own_low = a < b ? a : b, own_high = a < b ? b : a;
		int64_t from_low = left - (high - own_high), from_high = left - (low - own_low);

		if (is_hidden(c) &&
			(from_low > own_low ? from_low : own_low) >= (from_high < own_high ? from_high : own_high))
			return true;
	}
	return false;
}

/* The cell that is hidden next: the smallest part that is not nothing, else the total, else what is nothing. */
static struct report_cell *next_to_hide(const struct line *l)
{
	struct report_cell *best = NULL;

	for (size_t i = 1; i < l->count; i++)
		if (l->cells[i]->mark == REPORT_NUMBER && l->cells[i]->tenths > 0 &&
			(!best || l->cells[i]->tenths < best->tenths))
			best = l->cells[i];
	if (!best && l->count && l->cells[0]->mark == REPORT_NUMBER)
		best = l->cells[0];
	for (size_t i = 1; !best && i < l->count; i++)
		if (l->cells[i]->mark == REPORT_NUMBER)
			best = l->cells[i];
	for (size_t i = 0; !best && i < l->count; i++)
		if (l->cells[i]->mark == REPORT_LESS)
			best = l->cells[i];
	return best;
}

static bool protect(const struct line *l)
{
	bool changed = false;

	while (is_given_away(l)) {
		struct report_cell *next = next_to_hide(l);

		if (!next)
			break;
		next->mark = REPORT_HIDDEN;
		changed = true;
	}
	return changed;
}

static struct report_cell *at(const struct report_series *s, int32_t period, int figure)
{
	return &s->cells[(size_t)period * figures_count + (size_t)figure];
}

static void add(struct line *l, struct report_cell *c, int sign)
{
	if (c->mark == REPORT_NONE)
		return;
	l->cells[l->count] = c;
	l->signs[l->count++] = sign;
}

static bool counts(const struct figure *f)
{
	return f->shy && (f->sort == FIGURE_SUM || f->sort == FIGURE_STANDING);
}

/* Districts make up all. */
static bool protect_districts(struct report_years *r, struct line *l, int32_t period, int figure)
{
	l->count = 0;
	for (size_t i = 0; i < r->series_count; i++)
		if (r->series[i].scope != REPORT_OWN)
			add(l, at(&r->series[i], period, figure), r->series[i].scope == REPORT_ALL ? -1 : 1);
	return protect(l);
}

/* Months make up halves, and halves years. */
static bool protect_periods(struct line *l, const struct report_series *s, int32_t year, int figure)
{
	int32_t first = year * REPORT_PERIODS;
	bool changed = false;

	for (int half = 0; half < 2; half++) {
		l->count = 0;
		add(l, at(s, first + HALVES_AT + half, figure), -1);
		for (int i = 0; i < MONTHS / 2; i++)
			add(l, at(s, first + half * MONTHS / 2 + i, figure), 1);
		changed |= protect(l);
	}
	l->count = 0;
	add(l, at(s, first + YEAR_AT, figure), -1);
	for (int half = 0; half < 2; half++)
		add(l, at(s, first + HALVES_AT + half, figure), 1);
	return protect(l) || changed;
}

static bool protect_figures(struct line *l, const struct report_series *s, int32_t period)
{
	static const enum report_counter safe[] = { COUNTER_outcome_safe, COUNTER_safe_forgot, COUNTER_safe_device,
		COUNTER_safe_other, COUNTER_safe_unsaid };
	bool changed;

	/* Why those who were fine were not heard. */
	l->count = 0;
	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		add(l, at(s, period, figure_of(safe[i])), i ? 1 : -1);
	changed = protect(l);
	/* Incidents by kind are as many as by outcome. */
	l->count = 0;
	for (int counter = COUNTER_incidents_help; counter <= COUNTER_incidents_talk; counter++)
		add(l, at(s, period, figure_of((enum report_counter)counter)), -1);
	for (int counter = COUNTER_outcome_safe; counter <= COUNTER_outcome_none; counter++)
		add(l, at(s, period, figure_of((enum report_counter)counter)), 1);
	return protect(l) || changed;
}

/* Those in service before and after tell how many more began than ended: neither or both are hidden, and plainly. */
static bool protect_residents(const struct report_series *s, int32_t period)
{
	struct report_cell *began = at(s, period, figure_of(COUNTER_residents_new));
	struct report_cell *ended = at(s, period, figure_of(COUNTER_residents_ended));

	if ((!is_hidden(began) && !is_hidden(ended)) || (began->mark == REPORT_HIDDEN && ended->mark == REPORT_HIDDEN))
		return false;
	began->mark = ended->mark = REPORT_HIDDEN;
	return true;
}

static bool protect_all(struct report_years *r, struct line *l)
{
	bool changed = false;

	for (int figure = 0; figure < (int)figures_count; figure++) {
		if (!counts(&figures[figure]))
			continue;
		for (int32_t period = 0; period < r->years * REPORT_PERIODS; period++)
			changed |= protect_districts(r, l, period, figure);
		for (size_t i = 0; i < r->series_count && figures[figure].sort == FIGURE_SUM; i++)
			for (int32_t year = 0; year < r->years && r->series[i].scope != REPORT_OWN; year++)
				changed |= protect_periods(l, &r->series[i], year, figure);
	}
	for (size_t i = 0; i < r->series_count; i++)
		for (int32_t period = 0; period < r->years * REPORT_PERIODS; period++)
			if (r->series[i].scope != REPORT_OWN) {
				changed |= protect_figures(l, &r->series[i], period);
				changed |= protect_residents(&r->series[i], period);
			}
	return changed;
}

static void hide_small(struct report_years *r)
{
	for (size_t i = 0; i < r->series_count; i++)
		for (int32_t period = 0; period < r->years * REPORT_PERIODS; period++)
			for (int figure = 0; figure < (int)figures_count; figure++) {
				struct report_cell *c = at(&r->series[i], period, figure);

				if (c->mark == REPORT_NUMBER && counts(&figures[figure]) && count_of(c) > 0 &&
					count_of(c) < REPORT_SMALL)
					c->mark = REPORT_LESS;
				if (c->mark == REPORT_NUMBER && c->cases > 0 && c->cases < REPORT_SMALL)
					c->mark = REPORT_HIDDEN;
			}
}

/* Another sum of some districts would give away what is hidden in one of them. */
static void hide_own(struct report_years *r, struct report_series *own)
{
	for (size_t i = 0; i < r->series_count; i++)
		for (int32_t period = 0; r->series[i].own && period < r->years * REPORT_PERIODS; period++)
			for (int figure = 0; figure < (int)figures_count; figure++) {
				struct report_cell *c = at(own, period, figure);

				if (c->mark != REPORT_NONE && is_hidden(at(&r->series[i], period, figure)) &&
					counts(&figures[figure]))
					c->mark = REPORT_HIDDEN;
			}
}

/* Rates are made of counts. */
static void hide_rates(struct report_years *r)
{
	for (size_t i = 0; i < r->series_count; i++)
		for (int32_t period = 0; period < r->years * REPORT_PERIODS; period++)
			for (int figure = 0; figure < (int)figures_count; figure++) {
				const struct figure *f = &figures[figure];
				struct report_cell *c = at(&r->series[i], period, figure);

				if (f->sort == FIGURE_RATE && f->shy && c->mark == REPORT_NUMBER &&
					(is_hidden(at(&r->series[i], period, figure_of((enum report_counter)f->a))) ||
						is_hidden(at(
							&r->series[i], period, figure_of((enum report_counter)f->b)))))
					c->mark = REPORT_HIDDEN;
			}
}

void report_hide(struct report_years *r)
{
	size_t longest = r->series_count + 32; /* the districts; or months, or figures, of which there are fewer */
	struct line l = { calloc(longest, sizeof(*l.cells)), calloc(longest, sizeof(*l.signs)), 0 };

	if (!l.cells || !l.signs)
		fatal("error=\"out of memory\"");
	hide_small(r);
	while (protect_all(r, &l))
		;
	for (size_t i = 0; i < r->series_count; i++)
		if (r->series[i].scope == REPORT_OWN)
			hide_own(r, &r->series[i]);
	hide_rates(r);
	free(l.cells);
	free(l.signs);
}
