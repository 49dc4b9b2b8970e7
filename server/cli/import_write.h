/* import_write - writes what differs, in one transaction. */
#ifndef CLI_IMPORT_WRITE_H
#define CLI_IMPORT_WRITE_H

#include "server/cli/import_plan.h"

/*
 * After import_compare found no faults. False: nothing was stored; either a row is no longer as it was compared, which
 * is in the faults then, or the store cannot take it, which db_why says.
 */
bool import_write(struct import *im);

#endif
