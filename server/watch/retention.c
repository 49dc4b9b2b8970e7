/* retention - a pass, step by step. */
#include <inttypes.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/incidents.h"
#include "server/watch/period.h"
#include "server/watch/report_month.h"
#include "server/watch/retention.h"

enum {
	READ_ROWS = 500,   /* looked at in a step, without a lock */
	DELETE_ROWS = 100, /* deleted in one transaction */
	DELETE_INCIDENTS = 4,
	BLANK_RESIDENTS = 2,
	BLANK_WATCHERS = 20,
	CAUSES_MOST = 256,
	TASKS_DAYS = 60, /* nobody asks whether a task of longer ago was done */
};
#define DISCLOSURES_LEAST (INT64_C(3) * 366 * DAY) /* kept at the least, by law */

/* Rows of a kind older than this go. */
static int64_t before_of(enum retention_kind kind, const struct retention_limits *limits, int64_t now)
{
	int64_t incidents = now - limits->incidents_ms, checkins = now - limits->checkins_ms;

	switch (kind) {
	case RETENTION_EXPECTATIONS: return zone_day(checkins);
	case RETENTION_CHECKINS:
	case RETENTION_TELLINGS:
	case RETENTION_TESTS: return checkins;
	case RETENTION_SIGNOFFS: return zone_day(incidents);
	case RETENTION_DISCLOSURES:
		return limits->incidents_ms < DISCLOSURES_LEAST ? now - DISCLOSURES_LEAST : incidents;
	case RETENTION_INCIDENTS:
	case RETENTION_EVENTS:
	case RETENTION_VISITS:
	case RETENTION_PAUSES:
	case RETENTION_KINDS: break;
	}
	return incidents;
}

/* What the incident was made of goes with it where it is missed: it must be the cause of one. */
static void delete_incident(struct watch *w, int64_t id, int64_t now)
{
	struct cause causes[CAUSES_MOST];
	size_t n = causes_of(w->store, id, causes, CAUSES_MOST);

	for (size_t k = 0; k < n; k++)
		report_month_seal(w, period_month(zone_day(causes[k].at)), now);
	retention_delete(w->store, RETENTION_INCIDENTS, id);
	for (size_t k = 0; k < n; k++)
		if (causes[k].expectation_id)
			retention_delete(w->store, RETENTION_EXPECTATIONS, causes[k].expectation_id);
}

/* False: the store did not take it. *behind: the last row that was dealt with. */
static bool delete_rows(struct retention *r, struct watch *w, const struct retention_row *list, size_t n, int64_t now)
{
	size_t most = r->kind == RETENTION_INCIDENTS ? DELETE_INCIDENTS : DELETE_ROWS, deleted = 0, k = 0;
	int32_t sealed = -1;

	if (!store_begin(w->store))
		return false;
	for (; k < n && deleted < most; k++) {
		if (list[k].kept)
			continue;
		if (list[k].month_at && period_month(zone_day(list[k].month_at)) != sealed) {
			sealed = period_month(zone_day(list[k].month_at));
			report_month_seal(w, sealed, now);
		}
		if (r->kind == RETENTION_INCIDENTS)
			delete_incident(w, list[k].id, now);
		else
			retention_delete(w->store, r->kind, list[k].id);
		deleted++;
	}
	if (!store_commit(w->store))
		return false;
	r->deleted += (int64_t)deleted;
	r->key = list[k - 1].key;
	r->id = list[k - 1].id;
	return true;
}

static void next_kind(struct retention *r)
{
	r->kind++;
	r->key = r->id = 0;
}

static bool step_kind(struct retention *r, struct watch *w, const struct retention_limits *limits, int64_t now)
{
	struct retention_row list[READ_ROWS];
	int64_t before = before_of(r->kind, limits, now);
	size_t n = retention_old(w->store, r->kind, before, r->key, r->id, list, READ_ROWS), kept = 0;

	if (db_status(w->store->db) != DB_FINE)
		return false;
	while (n && list[n - 1].at >= before)
		n--; /* those read in another order than that of their age: the rest is younger */
	while (kept < n && list[kept].kept)
		kept++;
	if (kept < n)
		return delete_rows(r, w, list, n, now);
	if (n == READ_ROWS) {
		r->key = list[n - 1].key;
		r->id = list[n - 1].id;
	} else {
		next_kind(r);
	}
	return true;
}

/* *more: some are left. False: the store did not take it. */
static bool step_ended(struct retention *r, struct watch *w, int64_t before, int64_t now, bool *more)
{
	char ids[BLANK_RESIDENTS][RESIDENT_ID];
	size_t n = retention_ended(w->store, before, ids, BLANK_RESIDENTS);

	*more = n > 0;
	if (!n)
		return db_status(w->store->db) == DB_FINE;
	if (!store_begin(w->store))
		return false;
	for (size_t k = 0; k < n; k++) {
		retention_blank(w->store, ids[k], now);
		log_info("resident=%s record=blanked", ids[k]);
	}
	if (!store_commit(w->store))
		return false;
	r->blanked += (int64_t)n;
	return true;
}

/* *more: some are left. False: the store did not take it. */
static bool step_ended_watchers(struct retention *r, struct watch *w, int32_t before_day, bool *more)
{
	char ids[BLANK_WATCHERS][WATCHER_ID];
	size_t n = retention_ended_watchers(w->store, before_day, ids, BLANK_WATCHERS);

	*more = n > 0;
	if (!n)
		return db_status(w->store->db) == DB_FINE;
	if (!store_begin(w->store))
		return false;
	for (size_t k = 0; k < n; k++) {
		retention_blank_watcher(w->store, ids[k]);
		log_info("watcher=%s record=blanked", ids[k]);
	}
	if (!store_commit(w->store))
		return false;
	r->blanked += (int64_t)n;
	return true;
}

/* *more: some are left. False: the store did not take it. */
static bool step_tasks(struct watch *w, int64_t now, bool *more)
{
	int64_t n;

	if (!store_begin(w->store))
		return false;
	n = retention_delete_tasks(w->store, zone_day(now) - TASKS_DAYS, DELETE_ROWS);
	*more = n == DELETE_ROWS;
	return store_commit(w->store);
}

bool retention_step(struct retention *r, struct watch *w, const struct retention_limits *limits, int64_t now)
{
	bool more;

	if (r->kind < RETENTION_KINDS)
		return step_kind(r, w, limits, now);
	if (!step_ended(r, w, now - limits->ended_ms, now, &more))
		return false;
	if (more)
		return true;
	if (!step_ended_watchers(r, w, zone_day(now - limits->ended_ms), &more))
		return false;
	if (more)
		return true;
	if (!step_tasks(w, now, &more) || more)
		return more;
	if (r->deleted || r->blanked)
		log_info("retention=done deleted=%" PRId64 " blanked=%" PRId64, r->deleted, r->blanked);
	*r = (struct retention){ 0 };
	return false;
}
