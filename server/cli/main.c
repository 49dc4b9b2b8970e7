/*
 * mimamori - the shell. From the top: the command line, the configuration, the store, the watch over it, the command.
 */
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/secret.h"
#include "server/cli/commands.h"
#include "server/cli/grid.h"
#include "server/cli/reply.h"
#include "server/store/incidents.h"

/* Who is to answer for it: the login of whoever typed the command, through sudo too. */
static const char *shell_user(void)
{
	static char who[PERSON];
	const struct passwd *user = getpwuid(getuid());
	const char *sudo = getuid() == 0 ? getenv("SUDO_USER") : NULL;

	if (sudo && *sudo)
		snprintf(who, sizeof(who), "shell:%s", sudo);
	else if (user)
		snprintf(who, sizeof(who), "shell:%s", user->pw_name);
	else
		snprintf(who, sizeof(who), "shell:%u", (unsigned)getuid());
	return who;
}

static int run(struct cli *cli, const struct arguments *a)
{
	enum db_status status;
	char why[512];
	int result;

	if (!settings_read(&cli->settings, a->config, stderr) ||
		!settings_watch(&cli->settings, &cli->store, &cli->watch, &cli->holidays, stderr))
		return CLI_USAGE;
	status = store_open(&cli->store, cli->settings.store_url, why, sizeof(why));
	if (status == DB_FINE) {
		cli->now = clock_now();
		result = a->command->run(cli, a);
		store_close(&cli->store);
	} else {
		result = reply_store_closed(status, why);
	}
	holidays_release(&cli->holidays);
	return result;
}

int main(int argc, char **argv)
{
	static struct cli cli;
	struct arguments a;
	int result;

	secret_guard_process();
	memory_init();
	grid_locale();
	log_level_set(LOG_LEVEL_ERROR); /* what a rule notes in passing is for the log of a daemon */
	umask(umask(0) | S_IRWXO);      /* a store and what comes out of it are not for everybody on the machine */
	if (!arguments_read(&a, commands, argc, argv, &result))
		return result;
	cli.who = shell_user();
	cli.tty = isatty(STDOUT_FILENO);
	result = a.command->bare ? a.command->run(NULL, &a) : run(&cli, &a);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		perror("mimamori: standard output");
		return CLI_FAILED;
	}
	return result;
}
