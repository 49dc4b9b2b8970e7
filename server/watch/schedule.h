/*
 * schedule - when a check-in is expected, when a watcher may be told, when a user is on duty.
 *
 * A schedule is a text such as `mon-fri 06:00-10:00 +30m; sat,sun 07:00-11:00 +1h`: on those days, in the deployment's
 * zone, a window opens, is due, and after the grace its deadline comes. Local times become instants before grace is
 * added; one that does not exist means the next that does; of one that comes twice, OPENS is the first and DUE the
 * second. What is refused here (windows that overlap, a deadline past the next OPENS) is judged on the wall clock.
 *
 * A change of the clocks may still carry a deadline past the next OPENS. Who has one expectation open at a time asks
 * schedule_next from its deadline on, and so leaves out the window that came too early. Every window has
 * opens_at < due_at <= deadline_at, so that search never gives the same window again: one that clocks going forward
 * swallowed whole keeps a millisecond. Windows come in the order of both opens_at and due_at.
 *
 * Nothing here reads the clock or keeps state; searches look SCHEDULE_AHEAD_DAYS ahead and no further.
 */
#ifndef WATCH_SCHEDULE_H
#define WATCH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/watch/holidays.h"

#define SCHEDULE_PARTS      16
#define SCHEDULE_AHEAD_DAYS 400

/* One DAYS OPENS-DUE [+GRACE]. A day set has bit 1 << date_weekday(day): 1 Sunday … 64 Saturday. */
struct schedule_part {
	uint8_t ordinary_days; /* applies on these when they are no public holiday */
	uint8_t holidays;      /* and on these when they are */
	int32_t opens_s;       /* wall clock, seconds since local midnight */
	int32_t due_s;         /* after opens_s; 86400 is 24:00 */
	int64_t grace_ms;
};

/* A plain value, copied freely. None of its parts overlap. */
struct schedule {
	size_t count;                               /* 0: none, nothing is ever expected or covered */
	struct schedule_part parts[SCHEDULE_PARTS]; /* by opens_s */
};

enum schedule_use {
	SCHEDULE_CHECKIN, /* a resident's schedule */
	SCHEDULE_HOURS,   /* a watcher's hours, a user's duty: the same without grace */
};

/*
 * Reads `DAYS OPENS-DUE [+GRACE]; …` or `none` (contract 2). DAYS are a comma list of daily, mon … sun, ranges
 * (mon-fri, sat-mon) and holidays; -holidays, after DAYS or after the times, leaves holidays out; case does not matter.
 * False: s is untouched and why says in English what is wrong where, to follow "FILE:LINE: schedule: ".
 */
#define SCHEDULE_WHY 192 /* holds any why */
bool schedule_parse(struct schedule *s, const char *text, enum schedule_use use, char *why, size_t why_size);

/* One day's opening. */
struct window {
	int32_t day; /* the local date of OPENS */
	int64_t opens_at, due_at;
	int64_t deadline_at; /* due_at + grace */
};

/* The first window that opens at not_before_at or later. */
bool schedule_next(const struct schedule *s, const struct holidays *holidays, int64_t not_before_at, struct window *w);
/* The first window of first_day or later that is due after after_at: for residents whose service starts on a date. */
bool schedule_next_due(const struct schedule *s, const struct holidays *holidays, int32_t first_day, int64_t after_at,
	struct window *w);
/* The windows of one local date in order, index 0, 1, …; false: there are no more. */
bool schedule_on_day(
	const struct schedule *s, const struct holidays *holidays, int32_t day, size_t index, struct window *w);

/* Whether `at` lies in a window: OPENS belongs to it, DUE no longer. */
bool schedule_covers(const struct schedule *s, const struct holidays *holidays, int64_t at);
/* `at` itself if covered, else when the next window opens; -1: never. */
int64_t schedule_next_start(const struct schedule *s, const struct holidays *holidays, int64_t at);
/* When the covering that `at` lies in ends, `latest` where that is later; `at` itself if it is not covered. */
int64_t schedule_covered_until(const struct schedule *s, const struct holidays *holidays, int64_t at, int64_t latest);
/*
 * The next instant after `at` at which being covered begins; -1: never. A window that carries on where another is
 * due begins nothing: duty round the clock does not begin at midnight.
 */
int64_t schedule_next_begin(const struct schedule *s, const struct holidays *holidays, int64_t at);

#endif
