/*
 * districts - their names: the units of lists, reports and coordinators. None is ever taken away; one that ends, where
 * nobody in service lives and that is nobody's, is given to nobody any more, and stays for what was.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/districts.h"
#include "server/watch/duty.h"
#include "server/watch/json.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { DISTRICTS_MOST = 2000, USERS_AT_ONCE = 50, REASON = 500 };

void districts_show(struct call *c)
{
	struct district *list = call_keep(c, calloc(DISTRICTS_MOST, sizeof(*list)));
	size_t n = districts_list(call_store(c), list, DISTRICTS_MOST);
	cJSON *object = cJSON_CreateObject(), *districts = cJSON_AddArrayToObject(object, "districts");

	for (size_t k = 0; k < n; k++) {
		cJSON *one;

		if (!call_covers(c, list[k].district))
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "district", list[k].district);
		cJSON_AddStringToObject(one, "name", list[k].name);
		cJSON_AddNumberToObject(one, "residents", (double)list[k].residents);
		json_instant(one, "ended_at", list[k].ended_at);
		json_text(one, "end_reason", list[k].end_reason);
		cJSON_AddItemToArray(districts, one);
	}
	reply_json(c, 200, object);
}

void districts_add(struct call *c)
{
	struct rows e;

	rows_read(c, &e, IMPORT_DISTRICTS, "");
	rows_read_key(c, &e, "district");
	if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_NEW)) {
		rows_audit(c, &e, "district_added", e.cells[0]);
		if (call_commit(c))
			reply_json(c, 201, rows_object(&e, "district", e.cells[0]));
	}
	rows_release(&e);
}

void districts_change(struct call *c)
{
	struct rows e;

	rows_read(c, &e, IMPORT_DISTRICTS, "");
	e.cells[0] = call_arg(c, 0);
	if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
		if (e.edit.change != ROW_SAME)
			rows_audit(c, &e, "district_changed", e.cells[0]);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "district", e.cells[0]));
	}
	rows_release(&e);
}

/* Users who may sign in and look after this one by name. */
static size_t users_of(struct call *c, const char *district)
{
	struct user *list = call_keep(c, calloc(USERS_AT_ONCE, sizeof(*list)));
	char after[LOGIN] = "";
	size_t n, count = 0;

	while ((n = users_page(call_store(c), after, list, USERS_AT_ONCE)) > 0) {
		for (size_t k = 0; k < n; k++)
			count += list[k].districts[0] && !list[k].disabled_at && duty_covers(&list[k], district);
		memcpy(after, list[n - 1].login, sizeof(after));
	}
	return count;
}

static bool find(struct call *c, struct district *d)
{
	if (districts_find(call_store(c), call_arg(c, 0), d))
		return true;
	reply_problem(c, 404, "unknown", "there is no district %.64s", call_arg(c, 0));
	return false;
}

/* Inside the transaction. False: it was replied. */
static bool is_free(struct call *c, const struct district *d)
{
	size_t users;

	if (d->residents) {
		reply_problem(c, 409, "used_by_residents", "%s has residents in service: %" PRId64, d->district,
			d->residents);
		return false;
	}
	users = users_of(c, d->district);
	if (users)
		reply_problem(c, 409, "used_by_users", "%s has users who look after it: %zu", d->district, users);
	return !users;
}

void districts_finish(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_NEEDED);
	struct district d;

	if (!body_ends(c) || !call_begin(c) || !find(c, &d) || !is_free(c, &d))
		return;
	if (!districts_end(call_store(c), d.district, call_now(c), reason)) {
		reply_problem(c, 409, "ended_already", "%s has ended already", d.district);
		return;
	}
	call_audit(c, "district_ended", d.district, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}

void districts_resume(struct call *c)
{
	const char *reason = body_text(c, "reason", REASON, BODY_MAY);
	struct district d;

	if (!body_ends(c) || !call_begin(c) || !find(c, &d))
		return;
	if (!districts_end(call_store(c), d.district, 0, "")) {
		reply_problem(c, 409, "not_ended", "%s has not ended", d.district);
		return;
	}
	call_audit(c, "district_resumed", d.district, "", reason);
	if (call_commit(c))
		reply_nothing(c);
}
