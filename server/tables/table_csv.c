/* table_csv - reads a table row by row and writes it. */
#include "server/tables/table_csv.h"

#include <string.h>

#include "common/zone.h"
#include "server/tables/csv.h"

/* A service that ended otherwise than planned: the file says when it did, so that it stays ended where it is read. */
static void tell_end(struct query *q, const char *cells[IMPORT_CELLS], char date[DATE_TEXT])
{
	int ends = table_column(&tables[IMPORT_RESIDENTS], "ends");
	int64_t ended_at = imports_ended_at(q);

	if (!ended_at)
		return;
	date_format(date, zone_day(ended_at));
	if (!*cells[ends] || strcmp(date, cells[ends]) < 0)
		cells[ends] = date;
}

int64_t table_csv_write(const struct clerk *clerk, enum import_table table, const struct table_csv *how, FILE *out)
{
	void (*write)(FILE *, const char *const *, size_t) = how->defused ? csv_write_defused : csv_write;
	struct query *q = imports_all(clerk->watch->store, table);
	const struct table *t = &tables[table];
	const char *cells[IMPORT_CELLS];
	char date[DATE_TEXT];
	int64_t rows = 0;

	for (size_t i = 0; i < t->count; i++)
		cells[i] = t->columns[i].name;
	write(out, cells, t->count);
	while (!ferror(out) && imports_next(q, table, cells)) {
		if (how->keep && !how->keep(how->context, cells))
			continue;
		if (table == IMPORT_RESIDENTS)
			tell_end(q, cells, date);
		write(out, cells, t->count);
		rows++;
		clerk_shows(clerk, "writing", t->file, rows, 0);
	}
	db_done(q);
	clerk_shown(clerk, "writing", t->file);
	return rows;
}
