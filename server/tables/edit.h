/*
 * edit - rows of a table as a form gives them: judged as lines of the table's import file would be, and written in the
 * caller's transaction with all that follows from them.
 */
#ifndef TABLES_EDIT_H
#define TABLES_EDIT_H

#include "server/tables/import_plan.h"

struct edit {
	struct import im;       /* what is wrong is in its faults, by line (from 1) and column */
	enum row_change change; /* what became of the row; of several rows, of the last that is not as it was */
	uint32_t columns;       /* bit n: its column n is not as it was */
	struct import_row was;  /* with ROW_CHANGED and ROW_REMOVED */
	struct import_row is;   /* with ROW_CHANGED and ROW_NEW */
};

/*
 * Rows as sheet_rows takes them: what is left out keeps what is stored, and is empty in a new row; of a policy, all its
 * steps. True: written, where anything differs. False: there are faults, or the store has failed; the caller rolls
 * back. Always to be released.
 */
bool edit_rows(
	struct edit *e, const struct clerk *clerk, enum import_table table, const char *const *cells, size_t count);
void edit_release(struct edit *e);

/* What changed, for the audit: "tier: 1 -> 2; phone", of columns that hold personal things only the name. */
#define EDIT_TOLD 2048
void edit_told(const struct edit *e, char told[EDIT_TOLD]);

#endif
