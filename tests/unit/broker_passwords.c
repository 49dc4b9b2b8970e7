/* broker_passwords: one device's line in the broker's file, and nobody else's. Needs mosquitto_passwd. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "server/tables/broker_passwords.h"
#include "tests/unit/test.h"

enum { LINE_MOST = 512 };

static char folder[64], path[96], why[BROKER_WHY], content[16384];

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
	CHECK_INT(chmod(path, 0640), 0);
}

static void begin(const char *text)
{
	snprintf(folder, sizeof(folder), "/tmp/mimamori-broker-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/passwd", folder);
	if (text)
		write_file(text);
}

static const char *read_file(void)
{
	FILE *file = fopen(path, "r");
	size_t len;

	CHECK(file != NULL);
	len = fread(content, 1, sizeof(content) - 1, file);
	fclose(file);
	content[len] = '\0';
	return content;
}

/* Another shell holds the lock; -1 closes it. */
static int hold_lock(void)
{
	char lock[128];
	int fd;

	snprintf(lock, sizeof(lock), "%s.lock", path);
	fd = open(lock, O_RDWR | O_CREAT, 0600);
	CHECK_INT(flock(fd, LOCK_EX), 0);
	return fd;
}

/* Nothing is left beside the file but its lock. */
static void end(void)
{
	char lock[128];

	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(lock);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
}

TEST(a_new_device_gets_a_line_and_the_others_keep_theirs)
{
	struct stat st;

	static const char wanted[] = "# by hand\nmimamorid:$7$101$a$b\nbtn-10:$7$101$c$d\nbtn-1:$7$";

	begin("# by hand\nmimamorid:$7$101$a$b\nbtn-10:$7$101$c$d");
	CHECK(broker_passwords_set(path, "btn-1", "secret", why));
	CHECK(strncmp(read_file(), wanted, strlen(wanted)) == 0);
	CHECK(content[strlen(content) - 1] == '\n');
	CHECK(!strstr(content, "secret"));
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0640);
	end();
}

TEST(a_known_device_gets_another_password_in_its_place)
{
	char first[4096];

	begin("a:1\nbtn-1:2\nb:3\n");
	CHECK(broker_passwords_set(path, "btn-1", "secret", why));
	snprintf(first, sizeof(first), "%s", read_file());
	CHECK(strncmp(first, "a:1\nbtn-1:$7$", 13) == 0);
	CHECK_TEXT(strrchr(first, 'b'), "b:3\n");
	CHECK(broker_passwords_set(path, "btn-1", "secret", why));
	CHECK(strcmp(read_file(), first) != 0); /* another salt */
	CHECK_INT(strlen(content), strlen(first));
	end();
}

TEST(a_file_that_is_missing_is_made_for_its_owner_only)
{
	struct stat st;

	begin(NULL);
	CHECK(broker_passwords_set(path, "btn-1", "secret", why));
	CHECK(strncmp(read_file(), "btn-1:$7$", 9) == 0);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 07777, 0600);
	end();
}

TEST(a_removed_device_leaves_the_others)
{
	begin("a:1\nbtn-1:2\nbtn-11:3\nbtn-1:4\n");
	CHECK(broker_passwords_remove(path, "btn-1", why));
	CHECK_TEXT(read_file(), "a:1\nbtn-11:3\n");
	CHECK(broker_passwords_remove(path, "btn-1", why));
	CHECK_TEXT(read_file(), "a:1\nbtn-11:3\n");
	unlink(path);
	CHECK(broker_passwords_remove(path, "btn-1", why));
	end();
}

TEST(without_mosquitto_passwd_nothing_is_changed)
{
	char was[4096];

	begin("a:1\n");
	snprintf(was, sizeof(was), "%s", getenv("PATH"));
	setenv("PATH", folder, 1);
	CHECK(!broker_passwords_set(path, "btn-1", "secret", why));
	setenv("PATH", was, 1);
	CHECK(strstr(why, "mosquitto_passwd is missing") != NULL);
	CHECK_TEXT(read_file(), "a:1\n");
	end();
}

TEST(a_file_that_cannot_be_written_is_named)
{
	begin(NULL);
	snprintf(path, sizeof(path), "%s/none/passwd", folder);
	CHECK(!broker_passwords_set(path, "btn-1", "secret", why));
	CHECK(strstr(why, "/none/passwd") != NULL);
	end();
}

TEST(a_change_that_is_only_ready_changes_nothing)
{
	struct broker_change change;

	begin("a:1\nbtn-1:2\n");
	CHECK(broker_change_begin(&change, path, "btn-1", "secret", why));
	CHECK_TEXT(read_file(), "a:1\nbtn-1:2\n");
	broker_change_end(&change, false);
	CHECK_TEXT(read_file(), "a:1\nbtn-1:2\n");
	end();
}

TEST(a_change_in_place_stays_or_is_taken_back)
{
	struct broker_change change;
	struct stat was, is;

	begin("a:1\nbtn-1:2\n");
	CHECK_INT(stat(path, &was), 0);
	CHECK(broker_change_begin(&change, path, "btn-1", "secret", why));
	CHECK(broker_change_put(&change, why));
	CHECK(strncmp(read_file(), "a:1\nbtn-1:$7$", 13) == 0);
	broker_change_end(&change, false);
	CHECK_TEXT(read_file(), "a:1\nbtn-1:2\n");
	CHECK_INT(stat(path, &is), 0);
	CHECK_INT(is.st_ino, was.st_ino);
	CHECK(broker_change_begin(&change, path, "btn-1", "secret", why));
	CHECK(broker_change_put(&change, why));
	broker_change_end(&change, true);
	broker_change_end(&change, false); /* it was over */
	CHECK(strncmp(read_file(), "a:1\nbtn-1:$7$", 13) == 0);
	end();
}

TEST(a_file_that_was_not_there_is_gone_again_when_it_is_taken_back)
{
	struct broker_change change;

	begin(NULL);
	CHECK(broker_change_begin(&change, path, "btn-1", "secret", why));
	CHECK(broker_change_put(&change, why));
	CHECK_INT(access(path, F_OK), 0);
	broker_change_end(&change, false);
	CHECK(access(path, F_OK) != 0);
	end();
}

TEST(a_lock_that_somebody_keeps_is_not_waited_for_without_end)
{
	struct broker_change change;
	int64_t from = clock_boot();
	int lock;

	begin("btn-1:2\n");
	lock = hold_lock();
	CHECK(!broker_change_begin(&change, path, "btn-1", "secret", why));
	CHECK(clock_boot() - from < BROKER_LOCK_MS + 2 * SECOND);
	CHECK(strstr(why, "another program holds this lock") != NULL);
	CHECK_TEXT(read_file(), "btn-1:2\n");
	close(lock);
	CHECK(broker_change_begin(&change, path, "btn-1", "secret", why));
	broker_change_end(&change, false);
	end();
}

/* The second of two blocks cannot be written, and nothing is left in hand that would be tried again at the end. */
TEST(a_file_that_could_not_be_written_whole_never_takes_the_place_of_the_old_one)
{
	enum { BLOCK = 4096 };
	const struct rlimit small = { BLOCK, RLIM_INFINITY }, all = { RLIM_INFINITY, RLIM_INFINITY };
	char old[3 * BLOCK], line[LINE_MOST];
	size_t used;

	begin(NULL);
	CHECK(broker_passwords_set(path, "btn-1", "secret", why));
	snprintf(line, sizeof(line), "%s", read_file());
	unlink(path);
	used = (size_t)snprintf(old, sizeof(old), "btn-1:2\n");
	memset(old + used, 'x', sizeof(old) - BLOCK - strlen(line) - 1);
	used += sizeof(old) - BLOCK - strlen(line) - 1;
	snprintf(old + used, sizeof(old) - used, "\n");
	write_file(old);
	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
	CHECK(!broker_passwords_set(path, "btn-1", "secret", why));
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &all), 0);
	CHECK_TEXT(read_file(), old);
	end();
}

TEST(the_reload_command_is_one_of_the_shell)
{
	char command[160];

	begin("");
	snprintf(command, sizeof(command), "echo told > %s && true", path);
	CHECK(broker_passwords_reload(command, why));
	CHECK_TEXT(read_file(), "told\n");
	CHECK(!broker_passwords_reload("exit 3", why));
	CHECK(strstr(why, "status 3") != NULL);
	end();
}
