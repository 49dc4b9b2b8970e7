/* import_write - writes what differs, in one transaction. */
#ifndef TABLES_IMPORT_WRITE_H
#define TABLES_IMPORT_WRITE_H

#include "server/tables/import_plan.h"

/*
 * After import_compare found no faults. False: nothing was stored; either a row is no longer as it was compared, which
 * is in the faults then, or the store cannot take it, which db_why says. Audited as the clerk's.
 */
bool import_write(struct import *im);
/* The same inside the caller's transaction, which is to be rolled back on false, and audited by the caller. */
bool import_put(struct import *im);

/* What is done, for the audit: residents.csv 20 new 0 changed 0 removed; … */
#define IMPORT_TOLD 1024
void import_told(const struct import *im, char told[IMPORT_TOLD]);

#endif
