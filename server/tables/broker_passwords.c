/* broker_passwords - replaces one line of the file. */
#include "server/tables/broker_passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "server/tables/program.h"

enum { LINE = 512, PATH_BYTES = 640 };

static bool failed(char why[BROKER_WHY], const char *path)
{
	snprintf(why, BROKER_WHY, "%s: %s", path, strerror(errno));
	return false;
}

/* mosquitto_passwd's line for the device, made in a folder of its own, so that only the hash is ever on disk. */
static bool make_line(const char *device_id, const char *password, char line[LINE], char why[BROKER_WHY])
{
	char folder[] = "/tmp/mimamori-XXXXXX", path[64], input[LINE];
	const char *const argv[] = { "mosquitto_passwd", "-c", path, device_id, NULL };
	FILE *in;
	int status;

	if (!mkdtemp(folder))
		return failed(why, folder);
	snprintf(path, sizeof(path), "%s/line", folder);
	snprintf(input, sizeof(input), "%s\n%s\n", password, password);
	status = program_run(argv, input);
	explicit_bzero(input, sizeof(input));
	line[0] = '\0';
	in = status == 0 ? fopen(path, "r") : NULL;
	if (in && !fgets(line, LINE, in))
		line[0] = '\0';
	if (in)
		fclose(in);
	unlink(path);
	rmdir(folder);
	if (line[0] && line[strlen(line) - 1] == '\n')
		return true;
	snprintf(why, BROKER_WHY, "mosquitto_passwd %s",
		status == 127 ? "is missing: install the package mosquitto" : "made no password line");
	return false;
}

static bool is_of(const char *line, const char *device_id)
{
	size_t len = strlen(device_id);

	return strncmp(line, device_id, len) == 0 && line[len] == ':';
}

/* Copies all lines but the device's, and the new one where there is one ("" none). */
static void copy_lines(FILE *from, FILE *to, const char *device_id, const char *line)
{
	char *old = NULL;
	size_t size = 0;
	ssize_t len;
	bool written = !*line;

	while (from && (len = getline(&old, &size, from)) > 0) {
		if (!is_of(old, device_id)) {
			fputs(old, to);
			if (old[len - 1] != '\n')
				putc('\n', to);
		} else if (!written) {
			fputs(line, to);
			written = true;
		}
	}
	if (!written)
		fputs(line, to);
	free(old);
}

/* As it was; a new file is the owner's alone. */
static bool keep_owner(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT;
	return fchown(fd, st.st_uid, st.st_gid) == 0 && fchmod(fd, st.st_mode & 07777) == 0;
}

static bool replace(const char *path, const char *device_id, const char *line, char why[BROKER_WHY])
{
	char new_path[PATH_BYTES];
	FILE *from, *to = NULL;
	bool done;
	int fd;

	snprintf(new_path, sizeof(new_path), "%s.XXXXXX", path);
	fd = mkstemp(new_path);
	if (fd < 0)
		return failed(why, new_path);
	from = fopen(path, "r");
	done = (from || errno == ENOENT) && (to = fdopen(fd, "w")) != NULL;
	if (done) {
		copy_lines(from, to, device_id, line);
		done = keep_owner(fd, path) && (!from || !ferror(from)) && fflush(to) == 0 && fsync(fd) == 0 &&
		       rename(new_path, path) == 0;
	}
	if (!done) {
		failed(why, path);
		unlink(new_path);
	}
	if (from)
		fclose(from);
	if (to)
		fclose(to);
	else
		close(fd);
	return done;
}

static bool replace_locked(const char *path, const char *device_id, const char *line, char why[BROKER_WHY])
{
	char lock_path[PATH_BYTES];
	int lock;
	bool done;

	snprintf(lock_path, sizeof(lock_path), "%s.lock", path);
	lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX) != 0) {
		failed(why, lock_path);
		if (lock >= 0)
			close(lock);
		return false;
	}
	done = replace(path, device_id, line, why);
	close(lock);
	return done;
}

bool broker_passwords_set(const char *path, const char *device_id, const char *password, char why[BROKER_WHY])
{
	char line[LINE];

	return make_line(device_id, password, line, why) && replace_locked(path, device_id, line, why);
}

bool broker_passwords_remove(const char *path, const char *device_id, char why[BROKER_WHY])
{
	return access(path, F_OK) != 0 || replace_locked(path, device_id, "", why);
}

bool broker_passwords_reload(const char *command, char why[BROKER_WHY])
{
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };
	int status = program_run(argv, "");

	if (status == 0)
		return true;
	snprintf(why, BROKER_WHY, "the broker was not told (%.400s: status %d)", command, status);
	return false;
}
