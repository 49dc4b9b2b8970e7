/*
 * import_plan - what the files of an import mean to the store: which rows are new, changed, removed or as they are.
 *
 * Made without any lock, from one view of the store, and with it everything that can be wrong is found. What others
 * change between this and the writing cannot break anything: nothing that a row may name is ever deleted, and
 * import_write refuses where a row is no longer the one that was compared.
 */
#ifndef TABLES_IMPORT_PLAN_H
#define TABLES_IMPORT_PLAN_H

#include "server/tables/sheet.h"

/* What becomes of one row. */
struct import_change {
	enum import_table table;
	enum row_change change;
	int line;               /* 0: it stands in no line, as a step that its policy no longer has */
	const char *const *was; /* cells as stored; NULL: it is new */
	const char *const *is;  /* cells as they are to stand; NULL: it is removed */
};

struct import {
	struct clerk clerk;
	struct store *store; /* the clerk's */
	int32_t today;
	struct sheet sheets[IMPORT_TABLES];
	struct faults faults;
	size_t counts[IMPORT_TABLES][ROW_CHANGES];
	char (*labels)[12]; /* those that links were given */
	/* Hears of each row that is not as it was, while they are compared; its cells live until it returns. NULL: no.
	 */
	void (*on_change)(void *context, const struct import_change *change);
	void *context;
};

void import_init(struct import *im, const struct clerk *clerk);
void import_release(struct import *im);

/* Reads what stands in the folder; how many files there are. */
int import_read(struct import *im, const char *dir);
/* Reads files that are here already, by their names. */
struct import_file {
	const char *name;
	const void *bytes;
	size_t len;
};
/* False: *unknown is one that is none of the tables' files, or stands there twice. */
bool import_take(struct import *im, const struct import_file *files, size_t count, const char **unknown);
/* Takes rows of one table, as sheet_rows does. */
void import_rows(struct import *im, enum import_table table, const char *const *cells, size_t count);

/* Compares with the store and sets each row's change. False: the store cannot be read, db_why says why. */
bool import_compare(struct import *im);
/* The same inside the caller's transaction. */
void import_judge(struct import *im);
bool import_differs(const struct import *im);

/* A row as it is to stand: what the file leaves out is as stored (NULL: there is no such row), else ''. */
void import_merge(const struct sheet *sheet, const struct row *row, const struct import_row *stored,
	const char *merged[IMPORT_CELLS]);
/* A sum by which a stored row, or a stored policy with its steps, is known again; never 0. */
uint64_t import_sum(const struct table *table, const char *const *cells);
uint64_t import_policy_sum(struct import *im, const char *policy);
/*
 * A sum of what was compared: of each row of the files its line, its change, and the stored row it was found from.
 * While that is the same, importing the same files does the same.
 */
uint64_t import_plan_sum(const struct import *im);
/* The rows of policies.csv by policy, kind, length of time, line; to be freed. */
struct row **import_steps(const struct sheet *policies);

#endif
