/*
 * incidents - the lists of incidents, and one of them with its timeline.
 *
 * A page of a list is read on by cursor: what comes or closes meanwhile neither repeats nor hides a row. What is not in
 * the caller's districts is left out while reading, so a page is full as long as there is more.
 */
#include "server/web/incidents.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/concerned.h"
#include "server/store/incident_list.h"
#include "server/store/timeline.h"
#include "server/watch/incident_json.h"
#include "server/watch/json.h"
#include "server/watch/ladder.h"
#include "server/watch/telling.h"
#include "server/watch/usual.h"
#include "server/web/handlers.h"

enum { PAGE = 50, PAGE_MOST = 200, EVENTS_MOST = 2000, DECLINES_MOST = 256 };

/* Who reads a list learns how somebody was told; where is for who reads the incident itself, which is audited. */
static void hide_addresses(cJSON *object)
{
	cJSON *told;

	cJSON_ArrayForEach(told, cJSON_GetObjectItem(object, "told"))
	{
		char scheme[ADDRESS];

		snprintf(scheme, sizeof(scheme), "%s", cJSON_GetObjectItem(told, "channel")->valuestring);
		scheme[strcspn(scheme, ":")] = '\0';
		cJSON_ReplaceItemInObject(told, "channel", cJSON_CreateString(scheme));
	}
}

static void add_resident(struct call *c, const struct incident *i, cJSON *object)
{
	struct resident r;
	cJSON *resident;

	if (!i->resident_id[0] || !residents_find(call_store(c), i->resident_id, &r)) {
		cJSON_AddNullToObject(object, "resident");
		return;
	}
	resident = cJSON_AddObjectToObject(object, "resident");
	cJSON_AddStringToObject(resident, "resident_id", r.resident_id);
	cJSON_AddStringToObject(resident, "name", r.name);
	json_text(resident, "kana", r.kana);
	cJSON_AddStringToObject(resident, "district", r.district);
}

/* Of those whom a question lists, nobody of other districts. */
static void hide_residents(struct call *c, cJSON *object)
{
	cJSON *list = cJSON_GetObjectItem(object, "residents");

	for (int k = cJSON_GetArraySize(list); k-- > 0;) {
		struct resident r;

		if (!residents_find(call_store(c), cJSON_GetArrayItem(list, k)->valuestring, &r) ||
			!call_covers(c, r.district))
			cJSON_DeleteItemFromArray(list, k);
	}
}

static cJSON *object_of(struct call *c, const struct incident *i)
{
	cJSON *object = incident_json(call_watch(c), i, true);
	bool claimed = i->state == INCIDENT_CLAIMED, open = i->state != INCIDENT_CLOSED;
	char act[32];

	if (!call_caller(c)->all_districts)
		hide_residents(c, object);
	add_resident(c, i, object);
	json_text(object, "district", i->district);
	json_text(object, "subject", incident_of_person(i->kind) ? "" : i->subject);
	json_text(object, "detail", incident_of_person(i->kind) ? "" : i->detail);
	json_text(object, "claimed_by_person", claimed ? i->claimed_by : "");
	cJSON_AddBoolToObject(object, "calling", claimed && incident_is_call(i->claimed_by, i->claim_call));
	cJSON_AddBoolToObject(object, "reached", i->reached);
	incident_list_last_act(call_store(c), i->id, act);
	cJSON_AddBoolToObject(object, "no_answer", open && strcmp(act, "no_answer") == 0);
	json_text(object, "how", i->how);
	return object;
}

cJSON *incident_brief(struct call *c, const struct incident *i)
{
	cJSON *object = object_of(c, i);

	hide_addresses(object);
	return object;
}

static void add_timeline(struct call *c, const struct incident *i, cJSON *object)
{
	struct timeline_row *list = calloc(EVENTS_MOST, sizeof(*list));
	cJSON *timeline = cJSON_AddArrayToObject(object, "timeline");
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	n = timeline_of_incident(call_store(c), i->id, list, EVENTS_MOST);
	for (size_t k = 0; k < n; k++) {
		cJSON *event = cJSON_CreateObject();
		char name[PERSON_NAME] = "";

		if (list[k].person[0])
			telling_name(call_watch(c), list[k].person, name);
		cJSON_AddNumberToObject(event, "id", (double)list[k].id);
		json_instant(event, "at", list[k].at);
		cJSON_AddStringToObject(event, "event", list[k].event);
		json_text(event, "person", list[k].person);
		json_text(event, "person_name", name);
		json_text(event, "detail", list[k].detail);
		cJSON_AddItemToArray(timeline, event);
	}
	free(list);
}

static void add_declined(struct call *c, const struct incident *i, cJSON *object)
{
	struct decline list[DECLINES_MOST];
	size_t n = declines_of(call_store(c), i->id, list, DECLINES_MOST);
	cJSON *declined = cJSON_AddArrayToObject(object, "declined");

	for (size_t k = 0; k < n; k++) {
		cJSON *one = cJSON_CreateObject();
		char name[PERSON_NAME];

		telling_name(call_watch(c), list[k].person, name);
		cJSON_AddStringToObject(one, "person", list[k].person);
		cJSON_AddStringToObject(one, "name", name);
		json_instant(one, "at", list[k].at);
		cJSON_AddItemToArray(declined, one);
	}
}

static void add_tell(cJSON *object, unsigned tell)
{
	cJSON *list = cJSON_AddArrayToObject(object, "tell");

	for (unsigned bit = TELL_RESIDENT; bit <= TELL_STAFF; bit <<= 1)
		if (tell & bit)
			cJSON_AddItemToArray(list, cJSON_CreateString(ladder_tell_name(bit)));
}

static void add_ladder(struct call *c, const struct incident *i, cJSON *object)
{
	struct ladder_step steps[LADDER_STEPS];
	size_t n = ladder_steps(i, steps);
	cJSON *ladder = cJSON_AddArrayToObject(object, "ladder"), *coming;
	struct ladder_coming next;

	for (size_t k = 0; k < n; k++) {
		cJSON *step = cJSON_CreateObject();

		cJSON_AddNumberToObject(step, "step", (double)(k + 1));
		json_instant(step, "at", i->ladder_at + steps[k].after_ms);
		add_tell(step, steps[k].tell | (i->with_staff ? TELL_STAFF : 0));
		cJSON_AddBoolToObject(step, "fired", k < (size_t)i->step);
		cJSON_AddItemToArray(ladder, step);
	}
	if (!ladder_coming(call_watch(c), i, &next)) {
		cJSON_AddNullToObject(object, "next");
		return;
	}
	coming = cJSON_AddObjectToObject(object, "next");
	json_instant(coming, "at", next.at);
	add_tell(coming, next.tell);
	cJSON_AddBoolToObject(coming, "repeat", next.repeat);
}

/* Those whom a question about several lists, in visiting order; *n of them, to be freed. */
static struct concerned *read_concerned(struct call *c, const struct incident *i, size_t *n)
{
	struct concerned *list = NULL;
	size_t most = 256;

	do {
		most *= 2;
		list = realloc(list, most * sizeof(*list));
		if (!list)
			fatal("error=\"out of memory\"");
		*n = concerned_list(call_store(c), i->id, list, most);
	} while (*n == most);
	return list;
}

/* As far as they are in the caller's districts; how to reach them is for who may read records. */
static void add_listed(struct call *c, const struct incident *i, cJSON *object)
{
	cJSON *listed = cJSON_AddArrayToObject(object, "listed");
	bool record = call_caller(c)->rights & RIGHT_RECORD;
	struct concerned *list;
	size_t n;

	if (incident_of_person(i->kind))
		return;
	list = read_concerned(c, i, &n);
	for (size_t k = 0; k < n; k++) {
		cJSON *one;

		if (!call_covers(c, list[k].district))
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "resident_id", list[k].resident_id);
		cJSON_AddStringToObject(one, "name", list[k].name);
		cJSON_AddStringToObject(one, "district", list[k].district);
		json_text(one, "place", record ? list[k].place : "");
		json_text(one, "phone", record ? list[k].phone : "");
		json_instant(one, "due_at", list[k].due_at);
		json_instant(one, "settled_at", list[k].settled_at);
		cJSON_AddItemToArray(listed, one);
	}
	free(list);
}

void incident_audit(struct call *c, const struct incident *i, const char *what)
{
	struct concerned *list = NULL;
	char detail[40];
	size_t n = 0, shown = 0;

	snprintf(detail, sizeof(detail), "incident %" PRId64, i->id);
	if (!incident_of_person(i->kind))
		list = read_concerned(c, i, &n);
	for (size_t k = 0; k < n; k++)
		if (call_covers(c, list[k].district)) {
			call_audit(c, what, list[k].resident_id, detail, "");
			shown++;
		}
	free(list);
	if (!shown)
		call_audit(c, what, i->resident_id, detail, "");
}

static void add_clock(cJSON *object, const char *name, int minute)
{
	char text[16] = "";

	if (minute >= 0)
		snprintf(text, sizeof(text), "%02d:%02d", minute / 60, minute % 60);
	json_text(object, name, text);
}

/* Of one who forgets again and again: when they usually press, and what would suit them better, as the mail has it. */
static void add_proposal(struct call *c, const struct incident *i, cJSON *object)
{
	cJSON *proposal, *usually;
	struct usual usual;
	struct resident r;
	int due;

	if (i->kind != INCIDENT_DEVICE || strcmp(i->detail, USUAL_DETAIL) != 0 || i->state == INCIDENT_CLOSED ||
		!(call_caller(c)->rights & RIGHT_RECORD) || !residents_find(call_store(c), i->resident_id, &r)) {
		cJSON_AddNullToObject(object, "proposal");
		return;
	}
	usual_read(call_watch(c), r.resident_id, call_now(c), &usual);
	due = usual_due(&r.vigil);
	proposal = cJSON_AddObjectToObject(object, "proposal");
	if (usual.learned) {
		usually = cJSON_AddObjectToObject(proposal, "usual");
		add_clock(usually, "from", usual.from);
		add_clock(usually, "median", usual.median);
		add_clock(usually, "to", usual.to);
	} else {
		cJSON_AddNullToObject(proposal, "usual");
	}
	add_clock(proposal, "due", due);
	add_clock(proposal, "better_due", due < 0 ? -1 : usual_better_due(&usual, due));
}

cJSON *incident_whole(struct call *c, const struct incident *i)
{
	cJSON *object = object_of(c, i);
	char name[PERSON_NAME] = "";

	if (!(call_caller(c)->rights & RIGHT_RECORD))
		hide_addresses(object);
	if (i->closed_by[0])
		telling_name(call_watch(c), i->closed_by, name);
	json_text(object, "cause", i->cause);
	json_text(object, "until", i->until_on);
	json_text(object, "note", i->note);
	json_text(object, "closed_by", i->closed_by);
	json_text(object, "closed_by_name", name);
	add_timeline(c, i, object);
	add_declined(c, i, object);
	add_ladder(c, i, object);
	add_listed(c, i, object);
	add_proposal(c, i, object);
	return object;
}

/* A list while it is being read. */
struct list {
	struct call *c;
	struct incident_filter filter;
	struct incident_place last; /* the last row given: one that was only looked at is somebody else's */
	size_t limit, count;
	cJSON *incidents;
	bool more;
};

static void read_list(struct list *l)
{
	struct incident_place places[PAGE], looked = l->last;
	size_t n;

	do {
		n = incident_list_page(call_store(l->c), &l->filter, &looked, places, PAGE);
		for (size_t k = 0; k < n; k++) {
			struct incident i;

			looked = places[k];
			if (!incidents_find(call_store(l->c), looked.id, &i) || !call_covers_incident(l->c, &i))
				continue;
			if (l->count == l->limit) {
				l->more = true;
				return;
			}
			cJSON_AddItemToArray(l->incidents, incident_brief(l->c, &i));
			l->last = looked;
			l->count++;
		}
	} while (n == PAGE);
}

/* Where to go on: o or c (open, closed), then the last row. */
static bool read_cursor(struct list *l, const char *cursor, const char *state)
{
	char kind = *cursor;

	l->filter.closed = strcmp(state, "closed") == 0;
	if (!kind)
		return true;
	if (!strchr("oc", kind) || cursor[1] != '.' || !place_parse(cursor + 2, &l->last.rank, &l->last.id) ||
		(*state && (kind == 'c') != l->filter.closed))
		return false;
	l->filter.closed = kind == 'c';
	return true;
}

static void add_cursor(const struct list *l, cJSON *object)
{
	char cursor[64] = "";

	if (l->more)
		snprintf(cursor, sizeof(cursor), "%c.%" PRId64 ".%" PRId64, l->filter.closed ? 'c' : 'o', l->last.rank,
			l->last.id);
	json_text(object, "next_cursor", cursor);
}

/* What is asked makes sense, and a resident's own list is read by who may read them. False: it was replied. */
static bool read_filter(struct call *c, struct list *l, const char *state)
{
	struct resident r;

	if (*state && strcmp(state, "open") != 0 && strcmp(state, "closed") != 0) {
		reply_problem(c, 422, "invalid", "state is open or closed");
		return false;
	}
	if (!read_cursor(l, call_asked(c, "cursor"), state)) {
		reply_problem(c, 422, "invalid", "cursor is none that an answer to this gave");
		return false;
	}
	if (!call_district(c, l->filter.district))
		return false;
	return !*l->filter.resident_id || (call_resident(c, l->filter.resident_id, &r) &&
						  call_note(c, "read", l->filter.resident_id, "incidents"));
}

void incidents_show(struct call *c)
{
	struct list l = { .c = c,
		.filter = { .district = call_asked(c, "district"), .resident_id = call_asked(c, "resident") } };
	const char *state = call_asked(c, "state");
	int64_t limit;
	cJSON *object;

	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) || !read_filter(c, &l, state))
		return;
	if (!db_begin_read(call_store(c)->db)) {
		reply_store(c);
		return;
	}
	l.filter.districts = call_districts(c);
	l.limit = (size_t)limit;
	object = cJSON_CreateObject();
	l.incidents = cJSON_AddArrayToObject(object, "incidents");
	read_list(&l);
	if (!*state && !l.filter.closed && !l.more) { /* both were asked for */
		l.filter.closed = true;
		l.last = (struct incident_place){ 0 };
		read_list(&l);
	}
	add_cursor(&l, object);
	if (db_commit(call_store(c)->db)) {
		reply_json(c, 200, object);
	} else {
		cJSON_Delete(object);
		reply_store(c);
	}
}

/* The incident that is asked for, audited. False: it was replied. */
static bool note(struct call *c, struct incident *i, const char *what)
{
	int64_t id;

	if (!call_id(c, 0, &id) || !call_incident(c, id, i) || !call_begin(c))
		return false;
	incident_audit(c, i, what);
	return call_noted(c);
}

/* Its row, its timeline and all else of one moment: somebody may be claiming it right now. */
void incidents_show_one(struct call *c)
{
	cJSON *object = NULL;
	struct incident i;

	if (!note(c, &i, "read"))
		return;
	if (db_begin_read(call_store(c)->db) && incidents_find(call_store(c), i.id, &i))
		object = incident_whole(c, &i);
	reply_view(c, object);
}

void incidents_print(struct call *c)
{
	struct incident i;

	if (body_ends(c) && note(c, &i, "print"))
		reply_nothing(c);
}
