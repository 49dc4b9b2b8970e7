/*
 * table_csv - a table as its import file: header and rows, as `import` reads them back (contract 4).
 *
 * Cells stand as they were imported: nothing is added that would keep a spreadsheet from reading one as a formula, for
 * import must read back what this gave. Who wants to open it in a spreadsheet asks for it defused.
 */
#ifndef TABLES_TABLE_CSV_H
#define TABLES_TABLE_CSV_H

#include "server/tables/clerk.h"
#include "server/tables/tables.h"

struct table_csv {
	/* Whether a row is to be written, and cells of it blanked; NULL: all are, as they stand. */
	bool (*keep)(void *context, const char **cells);
	void *context;
	bool defused; /* for spreadsheets; not to be imported again */
};

/* How many rows; trouble is left for ferror and db_status. The caller has begun a transaction. */
int64_t table_csv_write(const struct clerk *clerk, enum import_table table, const struct table_csv *how, FILE *out);

#endif
