/*
 * pause_service - the end of a resident's service, said by somebody or planned in the record; and the check-in that
 * staff enter while it lasts.
 *
 * `ends` of the record stays what the import file says: else importing the same file again would seem to take the end
 * back. That it has ended is ended_at, and nothing but a later `ends` undoes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/store/answer_tokens.h"
#include "server/store/ends.h"
#include "server/store/timeline.h"
#include "server/watch/blind.h"
#include "server/watch/expectation.h"
#include "server/watch/incident.h"
#include "server/watch/pause.h"
#include "server/watch/press.h"
#include "server/watch/usual.h"

enum { ENDS_A_TURN = 100, NOTE = 1024 };

static const char *const reasons[] = { "deceased", "moved", "facility", "declined", "other" };

static bool reason_known(const char *reason)
{
	for (size_t k = 0; k < sizeof(reasons) / sizeof(reasons[0]); k++)
		if (strcmp(reasons[k], reason) == 0)
			return true;
	return false;
}

void pause_revoke(struct watch *w, const char *resident_id, int64_t now)
{
	struct vigil v;
	char detail[64];
	int64_t devices, links;

	if (!residents_vigil(w->store, resident_id, &v) || !v.ended_at)
		return;
	devices = ends_revoke_devices(w->store, resident_id, now);
	links = answer_tokens_revoke_resident(w->store, resident_id, now);
	if (devices > 0 || links > 0) {
		snprintf(detail, sizeof(detail), "devices %" PRId64 " links %" PRId64, devices, links);
		timeline_add(w->store, 0, resident_id, now, "revoked", "", detail);
	}
}

/* ended_at: from when on; a planned end may be noticed late. */
static void end_service(struct watch *w, const char *resident_id, int64_t ended_at, const char *reason,
	const char *detail, const char *by, int64_t now)
{
	struct incident open;

	if (!ends_set(w->store, resident_id, ended_at, reason))
		return;
	pauses_end(w->store, resident_id, now);
	expectation_stop(w, resident_id, now);
	incident_answer_itself(w, INCIDENT_PAUSE, resident_id, now);
	usual_ended(w, resident_id, now);
	timeline_add(w->store, 0, resident_id, now, "service_ended", by, detail);
	watch_audit(w, now, by[0] ? by : w->client_id, "end", resident_id, detail);
	log_info("resident=%s service=ended", resident_id);
	if (!incidents_open_of(w->store, resident_id, &open))
		pause_revoke(w, resident_id, now);
}

bool pause_end_service(struct watch *w, const char *resident_id, const char *reason, const char *told_by,
	const char *by, int64_t now, char why[PAUSE_WHY])
{
	struct resident r;
	char detail[NOTE];

	if (!pause_may_change(w, resident_id, told_by, &r, why))
		return false;
	if (!reason_known(reason)) {
		snprintf(why, PAUSE_WHY, "the reason is one of deceased moved facility declined other");
		return false;
	}
	snprintf(detail, sizeof(detail), "%s (told by %s)", reason, told_by);
	end_service(w, resident_id, now, reason, detail, by, now);
	return true;
}

static void end_as_planned(struct watch *w, const char *resident_id, int64_t now)
{
	struct resident r;
	char detail[NOTE];
	int32_t day;

	if (!residents_find(w->store, resident_id, &r))
		return;
	snprintf(detail, sizeof(detail), "%s (planned for %s)", r.end_reason[0] ? r.end_reason : "other", r.ends);
	end_service(
		w, resident_id, date_parse(r.ends, &day) ? zone_instant(day, 0, ZONE_FIRST) : now, "", detail, "", now);
}

bool pause_run_ends(struct watch *w, int64_t now)
{
	char ids[ENDS_A_TURN][RESIDENT_ID], today[DATE_TEXT];
	size_t n, ended = 0;

	date_format(today, zone_day(now));
	if (ends_planned(w->store, today, ids, 1) == 0 || !blind_calm(w, w->rules.settle_long_ms, now) ||
		!store_begin(w->store))
		return false;
	n = ends_planned(w->store, today, ids, ENDS_A_TURN);
	for (size_t k = 0; k < n; k++) {
		db_save(w->store->db);
		end_as_planned(w, ids[k], now);
		if (db_keep(w->store->db))
			ended++;
		else if (db_status(w->store->db) == DB_FINE)
			log_error("resident=%s error=\"end of service put off: %s\"", ids[k], db_why(w->store->db));
	}
	return (store_commit(w->store) && ended > 0) || db_again(w->store->db);
}

bool pause_staff_checkin(struct watch *w, const char *resident_id, const char *told_by, const char *note,
	const char *by, int64_t now, char why[PAUSE_WHY])
{
	struct resident r;
	char detail[NOTE];

	if (!pause_may_change(w, resident_id, told_by, &r, why))
		return false;
	press_record(w, resident_id, by, now, now);
	snprintf(detail, sizeof(detail), "told by %s%s%s", told_by, note[0] ? ": " : "", note);
	timeline_add(w->store, 0, resident_id, now, "staff_checkin", by, detail);
	watch_audit(w, now, by, "checkin", resident_id, detail);
	return true;
}
