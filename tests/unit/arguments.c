/* arguments: what the parser takes of a command line, and what it refuses with status 2. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/cli/arguments.h"
#include "tests/unit/test.h"

static const struct command table[] = {
	{ "look", NULL, { { "json", NULL, false, "", 0 }, { "date", "D", false, "", 0 } }, "", .bare = false },
	{ "user add", "LOGIN", { { "name", "N", true, "", 0 }, { "note", "T", false, "", 20 } }, "", .bare = false },
	{ "user drop", "LOGIN", { { 0 } }, "", .bare = false },
	{ "version", NULL, { { 0 } }, "", .bare = true },
	{ 0 },
};

static struct arguments a;
static int status;

static int kept[2];

/* What is said between these two goes nowhere. */
static void hush(void)
{
	int nowhere = open("/dev/null", O_WRONLY);

	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		kept[i] = dup(STDOUT_FILENO + i);
		dup2(nowhere, STDOUT_FILENO + i);
	}
	close(nowhere);
}

static void speak(void)
{
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		dup2(kept[i], STDOUT_FILENO + i);
		close(kept[i]);
	}
}

/* Parses a line of words. */
static bool parse(const char *line)
{
	static char words[4096];
	char *argv[32] = { (char *)(uintptr_t) "mimamori" };
	int argc = 1;
	bool read;

	snprintf(words, sizeof(words), "%s", line);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	status = -1;
	hush();
	read = arguments_read(&a, table, argc, argv, &status);
	speak();
	return read;
}

static void check_usage(const char *line)
{
	CHECK(!parse(line));
	CHECK_INT(status, CLI_USAGE);
}

TEST(a_command_takes_its_options_in_any_order)
{
	CHECK(parse("--config f look --date 2026-11-23 --json"));
	CHECK_TEXT(a.config, "f");
	CHECK_TEXT(a.command->name, "look");
	CHECK_TEXT(argument(&a, "date"), "2026-11-23");
	CHECK(argument_given(&a, "json"));
	CHECK(parse("--config=f user add --name=x tanaka"));
	CHECK_TEXT(a.command->name, "user add");
	CHECK_TEXT(a.word, "tanaka");
	CHECK_TEXT(argument(&a, "name"), "x");
	CHECK(!argument_given(&a, "note"));
	CHECK_TEXT(argument(&a, "note"), "");
	CHECK(parse("user --config f drop tanaka") == false);
	CHECK(parse("look --config f"));
	CHECK_TEXT(a.config, "f");
}

TEST(help_and_version_are_done_everywhere_and_need_no_configuration)
{
	static const char *const lines[] = { "--help", "--version", "look --help", "look --version", "user add --help",
		"--config f user add --help" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(!parse(lines[i]));
		CHECK_INT(status, CLI_DONE);
	}
	CHECK(parse("version"));
}

TEST(what_is_missing_or_too_much_is_wrong_usage)
{
	check_usage("");
	check_usage("--config f");
	check_usage("--config");
	check_usage("--frob look");
	check_usage("look"); /* no configuration */
	check_usage("--config f lok");
	check_usage("--config f look more");
	check_usage("--config f look --frob");
	check_usage("--config f user");
	check_usage("--config f user frob tanaka");
	check_usage("--config f user add --name x");
	check_usage("--config f user add tanaka");
	check_usage("--config f user add tanaka --name");
	check_usage("--config f user add tanaka more --name x");
}

TEST(values_are_whole_text)
{
	char line[256] = "--config f user add t --name ";

	check_usage("--config f user add t --name \xE5\xB1"); /* half a character */
	check_usage("--config f user add t --name a\033[2J");
	check_usage("--config f user add t --name a --note 1234567890123456789012");
	CHECK(parse("--config f user add t --name a --note 山田"));
	memset(line + strlen(line), 'x', 192);
	CHECK(parse(line));
	line[strlen(line)] = 'x';
	check_usage(line);
}

TEST(numbers_and_dates_are_read_or_refused)
{
	int64_t number;
	int32_t day;

	CHECK(parse("--config f user drop 17"));
	CHECK(argument_number(&a, &number));
	CHECK_INT(number, 17);
	static const char *const wrong[] = { "x", "-1", "1x", "1234567890123456789", "0x1" };
	hush();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		a.word = wrong[i];
		CHECK(!argument_number(&a, &number));
	}
	speak();
	CHECK(parse("--config f look --date 2026-02-28"));
	CHECK(argument_date(&a, "date", &day));
	CHECK(parse("--config f look --date 2026-02-29"));
	hush();
	CHECK(!argument_date(&a, "date", &day));
	speak();
}
