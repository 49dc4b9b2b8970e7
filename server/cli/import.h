/*
 * import - `mimamori import DIR`: reads the tables that stand in DIR, all or nothing (contract 2).
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "server/cli/cli.h"

/* Exit status. Prints one line a file; every bad line as FILE:LINE: column: what is wrong on standard error. */
int import_run(struct cli *cli, const char *dir);

#endif
