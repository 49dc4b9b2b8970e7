/*
 * export - `mimamori export DIR`: writes the tables that import reads, and what happened, as CSV (contract 4).
 */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "server/cli/cli.h"

/* Exit status. Makes DIR if it is missing; files of the same names in it are replaced. */
int export_run(struct cli *cli, const char *dir);

#endif
