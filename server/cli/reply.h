/*
 * reply - how a command says that it cannot: one line on standard error, and the exit status.
 */
#ifndef CLI_REPLY_H
#define CLI_REPLY_H

#include "server/cli/cli.h"

/* Refused: rolls back what was begun, and says why; where the store had failed, that is what is said. CLI_FAILED. */
int reply_refused(struct cli *cli, const char *why, ...) __attribute__((format(printf, 2, 3)));
/* The store could not be read or written. CLI_FAILED. */
int reply_store(struct cli *cli);
/* The store could not be opened, and why. CLI_FAILED. */
int reply_store_closed(enum db_status status, const char *why);

#endif
