/*
 * check - `mimamori check`: is the store whole, and does it keep our promises.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "server/cli/cli.h"

/* Exit status. Prints each fault on standard error, `ok` on standard output where there is none. */
int check_run(struct cli *cli);
/* Checks any open store, each fault on standard error after its name; how many there are. */
int check_store(struct store *store, const char *name);

#endif
