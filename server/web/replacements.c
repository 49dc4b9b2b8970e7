/*
 * replacements - one watcher takes the place of another: what would come of it, the plan, and taking it back before its
 * day. Who plans it has all residents of the one who goes.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/items.h"
#include "server/watch/json.h"
#include "server/watch/replacement.h"
#include "server/watch/telling.h"
#include "server/web/handlers.h"
#include "server/web/items_json.h"
#include "server/web/watchers.h"

enum { HISTORY_MOST = 20, REASON = 500 };

static void add_name(struct call *c, cJSON *object, const char *member, const char *watcher_id)
{
	char person[PERSON], name[PERSON_NAME];

	PERSON_OF(person, "watcher", watcher_id);
	telling_name(call_watch(c), person, name);
	cJSON_AddStringToObject(object, member, name);
}

static cJSON *replacement_object(struct call *c, const struct replacement *r)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME];

	cJSON_AddNumberToObject(object, "id", (double)r->id);
	cJSON_AddStringToObject(object, "watcher_id", r->old_id);
	add_name(c, object, "watcher_name", r->old_id);
	cJSON_AddStringToObject(object, "by", r->new_id);
	add_name(c, object, "by_name", r->new_id);
	cJSON_AddStringToObject(object, "from", r->from_on);
	cJSON_AddStringToObject(object, "reason", r->reason);
	telling_name(call_watch(c), r->entered_by, name);
	cJSON_AddStringToObject(object, "entered_by_name", name);
	json_instant(object, "entered_at", r->entered_at);
	json_instant(object, "done_at", r->done_at);
	json_instant(object, "dropped_at", r->dropped_at);
	json_text(object, "why_not", r->why_not);
	return object;
}

static cJSON *home_object(struct call *c, const struct replacement_home *h)
{
	cJSON *object = cJSON_CreateObject();
	struct resident r;

	cJSON_AddStringToObject(object, "resident_id", h->link.resident_id);
	cJSON_AddStringToObject(
		object, "name", residents_find(call_store(c), h->link.resident_id, &r) ? r.name : h->link.resident_id);
	cJSON_AddNumberToObject(object, "tier", h->link.tier);
	if (h->renumbered)
		cJSON_AddNullToObject(object, "label"); /* another number, given on the day */
	else
		json_text(object, "label", h->link.label);
	items_json_add(object, "shares",
		strcmp(h->link.shares, ITEMS_NONE) == 0 ? ""
		: h->link.shares[0]                     ? h->link.shares
							: ITEMS_STANDARD);
	cJSON_AddBoolToObject(object, "never_told", h->barred);
	cJSON_AddBoolToObject(object, "linked", h->linked);
	cJSON_AddBoolToObject(object, "needs_consent", h->needs_consent);
	cJSON_AddBoolToObject(object, "key", h->key);
	cJSON_AddBoolToObject(object, "renumbered", h->renumbered);
	return object;
}

/* What comes of the old one's homes; homes of other districts are not the caller's to see. */
static void add_homes(struct call *c, cJSON *object, const char *old_id, const char *new_id)
{
	struct replacement_home *list = calloc(REPLACEMENT_HOMES, sizeof(*list));
	cJSON *homes = cJSON_AddArrayToObject(object, "homes");
	struct resident r;
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	n = replacement_homes(call_watch(c), old_id, new_id, list, REPLACEMENT_HOMES);
	for (size_t k = 0; k < n; k++)
		if (residents_find(call_store(c), list[k].link.resident_id, &r) && call_covers(c, r.district))
			cJSON_AddItemToArray(homes, home_object(c, &list[k]));
	free(list);
}

void replacements_show(struct call *c)
{
	const char *by = call_query(c, "by");
	struct replacement *list;
	struct watcher w, other;
	cJSON *object, *history;
	const char *with = "";
	size_t n;

	if (!call_watcher(c, call_arg(c, 0), &w) || (by && !call_watcher(c, by, &other)) ||
		!call_note(c, "read", w.watcher_id, "replacement"))
		return;
	list = calloc(HISTORY_MOST, sizeof(*list));
	if (!list)
		fatal("error=\"out of memory\"");
	object = cJSON_CreateObject();
	n = replacements_of(call_store(c), w.watcher_id, list, HISTORY_MOST);
	history = cJSON_AddArrayToObject(object, "replacements");
	for (size_t k = 0; k < n; k++) {
		cJSON_AddItemToArray(history, replacement_object(c, &list[k]));
		if (!list[k].done_at && !list[k].dropped_at && strcmp(list[k].old_id, w.watcher_id) == 0)
			with = list[k].new_id;
	}
	if (by)
		with = by;
	if (*with)
		add_homes(c, object, w.watcher_id, with);
	else
		cJSON_AddArrayToObject(object, "homes");
	free(list);
	reply_json(c, 200, object);
}

void replacements_plan(struct call *c)
{
	struct replacement r = { 0 };
	struct watcher old, new;
	struct refusal no;
	char detail[128];
	cJSON *object;

	snprintf(r.new_id, sizeof(r.new_id), "%s", body_text(c, "by", WATCHER_ID - 1, BODY_NEEDED));
	snprintf(r.from_on, sizeof(r.from_on), "%s", body_date(c, "from", BODY_NEEDED));
	snprintf(r.reason, sizeof(r.reason), "%s", body_text(c, "reason", REASON, BODY_NEEDED));
	if (!call_watcher(c, call_arg(c, 0), &old) || !body_ends(c) || !call_watcher(c, r.new_id, &new))
		return;
	if (!watcher_covered_whole(c, old.watcher_id)) {
		reply_problem(c, 403, "not_yours", "%s looks in on residents of other districts too", old.watcher_id);
		return;
	}
	if (!call_begin(c))
		return;
	memcpy(r.old_id, old.watcher_id, sizeof(r.old_id));
	if (!replacement_plan(call_watch(c), &r, call_caller(c)->person, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	snprintf(detail, sizeof(detail), "by %s from %s", r.new_id, r.from_on);
	call_audit(c, "replace", r.old_id, detail, r.reason);
	if (!call_commit(c))
		return;
	object = cJSON_CreateObject();
	cJSON_AddItemToObject(object, "replacement", replacement_object(c, &r));
	add_homes(c, object, r.old_id, r.new_id);
	reply_json(c, 201, object);
}

void replacements_take_back(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_NEEDED);
	struct replacement r;
	struct watcher w;
	struct refusal no;

	if (!call_watcher(c, call_arg(c, 0), &w) || !body_ends(c))
		return;
	if (!watcher_covered_whole(c, w.watcher_id)) {
		reply_problem(c, 403, "not_yours", "%s looks in on residents of other districts too", w.watcher_id);
		return;
	}
	if (!call_begin(c))
		return;
	if (!replacements_pending(call_store(c), w.watcher_id, &r) || strcmp(r.old_id, w.watcher_id) != 0) {
		reply_problem(c, 404, "unknown", "%s is not about to be replaced", w.watcher_id);
		return;
	}
	if (!replacement_drop(call_watch(c), r.id, &no, call_now(c))) {
		reply_refusal(c, &no);
		return;
	}
	call_audit(c, "replace_taken_back", r.old_id, r.new_id, reason);
	if (call_commit(c))
		reply_nothing(c);
}
