/*
 * resident_acts - what somebody tells about a resident, entered by staff: a check-in, a pause, its end, the end of the
 * service, a visit.
 *
 * Who silences an alarm must know the resident: the second identifier is asked of whoever tells, and a wrong one is
 * noted. After VERIFY_TRIES wrong ones for one resident nothing is taken from that user for VERIFY_WAIT, so that four
 * digits cannot be tried out. A visit or a call silences one as well. Pauses, check-ins and ends are audited by their
 * rules.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/store/sessions.h"
#include "server/watch/json.h"
#include "server/watch/pause.h"
#include "server/watch/telling.h"
#include "server/watch/visit.h"
#include "server/web/handlers.h"
#include "server/web/pauses.h"
#include "server/web/watchers.h"

enum { VERIFY_TRIES = 5, VERIFY_BYTES = 32, REASON = 500, NOTE = 800, PAGE = 50, PAGE_MOST = 200, MINUTES_MOST = 600 };
#define VERIFY_WAIT (15 * MINUTE)

/* What every such entry brings: whom it is about, what only who knows them can say, who told it. */
struct entry {
	struct resident r;
	const char *verify, *told_by;
	char key[16 + LOGIN + RESIDENT_ID]; /* of the throttle */
};

static void read_entry(struct call *c, struct entry *e)
{
	e->verify = body_text(c, "verify", VERIFY_BYTES, BODY_NEEDED);
	e->told_by = body_text(c, "told_by", PERSON_NAME - 1, BODY_NEEDED);
}

static void note_failure(struct call *c, const struct entry *e, const char *what, const char *why)
{
	if (!call_begin(c))
		return;
	throttles_add(call_store(c), e->key, call_now(c), VERIFY_WAIT);
	call_audit(c, "verify_failed", e->r.resident_id, what, "");
	if (call_commit(c))
		reply_problem(c, 422, "not_verified", "%s", why);
}

/* Whoever told it knows the resident. False: it was replied. */
static bool verified(struct call *c, struct entry *e, const char *what)
{
	int64_t last_at = 0, failures, wait_ms;
	char why[PAUSE_WHY], seconds[24];

	snprintf(e->key, sizeof(e->key), "verify:%s/%s", call_caller(c)->user.login, e->r.resident_id);
	failures = throttles_failures(call_store(c), e->key, &last_at);
	wait_ms = last_at + VERIFY_WAIT - call_now(c);
	if (failures >= VERIFY_TRIES && wait_ms > 0) {
		snprintf(seconds, sizeof(seconds), "%" PRId64, wait_ms / SECOND + 1);
		reply_header(c, "Retry-After", seconds);
		reply_problem(c, 429, "throttled", "too many wrong identifiers for %s: try again in %s s",
			e->r.resident_id, seconds);
		return false;
	}
	if (pause_verify(&e->r, e->verify, why))
		return true;
	note_failure(c, e, what, why);
	return false;
}

/* All was read; the resident is theirs; who told it is verified; a transaction is open. False: it was replied. */
static bool begin(struct call *c, struct entry *e, const char *what)
{
	if (!call_resident(c, call_arg(c, 0), &e->r) || !body_ends(c) || !verified(c, e, what) || !call_begin(c))
		return false;
	throttles_clear(call_store(c), e->key);
	return true;
}

static cJSON *resident_object(const struct entry *e)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "resident_id", e->r.resident_id);
	return object;
}

void residents_check_in(struct call *c)
{
	struct entry e;
	const char *note;
	char why[PAUSE_WHY];
	cJSON *object;

	read_entry(c, &e);
	note = body_text(c, "note", NOTE, BODY_MAY);
	if (!begin(c, &e, "checkin"))
		return;
	if (!pause_staff_checkin(
		    call_watch(c), e.r.resident_id, e.told_by, note, call_caller(c)->person, call_now(c), why)) {
		reply_problem(c, 422, "refused", "%s", why);
	} else if (call_commit(c)) {
		object = resident_object(&e);
		json_instant(object, "pressed_at", call_now(c));
		reply_json(c, 201, object);
	}
}

/* The latest that was entered; NULL: the store did not take it. */
static cJSON *entered_pause(struct call *c, const struct entry *e)
{
	struct pause p;

	if (pauses_history(call_store(c), e->r.resident_id, 0, &p, 1) != 1)
		return NULL;
	return pause_object(c, &p);
}

void residents_pause(struct call *c)
{
	struct entry e;
	const char *from, *to, *reason;
	char why[PAUSE_WHY];
	cJSON *object;

	read_entry(c, &e);
	from = body_date(c, "from", BODY_NEEDED);
	to = body_date(c, "to", BODY_NEEDED);
	reason = body_text(c, "reason", REASON, BODY_NEEDED);
	if (!begin(c, &e, "pause"))
		return;
	if (!pause_enter(call_watch(c), e.r.resident_id, from, to, reason, e.told_by, call_caller(c)->person,
		    call_now(c), why)) {
		reply_problem(c, 422, "refused", "%s", why);
		return;
	}
	object = entered_pause(c, &e);
	if (call_commit(c))
		reply_json(c, 201, object);
	else
		cJSON_Delete(object);
}

void residents_resume(struct call *c)
{
	struct entry e;
	char why[PAUSE_WHY];
	cJSON *object;

	read_entry(c, &e);
	if (!begin(c, &e, "resume"))
		return;
	if (!pause_resume(call_watch(c), e.r.resident_id, e.told_by, call_caller(c)->person, call_now(c), why)) {
		reply_problem(c, 422, "refused", "%s", why);
	} else if (call_commit(c)) {
		object = resident_object(&e);
		json_instant(object, "resumed_at", call_now(c));
		reply_json(c, 200, object);
	}
}

void residents_end(struct call *c)
{
	struct entry e;
	const char *reason;
	struct incident open;
	char why[PAUSE_WHY];
	cJSON *object;

	read_entry(c, &e);
	reason = body_word(c, "reason", "deceased moved facility declined other", BODY_NEEDED);
	if (!begin(c, &e, "end"))
		return;
	if (!pause_end_service(
		    call_watch(c), e.r.resident_id, reason, e.told_by, call_caller(c)->person, call_now(c), why)) {
		reply_problem(c, 422, "refused", "%s", why);
		return;
	}
	object = resident_object(&e);
	json_instant(object, "ended_at", call_now(c));
	if (incidents_open_of(call_store(c), e.r.resident_id, &open))
		cJSON_AddNumberToObject(object, "open_incident", (double)open.id);
	else
		cJSON_AddNullToObject(object, "open_incident");
	if (call_commit(c))
		reply_json(c, 200, object);
	else
		cJSON_Delete(object);
}

static cJSON *visit_object(struct call *c, const struct visit *v)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME];

	cJSON_AddNumberToObject(object, "id", (double)v->id);
	json_instant(object, "at", v->at);
	cJSON_AddStringToObject(object, "kind", v->kind);
	cJSON_AddStringToObject(object, "person", v->person);
	telling_name(call_watch(c), v->person, name);
	cJSON_AddStringToObject(object, "person_name", name);
	if (v->minutes)
		cJSON_AddNumberToObject(object, "minutes", v->minutes);
	else
		cJSON_AddNullToObject(object, "minutes");
	json_text(object, "note", v->note);
	telling_name(call_watch(c), v->entered_by, name);
	cJSON_AddStringToObject(object, "entered_by_name", name);
	json_instant(object, "entered_at", v->entered_at);
	return object;
}

void residents_visits(struct call *c)
{
	int64_t limit, at, id;
	char cursor[64] = "";
	struct resident r;
	struct visit *list;
	cJSON *object, *visits;
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit))
		return;
	if (!call_place(c, 0, &at, &id))
		return;
	if (!call_note(c, "read", r.resident_id, "visits"))
		return;
	list = calloc((size_t)limit + 1, sizeof(*list));
	if (!list)
		fatal("error=\"out of memory\"");
	n = visits_of(call_store(c), r.resident_id, at, id, list, (size_t)limit + 1);
	object = cJSON_CreateObject();
	visits = cJSON_AddArrayToObject(object, "visits");
	for (size_t k = 0; k < n && k < (size_t)limit; k++)
		cJSON_AddItemToArray(visits, visit_object(c, &list[k]));
	if (n > (size_t)limit)
		snprintf(cursor, sizeof(cursor), "%" PRId64 ".%" PRId64, list[limit - 1].at, list[limit - 1].id);
	json_text(object, "next_cursor", cursor);
	free(list);
	reply_json(c, 200, object);
}

/* One of other districts does not exist for the caller. */
static bool is_watcher(struct call *c, const char *watcher_id)
{
	struct watcher w;

	return watchers_find(call_store(c), watcher_id, &w) && watcher_covered(c, watcher_id);
}

void residents_add_visit(struct call *c)
{
	const char *kind = body_word(c, "kind", "visit call", BODY_NEEDED);
	const char *person = body_text(c, "person", PERSON_NAME - 1, BODY_MAY);
	const char *note = body_text(c, "note", NOTE, BODY_MAY);
	struct visit v = { .minutes = (int)body_number(c, "minutes", 1, MINUTES_MOST, 0, BODY_MAY),
		.at = body_instant(c, "at", BODY_MAY) };
	struct refusal no = { 0 };
	struct entry e;
	char person_found[PERSON], detail[PERSON_NAME + 32];
	cJSON *object;

	read_entry(c, &e);
	if (!begin(c, &e, "visit"))
		return;
	if (!person[0])
		person = call_caller(c)->person;
	else if (call_person(c, person, person_found))
		person = person_found;
	else if (person_watcher(person) && !is_watcher(c, person_watcher(person))) {
		reply_problem(c, 422, "invalid", "there is no watcher %s", person_watcher(person));
		return;
	}
	snprintf(v.resident_id, sizeof(v.resident_id), "%s", e.r.resident_id);
	snprintf(v.kind, sizeof(v.kind), "%s", kind);
	snprintf(v.person, sizeof(v.person), "%s", person);
	snprintf(v.note, sizeof(v.note), "%s", note);
	snprintf(v.entered_by, sizeof(v.entered_by), "%s", call_caller(c)->person);
	if (!v.at)
		v.at = call_now(c);
	if (!visit_enter(call_watch(c), &v, e.told_by, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	snprintf(detail, sizeof(detail), "%s (told by %s)", kind, e.told_by);
	call_audit(c, "visit", e.r.resident_id, detail, "");
	if (!call_commit(c))
		return;
	object = visit_object(c, &v);
	reply_json(c, 201, object);
}
