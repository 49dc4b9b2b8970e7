/*
 * import_rules - what must hold between the cells of a row, and between rows: the store is asked, nothing is locked.
 */
#ifndef TABLES_IMPORT_RULES_H
#define TABLES_IMPORT_RULES_H

#include "server/tables/import_plan.h"

/* What a row names must be in a file or in the store, and nobody may be named twice over. */
void import_check_references(struct import *im, enum import_table table, const struct row *row);
/*
 * A district or policy that has ended is given to nobody, nor comes back with somebody whose own end is taken back.
 * `was`: the cells as stored; NULL: the row is new.
 */
void import_check_ended(struct import *im, enum import_table table, const struct row *row, const char *const *was,
	const char *const *cells);
/* The row as it is to stand; and what looks wrong with one that is new. */
void import_check_new(struct import *im, enum import_table table, const struct row *row, const char *const *cells);
void import_check_row(struct import *im, enum import_table table, const struct row *row, const char *const *cells);

#endif
