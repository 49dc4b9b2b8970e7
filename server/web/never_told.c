/* never_told - who must never be told about a resident: the list, with watchers of like names, and changes to it. */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/barred.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"
#include "server/web/handlers.h"
#include "server/web/watchers.h"

enum { ENTRIES_MOST = 200, LIKE_MOST = 10, REASON = 500 };

/* Watchers of the same or a similar name, for who is known by name only; those whom the caller may know of. */
static void add_like(struct call *c, const struct never_told *n, cJSON *object)
{
	cJSON *like = cJSON_AddArrayToObject(object, "like");
	struct watcher_name *list = calloc(LIKE_MOST, sizeof(*list));
	size_t count;

	if (!list)
		fatal("error=\"out of memory\"");
	count = n->watcher_id[0] || n->lifted_at ? 0
						 : barred_like(call_watch(c), n->name, call_now(c), list, LIKE_MOST);
	for (size_t k = 0; k < count; k++) {
		struct link l;
		cJSON *one;

		if (!watcher_covered(c, list[k].watcher_id))
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "watcher_id", list[k].watcher_id);
		cJSON_AddStringToObject(one, "name", list[k].name);
		cJSON_AddBoolToObject(
			one, "linked", watchers_link(call_store(c), n->resident_id, list[k].watcher_id, &l));
		cJSON_AddItemToArray(like, one);
	}
	free(list);
}

static cJSON *entry_object(struct call *c, const struct never_told *n)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME];

	cJSON_AddNumberToObject(object, "id", (double)n->id);
	json_text(object, "watcher_id", n->watcher_id);
	cJSON_AddStringToObject(object, "name", n->name);
	cJSON_AddStringToObject(object, "reason", n->reason);
	telling_name(call_watch(c), n->entered_by, name);
	cJSON_AddStringToObject(object, "entered_by_name", name);
	json_instant(object, "entered_at", n->entered_at);
	json_instant(object, "lifted_at", n->lifted_at);
	add_like(c, n, object);
	return object;
}

void never_told_show(struct call *c)
{
	struct resident r;
	struct never_told *list;
	cJSON *object, *entries;
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_note(c, "read", r.resident_id, "never_told"))
		return;
	list = calloc(ENTRIES_MOST, sizeof(*list));
	if (!list)
		fatal("error=\"out of memory\"");
	n = never_told_of(call_store(c), r.resident_id, true, list, ENTRIES_MOST);
	object = cJSON_CreateObject();
	entries = cJSON_AddArrayToObject(object, "never_told");
	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(entries, entry_object(c, &list[k]));
	free(list);
	reply_json(c, 200, object);
}

void never_told_enter(struct call *c)
{
	struct never_told n = { 0 };
	struct watcher w;
	struct refusal no;
	struct resident r;

	snprintf(n.watcher_id, sizeof(n.watcher_id), "%s", body_text(c, "watcher_id", WATCHER_ID - 1, BODY_MAY));
	snprintf(n.name, sizeof(n.name), "%s", body_text(c, "name", PERSON_NAME - 1, BODY_MAY));
	snprintf(n.reason, sizeof(n.reason), "%s", body_text(c, "reason", REASON, BODY_NEEDED));
	if (!n.watcher_id[0] == !n.name[0])
		body_fault_coded(c, n.name[0] ? "watcher_id" : "name", "one_of", "watcher_id name",
			"either a watcher or a name");
	if (!call_resident(c, call_arg(c, 0), &r) || !body_ends(c) ||
		(n.watcher_id[0] && !call_watcher(c, n.watcher_id, &w)) || !call_begin(c))
		return;
	memcpy(n.resident_id, r.resident_id, sizeof(n.resident_id));
	if (!barred_add(call_watch(c), &n, call_caller(c)->person, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	call_audit(c, "never_told", r.resident_id, n.watcher_id[0] ? n.watcher_id : "by name", n.reason);
	if (call_commit(c))
		reply_json(c, 201, entry_object(c, &n));
}

void never_told_lift(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_NEEDED);
	struct never_told n;
	struct refusal no;
	struct resident r;
	int64_t id;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_id(c, 1, &id) || !body_ends(c))
		return;
	if (!never_told_find(call_store(c), id, &n) || strcmp(n.resident_id, r.resident_id) != 0) {
		reply_problem(c, 404, "unknown", "there is no such entry");
		return;
	}
	if (!call_begin(c))
		return;
	if (!barred_lift(call_watch(c), id, call_caller(c)->person, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	call_audit(c, "never_told_lifted", r.resident_id, n.watcher_id[0] ? n.watcher_id : "by name", reason);
	if (call_commit(c))
		reply_nothing(c);
}
