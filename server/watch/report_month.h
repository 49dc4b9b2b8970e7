/*
 * report_month - what a month came to, by district: counted from the rows, or as it was kept.
 *
 * A month is counted from its rows while they are there, and what it came to is kept (month_counts): a fiscal year of
 * a large city is millions of rows, and rows older than the retention allows go. A kept count is good for as long as
 * its rows may still change: that of a month that ended REPORT_SETTLES_DAYS ago or more for ever, a younger one for the
 * shorter the less it costs to count again (a small town's is counted anew each time). What belongs to a resident is
 * counted in the district where the resident lives when it is counted.
 *
 * How many devices there are nobody knows of a time past: that is what the month's last count within it found.
 */
#ifndef WATCH_REPORT_MONTH_H
#define WATCH_REPORT_MONTH_H

#include <stdatomic.h>

#include "server/watch/report_figures.h"
#include "server/watch/watch.h"

/* Visits, reports and closings of a month may come until then (rules.h: visit_late); nothing later changes it. */
enum { REPORT_SETTLES_DAYS = 40 };

/* So many took so many whole minutes; more than REPORT_MINUTES_MOST are that many. */
#define REPORT_MINUTES_MOST 10080 /* a week */
struct report_bins {
	struct report_bin {
		int32_t minutes;
		int64_t count;
	} * list; /* by minutes */
	size_t count, room;
};
void report_bins_add(struct report_bins *b, int32_t minutes, int64_t count);
void report_bins_release(struct report_bins *b);

struct report_place {
	char district[65]; /* "": of no one district */
	int64_t counts[COUNTERS];
	struct report_bins times[TIMES];
};

struct report_month {
	int32_t month;               /* months since 1970-01 */
	bool known;                  /* false: it is to come, or before anything is known */
	bool devices_known;          /* false: nobody counted the devices within it */
	int64_t counted_at;          /* 0: not known */
	int64_t good_until;          /* INT64_MAX: nothing changes it any more */
	struct report_place *places; /* places without anything may be missing */
	size_t count, room;
};
void report_month_release(struct report_month *m);
/* NULL: nothing was counted there. */
const struct report_place *report_month_place(const struct report_month *m, const char *district);

/*
 * Counts a month from its rows as they are at `now`. Inside a transaction of any kind. False: it is not whole, for
 * *enough (NULL: never) became true meanwhile.
 */
bool report_month_count(struct report_month *m, struct watch *w, int32_t month, int64_t now, const atomic_bool *enough);

/*
 * The months from one to before another, into `list` (as many as those): as kept while that is good, else counted, and
 * kept where the store allows. A large town's are only read: its months are counted by report_months_keep, and are not
 * known before. Makes its own transactions. False: the store could not be read, db_why says why.
 */
bool report_months_read(
	struct report_month *list, struct watch *w, int32_t from_month, int32_t until_month, int64_t now);

/*
 * Before rows of a month go for good: what it came to is kept and never counted again. Inside the caller's transaction,
 * in which all or none of the month's rows of a kind are still there. A month already sealed or settled costs nothing.
 */
void report_month_seal(struct watch *w, int32_t month, int64_t now);

/*
 * Keeps what months came to that are not settled, each at most once an hour, one a call: for a thread with time to
 * spare. True: there may be more to do. *enough: it is to end (NULL: never).
 */
bool report_months_keep(struct watch *w, int64_t now, const atomic_bool *enough);

#endif
