/* device_login: a device's credential is the one it has for the broker. Needs mosquitto_passwd. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/tables/broker_passwords.h"
#include "server/web/device_login.h"
#include "tests/unit/test.h"

static char folder[64], path[96];

static void begin(const char *text)
{
	FILE *file;

	snprintf(folder, sizeof(folder), "/tmp/mimamori-login-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/passwd", folder);
	file = fopen(path, "w");
	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void end(void)
{
	char lock[128];

	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(lock);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
}

TEST(what_mosquitto_passwd_wrote_is_the_credential)
{
	char why[BROKER_WHY];

	begin("# by hand\n");
	CHECK(broker_passwords_set(path, "button-10", "other", why));
	CHECK(broker_passwords_set(path, "button-1", "ひみつ: secret", why));
	CHECK(device_login(path, "button-1", "ひみつ: secret"));
	CHECK(!device_login(path, "button-1", "other"));
	CHECK(!device_login(path, "button-1", "ひみつ: secre"));
	CHECK(!device_login(path, "button-1", ""));
	CHECK(!device_login(path, "button", "ひみつ: secret"));
	CHECK(device_login(path, "button-10", "other"));
	end();
}

TEST(a_line_that_is_none_fits_nothing)
{
	static const char *const ids[] = { "b", "c", "d", "e", "f", "g", "h" };
	clock_t began;

	begin("b:abc\nc:$6$x$y\nd:$7$0$AAAA$AAAA\ne:$7$101$AAAA\nf:$7$99999999$AAAA$AAAA\ng:\nh");
	began = clock();
	for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++)
		CHECK(!device_login(path, ids[k], "abc"));
	CHECK((clock() - began) / CLOCKS_PER_SEC < 5); /* what it says of iterations is not believed */
	end();
}

TEST(a_name_that_no_device_can_have_fits_nothing)
{
	begin("# by hand\n:$7$101$AAAA$AAAA\n");
	CHECK(!device_login(path, "", ""));
	CHECK(!device_login(path, "# by hand", ""));
	CHECK(!device_login(path, "a:b", ""));
	end();
}

TEST(without_a_file_nobody_is_let_in)
{
	CHECK(!device_login("/nonexistent/passwd", "button-1", "x"));
	CHECK(!device_login("", "button-1", "x"));
}
