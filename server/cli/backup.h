/*
 * backup - `mimamori backup FILE`: a copy of the store in one view, taken while the daemon writes.
 */
#ifndef CLI_BACKUP_H
#define CLI_BACKUP_H

#include "server/cli/cli.h"

/* Exit status. FILE must not be there; it is on disk, readable by its owner only, and was checked when this returns. */
int backup_run(struct cli *cli, const char *file);

#endif
