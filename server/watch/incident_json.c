/* incident_json - reads what belongs to an incident and writes it. */
#include "server/watch/incident_json.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/store/concerned.h"
#include "server/store/incident_list.h"
#include "server/watch/json.h"
#include "server/watch/telling.h"

enum { CAUSES_MOST = 256 };

static void add_claim(struct watch *w, const struct incident *i, cJSON *object)
{
	bool claimed = i->state == INCIDENT_CLAIMED;
	char name[PERSON_NAME] = "";

	if (claimed)
		telling_name(w, i->claimed_by, name);
	json_text(object, "claimed_by", name);
	json_instant(object, "claimed_until", claimed ? i->claimed_until : 0);
}

static void add_causes(struct watch *w, const struct incident *i, cJSON *object)
{
	struct cause list[CAUSES_MOST];
	size_t n = causes_of(w->store, i->id, list, CAUSES_MOST);
	cJSON *causes = cJSON_AddArrayToObject(object, "causes");

	for (size_t k = 0; k < n; k++) {
		cJSON *cause = cJSON_CreateObject();

		cJSON_AddStringToObject(cause, "kind", incident_kind_name(list[k].kind));
		json_instant(cause, "at", list[k].at);
		json_instant(cause, "answered_at", list[k].answered_at);
		cJSON_AddItemToArray(causes, cause);
	}
}

static void add_told(struct watch *w, const struct incident *i, bool named, cJSON *object)
{
	struct query *q = incident_list_told(w->store, i->id);
	cJSON *told = cJSON_AddArrayToObject(object, "told");
	struct incident_told t;

	while (incident_list_told_next(q, &t)) {
		const char *id = strchr(t.person, ':');
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "person", id ? id + 1 : t.person);
		cJSON_AddStringToObject(one, "channel", t.channel);
		cJSON_AddStringToObject(one, "result", strcmp(t.state, "in_flight") == 0 ? "waiting" : t.state);
		json_instant(one, "at", t.at);
		if (named) {
			char name[PERSON_NAME];

			telling_name(w, t.person, name);
			cJSON_AddStringToObject(one, "name", name);
			cJSON_AddStringToObject(one, "what", t.what);
		}
		cJSON_AddItemToArray(told, one);
	}
}

/* Those whom a question about several lists, in visiting order. */
static void add_residents(struct watch *w, const struct incident *i, cJSON *object)
{
	cJSON *residents = cJSON_AddArrayToObject(object, "residents");
	struct concerned *list = NULL;
	size_t most = 256, n;

	do {
		most *= 2;
		list = realloc(list, most * sizeof(*list));
		if (!list)
			fatal("error=\"out of memory\"");
		n = concerned_list(w->store, i->id, list, most);
	} while (n == most);
	for (size_t k = 0; k < n; k++)
		cJSON_AddItemToArray(residents, cJSON_CreateString(list[k].resident_id));
	free(list);
}

cJSON *incident_json(struct watch *w, const struct incident *i, bool named)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddNumberToObject(object, "id", (double)i->id);
	json_text(object, "resident_id", i->resident_id);
	cJSON_AddStringToObject(object, "kind", incident_kind_name(i->kind));
	cJSON_AddStringToObject(object, "state", incident_state_name(i->state));
	json_instant(object, "opened_at", i->opened_at);
	json_instant(object, "closed_at", i->closed_at);
	json_text(object, "outcome", i->outcome);
	json_text(object, "seen_by", i->seen_by);
	cJSON_AddNumberToObject(object, "step", i->step);
	add_claim(w, i, object);
	add_causes(w, i, object);
	add_told(w, i, named, object);
	if (i->kind == INCIDENT_BLIND || i->kind == INCIDENT_AREA)
		add_residents(w, i, object);
	return object;
}

void incident_write_json(struct watch *w, const struct incident *i, FILE *out)
{
	json_write(incident_json(w, i, false), out);
}
