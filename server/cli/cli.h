/*
 * cli - what every command of the shell works on: the settings, an open store, the watch over it, who is asking.
 *
 * main.c opens all of it once and hands it to one command; a command returns the process's exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "server/settings.h"
#include "server/tables/clerk.h"

enum cli_exit { CLI_DONE, CLI_FAILED, CLI_USAGE }; /* exit statuses: done, failed, wrong usage or configuration */

struct cli {
	struct settings settings;
	struct store store;
	struct watch watch; /* over the store; its holidays are the ones below */
	struct holidays holidays;
	const char *who; /* the shell user: audited, and named where something was entered */
	bool tty;        /* standard output is a terminal */
	int64_t now;     /* when the command began */
};

/* Who works on the tables for this command. */
static inline struct clerk cli_clerk(struct cli *cli)
{
	return (struct clerk){ .settings = &cli->settings, .watch = &cli->watch, .who = cli->who, .now = cli->now };
}

#endif
