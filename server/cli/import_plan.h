/*
 * import_plan - what the files of an import mean to the store: which rows are new, changed, removed or as they are.
 *
 * Made without any lock, from one view of the store, and with it everything that can be wrong is found. What others
 * change between this and the writing cannot break anything: nothing that a row may name is ever deleted, and
 * import_write refuses where a row is no longer the one that was compared.
 */
#ifndef CLI_IMPORT_PLAN_H
#define CLI_IMPORT_PLAN_H

#include "server/cli/cli.h"
#include "server/cli/sheet.h"

struct import {
	struct cli *cli;
	struct checking checking;
	struct sheet sheets[IMPORT_TABLES];
	struct faults faults;
	size_t counts[IMPORT_TABLES][ROW_CHANGES];
	char (*labels)[12]; /* those that links were given */
};

void import_init(struct import *im, struct cli *cli);
void import_release(struct import *im);

/* Reads what stands in the folder; how many files there are. */
int import_read(struct import *im, const char *dir);
/* Compares with the store and sets each row's change. False: the store cannot be read, db_why says why. */
bool import_compare(struct import *im);
bool import_differs(const struct import *im);

/* A row as it is to stand: what the file leaves out is as stored (NULL: there is no such row), else ''. */
void import_merge(const struct sheet *sheet, const struct row *row, const struct import_row *stored,
	const char *merged[IMPORT_CELLS]);
/* A sum by which a stored row is known again. */
uint64_t import_sum(const struct table *table, const char *const *cells);
/* The rows of policies.csv by policy, kind, length of time, line; to be freed. */
struct row **import_steps(const struct sheet *policies);

#endif
