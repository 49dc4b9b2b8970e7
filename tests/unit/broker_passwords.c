/* broker_passwords: one device's line in the broker's file, and nobody else's. Needs mosquitto_passwd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/tables/broker_passwords.h"
#include "tests/unit/test.h"

static char folder[64], path[96], why[BROKER_WHY], content[4096];

static void begin(const char *text)
{
	FILE *file;

	snprintf(folder, sizeof(folder), "/tmp/mimamori-broker-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/passwd", folder);
	if (!text)
		return;
	file = fopen(path, "w");
	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
	CHECK_INT(chmod(path, 0640), 0);
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
