/* pauses - what was entered, what became of it, and whether it was looked at again. */
#include "server/web/pauses.h"

#include "common/clock.h"
#include "server/store/record.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"

/*
 * The review of a pause is a question to staff (rules 7): to come, asked, or answered. One that ended before its review
 * is never asked about.
 */
static void add_review(struct call *c, const struct pause *p, cJSON *object)
{
	int64_t review_at = p->entered_at + call_watch(c)->rules.pause_review_ms;
	int64_t over_at = p->ended_at ? p->ended_at : p->to_at, until = over_at > review_at ? over_at : review_at;
	int64_t id = record_pause_question(call_store(c), p->resident_id, p->entered_at, until + DAY, review_at);
	cJSON *review = cJSON_AddObjectToObject(object, "review");
	struct incident i = { .id = 0 };
	char name[PERSON_NAME] = "";
	const char *state = p->to_at <= p->entered_at || (p->ended_at && p->ended_at < review_at) ? "none" : "coming";

	if (id && incidents_find(call_store(c), id, &i))
		state = i.state == INCIDENT_CLOSED ? "done" : "asked";
	if (i.closed_by[0])
		telling_name(call_watch(c), i.closed_by, name);
	json_instant(review, "at", review_at);
	cJSON_AddStringToObject(review, "state", state);
	if (i.id)
		cJSON_AddNumberToObject(review, "incident", (double)i.id);
	else
		cJSON_AddNullToObject(review, "incident");
	json_instant(review, "done_at", i.closed_at);
	json_text(review, "done_by_name", name);
}

cJSON *pause_object(struct call *c, const struct pause *p)
{
	cJSON *object = cJSON_CreateObject();
	char name[PERSON_NAME];

	telling_name(call_watch(c), p->entered_by, name);
	cJSON_AddNumberToObject(object, "id", (double)p->id);
	cJSON_AddStringToObject(object, "from", p->from_on);
	cJSON_AddStringToObject(object, "to", p->to_on);
	json_instant(object, "from_at", p->from_at);
	json_instant(object, "to_at", p->to_at);
	cJSON_AddStringToObject(object, "reason", p->reason);
	cJSON_AddStringToObject(object, "told_by", p->told_by);
	cJSON_AddStringToObject(object, "entered_by_name", name);
	json_instant(object, "entered_at", p->entered_at);
	json_instant(object, "ended_at", p->ended_at);
	cJSON_AddBoolToObject(object, "stands", !p->ended_at && p->to_at > call_now(c));
	add_review(c, p, object);
	return object;
}
