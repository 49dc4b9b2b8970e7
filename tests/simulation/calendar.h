/*
 * calendar - the model's own reading of local time: days, plans of the week, and their windows in time.
 *
 * Shares nothing with the server: local time is asked of libc (localtime_r) alone, in the zone that TZ names. Days are
 * local dates as days since 1970-01-01, instants and lengths milliseconds.
 */
#ifndef TESTS_SIMULATION_CALENDAR_H
#define TESTS_SIMULATION_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define M_SECOND INT64_C(1000)
#define M_MINUTE (60 * M_SECOND)
#define M_HOUR   (60 * M_MINUTE)
#define M_DAY    (24 * M_HOUR)
#define M_NEVER  INT64_MAX

enum { M_SUN = 1, M_MON = 2, M_TUE = 4, M_WED = 8, M_THU = 16, M_FRI = 32, M_SAT = 64 };
enum { M_WORKDAYS = M_MON | M_TUE | M_WED | M_THU | M_FRI, M_WEEKEND = M_SAT | M_SUN, M_DAILY = 127 };

/* A plan of the week: on those days, from opens to due (minutes after midnight), and a grace. By opens. */
struct m_plan {
	const char *text; /* the same in the words of the import files, for the system */
	int count;
	struct {
		int days, opens, due, grace; /* minutes */
	} parts[3];
};

struct m_window {
	int64_t opens, due, deadline;
};

int32_t calendar_day(int64_t at);
int calendar_minute(int64_t at); /* of the local day */
/* The instant of a local time; of two the first, or the `later`; one that does not exist is the next that does. */
int64_t calendar_at(int32_t day, int minute, bool later);
const char *calendar_date(char text[16], int32_t day); /* 2026-11-23 */

/* The first window that opens at `from` or later. */
bool calendar_next(const struct m_plan *p, int64_t from, struct m_window *w);
/* The first of first_day or later that is due after `after`. */
bool calendar_next_due(const struct m_plan *p, int32_t first_day, int64_t after, struct m_window *w);
bool calendar_covers(const struct m_plan *p, int64_t at);
/* `at` if it is covered, else when the next window opens; M_NEVER. */
int64_t calendar_next_start(const struct m_plan *p, int64_t at);
/* Until when what covers `at` goes on without a gap; at most `latest`. */
int64_t calendar_covered_until(const struct m_plan *p, int64_t at, int64_t latest);
/* When being covered begins next, after `at`; M_NEVER. */
int64_t calendar_next_begin(const struct m_plan *p, int64_t at);

#endif
