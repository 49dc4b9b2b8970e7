/*
 * schedule - a schedule's windows in time.
 *
 * Every question is a walk over the windows in their order, from the day before the one asked about, and stops at the
 * first that answers it: some comparisons for the usual schedule, and no table of the year to keep right.
 */
#include "server/watch/schedule.h"

#include "common/zone.h"

/* Goes through all windows from a day on, in order. */
struct walk {
	const struct schedule *schedule;
	const struct holidays *holidays;
	int32_t day, end; /* the next day to look at; the first not to */
	size_t part;      /* the next part of that day */
};

static struct walk walk_from(const struct schedule *s, const struct holidays *holidays, int32_t day, int32_t days)
{
	return (struct walk){ s, holidays, day, s->count ? day + days : day, 0 };
}

/*
 * From the day before: where clocks go back at 1:00 (Azores), its 24:00 comes for the second time an hour into this
 * day.
 */
static struct walk walk_around(const struct schedule *s, const struct holidays *holidays, int64_t at)
{
	return walk_from(s, holidays, zone_day(at) - 1, SCHEDULE_AHEAD_DAYS + 1);
}

static struct window window_on(const struct schedule_part *part, int32_t day)
{
	struct window w = {
		.day = day,
		.opens_at = zone_instant(day, part->opens_s, ZONE_FIRST),
		.due_at = zone_instant(day, part->due_s, ZONE_SECOND),
	};

	if (w.due_at <= w.opens_at) /* both in the hour that clocks going forward leave out */
		w.due_at = w.opens_at + 1;
	w.deadline_at = w.due_at + part->grace_ms;
	return w;
}

static bool walk_next(struct walk *walk, struct window *w)
{
	for (; walk->day < walk->end; walk->day++, walk->part = 0) {
		bool holiday = holidays_has(walk->holidays, walk->day);
		int weekday = date_weekday(walk->day);

		while (walk->part < walk->schedule->count) {
			const struct schedule_part *part = &walk->schedule->parts[walk->part++];

			if ((holiday ? part->holidays : part->ordinary_days) >> weekday & 1) {
				*w = window_on(part, walk->day);
				return true;
			}
		}
	}
	return false;
}

bool schedule_next(const struct schedule *s, const struct holidays *holidays, int64_t not_before_at, struct window *w)
{
	struct walk walk = walk_around(s, holidays, not_before_at);

	while (walk_next(&walk, w))
		if (w->opens_at >= not_before_at)
			return true;
	return false;
}

static bool walk_to_due(struct walk walk, int64_t after_at, struct window *w)
{
	while (walk_next(&walk, w))
		if (w->due_at > after_at)
			return true;
	return false;
}

bool schedule_next_due(const struct schedule *s, const struct holidays *holidays, int32_t first_day, int64_t after_at,
	struct window *w)
{
	struct walk walk = walk_around(s, holidays, after_at);

	if (first_day > walk.day)
		walk = walk_from(s, holidays, first_day, SCHEDULE_AHEAD_DAYS);
	return walk_to_due(walk, after_at, w);
}

bool schedule_on_day(
	const struct schedule *s, const struct holidays *holidays, int32_t day, size_t index, struct window *w)
{
	struct walk walk = walk_from(s, holidays, day, 1);
	size_t found = 0;

	while (walk_next(&walk, w))
		if (found++ == index)
			return true;
	return false;
}

int64_t schedule_next_start(const struct schedule *s, const struct holidays *holidays, int64_t at)
{
	struct window w;

	if (!walk_to_due(walk_around(s, holidays, at), at, &w))
		return -1;
	return w.opens_at > at ? w.opens_at : at;
}

bool schedule_covers(const struct schedule *s, const struct holidays *holidays, int64_t at)
{
	return schedule_next_start(s, holidays, at) == at;
}

int64_t schedule_covered_until(const struct schedule *s, const struct holidays *holidays, int64_t at, int64_t latest)
{
	struct walk walk = walk_around(s, holidays, at);
	int64_t until = at;
	struct window w;

	while (until < latest && walk_next(&walk, &w) && w.opens_at <= until)
		if (w.due_at > until)
			until = w.due_at;
	return until < latest ? until : latest;
}

int64_t schedule_next_begin(const struct schedule *s, const struct holidays *holidays, int64_t at)
{
	struct walk walk = walk_around(s, holidays, at);
	int64_t covered_until = INT64_MIN;
	struct window w;

	while (walk_next(&walk, &w)) {
		if (w.opens_at > at && w.opens_at > covered_until)
			return w.opens_at;
		covered_until = w.due_at;
	}
	return -1;
}
