/* rows - a body becomes a row, and what is wrong with the row names the body's members. */
#include "server/web/rows.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "server/tables/cell.h"
#include "server/watch/items.h"
#include "server/watch/json.h"
#include "server/watch/schedule_words.h"
#include "server/web/exchange.h"

enum { REASON = 500 };

struct clerk rows_clerk(const struct call *c)
{
	return (struct clerk){
		.settings = call_settings(c), .watch = call_watch(c), .who = call_caller(c)->person, .now = call_now(c)
	};
}

static const char *read_cell(struct call *c, const struct column *column)
{
	static const char *const tiers[] = { "", "1", "2", "3" };

	if (!body_has(c, column->name))
		return NULL;
	if (strcmp(column->name, "tier") == 0)
		return tiers[body_number(c, column->name, 1, 3, 0, BODY_NEEDED)];
	return body_text(c, column->name, column->size - 1, BODY_MAY);
}

void rows_read_cells(struct call *c, enum import_table table, const char *without, const char *cells[IMPORT_CELLS])
{
	const struct table *t = &tables[table];

	for (size_t i = t->keys; i < t->count; i++)
		if (!items_have(without, t->columns[i].name))
			cells[i] = read_cell(c, &t->columns[i]);
}

void rows_read(struct call *c, struct rows *e, enum import_table table, const char *without)
{
	*e = (struct rows){ .table = table };
	rows_read_cells(c, table, without, e->cells);
	e->was = body_object(c, "was", BODY_MAY);
	e->reason = body_text(c, "reason", REASON, BODY_MAY);
}

void rows_read_key(struct call *c, struct rows *e, const char *name)
{
	const struct table *t = &tables[e->table];
	int i = table_column(t, name);

	e->cells[i] = body_text(c, name, t->columns[i].size - 1, BODY_NEEDED);
}

/* Whether a column is still as the editor saw it. */
static bool is_as_seen(const cJSON *seen, const char *cell)
{
	char number[24];

	if (cJSON_IsNull(seen))
		return !*cell;
	if (cJSON_IsNumber(seen)) {
		snprintf(number, sizeof(number), "%d", seen->valueint);
		return strcmp(number, cell) == 0;
	}
	return cJSON_IsString(seen) && strcmp(seen->valuestring, cell) == 0;
}

/* False: 409 or 422 was replied. */
static bool as_seen(struct call *c, const struct rows *e, const struct import_row *stored)
{
	const struct table *t = &tables[e->table];

	for (const cJSON *seen = e->was ? e->was->child : NULL; seen; seen = seen->next) {
		int i = table_column(t, seen->string);

		if (i < 0) {
			body_fault_coded(c, "was", "unknown_member", seen->string, "names %s, which is no column here",
				seen->string);
			reply_faults(c);
			return false;
		}
		if (!is_as_seen(seen, stored->cells[i])) {
			reply_problem(c, 409, "changed", "%s was changed by somebody else meanwhile", seen->string);
			return false;
		}
	}
	return true;
}

static bool is_there(struct call *c, struct rows *e, struct import_row *stored)
{
	return imports_find(call_store(c), e->table, e->cells, stored);
}

/* The steps of a policy share its name, which stands in the body once. */
static bool is_key(const struct rows *e, const struct fault *f)
{
	return e->table == IMPORT_POLICIES && strcmp(f->column, "policy") == 0 && strcmp(f->code, "same_key") != 0;
}

static bool repeats_key(const struct rows *e, const char *list, const struct fault *f)
{
	return list && f->line > 1 && is_key(e, f);
}

/* Faults of what was judged, at the members they came from. `list`: the name of a list of rows; NULL: one row. */
static void name_faults(struct call *c, const struct rows *e, const char *list)
{
	const struct faults *faults = &e->edit.im.faults;

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *f = &faults->list[i];
		char name[96];

		if (f->warning || repeats_key(e, list, f))
			continue;
		if (list && f->line && !is_key(e, f))
			snprintf(name, sizeof(name), "%s/%d/%s", list, f->line - 1, f->column);
		else
			snprintf(name, sizeof(name), "%s", f->column);
		body_fault_coded(c, name, f->code, f->about, "%s", f->what);
	}
}

static bool write_rows(struct call *c, struct rows *e, const char *list, const char *const *cells, size_t count)
{
	struct clerk clerk = rows_clerk(c);

	e->begun = true;
	if (edit_rows(&e->edit, &clerk, e->table, cells, count))
		return true;
	if (db_status(call_store(c)->db) != DB_FINE || !e->edit.im.faults.errors) {
		reply_store(c);
		return false;
	}
	name_faults(c, e, list);
	reply_faults(c);
	return false;
}

bool rows_write(struct call *c, struct rows *e, enum rows_want want)
{
	struct import_row stored;
	bool there = is_there(c, e, &stored);

	if (want == ROWS_OLD && !there) {
		reply_problem(c, 404, "unknown", "there is no %s %.64s", tables[e->table].row, e->cells[0]);
		return false;
	}
	if (want == ROWS_NEW && there) {
		reply_problem(c, 409, "exists", "there is a %s %.64s already", tables[e->table].row, e->cells[0]);
		return false;
	}
	if (there && !as_seen(c, e, &stored))
		return false;
	return write_rows(c, e, NULL, e->cells, 1);
}

bool rows_write_list(struct call *c, struct rows *e, const char *list, const char *const *cells, size_t count)
{
	return write_rows(c, e, list, cells, count);
}

void rows_audit(struct call *c, const struct rows *e, const char *what, const char *subject)
{
	char told[EDIT_TOLD];

	edit_told(&e->edit, told);
	call_audit(c, what, subject, told, e->reason ? e->reason : "");
}

cJSON *rows_fault(const struct fault *fault)
{
	cJSON *object = cJSON_CreateObject();

	json_text(object, "column", fault->column ? fault->column : "");
	cJSON_AddStringToObject(object, "code", fault->code);
	json_text(object, "about", fault->about);
	cJSON_AddStringToObject(object, "detail", fault->what);
	return object;
}

cJSON *rows_object(const struct rows *e, const char *name, const char *id)
{
	const struct table *t = &tables[e->table];
	const struct faults *faults = &e->edit.im.faults;
	cJSON *object = cJSON_CreateObject(), *list;

	cJSON_AddStringToObject(object, name, id);
	list = cJSON_AddArrayToObject(object, "changed");
	for (size_t i = 0; i < t->count; i++)
		if (e->edit.columns >> i & 1)
			cJSON_AddItemToArray(list, cJSON_CreateString(t->columns[i].name));
	list = cJSON_AddArrayToObject(object, "warnings");
	for (size_t i = 0; i < faults->count; i++)
		cJSON_AddItemToArray(list, rows_fault(&faults->list[i]));
	return object;
}

void rows_release(struct rows *e)
{
	if (e->begun)
		edit_release(&e->edit);
	e->begun = false;
}

void rows_add_cells(cJSON *object, enum import_table table, const char *const *cells)
{
	for (size_t i = 0; i < tables[table].count; i++)
		json_text(object, tables[table].columns[i].name, cells[i]);
}

void rows_add_hours(cJSON *object, const char *name, const char *text, const char *standard)
{
	cJSON *words = cJSON_AddObjectToObject(object, name);
	char ja[SCHEDULE_WORDS] = "", en[SCHEDULE_WORDS] = "", why[SCHEDULE_WHY];
	struct schedule s;

	if (schedule_parse(&s, *text ? text : standard, SCHEDULE_HOURS, why, sizeof(why))) {
		schedule_words(&s, "ja", ja);
		schedule_words(&s, "en", en);
	}
	json_text(words, "ja", ja);
	json_text(words, "en", en);
}
