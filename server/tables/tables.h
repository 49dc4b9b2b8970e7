/*
 * tables - the import files (contract 2): one table of files and columns that import, export and help share.
 */
#ifndef TABLES_TABLES_H
#define TABLES_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "server/settings.h"
#include "server/store/imports.h"

/* Why a cell is wrong: a word for programs, which word of the cell it is about ("" none), and in English. */
struct cell_why {
	const char *code;
	char about[96], text[320];
};

/* What a cell is judged by besides itself. */
struct checking {
	const struct settings *settings;
	int32_t today; /* local date */
};

struct column {
	const char *name;
	size_t size; /* bytes a cell may have, with its end */
	/* Whether a cell that is not empty may stand here; false and why. */
	bool (*check)(const struct checking *c, const struct column *column, const char *cell, struct cell_why *why);
	const char *words; /* those that `check` allows, where it allows some words only */
	bool required;
	bool may_be_empty; /* required, but an empty cell has a meaning */
	bool open;         /* its cells tell nothing private: the audit may hold them, and not only the column's name */
	bool refers;       /* each word of it is the key of a row of `to` */
	enum import_table to;
};

struct table {
	const char *file;
	const char *row; /* what one row is: "resident" */
	size_t keys;     /* the first columns are the key */
	size_t count;
	const struct column *columns; /* in the order of store/imports.h */
};

extern const struct table tables[IMPORT_TABLES];

const char *table_file(int table); /* its file name */
/* The index of a column; -1: the table has none of that name. */
int table_column(const struct table *table, const char *name);
/* The cell of a column, which the table has. */
const char *table_cell(const struct table *table, const char *const *cells, const char *name);

/* Files and columns, as --help shows them. */
void tables_help(FILE *out);

#endif
