/*
 * month_counts - what months came to, a row a district and counter: what is left of a month once its rows are gone, and
 * what spares counting it again. watch/report_month.h says what the counters are.
 */
#ifndef STORE_MONTH_COUNTS_H
#define STORE_MONTH_COUNTS_H

#include "server/store/store.h"

struct month_count {
	int32_t month;     /* months since 1970-01 */
	char district[65]; /* "" of no one district, and of the month itself */
	char figure[32];
	int64_t value;
};

/* Those of months from one to before another, by month and district. */
struct query *month_counts(struct store *s, int32_t from_month, int32_t until_month);
bool month_counts_next(struct query *q, struct month_count *c);

/* Inside a transaction: all of a month's away; one more. */
void month_counts_clear(struct store *s, int32_t month);
void month_counts_set(struct store *s, const struct month_count *c);

/* One of the month itself; `none` where it is not there. */
int64_t month_counts_get(struct store *s, int32_t month, const char *figure, int64_t none);

#endif
