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

static cJSON *check_object(const struct enrolment_check *check)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "code", enrolment_code_name(check->code));
	cJSON_AddStringToObject(object, "subject", check->subject);
	json_text(object, "name", check->name);
	json_text(object, "district", check->district);
	json_text(object, "detail", check->detail);
	return object;
}

/* Those of one code, from a place in the list on. */
static void add_page(const struct enrolment *e, enum enrolment_code code, size_t from, size_t limit, cJSON *object)
{
	cJSON *checks = cJSON_AddArrayToObject(object, "checks");
	size_t taken = 0;
	char cursor[24] = "";

	for (size_t k = from; k < e->count && !cursor[0]; k++) {
		if (e->list[k].code != code)
			continue;
		if (taken++ < limit)
			cJSON_AddItemToArray(checks, check_object(&e->list[k]));
		else
			snprintf(cursor, sizeof(cursor), "%zu", k);
	}
	json_text(object, "next_cursor", cursor);
}

/* The first of each code: what there is, in one reading. */
static void add_first(const struct enrolment *e, size_t limit, cJSON *object)
{
	cJSON *checks = cJSON_AddArrayToObject(object, "checks");
	size_t taken[ENROLMENT_CODES] = { 0 };

	for (size_t k = 0; k < e->count; k++)
		if (taken[e->list[k].code]++ < limit)
			cJSON_AddItemToArray(checks, check_object(&e->list[k]));
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
			add_page(&e, only, (size_t)from, (size_t)limit, object);
		else
			add_first(&e, (size_t)limit, object);
		reply_json(c, 200, object);
	} else {
		reply_store(c);
	}
	enrolment_release(&e);
}
