/*
 * retention - how long rows are kept ([retention]): what is older becomes counts, and goes.
 *
 * A pass goes through all kinds of rows, a few at a time, each few in a transaction of their own, so that presses never
 * wait for it. Before a row goes, what its month came to is kept for the reports (report_month_seal). A row that
 * something younger refers to stays until that goes: a check-in that is the cause of an incident goes after the
 * incident. Records of disclosures are kept three years at least, as the law asks; the audit is never touched.
 */
#ifndef WATCH_RETENTION_H
#define WATCH_RETENTION_H

#include "server/store/retention.h"
#include "server/watch/watch.h"

struct retention_limits {
	int64_t checkins_ms, incidents_ms, ended_ms;
};

/* Where a pass has come; all zero: at its beginning. */
struct retention {
	enum retention_kind kind; /* RETENTION_KINDS: what comes after them */
	int64_t key, id;          /* behind this row of the kind */
	int64_t deleted, blanked; /* in this pass */
};

/*
 * One step of a pass: reads some rows, and deletes what is to go in one short transaction. False: the pass is over, or
 * the store did not answer (*r stays where it is, to be tried again).
 */
bool retention_step(struct retention *r, struct watch *w, const struct retention_limits *limits, int64_t now);

#endif
