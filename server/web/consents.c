/*
 * consents - what a resident agreed to: shown with what follows from it, and recorded. Staff never change a consent;
 * they record another. Who may enter is for those who may act on it, as in the record.
 */
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/consents.h"
#include "server/store/never_told.h"
#include "server/watch/consent.h"
#include "server/watch/duty.h"
#include "server/watch/items.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"
#include "server/web/handlers.h"
#include "server/web/items_json.h"
#include "server/web/residents.h"

enum { PAGE = 50, PAGE_MOST = 200, LINKS_MOST = 64, NOTE = 1000 };

static cJSON *consent_object(struct call *c, const struct consent *a)
{
	cJSON *object = cJSON_CreateObject();
	char person[PERSON], name[PERSON_NAME] = "";

	PERSON_OF(person, "watcher", a->watcher_id);
	if (a->watcher_id[0])
		telling_name(call_watch(c), person, name);
	cJSON_AddNumberToObject(object, "id", (double)a->id);
	cJSON_AddStringToObject(object, "what", a->what);
	json_text(object, "watcher_id", a->watcher_id);
	json_text(object, "watcher_name", name);
	items_json_add(object, "items", a->items);
	cJSON_AddBoolToObject(object, "given", a->given);
	cJSON_AddStringToObject(object, "agreed_on", a->agreed_on);
	cJSON_AddStringToObject(object, "agreed_by", a->agreed_by);
	cJSON_AddStringToObject(object, "form", a->form);
	json_text(object, "note", a->note);
	telling_name(call_watch(c), a->entered_by, name);
	cJSON_AddStringToObject(object, "entered_by_name", name);
	json_instant(object, "entered_at", a->entered_at);
	return object;
}

/* What one watcher is told, and why. */
static cJSON *link_object(struct call *c, const struct linked_watcher *l)
{
	cJSON *object = cJSON_CreateObject();
	struct store *s = call_store(c);
	struct link in_circle;
	struct consent a;
	bool said = consents_latest(s, l->link.resident_id, "link", l->link.watcher_id, &a);

	cJSON_AddStringToObject(object, "watcher_id", l->watcher.watcher_id);
	cJSON_AddStringToObject(object, "name", l->watcher.name);
	cJSON_AddNumberToObject(object, "tier", l->link.tier);
	items_json_add(object, "shares",
		strcmp(l->link.shares, ITEMS_NONE) == 0 ? ""
		: l->link.shares[0]                     ? l->link.shares
							: ITEMS_STANDARD);
	json_text(object, "agreed_on", said ? a.agreed_on : "");
	if (said)
		cJSON_AddBoolToObject(object, "agreed", a.given);
	else
		cJSON_AddNullToObject(object, "agreed");
	cJSON_AddBoolToObject(object, "never_told", never_told_bars(s, l->link.resident_id, l->link.watcher_id));
	cJSON_AddBoolToObject(object, "ended", duty_away(l->watcher.ends, "", call_now(c)));
	cJSON_AddBoolToObject(
		object, "may_be_told", watchers_in_circle(s, l->link.resident_id, l->link.watcher_id, &in_circle));
	return object;
}

static void add_links(struct call *c, const struct resident *r, cJSON *object)
{
	cJSON *links = cJSON_AddArrayToObject(object, "links");
	struct linked_watcher *list = calloc(LINKS_MOST, sizeof(*list));
	size_t n;

	if (!list)
		fatal("error=\"out of memory\"");
	n = watchers_of(call_store(c), r->resident_id, 0, list, LINKS_MOST);
	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(links, link_object(c, &list[k]));
	free(list);
}

void consents_show(struct call *c)
{
	struct resident r;
	struct consent *list;
	int64_t limit, before;
	char cursor[24] = "";
	cJSON *object, *consents;
	bool may_know = residents_may_know(c);
	size_t n;

	if (!call_resident(c, call_arg(c, 0), &r) || !call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) ||
		!call_number(c, "cursor", 1, INT64_C(1) << 53, 0, &before) ||
		!call_note(c, "read", r.resident_id, "consents"))
		return;
	list = calloc((size_t)limit + 1, sizeof(*list));
	if (!list)
		fatal("error=\"out of memory\"");
	n = consents_of(call_store(c), r.resident_id, may_know, before, list, (size_t)limit + 1);
	object = cJSON_CreateObject();
	json_text(object, "service", r.consent_on);
	cJSON_AddBoolToObject(object, "may_know", may_know);
	json_text(object, "entry", may_know ? r.entry_consent : "");
	add_links(c, &r, object);
	consents = cJSON_AddArrayToObject(object, "consents");
	for (size_t k = 0; k < n && k < (size_t)limit; k++)
		cJSON_AddItemToArray(consents, consent_object(c, &list[k]));
	if (n > (size_t)limit)
		snprintf(cursor, sizeof(cursor), "%lld", (long long)list[limit - 1].id);
	json_text(object, "next_cursor", cursor);
	free(list);
	reply_json(c, 200, object);
}

void consents_add_one(struct call *c)
{
	struct consent a = { 0 };
	struct refusal no;
	struct resident r;
	char detail[256];

	snprintf(a.what, sizeof(a.what), "%s", body_word(c, "what", "service entry link", BODY_NEEDED));
	snprintf(a.watcher_id, sizeof(a.watcher_id), "%s", body_text(c, "watcher_id", WATCHER_ID - 1, BODY_MAY));
	items_json_read(c, "items", ITEMS_OF_LINK " police label", a.items, sizeof(a.items), BODY_MAY);
	if (!body_has(c, "given"))
		body_fault_coded(c, "given", "required", "", "is missing");
	a.given = body_flag(c, "given", false);
	snprintf(a.agreed_on, sizeof(a.agreed_on), "%s", body_date(c, "agreed_on", BODY_NEEDED));
	snprintf(a.agreed_by, sizeof(a.agreed_by), "%s", body_text(c, "agreed_by", PERSON_NAME - 1, BODY_NEEDED));
	snprintf(a.form, sizeof(a.form), "%s", body_word(c, "form", "paper spoken online", BODY_NEEDED));
	snprintf(a.note, sizeof(a.note), "%s", body_text(c, "note", NOTE, BODY_MAY));
	if (!call_resident(c, call_arg(c, 0), &r) || !body_ends(c) || !call_begin(c))
		return;
	memcpy(a.resident_id, r.resident_id, sizeof(a.resident_id));
	if (!consent_record(call_watch(c), &a, call_caller(c)->person, call_now(c), &no)) {
		reply_refusal(c, &no);
		return;
	}
	snprintf(detail, sizeof(detail), "%s%s%s %s %s", a.what, a.watcher_id[0] ? " " : "", a.watcher_id,
		a.given ? "given" : "taken_back", a.items);
	call_audit(c, "consent", r.resident_id, detail, "");
	if (call_commit(c))
		reply_json(c, 201, consent_object(c, &a));
}
