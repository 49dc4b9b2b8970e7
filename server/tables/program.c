/*
 * program - a child whose standard input is a file in memory, so that nobody has to feed it.
 *
 * The daemon starts one too: so the child gets none of its descriptors and no blocked signals, has a process group of
 * its own, and is ended with all it started when it takes too long.
 */
#include "server/tables/program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"

#define LOOK_MS 10

extern char **environ;

static int wait_for(pid_t child)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	int64_t until = clock_boot() + PROGRAM_LONGEST_MS;
	int status;
	pid_t ended;

	while ((ended = waitpid(child, &status, WNOHANG)) <= 0) {
		if (ended < 0 && errno != EINTR)
			return -1;
		if (clock_boot() > until) {
			kill(-child, SIGKILL);
			until = INT64_MAX;
		}
		nanosleep(&pause, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A file that holds the text and is read from its beginning; -1: there can be none. */
static int file_of(const char *text)
{
	size_t len = strlen(text);
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The errno of what went wrong, 0 nothing. */
static int start(pid_t *child, const char *const *argv, int input)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int error;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	error = posix_spawnp(child, argv[0], &actions, &attributes, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

int program_run(const char *const *argv, const char *input)
{
	int fd = file_of(input), error;
	pid_t child;

	if (fd < 0)
		return -1;
	error = start(&child, argv, fd);
	close(fd);
	if (error)
		return error == ENOENT ? 127 : -1;
	return wait_for(child);
}
