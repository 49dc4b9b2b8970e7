/*
 * signoffs - the daily lists are signed: who signed which, what was carried over, which days are still without.
 *
 * The version that counts is the one the page could see: today's of the board, a past day's read anew. What needs a
 * person still is looked up in the transaction that signs, so nothing that opened in between is signed away.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/store/districts.h"
#include "server/watch/json.h"
#include "server/watch/signoff.h"
#include "server/web/board.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"

enum {
	DISTRICTS_MOST = 2000,
	LINES_MOST = 2000, /* carried over at one signing */
	REASON = 300,
	UNSIGNED_DAYS = 14, /* before today, that are looked at for lists without a signature */
};

static void add_name(struct call *c, cJSON *object, const char *name, const char *login)
{
	struct user user;

	cJSON_AddStringToObject(object, name, users_find(call_store(c), login, &user) ? user.name : login);
}

static cJSON *line_object(struct call *c, const struct signoff_line *line)
{
	cJSON *object = cJSON_CreateObject();
	struct resident r;

	cJSON_AddStringToObject(object, "resident_id", line->resident_id);
	cJSON_AddStringToObject(
		object, "name", residents_find(call_store(c), line->resident_id, &r) ? r.name : line->resident_id);
	cJSON_AddStringToObject(object, "reason", line->reason);
	cJSON_AddStringToObject(object, "to", line->handed_to);
	add_name(c, object, "to_name", line->handed_to);
	return object;
}

static void *room(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		fatal("error=\"out of memory\"");
	return memory;
}

/* Who signed, when, which version. */
static cJSON *signing_object(struct call *c, const struct signoff *o)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "login", o->login);
	add_name(c, object, "by", o->login);
	json_instant(object, "at", o->at);
	cJSON_AddNumberToObject(object, "version", (double)o->version);
	return object;
}

static cJSON *carried_list(struct call *c, const struct signoff *o)
{
	struct signoff_line *list = room(LINES_MOST, sizeof(*list));
	size_t n = signoffs_lines(call_store(c), o->id, list, LINES_MOST);
	cJSON *carried = cJSON_CreateArray();

	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(carried, line_object(c, &list[k]));
	free(list);
	return carried;
}

/* Those whose line needs a person still: what signing would carry over. */
static cJSON *unhandled_list(struct call *c, const char *district, int32_t day)
{
	char(*ids)[RESIDENT_ID] = room(LINES_MOST, sizeof(*ids));
	size_t n = signoffs_unhandled(call_store(c), district, zone_instant(day + 1, 0, ZONE_FIRST), ids, LINES_MOST);
	cJSON *list = cJSON_CreateArray();

	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(list, cJSON_CreateString(ids[k]));
	free(ids);
	return list;
}

/* A district's list of a day: `signed` the latest signing, `first` the first. */
static cJSON *list_object(struct call *c, const struct district *d, int32_t day)
{
	cJSON *object = cJSON_CreateObject(), *latest;
	struct signoff o;
	int64_t due_at = signoff_due_at(call_watch(c), day);

	cJSON_AddStringToObject(object, "district", d->district);
	cJSON_AddStringToObject(object, "name", d->name);
	json_instant(object, "due_at", due_at == INT64_MAX ? 0 : due_at);
	if (signoffs_find(call_store(c), day, d->district, false, &o)) {
		latest = signing_object(c, &o);
		cJSON_AddItemToObject(latest, "carried", carried_list(c, &o));
		cJSON_AddItemToObject(object, "signed", latest);
	} else {
		cJSON_AddNullToObject(object, "signed");
	}
	if (signoffs_find(call_store(c), day, d->district, true, &o))
		cJSON_AddItemToObject(object, "first", signing_object(c, &o));
	else
		cJSON_AddNullToObject(object, "first");
	cJSON_AddItemToObject(object, "unhandled", unhandled_list(c, d->district, day));
	return object;
}

/* Days whose lists should have been signed by now and are not, the oldest first. */
static cJSON *unsigned_list(struct call *c)
{
	int32_t today = zone_day(call_now(c));
	struct signoff_gap *gaps = call_keep(c, calloc(DISTRICTS_MOST, sizeof(*gaps)));
	cJSON *list = cJSON_CreateArray(), *one;
	char date[DATE_TEXT];

	for (int32_t day = today - UNSIGNED_DAYS; day <= today; day++) {
		size_t n;

		if (signoff_due_at(call_watch(c), day) > call_now(c))
			continue;
		n = signoffs_missing(call_store(c), day, "", gaps, DISTRICTS_MOST);
		for (size_t k = 0; k < n; k++) {
			if (!call_covers(c, gaps[k].district))
				continue;
			one = cJSON_CreateObject();
			cJSON_AddStringToObject(one, "date", date_format(date, day));
			cJSON_AddStringToObject(one, "district", gaps[k].district);
			cJSON_AddStringToObject(one, "name", gaps[k].name);
			cJSON_AddItemToArray(list, one);
		}
	}
	return list;
}

/* One that had ended by then has a list only where it was signed, or somebody on it needs a person still. */
static bool has_list(const cJSON *object, const struct district *d, int32_t day)
{
	return !d->ended_at || zone_day(d->ended_at) > day || !cJSON_IsNull(cJSON_GetObjectItem(object, "signed")) ||
	       cJSON_GetArraySize(cJSON_GetObjectItem(object, "unhandled")) > 0;
}

static void add_list(struct call *c, const struct district *d, int32_t day, cJSON *districts)
{
	cJSON *object = list_object(c, d, day);

	if (has_list(object, d, day))
		cJSON_AddItemToArray(districts, object);
	else
		cJSON_Delete(object);
}

void signoffs_show(struct call *c)
{
	struct district *list = call_keep(c, calloc(DISTRICTS_MOST, sizeof(*list)));
	cJSON *object, *districts;
	char date[DATE_TEXT];
	int32_t day;
	size_t n;

	if (!call_day(c, "date", &day))
		return;
	if (!db_begin_read(call_store(c)->db)) { /* what was signed, and what is left to sign, are of one moment */
		reply_store(c);
		return;
	}
	object = cJSON_CreateObject();
	cJSON_AddStringToObject(object, "date", date_format(date, day));
	districts = cJSON_AddArrayToObject(object, "districts");
	n = districts_list(call_store(c), list, DISTRICTS_MOST);
	for (size_t k = 0; k < n; k++)
		if (call_covers(c, list[k].district))
			add_list(c, &list[k], day, districts);
	cJSON_AddItemToObject(object, "unsigned", unsigned_list(c));
	reply_view(c, object);
}

/* The version of the district's list as it stands now. False: 503 was replied. */
static bool find_version(struct call *c, struct signing *g)
{
	const struct daily_district *share;
	const struct board_list *list;
	struct daily daily;

	if (g->day == zone_day(call_now(c))) {
		board_touch(c->worker->shared->board); /* as it is now, not some seconds ago */
		list = board_hold(c->worker->shared->board);
		if (list) {
			share = daily_district_of(&list->daily, g->district);
			g->current_version = share ? share->version : 0;
			board_drop(c->worker->shared->board, list);
			return true;
		}
	} else if (daily_read(&daily, call_watch(c), g->day, g->district, call_now(c))) {
		share = daily_district_of(&daily, g->district);
		g->current_version = share ? share->version : 0;
		daily_release(&daily);
		return true;
	}
	reply_store(c);
	return false;
}

static void read_carried(struct call *c, struct signing *g)
{
	const cJSON *carried = body_list(c, "carried", LINES_MOST, BODY_MAY), *element;
	struct signoff_line *lines = call_keep(c, calloc(LINES_MOST, sizeof(*lines)));

	cJSON_ArrayForEach(element, carried)
	{
		struct signoff_line *line = &lines[g->carried_count];

		body_enter(c, "carried", g->carried_count++, element);
		snprintf(line->resident_id, sizeof(line->resident_id), "%s",
			body_text(c, "resident_id", RESIDENT_ID - 1, BODY_NEEDED));
		snprintf(line->reason, sizeof(line->reason), "%s", body_text(c, "reason", REASON, BODY_NEEDED));
		snprintf(line->handed_to, sizeof(line->handed_to), "%s", body_text(c, "to", LOGIN - 1, BODY_NEEDED));
		body_leave(c);
	}
	g->carried = lines;
}

static void tell_followers(struct call *c, const char *date, const char *district)
{
	cJSON *object = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(object, "date", date);
	cJSON_AddStringToObject(object, "district", district);
	text = cJSON_PrintUnformatted(object);
	if (!text)
		fatal("error=\"out of memory\"");
	streams_say(c->worker->shared->streams, "signoff", district, text);
	free(text);
	cJSON_Delete(object);
}

void signoffs_sign(struct call *c)
{
	struct signing g = { .login = call_caller(c)->user.login };
	const char *date = body_date(c, "date", BODY_NEEDED);
	struct refusal no = { 0 };
	char detail[128];
	struct district d;
	struct signoff o;

	g.district = body_text(c, "district", sizeof(d.district) - 1, BODY_NEEDED);
	g.version = body_number(c, "version", 0, INT64_C(1) << 53, 0, BODY_NEEDED);
	read_carried(c, &g);
	if (!body_ends(c))
		return;
	if (!call_covers(c, g.district) || !districts_find(call_store(c), g.district, &d)) {
		reply_problem(c, 404, "unknown", "there is no district %s", g.district);
		return;
	}
	date_parse(date, &g.day);
	if (!find_version(c, &g) || !call_begin(c))
		return;
	if (!signoff_enter(call_watch(c), &g, call_now(c), &o, &no)) {
		reply_refusal(c, &no);
		return;
	}
	snprintf(detail, sizeof(detail), "%s version %" PRId64 " carried %zu", date, g.version, g.carried_count);
	call_audit(c, "signoff", g.district, detail, "");
	if (!call_commit(c))
		return;
	tell_followers(c, date, g.district);
	reply_json(c, 201, list_object(c, &d, g.day));
}
