/*
 * report_count - a month's count from its rows: what report_month.h keeps.
 */
#ifndef WATCH_REPORT_COUNT_H
#define WATCH_REPORT_COUNT_H

#include "server/watch/report_month.h"

/* The place of a district, made where there is none; valid until the next is made. */
struct report_place *report_month_at(struct report_month *m, const char *district);

#endif
