/* broker_passwords - replaces one line of the file. */
#include "server/tables/broker_passwords.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "server/tables/program.h"

enum { LINE = 512, LOCK_LOOK_MS = 20 };

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

/* As it was; a new file is the owner's alone. Only who is not confined may give it to somebody else. */
static bool keep_owner(int fd, const char *path)
{
	struct stat was, is;

	if (stat(path, &was) != 0)
		return errno == ENOENT;
	if (fstat(fd, &is) != 0)
		return false;
	if ((was.st_uid != is.st_uid || was.st_gid != is.st_gid) && fchown(fd, was.st_uid, was.st_gid) != 0)
		return false;
	return fchmod(fd, was.st_mode & 07777) == 0;
}

/* The file as it will be, beside it and on disk. */
static bool write_new(struct broker_change *b, const char *device_id, const char *line, char why[BROKER_WHY])
{
	FILE *from, *to = NULL;
	bool done;
	int fd;

	snprintf(b->made, sizeof(b->made), "%s.XXXXXX", b->path);
	fd = mkstemp(b->made);
	if (fd < 0) {
		failed(why, b->made);
		b->made[0] = '\0';
		return false;
	}
	from = fopen(b->path, "re");
	done = (from || errno == ENOENT) && (to = fdopen(fd, "w")) != NULL;
	if (done) {
		copy_lines(from, to, device_id, line);
		done = (!from || feof(from)) && keep_owner(fd, b->path) && !ferror(to) && fflush(to) == 0 &&
		       fsync(fd) == 0;
	}
	if (!done)
		failed(why, b->path);
	if (from)
		fclose(from);
	if (to)
		fclose(to);
	else
		close(fd);
	return done;
}

/* Who holds it needs some milliseconds; whoever keeps it is not waited for. */
static bool take_lock(struct broker_change *b, char why[BROKER_WHY])
{
	const struct timespec pause = { .tv_nsec = LOCK_LOOK_MS * 1000000L };
	int64_t until = clock_boot() + BROKER_LOCK_MS;
	char path[BROKER_PATH + 8];

	snprintf(path, sizeof(path), "%s.lock", b->path);
	b->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (b->lock < 0)
		return failed(why, path);
	while (flock(b->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK && clock_boot() > until) {
			snprintf(why, BROKER_WHY, "%s: another program holds this lock", path);
			return false;
		}
		if (errno != EWOULDBLOCK && errno != EINTR)
			return failed(why, path);
		nanosleep(&pause, NULL);
	}
	return true;
}

bool broker_change_begin(
	struct broker_change *b, const char *path, const char *device_id, const char *password, char why[BROKER_WHY])
{
	char line[LINE] = "";
	bool ready;

	*b = (struct broker_change){ .lock = -1 };
	snprintf(b->path, sizeof(b->path), "%s", path);
	ready = (!*password || make_line(device_id, password, line, why)) && take_lock(b, why) &&
		write_new(b, device_id, line, why);
	explicit_bzero(line, sizeof(line));
	if (!ready)
		broker_change_end(b, false);
	return ready;
}

/* The names in the file's folder are on disk; in one that we may not read, so far as it keeps them by itself. */
static bool sync_names(const struct broker_change *b)
{
	char path[BROKER_PATH];
	bool done;
	int fd;

	snprintf(path, sizeof(path), "%s", b->path);
	fd = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	done = fd < 0 || fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}

bool broker_change_put(struct broker_change *b, char why[BROKER_WHY])
{
	snprintf(b->kept, sizeof(b->kept), "%s.was", b->path);
	if (link(b->path, b->kept) != 0 && (errno != EEXIST || unlink(b->kept) != 0 || link(b->path, b->kept) != 0)) {
		if (errno != ENOENT)
			return failed(why, b->kept);
		b->kept[0] = '\0';
	}
	if (rename(b->made, b->path) != 0)
		return failed(why, b->path);
	b->made[0] = '\0';
	b->in_place = true;
	return sync_names(b) || failed(why, b->path);
}

static void take_back(struct broker_change *b)
{
	if (b->kept[0] ? rename(b->kept, b->path) : unlink(b->path))
		log_error("broker_passwords=changed error=\"%s: %m; it has a line of a device that was not given\"",
			b->path);
	b->kept[0] = '\0';
}

void broker_change_end(struct broker_change *b, bool keep)
{
	if (!b->path[0])
		return;
	if (b->made[0])
		unlink(b->made);
	if (b->in_place && !keep)
		take_back(b);
	if (b->kept[0])
		unlink(b->kept);
	if (b->lock >= 0)
		close(b->lock);
	*b = (struct broker_change){ .lock = -1 };
}

static bool change(const char *path, const char *device_id, const char *password, char why[BROKER_WHY])
{
	struct broker_change b;
	bool done;

	if (!broker_change_begin(&b, path, device_id, password, why))
		return false;
	done = broker_change_put(&b, why);
	broker_change_end(&b, done);
	return done;
}

bool broker_passwords_set(const char *path, const char *device_id, const char *password, char why[BROKER_WHY])
{
	return change(path, device_id, password, why);
}

bool broker_passwords_remove(const char *path, const char *device_id, char why[BROKER_WHY])
{
	return access(path, F_OK) != 0 || change(path, device_id, "", why);
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
