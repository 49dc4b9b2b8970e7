/*
 * mimamorid - serves in the foreground: configuration -> store -> the loop over intake and watch; notify and web beside
 * it in threads of their own (daemon.h).
 *
 * SIGTERM finishes what is in hand and ends; SIGHUP does the same and begins anew on the configuration as it is then.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/memory.h"
#include "common/secret.h"
#include "server/daemon.h"

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'k' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 },
};

static void usage(FILE *out)
{
	fputs("usage: mimamorid --config FILE [--check]\n"
	      "  --config FILE  serve on this configuration, in the foreground\n"
	      "  --check        only read the configuration, and say what is wrong with it\n"
	      "  --help         this, and every key of a configuration\n"
	      "  --version\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage or configuration.\n",
		out);
}

/* Becomes itself again, on the configuration as it is now. What is open is closed by the kernel. */
static void begin_anew(char **argv)
{
	close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC);
	execv("/proc/self/exe", argv);
	log_error("reload=failed error=\"%m\"");
}

static int serve(const char *config, char **argv)
{
	static struct daemon d;
	int status = daemon_start(&d, config);

	if (status == 2)
		return status;
	while (!status && !daemon_over(&d)) {
		daemon_wait(&d);
		int64_t now = clock_now(), boot = clock_boot(); /* the only place that asks the time */

		bool sound = daemon_check_clock(&d, now, boot);
		/* Messages to buttons are queued. Those from buttons become rows; after the commit PUBACKs and acks
		 * leave. */
		handover_run(d.handover, intake_link(d.intake));
		intake_run(d.intake, now, boot, d.due_at);
		/* Looks, steps, leases and pauses that are due become rows. */
		if (daemon_watches(&d, now, boot))
			d.more = sound && watch_run(&d.watch, now);
		daemon_end_turn(&d, now, boot);
	}
	bool ended = daemon_stop(&d);
	if (d.reloading) {
		begin_anew(argv);
		status = 1;
	}
	if (!ended)
		_exit(status); /* a thread still looks up the broker's name */
	return status;
}

int main(int argc, char **argv)
{
	const char *config = NULL;
	bool check = false;

	secret_guard_process();
	memory_init();
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
		switch (c) {
		case 'c': config = optarg; break;
		case 'k': check = true; break;
		case 'h':
			usage(stdout), puts("\nA configuration, with its defaults:\n"), settings_help(stdout);
			return 0;
		case 'v': puts("mimamorid " MIMAMORI_VERSION); return 0;
		default: usage(stderr); return 2;
		}
	if (!config || optind != argc) {
		usage(stderr);
		return 2;
	}
	if (check)
		return settings_check(config, stderr) ? 0 : 2;
	umask(umask(0) | S_IRWXO); /* the store is not for everybody on the machine */
	return serve(config, argv);
}
