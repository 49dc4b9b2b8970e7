/* edit - an import of one form. */
#include "server/tables/edit.h"

#include <string.h>

#include "common/utf8.h"
#include "server/tables/import_write.h"

static void keep(struct import_row *row, size_t count, const char *const *cells)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(cells[i]) + 1;

		/* What no import would take has its fault already. */
		if (size > sizeof(row->text) - used)
			size = utf8_cut(cells[i], size - 1, sizeof(row->text) - used - count) + 1;
		row->cells[i] = memcpy(row->text + used, cells[i], size);
		row->text[used + size - 1] = '\0';
		used += size;
	}
}

static void note(void *context, const struct import_change *change)
{
	struct edit *e = context;
	size_t count = tables[change->table].count;

	e->change = change->change;
	e->columns = 0;
	if (change->was)
		keep(&e->was, count, change->was);
	if (change->is)
		keep(&e->is, count, change->is);
	for (size_t i = 0; i < count; i++)
		if (strcmp(change->was ? change->was[i] : "", change->is ? change->is[i] : "") != 0)
			e->columns |= UINT32_C(1) << i;
}

bool edit_rows(
	struct edit *e, const struct clerk *clerk, enum import_table table, const char *const *cells, size_t count)
{
	e->change = ROW_SAME;
	e->columns = 0;
	import_init(&e->im, clerk);
	e->im.on_change = note;
	e->im.context = e;
	import_rows(&e->im, table, cells, count);
	import_judge(&e->im);
	if (e->im.faults.errors || db_status(e->im.store->db) != DB_FINE)
		return false;
	return !import_differs(&e->im) || import_put(&e->im);
}

void edit_release(struct edit *e)
{
	import_release(&e->im);
}

void edit_told(const struct edit *e, char told[EDIT_TOLD])
{
	const struct table *table = NULL;
	size_t used = 0;

	told[0] = '\0';
	for (enum import_table t = 0; t < IMPORT_TABLES; t++)
		if (e->im.sheets[t].present)
			table = &tables[t];
	for (size_t i = 0; table && i < table->count && used < EDIT_TOLD; i++) {
		const struct column *column = &table->columns[i];

		if (!(e->columns >> i & 1))
			continue;
		used += (size_t)snprintf(told + used, EDIT_TOLD - used, "%s%s", used ? "; " : "", column->name);
		if (column->open && used < EDIT_TOLD)
			used += (size_t)snprintf(told + used, EDIT_TOLD - used, ": %s -> %s",
				e->change == ROW_NEW ? "" : e->was.cells[i],
				e->change == ROW_REMOVED ? "" : e->is.cells[i]);
	}
}
