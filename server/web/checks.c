/* checks - what is missing or doubtful in who is enrolled, of the caller's districts. */
#include <string.h>

#include "common/log.h"
#include "server/watch/enrolment.h"
#include "server/watch/json.h"
#include "server/web/call.h"
#include "server/web/handlers.h"

enum { PAGE = 50, PAGE_MOST = 1000 };

static bool covers(const void *context, const char *district)
{
	return call_covers(context, district);
}

static bool usable(const void *context, const char *address)
{
	const char *why;

	return settings_channel(call_settings(context), address, &why);
}

/* Those whose ids stand in `detail`, as far as the caller may know them, so that nobody reads bare ids. */
static void add_people(struct call *c, const struct enrolment_check *check, cJSON *people)
{
	bool residents = check->code == ENROLMENT_SIMILAR_NAME;
	char ids[sizeof(check->detail)], *rest = NULL;
	struct resident r;
	struct watcher w;
	cJSON *one;

	memcpy(ids, check->detail, sizeof(ids));
	for (char *id = strtok_r(ids, " ", &rest); id; id = strtok_r(NULL, " ", &rest)) {
		if (residents ? !residents_find(call_store(c), id, &r) || !call_covers(c, r.district)
			      : !watchers_find(call_store(c), id, &w))
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "id", id);
		cJSON_AddStringToObject(one, "name", residents ? r.name : w.name);
		cJSON_AddItemToArray(people, one);
	}
}

static cJSON *check_object(struct call *c, const struct enrolment_check *check)
{
	static const bool of_people[ENROLMENT_CODES] = {
		[ENROLMENT_NEVER_TOLD_LINKED] = true,
		[ENROLMENT_NEVER_TOLD_LIKE] = true,
		[ENROLMENT_TIER_AWAY] = true,
		[ENROLMENT_REPLACEMENT_FAILED] = true,
		[ENROLMENT_LINK_CONSENT] = true,
		[ENROLMENT_SIMILAR_NAME] = true,
	};
	cJSON *object = cJSON_CreateObject(), *people;

	cJSON_AddStringToObject(object, "code", enrolment_code_name(check->code));
	cJSON_AddStringToObject(object, "subject", check->subject);
	json_text(object, "name", check->name);
	json_text(object, "district", check->district);
	json_text(object, "detail", check->detail);
	people = cJSON_AddArrayToObject(object, "people");
	if (of_people[check->code])
		add_people(c, check, people);
	return object;
}

/* Those of one code, behind the first so many of it. */
static void add_page(
	struct call *c, const struct enrolment *e, enum enrolment_code code, size_t from, size_t limit, cJSON *object)
{
	cJSON *checks = cJSON_AddArrayToObject(object, "checks");
	size_t seen = 0;
	char cursor[24] = "";

	for (size_t k = 0; k < e->count && !cursor[0]; k++) {
		if (e->list[k].code != code || seen++ < from)
			continue;
		if (seen <= from + limit)
			cJSON_AddItemToArray(checks, check_object(c, &e->list[k]));
		else
			snprintf(cursor, sizeof(cursor), "%zu", from + limit);
	}
	json_text(object, "next_cursor", cursor);
}

/* The first of each code: what there is, in one reading. */
static void add_first(struct call *c, const struct enrolment *e, size_t limit, cJSON *object)
{
	cJSON *checks = cJSON_AddArrayToObject(object, "checks");
	size_t taken[ENROLMENT_CODES] = { 0 };

	for (size_t k = 0; k < e->count; k++)
		if (taken[e->list[k].code]++ < limit)
			cJSON_AddItemToArray(checks, check_object(c, &e->list[k]));
	cJSON_AddNullToObject(object, "next_cursor");
}

void checks_show(struct call *c)
{
	const struct enrolment_scope scope = { covers, usable, c };
	const char *code = call_query(c, "code");
	enum enrolment_code only = ENROLMENT_CODES;
	struct enrolment e;
	int64_t limit, from;
	cJSON *object, *counts;

	if (!call_number(c, "limit", 1, PAGE_MOST, PAGE, &limit) ||
		!call_number(c, "cursor", 0, INT64_C(1) << 32, 0, &from))
		return;
	if (code && !enrolment_code_parse(code, &only)) {
		reply_problem(c, 422, "invalid", "there is no check %.64s", code);
		return;
	}
	if (enrolment_read(&e, call_watch(c), &scope, call_now(c))) {
		object = cJSON_CreateObject();
		json_instant(object, "made_at", call_now(c));
		counts = cJSON_AddObjectToObject(object, "counts");
		for (int k = 0; k < ENROLMENT_CODES; k++)
			cJSON_AddNumberToObject(
				counts, enrolment_code_name((enum enrolment_code)k), (double)e.counts[k]);
		if (code)
			add_page(c, &e, only, (size_t)from, (size_t)limit, object);
		else
			add_first(c, &e, (size_t)limit, object);
		reply_json(c, 200, object);
	} else {
		reply_store(c);
	}
	enrolment_release(&e);
}
