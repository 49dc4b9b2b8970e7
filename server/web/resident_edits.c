/*
 * resident_edits - a resident is enrolled, or their record put right.
 *
 * What a record says because somebody told it is not for a form: an end needs the second identifier (POST …/end), a
 * consent says when and by whom (POST …/consents). A planned end, and one that is taken back, come in by import.
 */
#include "server/web/handlers.h"
#include "server/web/residents.h"
#include "server/web/rows.h"

#define NOT_BY_FORM "ends end_reason consent_on entry_consent"

/* A district that is not theirs does not exist for them. */
static void check_district(struct call *c, const struct rows *e)
{
	const char *district = table_cell(&tables[IMPORT_RESIDENTS], e->cells, "district");

	if (district && *district && !call_covers(c, district))
		body_fault_coded(c, "district", "row_unknown", district, "there is no district %s", district);
}

void residents_add(struct call *c)
{
	struct rows e;
	struct resident r;
	cJSON *object;
	bool check;

	rows_read(c, &e, IMPORT_RESIDENTS, NOT_BY_FORM);
	rows_read_key(c, &e, "resident_id");
	check = body_flag(c, "check", false);
	check_district(c, &e);
	if (!body_ends(c) || !call_begin(c) || !rows_write(c, &e, ROWS_NEW)) {
		rows_release(&e);
		return;
	}
	rows_audit(c, &e, "resident_added", e.cells[0]);
	object = rows_object(&e, "resident_id", e.cells[0]);
	if (residents_find(call_store(c), e.cells[0], &r))
		residents_add_similar(c, &r, object);
	if (check) /* what would be said of it; nothing is stored */
		reply_json(c, 200, object);
	else if (call_commit(c))
		reply_json(c, 201, object);
	else
		cJSON_Delete(object);
	rows_release(&e);
}

void residents_change(struct call *c)
{
	struct resident r;
	struct rows e;

	if (!call_resident(c, call_arg(c, 0), &r))
		return;
	rows_read(c, &e, IMPORT_RESIDENTS, NOT_BY_FORM);
	e.cells[0] = r.resident_id;
	check_district(c, &e);
	if (body_ends(c) && call_begin(c) && rows_write(c, &e, ROWS_OLD)) {
		if (e.edit.change != ROW_SAME)
			rows_audit(c, &e, "resident_changed", r.resident_id);
		if (call_commit(c))
			reply_json(c, 200, rows_object(&e, "resident_id", r.resident_id));
	}
	rows_release(&e);
}
