/*
 * backup - copies, checks, and only then gives the copy its name.
 *
 * Until then it stands beside as FILE.partial: what has the name is whole. A copy whose check finds faults is kept all
 * the same, for those faults are the store's own, and a faulty copy is better than none; the exit status says so.
 */
#include "server/cli/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "server/cli/check.h"
#include "server/cli/progress.h"
#include "server/store/audit.h"

static int failed(const char *file, const char *why)
{
	fprintf(stderr, "mimamori: %s: %s\n", file, why);
	return CLI_FAILED;
}

/* What was written under this name is on disk. */
static bool sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool done = fd >= 0 && fsync(fd) == 0;
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return done;
}

static bool sync_folder_of(const char *file)
{
	char *path = strdup(file);
	bool done;

	if (!path)
		fatal("error=\"out of memory\"");
	done = sync_path(dirname(path), O_RDONLY | O_DIRECTORY);
	free(path);
	return done;
}

/* Takes no other file's place; on filesystems that cannot promise it, it was at least not there when we began. */
static bool move(const char *partial, const char *file)
{
	return renameat2(AT_FDCWD, partial, AT_FDCWD, file, RENAME_NOREPLACE) == 0 ||
	       (errno == EINVAL && rename(partial, file) == 0);
}

/* The copy's faults; -1: it cannot be opened (said). */
static int check_copy(const char *partial, const char *file)
{
	char url[1100], why[256];
	struct store copy;
	int faults;

	snprintf(url, sizeof(url), "sqlite:%s", partial);
	if (store_open(&copy, url, why, sizeof(why)) != DB_FINE) {
		failed(file, why);
		return -1;
	}
	faults = check_store(&copy, file);
	store_close(&copy);
	return faults;
}

static bool copy(struct cli *cli, const char *partial)
{
	struct progress progress;
	mode_t mask = umask(S_IRWXG | S_IRWXO);
	bool copied;

	progress_begin(&progress, "backup");
	copied = db_backup(cli->store.db, partial, progress_show, &progress);
	progress_end(&progress);
	umask(mask);
	return copied;
}

/* All that people told us leaves the store: that stays on record. */
static void note(struct cli *cli, const char *file)
{
	if (store_begin(&cli->store)) {
		audit_add(&cli->store, cli->now, cli->who, "backup", "", file);
		if (store_commit(&cli->store))
			return;
	}
	fprintf(stderr, "mimamori: the backup is whole, but could not be noted in the store: %s\n",
		db_why(cli->store.db));
}

static int finish(struct cli *cli, const char *partial, const char *file)
{
	int faults = check_copy(partial, file);
	struct stat st;

	if (faults < 0 || !sync_path(partial, O_RDONLY) || !move(partial, file)) {
		if (faults >= 0)
			failed(file, strerror(errno));
		unlink(partial);
		return CLI_FAILED;
	}
	if (!sync_folder_of(file) || stat(file, &st) != 0)
		return failed(file, strerror(errno));
	note(cli, file);
	if (faults > 0)
		return failed(file, "is kept, but the store has the faults named above");
	printf("%s: %lld bytes\n", file, (long long)st.st_size);
	return CLI_DONE;
}

int backup_run(struct cli *cli, const char *file)
{
	char partial[1024];
	struct stat st;

	if (lstat(file, &st) == 0)
		return failed(file, "is there already");
	if (snprintf(partial, sizeof(partial), "%s.partial", file) >= (int)sizeof(partial))
		return failed(file, "is too long a name");
	if (lstat(partial, &st) == 0)
		return failed(partial, "is there: a backup is running, or was cut off; then remove it");
	if (!copy(cli, partial))
		return failed(file, db_why(cli->store.db));
	return finish(cli, partial, file);
}
