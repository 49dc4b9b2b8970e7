#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/utf8.h"
#include "tests/unit/test.h"

static FILE *caught;
static int standard_error;

/* Standard error goes to a file of our own from here until caught_text. */
static void catch (void)
{
	caught = tmpfile();
	assert_non_null(caught);
	standard_error = dup(STDERR_FILENO);
	dup2(fileno(caught), STDERR_FILENO);
}

static size_t caught_text(char *buf, size_t size)
{
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	rewind(caught);
	size_t len = fread(buf, 1, size - 1, caught);
	buf[len] = '\0';
	fclose(caught);
	return len;
}

TEST(a_line_has_its_time_its_level_and_the_fact)
{
	char text[256];
	int year, month, mday, hour, minute, second, ms, end = 0;

	catch ();
	errno = ENOSPC;
	log_info("incident=%d result=retry error=\"%m\"", 17);
	CHECK_INT(errno, ENOSPC);
	caught_text(text, sizeof text);
	CHECK_INT(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &mday, &hour, &minute, &second, &ms,
			  &end),
		7);
	CHECK_INT(end, strlen("2026-11-23T07:12:03.123Z"));
	CHECK_TEXT(text + end, " level=info incident=17 result=retry error=\"No space left on device\"\n");
}

TEST(levels_below_the_set_one_are_silent)
{
	char text[256];

	catch ();
	log_debug("fact=1");
	log_level_set(LOG_LEVEL_WARN);
	log_info("fact=2");
	log_warn("fact=3");
	log_level_set(LOG_LEVEL_INFO);
	caught_text(text, sizeof text);
	CHECK(strstr(text, "fact=1") == NULL);
	CHECK(strstr(text, "fact=2") == NULL);
	CHECK(strstr(text, "level=warn fact=3\n") != NULL);
}

TEST(no_input_can_forge_a_line)
{
	char text[256];

	catch ();
	log_info("device=%s", "a\nlevel=error\r\t\x1b[31m\xc2\x9bx 見守り");
	caught_text(text, sizeof text);
	CHECK(strstr(text, "device=a level=error   [31m  x 見守り\n") != NULL);
	CHECK(strchr(text, '\n') == text + strlen(text) - 1);
}

TEST(a_line_too_long_is_cut_at_a_whole_character)
{
	char text[16384], long_text[9001];

	for (int shift = 0; shift < 3; shift++) {
		memset(long_text, 'x', sizeof long_text);
		for (size_t i = (size_t)shift; i + 3 < sizeof long_text; i += 3)
			memcpy(long_text + i, "見", 3);
		long_text[9000] = '\0';
		catch ();
		log_info("%s", long_text);
		size_t len = caught_text(text, sizeof text);
		CHECK(len > 4000 && len <= 4096);
		CHECK(text[len - 1] == '\n');
		CHECK(utf8_valid(text, len));
	}
}

TEST(gathered_lines_leave_together_whole_and_in_order)
{
	static char text[400000];
	struct log_lines lines;
	struct stat st;
	char *at = text;

	catch ();
	log_gather(&lines);
	for (int i = 0; i < 200; i++)
		log_info("fact=%d of=\"%0*d\"", i, i % 50 * 60, 0);
	CHECK_INT(fstat(fileno(caught), &st), 0);
	CHECK(st.st_size > 0); /* what does not fit is not kept back */
	log_warn("fact=200");
	errno = ENOSPC;
	log_scatter();
	CHECK_INT(errno, ENOSPC);
	log_info("fact=201");
	CHECK_INT(fstat(fileno(caught), &st), 0);
	CHECK_INT((size_t)st.st_size, caught_text(text, sizeof text));
	for (int i = 0; i <= 201; i++) {
		char fact[24];

		snprintf(fact, sizeof fact, " fact=%d", i);
		at = strstr(at, fact);
		assert_non_null(at);
		CHECK(at[strlen(fact)] == (i < 200 ? ' ' : '\n'));
	}
}
