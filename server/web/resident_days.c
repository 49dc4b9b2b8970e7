/*
 * resident_days - how a resident's days went, what happened, when they press: what shows somebody drifting before they
 * are missed.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/store/record.h"
#include "server/watch/daily.h"
#include "server/watch/json.h"
#include "server/watch/pause.h"
#include "server/watch/schedule.h"
#include "server/watch/telling.h"
#include "server/watch/usual.h"
#include "server/web/call.h"
#include "server/web/handlers.h"
#include "server/web/residents.h"

enum { DAYS = 365, DAYS_MOST = 400, A_DAY = SCHEDULE_PARTS, PAGE = 50, PAGE_MOST = 500, PRESSES_MOST = 5000 };

static void *list_of(size_t count, size_t size)
{
	void *list = calloc(count, size);

	if (!list)
		fatal("error=\"out of memory\"");
	return list;
}

/* What is read of a stretch of days. */
struct days {
	struct record_expectation *expectations;
	struct record_incident *incidents;
	size_t expectation_count, incident_count;
	struct watch *w;
	const struct vigil *v;
	int64_t now;
};

/* The open expectation has no row before its DUE, and none says before its end what has met it. */
static void add_open_expectation(struct days *d, int32_t from, int32_t to)
{
	const struct vigil *v = d->v;
	int32_t day = v->opens_at ? zone_day(v->opens_at) : to + 1;
	struct record_expectation *e = NULL;

	if (day < from || day > to)
		return;
	for (size_t k = 0; k < d->expectation_count && !e; k++)
		if (d->expectations[k].opens_at == v->opens_at)
			e = &d->expectations[k];
	if (!e) {
		e = &d->expectations[d->expectation_count++];
		*e = (struct record_expectation){
			.day = day, .opens_at = v->opens_at, .due_at = v->due_at, .deadline_at = v->deadline_at
		};
	}
	if (!e->outcome[0] && v->last_press_at >= v->counts_from_at) {
		e->met_at = v->last_press_at;
		memcpy(e->met_kind, v->last_press_kind, sizeof(e->met_kind));
	}
}

static enum daily_state state_of(const struct days *d, const struct record_expectation *e)
{
	if (strcmp(e->outcome, "ok") == 0)
		return DAILY_OK;
	if (strcmp(e->outcome, "missed") == 0)
		return DAILY_MISSED;
	if (strcmp(e->outcome, "paused") == 0)
		return DAILY_PAUSED;
	if (e->outcome[0])
		return DAILY_UNKNOWN;
	if (e->met_at)
		return DAILY_OK;
	if (pause_covers_due(d->w, d->v->resident_id, e->due_at))
		return DAILY_PAUSED;
	return d->now < e->due_at ? DAILY_WAITING : DAILY_LATE;
}

static cJSON *expectation_object(const struct record_expectation *e)
{
	cJSON *object = cJSON_CreateObject();

	json_instant(object, "opens_at", e->opens_at);
	json_instant(object, "due_at", e->due_at);
	json_instant(object, "deadline_at", e->deadline_at);
	json_text(object, "outcome", e->outcome);
	json_instant(object, "met_at", e->met_at);
	json_text(object, "met_kind", e->met_kind);
	json_instant(object, "met_late_at", e->met_late_at);
	return object;
}

static cJSON *incident_object(const struct record_incident *i)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "id", (double)i->id);
	cJSON_AddStringToObject(object, "kind", i->kind);
	json_instant(object, "opened_at", i->opened_at);
	json_text(object, "outcome", i->outcome);
	return object;
}

/* A day on which something was expected or happened; NULL: neither. The places go on behind it. */
static cJSON *day_object(const struct days *d, int32_t day, size_t *e, size_t *i)
{
	cJSON *object, *expectations, *incidents;
	enum daily_state state = DAILY_UNSCHEDULED;
	char date[DATE_TEXT];

	if ((*e == d->expectation_count || d->expectations[*e].day != day) &&
		(*i == d->incident_count || zone_day(d->incidents[*i].opened_at) != day))
		return NULL;
	object = cJSON_CreateObject();
	expectations = cJSON_CreateArray();
	incidents = cJSON_CreateArray();
	for (; *e < d->expectation_count && d->expectations[*e].day == day; ++*e) {
		const struct record_expectation *one = &d->expectations[*e];

		if (state_of(d, one) < state)
			state = state_of(d, one);
		cJSON_AddItemToArray(expectations, expectation_object(one));
	}
	for (; *i < d->incident_count && zone_day(d->incidents[*i].opened_at) == day; ++*i) {
		if (strcmp(d->incidents[*i].kind, incident_kind_name(INCIDENT_HELP)) == 0)
			state = DAILY_HELP;
		cJSON_AddItemToArray(incidents, incident_object(&d->incidents[*i]));
	}
	cJSON_AddStringToObject(object, "date", date_format(date, day));
	cJSON_AddStringToObject(object, "state", daily_state_name(state));
	cJSON_AddItemToObject(object, "expectations", expectations);
	cJSON_AddItemToObject(object, "incidents", incidents);
	return object;
}

static void reply_days(struct call *c, const struct resident *r, int32_t from, int32_t to)
{
	struct days d = { .w = call_watch(c), .v = &r->vigil, .now = call_now(c) };
	cJSON *object = cJSON_CreateObject(), *days = cJSON_AddArrayToObject(object, "days"), *one;
	char date[DATE_TEXT];
	size_t e = 0, i = 0;

	d.expectations = list_of((DAYS_MOST + 1) * A_DAY + 1, sizeof(*d.expectations));
	d.incidents = list_of(PRESSES_MOST, sizeof(*d.incidents));
	d.expectation_count = record_expectations(
		call_store(c), r->resident_id, from, to, d.expectations, (size_t)(DAYS_MOST + 1) * A_DAY);
	add_open_expectation(&d, from, to);
	d.incident_count = record_incidents(call_store(c), r->resident_id, zone_instant(from, 0, ZONE_FIRST),
		zone_instant(to + 1, 0, ZONE_FIRST), d.incidents, PRESSES_MOST);
	cJSON_AddStringToObject(object, "from", date_format(date, from));
	cJSON_AddStringToObject(object, "to", date_format(date, to));
	for (int32_t day = from; day <= to; day++)
		if ((one = day_object(&d, day, &e, &i)))
			cJSON_AddItemToArray(days, one);
	free(d.expectations);
	free(d.incidents);
	reply_json(c, 200, object);
}

void residents_days(struct call *c)
{
	struct resident r;
	int32_t from, to;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_day(c, "from", &from) || !call_day(c, "to", &to))
		return;
	if (!call_query(c, "from"))
		from = to - DAYS + 1;
	if (from > to || to - from > DAYS_MOST) {
		reply_problem(c, 422, "invalid", "from is no later than to, and at most %d days before it", DAYS_MOST);
		return;
	}
	if (call_note(c, "read", r.resident_id, "days"))
		reply_days(c, &r, from, to);
}

static cJSON *event_object(struct call *c, const struct timeline_row *t)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME] = "";

	if (t->person[0])
		telling_name(call_watch(c), t->person, name);
	cJSON_AddNumberToObject(object, "id", (double)t->id);
	json_instant(object, "at", t->at);
	cJSON_AddStringToObject(object, "event", t->event);
	json_text(object, "person", t->person);
	json_text(object, "person_name", name);
	json_text(object, "detail", t->detail);
	if (t->incident_id)
		cJSON_AddNumberToObject(object, "incident", (double)t->incident_id);
	else
		cJSON_AddNullToObject(object, "incident");
	return object;
}

void residents_timeline(struct call *c)
{
	struct resident r;
	struct timeline_row *list;
	const char *date = call_query(c, "date");
	cJSON *object, *events;
	int64_t limit, at, id, from = 0;
	char cursor[64] = "";
	int32_t day;
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit))
		return;
	if (!call_place(c, INT64_MAX, &at, &id) || !call_day(c, "date", &day))
		return;
	if (date && *date) {
		int64_t until = zone_instant(day + 1, 0, ZONE_FIRST);

		from = zone_instant(day, 0, ZONE_FIRST);
		if (at >= until) {
			at = until;
			id = 0;
		}
	}
	if (!call_note(c, "read", r.resident_id, "timeline"))
		return;
	list = list_of((size_t)limit + 1, sizeof(*list));
	n = record_timeline_between(
		call_store(c), r.resident_id, residents_may_know(c), from, at, id, list, (size_t)limit + 1);
	object = cJSON_CreateObject();
	events = cJSON_AddArrayToObject(object, "events");
	for (size_t k = 0; k < n && k < (size_t)limit; k++)
		cJSON_AddItemToArray(events, event_object(c, &list[k]));
	if (n > (size_t)limit)
		snprintf(cursor, sizeof(cursor), "%" PRId64 ".%" PRId64, list[limit - 1].at, list[limit - 1].id);
	json_text(object, "next_cursor", cursor);
	free(list);
	reply_json(c, 200, object);
}

/* Minutes since midnight; what nine presses of ten lie within. */
static void add_usual(struct call *c, const struct resident *r, cJSON *object)
{
	struct usual u;
	cJSON *usual;

	usual_read(call_watch(c), r->resident_id, call_now(c), &u);
	if (!u.learned) {
		cJSON_AddNullToObject(object, "usual");
		return;
	}
	usual = cJSON_AddObjectToObject(object, "usual");
	cJSON_AddNumberToObject(usual, "from_minute", u.from);
	cJSON_AddNumberToObject(usual, "to_minute", u.to);
	cJSON_AddNumberToObject(usual, "median_minute", u.median);
}

void residents_presses(struct call *c)
{
	struct record_press *list;
	struct resident r;
	cJSON *object, *presses;
	int32_t today = zone_day(call_now(c)), from = today - USUAL_DAYS + 1;
	char date[DATE_TEXT];
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_note(c, "read", r.resident_id, "presses"))
		return;
	list = list_of(PRESSES_MOST, sizeof(*list));
	n = record_presses(call_store(c), r.resident_id, zone_instant(from, 0, ZONE_FIRST), list, PRESSES_MOST);
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "from", date_format(date, from));
	cJSON_AddStringToObject(object, "to", date_format(date, today));
	presses = cJSON_AddArrayToObject(object, "presses");
	for (size_t k = 0; k < n; k++) {
		cJSON *press = cJSON_CreateObject();

		json_instant(press, "at", list[k].pressed_at);
		cJSON_AddStringToObject(press, "kind", list[k].kind);
		cJSON_AddStringToObject(press, "device_id", list[k].device_id);
		cJSON_AddItemToArray(presses, press);
	}
	free(list);
	add_usual(c, &r, object);
	reply_json(c, 200, object);
}
