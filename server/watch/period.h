/*
 * period - the months, half years and fiscal years that reports speak of.
 *
 * A month is a number of months since 1970-01. A fiscal year begins in April and is named by the calendar year in which
 * it does: 2026 is 2026-04 to 2027-03, its halves 2026-H1 (April to September) and 2026-H2.
 */
#ifndef WATCH_PERIOD_H
#define WATCH_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

enum period_by { PERIOD_MONTH, PERIOD_HALF, PERIOD_YEAR };
bool period_by_parse(const char *word, enum period_by *by); /* month, half, year */
const char *period_by_name(enum period_by by);

int32_t period_month(int32_t day);       /* the month of a local day */
int32_t period_first_day(int32_t month); /* its first day; of the next month: one more than its last */
int32_t period_year(int32_t month);      /* the fiscal year of a month */
int32_t period_april(int32_t year);      /* the month in which a fiscal year begins */

/* The months that a period of this length holds; where it begins that has this month in it. */
int32_t period_months(enum period_by by);
int32_t period_begin(enum period_by by, int32_t month);

#define PERIOD_TEXT 16
bool period_month_parse(const char *text, int32_t *month);                          /* 2026-04, from 1970 on */
const char *period_format(char buf[PERIOD_TEXT], enum period_by by, int32_t begin); /* 2026-04, 2026-H1, 2026 */

#endif
