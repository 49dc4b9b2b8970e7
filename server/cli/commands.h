/*
 * commands - the one table of what the shell can do (contract 4), which the parser and --help read, and the function
 * behind each. All of them return the exit status; what they change, they change in one transaction, audited.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "server/cli/arguments.h"

extern const struct command commands[]; /* ends with a NULL name */

/* status.c, resident.c, incidents.c: looking */
int command_status(struct cli *cli, const struct arguments *a);
int command_resident(struct cli *cli, const struct arguments *a);
int command_incidents(struct cli *cli, const struct arguments *a);

/* acts.c: what people do about an incident */
int command_claim(struct cli *cli, const struct arguments *a);
int command_release(struct cli *cli, const struct arguments *a);
int command_report(struct cli *cli, const struct arguments *a);
int command_close(struct cli *cli, const struct arguments *a);

/* people.c: what somebody tells about a resident */
int command_checkin(struct cli *cli, const struct arguments *a);
int command_pause(struct cli *cli, const struct arguments *a);
int command_resume(struct cli *cli, const struct arguments *a);
int command_end(struct cli *cli, const struct arguments *a);

/* accounts.c: users */
int command_user_add(struct cli *cli, const struct arguments *a);
int command_user_password(struct cli *cli, const struct arguments *a);
int command_user_disable(struct cli *cli, const struct arguments *a);
int command_user_setup(struct cli *cli, const struct arguments *a);

/* buttons.c: devices and their passwords at the broker */
int command_device_add(struct cli *cli, const struct arguments *a);
int command_device_revoke(struct cli *cli, const struct arguments *a);

/* trial.c: does a watcher's channel work */
int command_test_alert(struct cli *cli, const struct arguments *a);

#endif
