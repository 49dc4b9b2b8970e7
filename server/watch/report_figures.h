/*
 * report_figures - what reports say: one table of figures that counting, API, CSV and page share.
 *
 * A month of a district is counted into counters, which add up over districts and, but for those of a standing, over
 * months; and into times, how many misses took how many whole minutes. A figure is made of these: a counter, a rate of
 * two, a time that half or nine tenths stayed within. How each is counted is one sentence of common/text.def, the text
 * after the figure's name.
 */
#ifndef WATCH_REPORT_FIGURES_H
#define WATCH_REPORT_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/text.h"

/* Names in month_counts. */
#define REPORT_COUNTERS(COUNTER)     \
	COUNTER(residents)           \
	COUNTER(residents_new)       \
	COUNTER(residents_ended)     \
	COUNTER(checkins)            \
	COUNTER(expected_ok)         \
	COUNTER(expected_missed)     \
	COUNTER(expected_paused)     \
	COUNTER(expected_unknown)    \
	COUNTER(incidents_help)      \
	COUNTER(incidents_missed)    \
	COUNTER(incidents_unwell)    \
	COUNTER(incidents_talk)      \
	COUNTER(questions)           \
	COUNTER(safe_forgot)         \
	COUNTER(safe_device)         \
	COUNTER(safe_other)          \
	COUNTER(safe_unsaid)         \
	COUNTER(outcome_safe)        \
	COUNTER(outcome_away)        \
	COUNTER(outcome_hospital)    \
	COUNTER(outcome_emergency)   \
	COUNTER(outcome_facility)    \
	COUNTER(outcome_deceased)    \
	COUNTER(outcome_moved)       \
	COUNTER(outcome_false_alarm) \
	COUNTER(outcome_checked_in)  \
	COUNTER(outcome_none)        \
	COUNTER(devices)             \
	COUNTER(devices_offline)     \
	COUNTER(devices_battery)     \
	COUNTER(devices_replaced)    \
	COUNTER(visits)              \
	COUNTER(calls)               \
	COUNTER(signoffs_due)        \
	COUNTER(signoffs_kept)       \
	COUNTER(minutes_visits)      \
	COUNTER(minutes_claims)

enum report_counter {
#define COUNTER(name) COUNTER_##name,
	REPORT_COUNTERS(COUNTER)
#undef COUNTER
		COUNTERS
};
extern const char *const report_counter_names[COUNTERS];

/* From a miss (its deadline) to the first … of its incident. */
enum report_time {
	TIME_TOLD,  /* message to somebody but the resident that a channel took */
	TIME_CLAIM, /* "I am going" */
	TIME_SEEN,  /* closing by a person */
	TIMES
};
extern const char *const report_time_names[TIMES];

enum figure_sort {
	FIGURE_SUM,       /* counter a, added up over a period */
	FIGURE_STANDING,  /* counter a at the end of a period */
	FIGURE_RATE,      /* 100 a / (a + b) */
	FIGURE_SHARE,     /* 100 a / b */
	FIGURE_MEDIAN,    /* of time a */
	FIGURE_NINETIETH, /* of time a: nine in ten took no longer */
	FIGURE_HOURS,     /* minutes of counter a, in hours */
	FIGURE_HOURS_SUM, /* of counters a and b */
};

struct figure {
	const char *key;  /* in API and addresses */
	const char *unit; /* people, times, cases, devices, percent, minutes, hours, lists */
	const char *group;
	enum text_key name; /* the next key of the texts is how it is counted */
	enum figure_sort sort;
	int a, b;
	bool shy; /* a count of people or of what happened to them: small ones are hidden in what leaves the house */
};
#define FIGURES_MOST 64
extern const struct figure figures[];
extern const size_t figures_count;

/* -1: there is no such figure. */
int figure_find(const char *key);
/* The figure that is nothing but this counter, added up or standing; -1: there is none. */
int figure_of(enum report_counter counter);
const char *figure_name(const struct figure *f, const char *language);
const char *figure_how(const struct figure *f, const char *language);
/* The unit as read: 人, 件 … */
const char *figure_unit(const struct figure *f, const char *language);

#endif
