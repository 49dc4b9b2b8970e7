/*
 * sheet - one import file in memory, or rows as a form gives them: each cell judged by itself, no key twice.
 */
#ifndef TABLES_SHEET_H
#define TABLES_SHEET_H

#include "server/tables/charset.h"
#include "server/tables/clerk.h"
#include "server/tables/faults.h"
#include "server/tables/tables.h"

enum row_change { ROW_SAME, ROW_NEW, ROW_CHANGED, ROW_REMOVED, ROW_CHANGES };

struct row {
	const char **cells; /* by column of the table; NULL: the file leaves that column out; '' may stand anywhere */
	int line;
	bool broken;            /* the line is no row: only its key is known, so that what names it is not blamed too */
	enum row_change change; /* what it means to the store, once it was compared */
	uint64_t stored;        /* a sum of the stored row that this was found from; 0: there was none */
	bool unnumbered;        /* of a link: its label is still to be given */
};

struct sheet {
	const struct table *table;
	bool present;     /* there is such a file */
	struct row *rows; /* in the order of the file */
	size_t count;
	struct row **by_key; /* the same by key, then line */
	const char **cells;
	struct charset_text text;
};

/* Reads DIR/FILE if it is there; what is wrong with it goes to `faults`, whose file is the table's index. */
void sheet_read(struct sheet *sheet, enum import_table table, const char *dir, const struct clerk *clerk,
	struct faults *faults);
/* The same of a file's bytes. */
void sheet_take(struct sheet *sheet, enum import_table table, const void *bytes, size_t len, const struct clerk *clerk,
	struct faults *faults);
/*
 * Rows of a form, their lines counted from 1: for each the cells by column of the table, one row behind the other, NULL
 * left out (no key is). They must live as long as the sheet.
 */
void sheet_rows(struct sheet *sheet, enum import_table table, const char *const *cells, size_t count,
	const struct clerk *clerk, struct faults *faults);
/* A file that is not there. */
void sheet_none(struct sheet *sheet, enum import_table table);
void sheet_release(struct sheet *sheet);

/* The first row that begins with these `n` cells of the key, NULL if there is none. */
const struct row *sheet_find(const struct sheet *sheet, const char *const *key, size_t n);

#endif
