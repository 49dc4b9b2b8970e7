/*
 * residents - one resident's record as staff need it, with a telephone in their hand or a visit ahead.
 *
 * That somebody read it is noted before it is given out. Who may enter, who holds the key and what care is needed is
 * for those who may act on it; others read null, and `may_know` says why.
 */
#include <string.h>

#include "common/zone.h"
#include "server/store/pauses.h"
#include "server/store/record.h"
#include "server/store/visits.h"
#include "server/store/watchers.h"
#include "server/watch/barred.h"
#include "server/watch/duty.h"
#include "server/watch/expectation.h"
#include "server/watch/json.h"
#include "server/watch/pause.h"
#include "server/watch/schedule_words.h"
#include "server/watch/telling.h"
#include "server/web/board.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/incidents.h"
#include "server/web/pauses.h"
#include "server/web/residents.h"

enum { ROWS = 64, SIMILAR_BYTES = 4096 };
#define PAUSES_SHOWN (400 * DAY)

bool residents_may_know(const struct call *c)
{
	return call_caller(c)->rights & RIGHT_ACT;
}

/* The record as it was given, by the names of contract 2. */
static void add_record(struct call *c, const struct resident *r, cJSON *object)
{
	const struct {
		const char *name, *text;
	} cells[] = { { "resident_id", r->resident_id }, { "name", r->name }, { "kana", r->kana },
		{ "district", r->district }, { "household", r->household }, { "category", r->category },
		{ "birth_date", r->birth_date }, { "phone", r->phone }, { "address", r->address },
		{ "place", r->place }, { "channels", r->channels }, { "contact", r->contact },
		{ "schedule", r->schedule }, { "policy", r->policy }, { "passive", r->passive },
		{ "language", r->language }, { "starts", r->starts }, { "ends", r->ends },
		{ "end_reason", r->end_reason }, { "consent_on", r->consent_on }, { "note", r->note } };

	for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++)
		json_text(object, cells[k].name, cells[k].text);
	cJSON_AddBoolToObject(object, "may_know", residents_may_know(c));
	json_text(object, "entry_consent", residents_may_know(c) ? r->entry_consent : "");
	json_text(object, "care", residents_may_know(c) ? r->care : "");
	json_instant(object, "ended_at", r->ended_at);
}

static void add_schedule(const struct resident *r, cJSON *object)
{
	cJSON *words = cJSON_AddObjectToObject(object, "schedule_words");
	char ja[SCHEDULE_WORDS] = "", en[SCHEDULE_WORDS] = "";
	struct schedule s;

	if (expectation_schedule(r->schedule, r->category, &s)) {
		schedule_words(&s, "ja", ja);
		schedule_words(&s, "en", en);
	}
	json_text(words, "ja", ja);
	json_text(words, "en", en);
}

static void add_next(const struct vigil *v, cJSON *object)
{
	bool met = v->last_press_at >= v->counts_from_at;
	cJSON *next;

	if (!v->opens_at) {
		cJSON_AddNullToObject(object, "next");
		return;
	}
	next = cJSON_AddObjectToObject(object, "next");
	json_instant(next, "counts_from_at", v->counts_from_at);
	json_instant(next, "opens_at", v->opens_at);
	json_instant(next, "due_at", v->due_at);
	json_instant(next, "deadline_at", v->deadline_at);
	json_instant(next, "met_at", met ? v->last_press_at : 0);
}

/* The resident's line of today's list, and those of who lives with them. */
static void add_today(struct call *c, const struct resident *r, cJSON *object)
{
	struct board *board = c->worker->shared->board;
	const struct board_list *list = board_hold(board);
	cJSON *household = cJSON_CreateArray();
	const char *own = NULL;

	for (size_t k = 0; list && k < list->daily.residents; k++) {
		const struct daily_row *row = list->daily.rows[k];

		if (strcmp(row->resident_id, r->resident_id) == 0)
			own = list->json[k];
		else if (r->household[0] && strcmp(row->household, r->household) == 0 && call_covers(c, row->district))
			cJSON_AddItemToArray(household, cJSON_CreateRaw(list->json[k]));
	}
	if (own)
		cJSON_AddRawToObject(object, "today", own);
	else
		cJSON_AddNullToObject(object, "today");
	cJSON_AddItemToObject(object, "household_today", household);
	if (list)
		board_drop(board, list);
}

/* mail line …: how they are reached; the addresses stand on the watcher's own page. */
static void add_schemes(cJSON *object, const char *channels)
{
	cJSON *list = cJSON_AddArrayToObject(object, "channels");

	while (*(channels += strspn(channels, " "))) {
		char scheme[32];

		snprintf(scheme, sizeof(scheme), "%.*s", (int)strcspn(channels, ": "), channels);
		cJSON_AddItemToArray(list, cJSON_CreateString(scheme));
		channels += strcspn(channels, " ");
	}
}

static cJSON *watcher_object(struct call *c, const struct resident *r, const struct linked_watcher *l)
{
	const struct watcher *w = &l->watcher;
	cJSON *object = cJSON_CreateObject();
	char person[PERSON], like[PERSON_NAME] = "";
	struct link in_circle;

	PERSON_OF(person, "watcher", w->watcher_id);
	cJSON_AddStringToObject(object, "watcher_id", w->watcher_id);
	cJSON_AddStringToObject(object, "name", w->name);
	json_text(object, "relation", w->relation);
	cJSON_AddNumberToObject(object, "tier", l->link.tier);
	cJSON_AddStringToObject(object, "can", l->link.can[0] ? l->link.can : "go");
	json_text(object, "shares", l->link.shares);
	json_text(object, "label", l->link.label);
	json_text(object, "link_relation", l->link.relation);
	json_text(object, "key", residents_may_know(c) ? l->link.key : "");
	add_schemes(object, w->channels);
	json_text(object, "hours", w->hours);
	cJSON_AddBoolToObject(object, "night", strcmp(w->night, "yes") == 0);
	cJSON_AddBoolToObject(object, "away", duty_away(w->away_from, w->away_to, call_now(c)));
	json_text(object, "away_from", w->away_from);
	json_text(object, "away_to", w->away_to);
	cJSON_AddBoolToObject(object, "ended", duty_away(w->ends, "", call_now(c)));
	json_instant(object, "reached_at", record_reached(call_store(c), person));
	barred_resembles(call_watch(c), r->resident_id, w, like);
	json_text(object, "resembles", like);
	cJSON_AddBoolToObject(
		object, "may_be_told", watchers_in_circle(call_store(c), r->resident_id, w->watcher_id, &in_circle));
	return object;
}

static void add_watchers(struct call *c, const struct resident *r, cJSON *object)
{
	struct linked_watcher list[ROWS];
	size_t n = watchers_of(call_store(c), r->resident_id, 0, list, ROWS);
	cJSON *watchers = cJSON_AddArrayToObject(object, "watchers");

	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(watchers, watcher_object(c, r, &list[k]));
}

static void add_number(cJSON *object, const char *name, int number)
{
	if (number < 0)
		cJSON_AddNullToObject(object, name);
	else
		cJSON_AddNumberToObject(object, name, number);
}

static void add_devices(struct call *c, const struct resident *r, cJSON *object)
{
	struct record_device list[ROWS];
	size_t n = record_devices(call_store(c), r->resident_id, list, ROWS);
	cJSON *devices = cJSON_AddArrayToObject(object, "devices");

	for (size_t k = 0; k < n; k++) {
		const struct device *d = &list[k].device;
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "device_id", d->device_id);
		json_text(one, "kind", list[k].kind);
		json_text(one, "note", list[k].note);
		if (d->online < 0)
			cJSON_AddNullToObject(one, "online");
		else
			cJSON_AddBoolToObject(one, "online", d->online);
		add_number(one, "battery", d->battery);
		json_text(one, "firmware", d->firmware);
		json_instant(one, "state_at", list[k].state_at);
		json_instant(one, "last_press_at", list[k].last_press_at);
		json_text(one, "trouble", d->trouble);
		json_instant(one, "trouble_at", d->trouble[0] ? d->trouble_at : 0);
		json_instant(one, "revoked_at", d->revoked_at);
		cJSON_AddItemToArray(devices, one);
	}
}

static void add_pauses(struct call *c, const struct resident *r, cJSON *object)
{
	struct pause list[ROWS];
	size_t n = pauses_history(call_store(c), r->resident_id, call_now(c) - PAUSES_SHOWN, list, ROWS);
	cJSON *pauses = cJSON_AddArrayToObject(object, "pauses");

	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(pauses, pause_object(c, &list[k]));
}

static void add_contact(struct call *c, const struct resident *r, cJSON *object)
{
	struct contact last;
	char name[PERSON_NAME];
	cJSON *contact;

	if (!visits_last_contact(call_store(c), r->resident_id, &last)) {
		cJSON_AddNullToObject(object, "last_contact");
		return;
	}
	telling_name(call_watch(c), last.person, name);
	contact = cJSON_AddObjectToObject(object, "last_contact");
	json_instant(contact, "at", last.at);
	cJSON_AddStringToObject(contact, "how", last.how);
	json_text(contact, "person_name", name);
}

void residents_add_similar(struct call *c, const struct resident *r, cJSON *object)
{
	cJSON *similar = cJSON_AddArrayToObject(object, "similar");
	char ids[SIMILAR_BYTES], *rest = ids, *id;
	size_t elsewhere = pause_similar(call_watch(c), r, ids, sizeof(ids));

	while (*ids && (id = strsep(&rest, " "))) {
		struct resident other;
		cJSON *one;

		if (!residents_find(call_store(c), id, &other) || !call_covers(c, other.district))
			continue;
		elsewhere--;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "resident_id", other.resident_id);
		cJSON_AddStringToObject(one, "name", other.name);
		json_text(one, "kana", other.kana);
		cJSON_AddStringToObject(one, "district", other.district);
		json_text(one, "place", other.place);
		cJSON_AddItemToArray(similar, one);
	}
	cJSON_AddNumberToObject(object, "similar_elsewhere", (double)elsewhere);
}

static void add_open(struct call *c, const struct resident *r, cJSON *object)
{
	int64_t ids[ROWS];
	size_t n = record_open(call_store(c), r->resident_id, ids, ROWS);
	cJSON *open = cJSON_AddArrayToObject(object, "open");

	for (size_t k = 0; k < n; k++) {
		struct incident i;

		if (incidents_find(call_store(c), ids[k], &i) && call_covers_incident(c, &i))
			cJSON_AddItemToArray(open, incident_brief(c, &i));
	}
}

void residents_print(struct call *c)
{
	struct resident r;

	if (body_ends(c) && call_resident(c, call_arg(c, 0), &r) && call_note(c, "print", r.resident_id, ""))
		reply_nothing(c);
}

void residents_show(struct call *c)
{
	struct resident r;
	cJSON *object;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_note(c, "read", r.resident_id, ""))
		return;
	object = cJSON_CreateObject();
	add_today(c, &r, object); /* waits for the list, and so stands before the view */
	if (!db_begin_read(call_store(c)->db) || !residents_find(call_store(c), r.resident_id, &r)) {
		cJSON_Delete(object);
		reply_store(c);
		return;
	}
	add_record(c, &r, object);
	add_schedule(&r, object);
	add_next(&r.vigil, object);
	json_instant(object, "last_press_at", r.vigil.last_press_at);
	json_text(object, "last_press_kind", r.vigil.last_press_kind);
	json_instant(object, "last_sign_at", r.last_sign_at);
	add_watchers(c, &r, object);
	add_devices(c, &r, object);
	add_pauses(c, &r, object);
	add_contact(c, &r, object);
	residents_add_similar(c, &r, object);
	add_open(c, &r, object);
	reply_view(c, object);
}
