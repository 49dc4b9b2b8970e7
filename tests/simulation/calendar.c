/* calendar - see there. */
#include "tests/simulation/calendar.h"

#include <stdio.h>
#include <time.h>

enum { AHEAD_DAYS = 400 };

static int64_t offset_at(int64_t at)
{
	time_t t = (time_t)(at >= 0 ? at / M_SECOND : -((-at + M_SECOND - 1) / M_SECOND));
	struct tm tm;

	localtime_r(&t, &tm);
	return tm.tm_gmtoff * M_SECOND;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int32_t calendar_day(int64_t at)
{
	return (int32_t)floor_div(at + offset_at(at), M_DAY);
}

int calendar_minute(int64_t at)
{
	int64_t local = at + offset_at(at);

	return (int)((local - floor_div(local, M_DAY) * M_DAY) / M_MINUTE);
}

/* Where clocks went forward between two instants. */
static int64_t change_between(int64_t before, int64_t after)
{
	int64_t was = offset_at(before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (offset_at(middle) == was)
			before = middle;
		else
			after = middle;
	}
	return after;
}

int64_t calendar_at(int32_t day, int minute, bool later)
{
	int64_t local = day * M_DAY + minute * M_MINUTE;
	int64_t before = offset_at(local - M_DAY), after = offset_at(local + M_DAY);
	int64_t a = local - before, b = local - after;
	bool a_is = offset_at(a) == before, b_is = offset_at(b) == after;

	if (before == after)
		return a;
	if (a_is && b_is)
		return (a < b) == later ? b : a;
	if (a_is || b_is)
		return a_is ? a : b;
	return change_between(local - M_DAY, local + M_DAY);
}

/* Civil from days (Howard Hinnant). */
const char *calendar_date(char text[16], int32_t day)
{
	int32_t z = day + 719468, era = (int32_t)floor_div(z, 146097);
	uint32_t doe = (uint32_t)(z - era * 146097);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	uint32_t month = mp < 10 ? mp + 3 : mp - 9;

	snprintf(text, 16, "%04d-%02u-%02u", (int)yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1);
	return text;
}

/* All windows from a day on, in order. */
struct walk {
	const struct m_plan *plan;
	int32_t day, end;
	int part;
};

static struct walk walk_around(const struct m_plan *p, int64_t at)
{
	int32_t day = calendar_day(at) - 1;

	return (struct walk){ p, day, p->count ? day + AHEAD_DAYS + 1 : day, 0 };
}

static bool walk_on(struct walk *walk, struct m_window *w)
{
	for (; walk->day < walk->end; walk->day++, walk->part = 0) {
		int weekday = 1 << ((walk->day + 4) % 7 + 7) % 7; /* the first day was a Thursday */

		while (walk->part < walk->plan->count) {
			int k = walk->part++;

			if (!(walk->plan->parts[k].days & weekday))
				continue;
			w->opens = calendar_at(walk->day, walk->plan->parts[k].opens, false);
			w->due = calendar_at(walk->day, walk->plan->parts[k].due, true);
			if (w->due <= w->opens)
				w->due = w->opens + 1;
			w->deadline = w->due + walk->plan->parts[k].grace * M_MINUTE;
			return true;
		}
	}
	return false;
}

bool calendar_next(const struct m_plan *p, int64_t from, struct m_window *w)
{
	struct walk walk = walk_around(p, from);

	while (walk_on(&walk, w))
		if (w->opens >= from)
			return true;
	return false;
}

static bool due_after(struct walk walk, int64_t after, struct m_window *w)
{
	while (walk_on(&walk, w))
		if (w->due > after)
			return true;
	return false;
}

bool calendar_next_due(const struct m_plan *p, int32_t first_day, int64_t after, struct m_window *w)
{
	struct walk walk = walk_around(p, after);

	if (first_day > walk.day)
		walk = (struct walk){ p, first_day, p->count ? first_day + AHEAD_DAYS : first_day, 0 };
	return due_after(walk, after, w);
}

int64_t calendar_next_start(const struct m_plan *p, int64_t at)
{
	struct m_window w;

	if (!due_after(walk_around(p, at), at, &w))
		return M_NEVER;
	return w.opens > at ? w.opens : at;
}

bool calendar_covers(const struct m_plan *p, int64_t at)
{
	return calendar_next_start(p, at) == at;
}

int64_t calendar_covered_until(const struct m_plan *p, int64_t at, int64_t latest)
{
	struct walk walk = walk_around(p, at);
	int64_t until = at;
	struct m_window w;

	while (until < latest && walk_on(&walk, &w) && w.opens <= until)
		if (w.due > until)
			until = w.due;
	return until < latest ? until : latest;
}

int64_t calendar_next_begin(const struct m_plan *p, int64_t at)
{
	struct walk walk = walk_around(p, at);
	int64_t until = INT64_MIN;
	struct m_window w;

	while (walk_on(&walk, &w)) {
		if (w.opens > at && w.opens > until)
			return w.opens;
		until = w.due;
	}
	return M_NEVER;
}
