/*
 * report - the figures of whole fiscal years: every month, half and year, of every district and of all together.
 *
 * It is always made whole, whatever part of it is asked for, so that what is hidden in one part is hidden in every
 * other. True numbers are for staff on their screen; report_hide makes of it what may leave the house.
 */
#ifndef WATCH_REPORT_H
#define WATCH_REPORT_H

#include <stdio.h>

#include <cjson/cJSON.h>

#include "server/store/residents.h"
#include "server/store/targets.h"
#include "server/watch/period.h"
#include "server/watch/report_month.h"

#define REPORT_PERIODS 15 /* of a fiscal year: twelve months, two halves, itself */
#define REPORT_SMALL   5  /* counts from one to below this are hidden */
enum { REPORT_YEARS_MOST = 11 };

enum report_mark {
	REPORT_NONE,   /* nothing is known, or there is nothing to divide by */
	REPORT_NUMBER, /* tenths */
	REPORT_LESS,   /* hidden: one to four */
	REPORT_HIDDEN, /* hidden as well, so that no hidden number can be computed */
};
struct report_cell {
	enum report_mark mark;
	int64_t tenths; /* of the figure's unit */
	int64_t cases;  /* of a time: how many it is of */
};

enum report_scope {
	REPORT_ALL,      /* everything, what belongs to no one district included */
	REPORT_DISTRICT, /* one */
	REPORT_OWN,      /* those of one reader together */
};
struct report_series {
	enum report_scope scope;
	char district[65], name[PERSON_NAME]; /* of a district */
	bool own;                             /* of a district: it is one of the reader's own */
	struct report_cell *cells;            /* [years][REPORT_PERIODS][figures_count] */
};

struct report_years {
	int32_t first_year, years;
	int64_t counted_at; /* of the running month, where there is one */
	struct report_month *months;
	struct report_series *series; /* own districts together where asked for; all; the districts by id */
	size_t series_count;
};

/* False: the store could not be read, db_why says why. Makes transactions of its own (report_month.h). */
bool report_read(struct report_years *r, struct watch *w, int32_t first_year, int32_t last_year, int64_t now);
void report_release(struct report_years *r);
/* One more series: the districts that `own` says yes to, together. Before report_hide. */
void report_add_own(
	struct report_years *r, bool (*own)(const void *context, const char *district), const void *context);

/* A figure of a period, by the month in which it begins. */
struct report_cell *report_cell(
	const struct report_years *r, const struct report_series *s, enum period_by by, int32_t begin, size_t figure);

/*
 * Hides small counts of people and of what happened to them, and as many others as it takes that none can be computed:
 * from a total and its other parts (districts, months, halves), from incidents by kind and by outcome, from those in
 * service before and after. Rates and times made of what is hidden are hidden with it.
 */
void report_hide(struct report_years *r);

/* A part of a report, as it is written. */
struct report_part {
	const struct report_years *report;
	enum period_by by;
	int32_t from_month, to_month; /* both included; periods of which they have a part are written whole */
	bool (*shows)(const void *context, const struct report_series *s);
	const void *context;
	bool hidden; /* report_hide was called */
	const char *language;
	int64_t now;
};
/* How many periods it has, and where the n-th begins. */
size_t report_part_periods(const struct report_part *p);
int32_t report_part_begin(const struct report_part *p, size_t n);

/* The object of GET /api/v1/reports, with the targets of its years. Trouble is left for ferror. */
void report_write_json(const struct report_part *p, struct store *s, FILE *out);
cJSON *report_target_json(const struct target *t);
/* A number of tenths as it is written: 12, 0.5. */
#define REPORT_NUMBER_TEXT 32
const char *report_number(char buf[REPORT_NUMBER_TEXT], int64_t tenths);

#endif
