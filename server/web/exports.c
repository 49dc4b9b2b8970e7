/*
 * exports - a table as its import file (contract 2), so that what import read can be had back.
 *
 * The file is for programs and for importing again: cells stand as they are. Who opens it in a spreadsheet asks for
 * ?spreadsheet=true, which defuses what would be taken for a formula, and cannot be imported again. Who has only some
 * districts gets the rows of these.
 */
#include <string.h>

#include "server/tables/table_csv.h"
#include "server/web/handlers.h"
#include "server/web/rows.h"
#include "server/web/watchers.h"

struct export
{
	struct call *c;
	enum import_table table;
};

/* Where they live themselves is for who has that district. */
static void hide_home(struct call *c, const char **cells)
{
	const char **home = &cells[table_column(&tables[IMPORT_WATCHERS], "resident_id")];
	struct resident r;

	if (**home && !(residents_find(call_store(c), *home, &r) && call_covers(c, r.district)))
		*home = "";
}

static bool keeps(void *context, const char **cells)
{
	const struct export *ex = context;
	struct resident r;

	switch (ex->table) {
	case IMPORT_DISTRICTS: return call_covers(ex->c, cells[0]);
	case IMPORT_RESIDENTS: return call_covers(ex->c, table_cell(&tables[IMPORT_RESIDENTS], cells, "district"));
	case IMPORT_WATCHERS: hide_home(ex->c, cells); return watcher_covered(ex->c, cells[0]);
	case IMPORT_LINKS:
	case IMPORT_DEVICES:
	case IMPORT_PAUSES:
		return residents_find(call_store(ex->c), table_cell(&tables[ex->table], cells, "resident_id"), &r) &&
		       call_covers(ex->c, r.district);
	case IMPORT_POLICIES:
	case IMPORT_USERS:
	case IMPORT_TABLES: break;
	}
	return true;
}

/* The table of the address: {table}.csv; IMPORT_TABLES: it was replied. */
static enum import_table find_table(struct call *c)
{
	enum import_table table = 0;

	while (table < IMPORT_TABLES && strcmp(tables[table].file, call_arg(c, 0)) != 0)
		table++;
	if (table == IMPORT_TABLES)
		reply_problem(c, 404, "unknown", "there is no table %.64s", call_arg(c, 0));
	if (table != IMPORT_USERS || call_caller(c)->rights & RIGHT_ADMIN)
		return table;
	reply_problem(c, 403, "right", "this needs the right \"admin\"");
	return IMPORT_TABLES;
}

void exports_table(struct call *c)
{
	enum import_table table = find_table(c);
	const char *spreadsheet = call_query(c, "spreadsheet");
	struct clerk clerk = rows_clerk(c);
	struct export ex = { c, table };
	struct table_csv how = { .context = &ex };
	FILE *out;

	if (table == IMPORT_TABLES || !call_note(c, "export", "", tables[table].file))
		return;
	if (!db_begin_read(call_store(c)->db)) {
		reply_store(c);
		return;
	}
	if (!call_caller(c)->all_districts)
		how.keep = keeps;
	how.defused = spreadsheet && strcmp(spreadsheet, "true") == 0;
	out = reply_out(c);
	fputs("\xEF\xBB\xBF", out);
	table_csv_write(&clerk, table, &how, out);
	if (!db_commit(call_store(c)->db)) {
		reply_store(c);
		return;
	}
	reply_file_name(c, tables[table].file);
	reply_written(c, 200, "text/csv; charset=utf-8");
}
