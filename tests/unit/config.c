#include "common/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/test.h"

struct settings {
	char host[32];
	int64_t port;
	bool ready;
	int64_t settle_ms;
	char zone[64];
	char password[16];
	char from[64];
	char topic[32];
};

static const struct config_option options[] = {
	{ "mqtt", "host", config_text, CONFIG_FIELD(struct settings, host), "127.0.0.1", false, "The broker." },
	{ "mqtt", "port", config_number, CONFIG_FIELD(struct settings, port), "1883", false, "Its port." },
	{ "mqtt", "password", config_text, CONFIG_FIELD(struct settings, password), NULL, true, "Ours there." },
	{ "server", "ready", config_flag, CONFIG_FIELD(struct settings, ready), "yes", false, "Whether." },
	{ "server", "settle", config_duration, CONFIG_FIELD(struct settings, settle_ms), "5m", false, "How long." },
	{ "server", "timezone", config_zone, CONFIG_FIELD(struct settings, zone), "Asia/Tokyo", false, "Where." },
	{ "mail", "from", config_text, CONFIG_FIELD(struct settings, from), NULL, false, "The sender." },
	{ "adapter NAME", "topic", config_text, CONFIG_FIELD(struct settings, topic), NULL, false, "Theirs." },
};
#define N (sizeof options / sizeof *options)

static char folder[64], path[96], errors[4096];
static struct settings got;
static int given_in[N];

static void write_file(const char *name, const char *text, size_t len)
{
	char file_path[128];

	snprintf(file_path, sizeof file_path, "%s/%s", folder, name);
	FILE *file = fopen(file_path, "w");
	assert_non_null(file);
	fwrite(text, 1, len, file);
	fclose(file);
}

/* Reads this text as a configuration, beside a file `secret` if one is given; errors without the folder's name. */
static bool read_bytes(const char *text, size_t len, const char *secret)
{
	char raw[4096] = "", secret_path[128];
	FILE *out = fmemopen(raw, sizeof raw, "w");

	strcpy(folder, "/tmp/config-test-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/c.ini", folder);
	snprintf(secret_path, sizeof secret_path, "%s/secret", folder);
	write_file("c.ini", text, len);
	if (secret != NULL)
		write_file("secret", secret, strlen(secret));
	memset(&got, 0x55, sizeof got);
	bool good = config_read(path, options, N, &got, given_in, out);
	fclose(out);
	unlink(secret_path);
	unlink(path);
	rmdir(folder);

	errors[0] = '\0';
	for (char *line = raw, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		assert_memory_equal(line, folder, strlen(folder));
		strncat(errors, line + strlen(folder) + 1, (size_t)(end + 1 - line) - strlen(folder) - 1);
	}
	return good;
}

static bool reads(const char *text)
{
	return read_bytes(text, strlen(text), NULL);
}

/* Reads it, wants it refused with these errors. */
static void refuses(const char *text, const char *wanted)
{
	CHECK(!reads(text));
	CHECK_TEXT(errors, wanted);
}

TEST(an_empty_file_means_the_defaults)
{
	CHECK(reads(""));
	CHECK_TEXT(got.host, "127.0.0.1");
	CHECK_INT(got.port, 1883);
	CHECK(got.ready);
	CHECK_INT(got.settle_ms, 5 * MINUTE);
	CHECK_TEXT(got.zone, "Asia/Tokyo");
	CHECK_TEXT(got.password, "");
	CHECK_TEXT(got.from, "");
	for (size_t i = 0; i < N; i++)
		CHECK_INT(given_in[i], 0);
	CHECK_TEXT(errors, "");
}

TEST(a_file_gives_what_it_says_and_tells_which)
{
	CHECK(reads("\xef\xbb\xbf[mqtt]\r\n; ours\r\n# too\r\nhost = 見守り.example ; here\r\n  port=8883\r\n\r\n"
		    "[server] ; all\r\nready = no\r\nsettle: 90s\r\ntimezone = Europe/London\r\n[mail]\r\n[mqtt]\r\n"
		    "password = a;b#c = d"));
	CHECK_TEXT(got.host, "見守り.example");
	CHECK_INT(got.port, 8883);
	CHECK(!got.ready);
	CHECK_INT(got.settle_ms, 90 * SECOND);
	CHECK_TEXT(got.zone, "Europe/London");
	CHECK_TEXT(got.password, "a;b#c = d");
	static const int lines[N] = { 4, 5, 13, 8, 9, 10, 0, 0 };
	for (size_t i = 0; i < N; i++)
		CHECK_INT(given_in[i], lines[i]);
}

TEST(a_section_with_a_name_of_its_own_may_stand_more_than_once)
{
	CHECK(reads("[adapter kettle]\ntopic = a\n[adapter door]\ntopic = b\n"));
	CHECK_TEXT(got.topic, "b");
	refuses("[adapter door]\ntopic = a\ntopic = b\n[adapters]\n[adapter]\n[adapter door]\ntipoc = c\n",
		"c.ini:3: [adapter door] topic: was given in line 2 already\n"
		"c.ini:4: [adapters]: unknown section\n"
		"c.ini:5: [adapter]: unknown section\n"
		"c.ini:7: [adapter door] tipoc: unknown key\n");
}

TEST(every_error_is_named_with_its_file_and_line)
{
	refuses("[mqtt]\nhots = x\nport = 18x\n\n[servers]\nready = no\n[server]\nready = true\nsettle = 5\n"
		"timezone = Asia/Nowhere\nhost = y\n",
		"c.ini:2: [mqtt] hots: unknown key\n"
		"c.ini:3: [mqtt] port: is no whole number\n"
		"c.ini:5: [servers]: unknown section\n"
		"c.ini:8: [server] ready: is neither yes nor no\n"
		"c.ini:9: [server] settle: is no length of time (write 90s, 30m, 2h or 1d)\n"
		"c.ini:10: [server] timezone: is no known time zone (write one such as Asia/Tokyo)\n"
		"c.ini:11: [server] host: unknown key\n");
}

TEST(a_line_that_is_nothing_is_an_error)
{
	refuses("port = 1\n[mqtt\nport = 2\n[mqtt]\nport\n[mqtt] host = x\n",
		"c.ini:1: port: stands before the first [section]\n"
		"c.ini:2: this line is no [section]\n"
		"c.ini:5: [mqtt]: this line is neither [section], key = value nor comment\n"
		"c.ini:6: this line is no [section]\n");
}

TEST(a_section_without_a_name_is_unknown)
{
	refuses("[kettle]\ntopic = x\n[]\n", "c.ini:1: [kettle]: unknown section\nc.ini:3: unknown section\n");
}

TEST(a_key_given_twice_is_an_error)
{
	refuses("[mqtt]\nport = 1\nhost = x\n[mqtt]\nport = 1\n",
		"c.ini:5: [mqtt] port: was given in line 2 already\n");
}

TEST(a_text_too_long_is_an_error)
{
	CHECK(reads("[mqtt]\npassword = 123456789012345\n"));
	refuses("[mqtt]\npassword = 1234567890123456\n", "c.ini:2: [mqtt] password: is too long\n");
}

TEST(numbers_are_whole_and_not_negative)
{
	static const char *const wrong[] = { "-1", "+1", "1.5", "0x10", "1 2", "", "99999999999999999999" };
	char text[64];

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		snprintf(text, sizeof text, "[mqtt]\nport = %s\n", wrong[i]);
		refuses(text, "c.ini:2: [mqtt] port: is no whole number\n");
	}
}

TEST(a_line_longer_than_libinihs_own_200_bytes_is_one_line)
{
	char text[1024] = "[mqtt]\n# ";

	memset(text + strlen(text), 'x', 800);
	strcat(text, " port = 7\nport = 8\nprot = 9\n");
	refuses(text, "c.ini:4: [mqtt] prot: unknown key\n");
	CHECK_INT(got.port, 8);
}

TEST(bytes_that_are_no_text_are_an_error)
{
	static const char bytes[] = "[mqtt]\nhost = \x8c\xa9\nport = 1\0\n";

	CHECK(!read_bytes(bytes, sizeof bytes - 1, NULL));
	CHECK_TEXT(errors, "c.ini:2: [mqtt]: this line is no UTF-8 text\n"
			   "c.ini:3: [mqtt]: this line is no UTF-8 text\n");
	char text[20000];
	memset(text, 'x', sizeof text);
	CHECK(!read_bytes(text, sizeof text, NULL));
	CHECK_TEXT(errors, "c.ini:1: this line is too long\n");
}

TEST(a_secret_may_stand_in_a_file_of_its_own)
{
	static const char text[] = "[mqtt]\npassword_file = secret\n";

	CHECK(read_bytes(text, strlen(text), "geheim ; 秘\r\n"));
	CHECK_TEXT(got.password, "geheim ; 秘");
	CHECK_INT(given_in[2], 2);
	CHECK(!read_bytes(text, strlen(text), NULL));
	CHECK_TEXT(errors, "c.ini:2: [mqtt] password_file: No such file or directory\n");
	CHECK(!read_bytes(text, strlen(text), "1234567890123456\n"));
	CHECK_TEXT(errors, "c.ini:2: [mqtt] password_file: is too long\n");
}

TEST(a_secret_is_given_once_in_one_way)
{
	static const char text[] = "[mqtt]\npassword_file = secret\npassword = x\n";

	CHECK(!read_bytes(text, strlen(text), "y"));
	CHECK_TEXT(errors, "c.ini:3: [mqtt] password: was given in line 2 already\n");
	refuses("[mqtt]\nhost_file = secret\n", "c.ini:2: [mqtt] host_file: unknown key\n");
}

TEST(what_cannot_be_a_key_is_not_repeated)
{
	refuses("[mqtt]\nZm9vYmFy = x\n", "c.ini:2: [mqtt] this line: unknown key\n");
	refuses("[mqtt]\npassword = x\nc2VjcmV0==\n", "c.ini:3: [mqtt] this line: unknown key\n");
	refuses("whsec_a1b2 = x\n", "c.ini:1: this line: stands before the first [section]\n");
}

TEST(a_file_that_cannot_be_read_is_an_error)
{
	char said[256] = "";
	FILE *out = fmemopen(said, sizeof said, "w");

	CHECK(!config_read("/nonexistent/c.ini", options, N, &got, NULL, out));
	CHECK(!config_read("/tmp", options, N, &got, NULL, out));
	fclose(out);
	CHECK_TEXT(said, "/nonexistent/c.ini: No such file or directory\n/tmp: Is a directory\n");
}

TEST(the_help_is_a_file_that_reads_as_the_defaults)
{
	char help[2048] = "";
	FILE *out = fmemopen(help, sizeof help, "w");

	config_help(options, N, out);
	fclose(out);
	CHECK(strstr(help, "[mqtt]\n; The broker.\n; host = 127.0.0.1\n; Its port.\n; port = 1883\n") == help);
	CHECK(strstr(help, "; password =\n; password_file =\n\n[server]\n") != NULL);
	CHECK(reads(help));
	CHECK_INT(got.port, 1883);
}
