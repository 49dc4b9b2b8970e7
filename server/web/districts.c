/* districts - their names: the units of lists, reports and coordinators. None is ever taken away. */
#include <stdlib.h>

#include "server/store/districts.h"
#include "server/web/exchange.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"

enum { DISTRICTS_MOST = 2000 };

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
