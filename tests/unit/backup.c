/* backup and check, as the shell runs them: on a store that somebody else is writing to (contract 4). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "server/cli/backup.h"
#include "server/cli/check.h"
#include "tests/unit/test.h"

static char folder[64], file[128], out[8192], err[8192];
static struct cli cli;
static struct store daemon_store; /* the daemon's own handle, beside the command's */

static void sql(struct store *store, const char *text)
{
	CHECK(store_begin(store));
	CHECK(db_script(store->db, text));
	CHECK(store_commit(store));
}

static void open_town(void)
{
	char why[256];

	log_level_set(LOG_LEVEL_ERROR);
	snprintf(folder, sizeof(folder), "/tmp/mimamori-backup-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(file, sizeof(file), "%s/copy.db", folder);
	cli = (struct cli){ .who = "shell:root", .now = 1000 };
	snprintf(cli.settings.store_url, sizeof(cli.settings.store_url), "sqlite:%s/store.db", folder);
	CHECK_INT(store_open(&cli.store, cli.settings.store_url, why, sizeof(why)), DB_FINE);
	CHECK_INT(store_open(&daemon_store, cli.settings.store_url, why, sizeof(why)), DB_FINE);
	sql(&daemon_store,
		"INSERT INTO districts (district, name) VALUES ('D1', '本町');"
		"INSERT INTO residents (resident_id, name, district, schedule) VALUES ('R1', 'R1', 'D1', 'none')");
}

static void leave_town(void)
{
	static const char *const names[] = { "store.db", "store.db-wal", "store.db-shm", "copy.db", "copy.db.partial" };
	char path[160];

	store_close(&cli.store);
	store_close(&daemon_store);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	CHECK_INT(rmdir(folder), 0); /* nothing else was left there */
}

static void read_all(FILE *from, char *text, size_t size)
{
	rewind(from);
	text[fread(text, 1, size - 1, from)] = '\0';
	fclose(from);
}

/* Runs a command with what it prints in `out` and `err`; its exit status. */
static int run(int (*command)(void))
{
	FILE *to = tmpfile(), *errors = tmpfile();
	int saved_out, saved_err, status;

	CHECK(to && errors);
	fflush(stdout);
	saved_out = dup(STDOUT_FILENO);
	saved_err = dup(STDERR_FILENO);
	dup2(fileno(to), STDOUT_FILENO);
	dup2(fileno(errors), STDERR_FILENO);
	status = command();
	fflush(stdout);
	dup2(saved_out, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved_out);
	close(saved_err);
	read_all(to, out, sizeof(out));
	read_all(errors, err, sizeof(err));
	return status;
}

static int check(void)
{
	return check_run(&cli);
}

static int backup(void)
{
	return backup_run(&cli, file);
}

static int64_t residents_in_copy(void)
{
	static const char count[] = "SELECT count(*) FROM residents";
	struct store copy;
	char url[160], why[256];
	int64_t n;

	snprintf(url, sizeof(url), "sqlite:%s", file);
	CHECK_INT(store_open(&copy, url, why, sizeof(why)), DB_FINE);
	n = db_number(copy.db, -1, count);
	store_close(&copy);
	return n;
}

static bool there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

TEST(check_says_ok_of_a_whole_store)
{
	open_town();
	CHECK_INT(run(check), CLI_DONE);
	CHECK_TEXT(out, "ok\n");
	CHECK_TEXT(err, "");
	leave_town();
}

TEST(check_names_each_fault_and_fails)
{
	open_town();
	sql(&daemon_store,
		"UPDATE residents SET schedule = ''; INSERT INTO incidents (id, kind, resident_id, state, opened_at,"
		" ladder_at) VALUES (7, 'missed', 'R1', 'closed', 3, 3)");
	CHECK_INT(run(check), CLI_FAILED);
	CHECK_TEXT(out, "");
	CHECK(strstr(err, "store.db: resident R1 has a schedule") != NULL);
	CHECK(strstr(err, "store.db: incident 7 is closed at no time\n") != NULL);
	CHECK(strstr(err, "store.db: 3 faults\n") != NULL);
	leave_town();
}

TEST(a_backup_is_a_whole_copy_that_only_its_owner_reads)
{
	struct stat st;
	mode_t mask = umask(0);

	open_town();
	CHECK_INT(run(backup), CLI_DONE);
	umask(mask);
	CHECK_TEXT(err, "");
	CHECK(strncmp(out, file, strlen(file)) == 0);
	CHECK_INT(stat(file, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	CHECK_INT(residents_in_copy(), 1);
	leave_town();
}

TEST(a_backup_is_audited)
{
	static const char count[] =
		"SELECT count(*) FROM audit WHERE who = 'shell:root' AND what = 'backup' AND at = 1000";

	open_town();
	CHECK_INT(run(backup), CLI_DONE);
	CHECK_INT(db_number(cli.store.db, 0, count), 1);
	leave_town();
}

TEST(a_backup_takes_no_other_files_place)
{
	char partial[160];
	int fd;

	open_town();
	fd = open(file, O_WRONLY | O_CREAT, 0644);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, "mine", 4), 4);
	close(fd);
	CHECK_INT(run(backup), CLI_FAILED);
	CHECK(strstr(err, "copy.db: is there already\n") != NULL);
	fd = open(file, O_RDONLY);
	CHECK_INT(read(fd, out, sizeof(out)), 4);
	close(fd);

	CHECK_INT(unlink(file), 0);
	snprintf(partial, sizeof(partial), "%s.partial", file);
	fd = open(partial, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0);
	close(fd);
	CHECK_INT(run(backup), CLI_FAILED);
	CHECK(strstr(err, "copy.db.partial: is there") != NULL);
	CHECK(!there(file));
	leave_town();
}

TEST(a_backup_that_cannot_be_written_leaves_nothing)
{
	open_town();
	snprintf(file, sizeof(file), "%s/missing/copy.db", folder);
	CHECK_INT(run(backup), CLI_FAILED);
	CHECK(strstr(err, "missing/copy.db") != NULL);
	CHECK_TEXT(out, "");
	leave_town();
}

TEST(a_backup_sees_what_is_committed_and_not_what_is_being_written)
{
	open_town();
	CHECK(store_begin(&daemon_store));
	CHECK(db_script(daemon_store.db,
		"INSERT INTO residents (resident_id, name, district, schedule) VALUES ('R2', 'R2', 'D1', 'none')"));
	db_wait(cli.store.db, 0); /* the note of it cannot be written now, which it says */
	CHECK_INT(run(backup), CLI_DONE);
	CHECK(strstr(err, "could not be noted") != NULL);
	CHECK(store_commit(&daemon_store));
	CHECK_INT(residents_in_copy(), 1);
	leave_town();
}

TEST(the_copy_of_a_faulty_store_is_kept_and_its_faults_are_said)
{
	open_town();
	sql(&daemon_store, "UPDATE residents SET schedule = ''");
	CHECK_INT(run(backup), CLI_FAILED);
	CHECK(strstr(err, "copy.db: resident R1 has a schedule") != NULL);
	CHECK(strstr(err, "copy.db: is kept, but") != NULL);
	CHECK_INT(residents_in_copy(), 1);
	leave_town();
}
