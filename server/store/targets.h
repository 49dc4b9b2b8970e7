/*
 * targets - what a fiscal year aims at, a figure and a district ("" all) each.
 */
#ifndef STORE_TARGETS_H
#define STORE_TARGETS_H

#include "server/store/store.h"

struct target {
	char figure[32], district[65];
	int32_t year;  /* fiscal, by the year in which it begins */
	int64_t value; /* in tenths of the figure's unit */
	char set_by[80];
	int64_t set_at;
};

/* Those of fiscal years from one to another, both included. */
struct query *targets(struct store *s, int32_t from_year, int32_t to_year);
bool targets_next(struct query *q, struct target *t);

/* Inside a transaction. Takes the place of the one there is; false from targets_remove: there is none. */
void targets_set(struct store *s, const struct target *t);
bool targets_remove(struct store *s, const char *figure, int32_t year, const char *district);

#endif
