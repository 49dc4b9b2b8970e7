/*
 * disclosures - who was told what about a resident; what staff told in an emergency; and everything that is stored
 * about one person, for that person.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/watch/disclosure.h"
#include "server/watch/items.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"
#include "server/watch/whole.h"
#include "server/web/handlers.h"
#include "server/web/items_json.h"
#include "server/web/watchers.h"

enum { PAGE = 50, PAGE_MOST = 200, REASON = 500 };
#define ID_MOST (INT64_C(1) << 53)

static cJSON *disclosure_object(struct call *c, const struct disclosure *d)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME] = "";

	cJSON_AddNumberToObject(object, "id", (double)d->id);
	json_instant(object, "at", d->at);
	json_text(object, "watcher_id", person_watcher(d->person) ? person_watcher(d->person) : "");
	cJSON_AddStringToObject(object, "name", d->name);
	items_json_add(object, "items", d->items);
	cJSON_AddStringToObject(object, "basis", d->basis);
	json_text(object, "reason", d->reason);
	if (d->by_person[0])
		telling_name(call_watch(c), d->by_person, name);
	json_text(object, "by_name", name);
	json_text(object, "channel", d->channel);
	if (d->incident_id)
		cJSON_AddNumberToObject(object, "incident_id", (double)d->incident_id);
	else
		cJSON_AddNullToObject(object, "incident_id");
	return object;
}

void disclosures_show(struct call *c)
{
	struct resident r;
	struct disclosure *list;
	int64_t limit, before;
	char cursor[24] = "";
	cJSON *object, *disclosures;
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) ||
		!call_number(c, "cursor", 1, ID_MOST, 0, &before) ||
		!call_note(c, "read", r.resident_id, "disclosures"))
		return;
	list = calloc((size_t)limit + 1, sizeof(*list));
	if (!list)
		fatal("error=\"out of memory\"");
	n = disclosures_of(call_store(c), r.resident_id, before, list, (size_t)limit + 1);
	object = cJSON_CreateObject();
	disclosures = cJSON_AddArrayToObject(object, "disclosures");
	for (size_t k = 0; k < n && k < (size_t)limit; k++)
		cJSON_AddItemToArray(disclosures, disclosure_object(c, &list[k]));
	if (n > (size_t)limit)
		snprintf(cursor, sizeof(cursor), "%lld", (long long)list[limit - 1].id);
	json_text(object, "next_cursor", cursor);
	free(list);
	reply_json(c, 200, object);
}

void disclosures_add_one(struct call *c)
{
	const char *watcher_id = body_text(c, "watcher_id", WATCHER_ID - 1, BODY_MAY);
	struct disclosure d = { 0 };
	struct watcher w = { 0 };
	struct refusal no;
	struct resident r;
	char detail[256];

	snprintf(d.name, sizeof(d.name), "%s",
		body_text(c, "name", PERSON_NAME - 1, watcher_id[0] ? BODY_MAY : BODY_NEEDED));
	items_json_read(c, "items", ITEMS_ALL, d.items, sizeof(d.items), BODY_NEEDED);
	snprintf(d.reason, sizeof(d.reason), "%s", body_text(c, "reason", REASON, BODY_NEEDED));
	snprintf(d.channel, sizeof(d.channel), "%s",
		body_word(c, "channel", "telephone person paper mail other", BODY_NEEDED));
	d.incident_id = body_number(c, "incident_id", 1, ID_MOST, 0, BODY_MAY);
	if (!call_resident(c, call_arg(c, 0), &r) || !body_ends(c) ||
		(watcher_id[0] && !call_watcher(c, watcher_id, &w)) || !call_begin(c))
		return;
	memcpy(d.resident_id, r.resident_id, sizeof(d.resident_id));
	if (watcher_id[0]) {
		PERSON_OF(d.person, "watcher", w.watcher_id);
		memcpy(d.name, w.name, sizeof(d.name));
	}
	if (!disclosure_emergency(call_watch(c), &d, call_caller(c)->person, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	snprintf(detail, sizeof(detail), "%s", d.items);
	call_audit(c, "disclosed", r.resident_id, detail, d.reason);
	if (call_commit(c))
		reply_json(c, 201, disclosure_object(c, &d));
}

void records_download(struct call *c)
{
	const char *reason = call_query(c, "reason");
	struct resident r;
	if (!call_resident(c, call_arg(c, 0), &r))
		return;
	if (!reason || !reason[strspn(reason, " ")] || strlen(reason) > REASON) {
		reply_problem(c, 422, "reason", "?reason= says why, in at most %d bytes", REASON);
		return;
	}
	if (!call_begin(c))
		return;
	call_audit(c, "export", r.resident_id, "whole record", reason);
	if (!call_commit(c))
		return;
	if (!db_begin_read(call_store(c)->db)) {
		reply_store(c);
		return;
	}
	whole_write(call_watch(c), r.resident_id, call_now(c), reply_out(c));
	if (!db_commit(call_store(c)->db)) { /* a record that breaks off would look like all there is */
		reply_store(c);
		return;
	}
	reply_file_name(c, "record.json");
	reply_written(c, 200, "application/json");
}
