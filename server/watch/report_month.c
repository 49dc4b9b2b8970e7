/* report_month - kept counts: when one is good, how it is read and written. */
#include "server/watch/report_month.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/month_counts.h"
#include "server/store/report.h"
#include "server/watch/blind.h"
#include "server/watch/period.h"
#include "server/watch/report_count.h"

/* What stands beside the counters of a month, at district "". */
#define COUNTED_AT "=counted_at"
#define GOOD_UNTIL "=good_until"
#define DEVICES    "=devices"

/* A count costs about a millisecond for 2,000 rows, and may take a hundredth of a thread's time. */
enum { ROWS_A_MS = 20, OVER_TIMES = 10 }; /* a month that is over changes seldom */

void report_bins_add(struct report_bins *b, int32_t minutes, int64_t count)
{
	size_t at = b->count;

	if (minutes > REPORT_MINUTES_MOST)
		minutes = REPORT_MINUTES_MOST;
	while (at > 0 && b->list[at - 1].minutes >= minutes)
		at--;
	if (at < b->count && b->list[at].minutes == minutes) {
		b->list[at].count += count;
		return;
	}
	if (b->count == b->room) {
		b->room = b->room ? 2 * b->room : 16;
		b->list = realloc(b->list, b->room * sizeof(*b->list));
		if (!b->list)
			fatal("error=\"out of memory\"");
	}
	memmove(&b->list[at + 1], &b->list[at], (b->count - at) * sizeof(*b->list));
	b->list[at] = (struct report_bin){ minutes, count };
	b->count++;
}

void report_bins_release(struct report_bins *b)
{
	free(b->list);
	*b = (struct report_bins){ 0 };
}

void report_month_release(struct report_month *m)
{
	for (size_t i = 0; i < m->count; i++)
		for (int time = 0; time < TIMES; time++)
			report_bins_release(&m->places[i].times[time]);
	free(m->places);
	*m = (struct report_month){ .month = m->month };
}

const struct report_place *report_month_place(const struct report_month *m, const char *district)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->places[i].district, district) == 0)
			return &m->places[i];
	return NULL;
}

struct report_place *report_month_at(struct report_month *m, const char *district)
{
	struct report_place *place = (struct report_place *)report_month_place(m, district);

	if (place)
		return place;
	if (m->count == m->room) {
		m->room = m->room ? 2 * m->room : 16;
		m->places = realloc(m->places, m->room * sizeof(*m->places));
		if (!m->places)
			fatal("error=\"out of memory\"");
	}
	place = &m->places[m->count++];
	*place = (struct report_place){ 0 };
	snprintf(place->district, sizeof(place->district), "%s", district);
	return place;
}

static int64_t begins_at(int32_t month)
{
	return zone_instant(period_first_day(month), 0, ZONE_FIRST);
}

static bool settled(int32_t month, int64_t at)
{
	return at >= zone_instant(period_first_day(month + 1) + REPORT_SETTLES_DAYS, 0, ZONE_FIRST);
}

/* How long a count made now is good for, by the rows it read. A clock that has jumped ahead settles nothing. */
static int64_t good_until(const struct report_month *m, struct watch *w, int64_t now)
{
	static const enum report_counter read[] = { COUNTER_checkins, COUNTER_expected_ok, COUNTER_expected_missed,
		COUNTER_expected_paused, COUNTER_expected_unknown, COUNTER_residents, COUNTER_devices };
	int64_t rows = 0;

	if (settled(m->month, now) && blind_calm(w, DAY, now))
		return INT64_MAX;
	for (size_t i = 0; i < m->count; i++)
		for (size_t k = 0; k < sizeof(read) / sizeof(read[0]); k++)
			rows += m->places[i].counts[read[k]];
	return now + rows / ROWS_A_MS * (begins_at(m->month + 1) <= now ? OVER_TIMES : 1);
}

static bool good(int64_t counted_at, int64_t until, int64_t now)
{
	return until == INT64_MAX || (counted_at <= now && now < until);
}

static void take_row(struct report_month *m, const struct month_count *c)
{
	size_t name;

	if (strcmp(c->figure, COUNTED_AT) == 0)
		m->counted_at = c->value;
	else if (strcmp(c->figure, GOOD_UNTIL) == 0)
		m->good_until = c->value;
	else if (strcmp(c->figure, DEVICES) == 0)
		m->devices_known = true;
	for (int time = 0; time < TIMES; time++) {
		name = strlen(report_time_names[time]);
		if (strncmp(c->figure, report_time_names[time], name) == 0 && c->figure[name] == '/')
			report_bins_add(&report_month_at(m, c->district)->times[time],
				(int32_t)strtol(c->figure + name + 1, NULL, 10), c->value);
	}
	for (int counter = 0; counter < COUNTERS; counter++)
		if (strcmp(c->figure, report_counter_names[counter]) == 0)
			report_month_at(m, c->district)->counts[counter] = c->value;
}

/* As kept; those that nobody counted have counted_at 0. */
static bool load(struct report_month *list, struct store *s, int32_t from_month, int32_t until_month)
{
	struct month_count c;

	for (int32_t month = from_month; month < until_month; month++)
		list[month - from_month] = (struct report_month){ .month = month };
	for (struct query *q = month_counts(s, from_month, until_month); month_counts_next(q, &c);)
		take_row(&list[c.month - from_month], &c);
	for (int32_t month = from_month; month < until_month; month++)
		list[month - from_month].known = list[month - from_month].counted_at != 0;
	return db_status(s->db) == DB_FINE;
}

/* Of a month that is over, the devices are those of its last count within it. */
static void keep_devices(struct report_month *m, const struct report_month *kept)
{
	static const enum report_counter counters[] = { COUNTER_devices, COUNTER_devices_offline,
		COUNTER_devices_battery };

	if (m->devices_known)
		return;
	m->devices_known = kept->devices_known;
	for (size_t i = 0; i < kept->count; i++)
		for (size_t k = 0; k < sizeof(counters) / sizeof(counters[0]); k++) {
			int64_t count = kept->places[i].counts[counters[k]];

			if (count)
				report_month_at(m, kept->places[i].district)->counts[counters[k]] = count;
		}
}

/* Inside a transaction: counts anew, over what was kept, and takes its place. False: it was told to stop. */
static bool count_again(struct report_month *kept, struct watch *w, int64_t now, const atomic_bool *enough)
{
	struct report_month m;
	bool whole = report_month_count(&m, w, kept->month, now, enough);

	keep_devices(&m, kept);
	m.good_until = good_until(&m, w, now);
	report_month_release(kept);
	*kept = m;
	return whole;
}

static void set(struct store *s, int32_t month, const char *district, const char *figure, int64_t value)
{
	struct month_count c = { .month = month, .value = value };

	if (!value)
		return;
	snprintf(c.district, sizeof(c.district), "%s", district);
	snprintf(c.figure, sizeof(c.figure), "%s", figure);
	month_counts_set(s, &c);
}

static void keep_place(struct store *s, int32_t month, const struct report_place *p)
{
	char figure[32];

	for (int counter = 0; counter < COUNTERS; counter++)
		set(s, month, p->district, report_counter_names[counter], p->counts[counter]);
	for (int time = 0; time < TIMES; time++)
		for (size_t i = 0; i < p->times[time].count; i++) {
			snprintf(figure, sizeof(figure), "%s/%d", report_time_names[time],
				(int)p->times[time].list[i].minutes);
			set(s, month, p->district, figure, p->times[time].list[i].count);
		}
}

/* Inside a transaction. */
static void keep(struct store *s, const struct report_month *m)
{
	month_counts_clear(s, m->month);
	for (size_t i = 0; i < m->count; i++)
		keep_place(s, m->month, &m->places[i]);
	set(s, m->month, "", COUNTED_AT, m->counted_at);
	set(s, m->month, "", GOOD_UNTIL, m->good_until);
	set(s, m->month, "", DEVICES, m->devices_known);
}

/* The months of which there are rows, from the first to the present one; false: there are none at all. */
static bool months_of_rows(struct store *s, int64_t now, int32_t *first, int32_t *last)
{
	int64_t at = report_begins_at(s);

	if (!at || at > now)
		return false;
	*first = period_month(zone_day(at));
	*last = period_month(zone_day(now));
	return true;
}

/* One view of everything for the counting, and then, if it can be had, the lock for what it came to. */
static bool refresh(struct report_month *m, struct watch *w, int64_t now, const atomic_bool *enough)
{
	bool fine;

	if (!db_begin_read(w->store->db))
		return false;
	fine = count_again(m, w, now, enough) && db_status(w->store->db) == DB_FINE;
	db_rollback(w->store->db);
	if (fine && store_begin(w->store)) {
		keep(w->store, m);
		if (!store_commit(w->store))
			log_warn("report=not_kept month=%d error=\"%s\"", (int)m->month, db_why(w->store->db));
	}
	return fine;
}

bool report_months_read(
	struct report_month *list, struct watch *w, int32_t from_month, int32_t until_month, int64_t now)
{
	int32_t first = 0, last = 0;
	bool count = months_of_rows(w->store, now, &first, &last) && !report_is_large(w->store);
	bool fine = load(list, w->store, from_month, until_month);

	for (int32_t month = from_month; fine && month < until_month; month++) {
		struct report_month *m = &list[month - from_month];

		if (count && month >= first && month <= last && !good(m->counted_at, m->good_until, now))
			fine = refresh(m, w, now, NULL);
	}
	if (!fine)
		for (int32_t month = from_month; month < until_month; month++)
			report_month_release(&list[month - from_month]);
	return fine;
}

void report_month_seal(struct watch *w, int32_t month, int64_t now)
{
	struct report_month m = { .month = month };
	int32_t first, last;

	if (month_counts_get(w->store, month, GOOD_UNTIL, 0) == INT64_MAX ||
		!months_of_rows(w->store, now, &first, &last) || month < first || month > last)
		return;
	if (load(&m, w->store, month, month + 1)) {
		count_again(&m, w, now, NULL);
		m.good_until = INT64_MAX;
		keep(w->store, &m);
	}
	report_month_release(&m);
}

bool report_months_keep(struct watch *w, int64_t now, const atomic_bool *enough)
{
	int32_t first, last;

	if (!months_of_rows(w->store, now, &first, &last))
		return false;
	for (int32_t month = last; month >= first; month--) {
		int64_t counted_at = month_counts_get(w->store, month, COUNTED_AT, 0);
		struct report_month m = { .month = month };

		if (month_counts_get(w->store, month, GOOD_UNTIL, 0) == INT64_MAX ||
			(counted_at <= now && counted_at > now - HOUR))
			continue;
		if (load(&m, w->store, month, month + 1))
			refresh(&m, w, now, enough);
		report_month_release(&m);
		return true;
	}
	return false;
}
