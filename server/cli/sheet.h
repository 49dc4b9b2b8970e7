/*
 * sheet - one import file in memory: its rows, each cell judged by itself, no key twice.
 */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "server/cli/charset.h"
#include "server/cli/faults.h"
#include "server/cli/tables.h"

enum row_change { ROW_SAME, ROW_NEW, ROW_CHANGED, ROW_REMOVED, ROW_CHANGES };

struct row {
	const char **cells; /* by column of the table; NULL: the file leaves that column out; '' may stand anywhere */
	int line;
	bool broken;            /* the line is no row: only its key is known, so that what names it is not blamed too */
	enum row_change change; /* what it means to the store, once it was compared */
	uint64_t stored;        /* with ROW_CHANGED: a sum of the stored row that this was found from */
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
void sheet_read(
	struct sheet *sheet, const char *dir, enum import_table table, const struct checking *c, struct faults *faults);
void sheet_release(struct sheet *sheet);

/* The first row that begins with these `n` cells of the key, NULL if there is none. */
const struct row *sheet_find(const struct sheet *sheet, const char *const *key, size_t n);

#endif
