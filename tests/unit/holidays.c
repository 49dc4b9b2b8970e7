/* holidays - the Cabinet Office's list in every form it comes in, and how a wrong one is named. */
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/zone.h"
#include "server/watch/holidays.h"
#include "tests/unit/test.h"

static int32_t day_of(const char *date)
{
	int32_t day = 0;

	CHECK(date_parse(date, &day));
	return day;
}

/* A file of its own for one test, gone when read. */
static bool read_holidays(struct holidays *holidays, const char *content, size_t len, char said[256])
{
	char folder[] = "/tmp/holidays-test-XXXXXX", path[64], *text = NULL;
	size_t size = 0;
	FILE *errors = open_memstream(&text, &size);

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/syukujitsu.csv", folder);
	FILE *file = fopen(path, "w");
	CHECK(file != NULL);
	CHECK_INT(fwrite(content, 1, len, file), len);
	CHECK_INT(fclose(file), 0);

	bool good = holidays_init(holidays, path, errors);
	fclose(errors);
	unlink(path);
	rmdir(folder);
	CHECK(strncmp(text, path, good ? 0 : strlen(path)) == 0);
	snprintf(said, 256, "%s", good ? text : text + strlen(path));
	free(text);
	return good;
}

static struct holidays holidays_of(const char *content)
{
	struct holidays holidays;
	char said[256];

	CHECK(read_holidays(&holidays, content, strlen(content), said));
	CHECK_TEXT(said, "");
	return holidays;
}

static const char *holidays_refusal(const char *content)
{
	static char said[256];
	struct holidays holidays;

	CHECK(!read_holidays(&holidays, content, strlen(content), said));
	CHECK(holidays.days == NULL && holidays.count == 0);
	return said;
}

#define HEADER "国民の祝日・休日月日,国民の祝日・休日名称\r\n"
#define LIST \
	HEADER "2026/1/1,元日\r\n2026/9/21,敬老の日\r\n2026/9/22,休日\r\n2026/9/23,秋分の日\r\n2026/11/23,勤労感謝の日\r\n"

static void check_list(const struct holidays *list)
{
	CHECK_INT(list->count, 5);
	CHECK(holidays_has(list, day_of("2026-01-01")));
	CHECK(holidays_has(list, day_of("2026-09-22")));
	CHECK(holidays_has(list, day_of("2026-11-23")));
	CHECK(!holidays_has(list, day_of("2026-11-24")));
	CHECK(!holidays_has(list, day_of("2025-12-31")));
}

TEST(the_cabinet_offices_list_is_read_in_utf8_with_and_without_bom)
{
	struct holidays list = holidays_of(LIST);

	check_list(&list);
	holidays_release(&list);
	list = holidays_of("\xEF\xBB\xBF" LIST);
	check_list(&list);
	holidays_release(&list);
}

TEST(the_cabinet_offices_list_is_read_in_cp932)
{
	char from[] = LIST, to[sizeof(from)], said[256], *in = from, *out = to;
	size_t in_left = strlen(from), out_left = sizeof(to);
	iconv_t converter = iconv_open("CP932", "UTF-8");
	struct holidays list;

	CHECK_INT(iconv(converter, &in, &in_left, &out, &out_left), 0);
	iconv_close(converter);
	CHECK(read_holidays(&list, to, sizeof(to) - out_left, said));
	check_list(&list);
	holidays_release(&list);
}

TEST(holidays_are_sorted_and_dates_may_be_written_in_either_way)
{
	struct holidays list = holidays_of(
		HEADER "2026-11-23,b\n2026/01/01,a\n\"2026/9/22\",\"c\"\n2025-5-5\n,\n\n2028/2/29,d");
	const char *const dates[] = { "2025-05-05", "2026-01-01", "2026-09-22", "2026-11-23", "2028-02-29" };

	CHECK_INT(list.count, 5);
	for (size_t i = 0; i < list.count; i++)
		CHECK_INT(list.days[i], day_of(dates[i]));
	holidays_release(&list);
}

TEST(a_list_without_header_loses_no_holiday)
{
	struct holidays list = holidays_of("\xEF\xBB\xBF"
					   "2026/1/1,元日\n");

	CHECK(holidays_has(&list, day_of("2026-01-01")));
	holidays_release(&list);
}

TEST(no_file_name_is_no_holidays)
{
	struct holidays list;

	CHECK(holidays_init(&list, NULL, stderr));
	CHECK(!holidays_has(&list, day_of("2026-01-01")));
	holidays_release(&list);
	CHECK(holidays_init(&list, "", stderr));
	CHECK(!holidays_has(&list, day_of("2026-01-01")));
	holidays_release(&list);
}

TEST(every_bad_line_of_the_holidays_is_named)
{
	const char *said = holidays_refusal(HEADER "2026/13/1,a\n2026/1/1,b\n元日,2026/1/1\n");
	const char *first = ":2: no date such as 2026/1/1 in the first column\n";

	CHECK(strncmp(said, first, strlen(first)) == 0);
	CHECK_TEXT(strstr(said, ".csv:") + 4, ":4: no date such as 2026/1/1 in the first column\n");
}

TEST(a_date_of_the_holidays_is_a_whole_date_that_exists)
{
	static const char *const wrong[] = { "2026/2/29,a", "2026/1/1x,a", "2026/1-1,a", "2026.1.1,a", "26/1/1,a",
		"2026/1/111,a", "2026/1,a", "\"2026/1/1,a", "R8/1/1,a", "+026/1/1,a", "2026/ 1/1,a" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char content[128];

		snprintf(content, sizeof(content), "%s%s\n", HEADER, wrong[i]);
		CHECK_TEXT(holidays_refusal(content), ":2: no date such as 2026/1/1 in the first column\n");
	}
}

TEST(a_list_with_no_holidays_in_it_is_refused)
{
	CHECK_TEXT(holidays_refusal(""), ": no holidays in it\n");
	CHECK_TEXT(holidays_refusal(HEADER), ": no holidays in it\n");
}

TEST(a_holidays_file_that_cannot_be_read_is_named)
{
	struct holidays list;
	char *text = NULL;
	size_t size = 0;
	FILE *errors = open_memstream(&text, &size);

	CHECK(!holidays_init(&list, "/nowhere/syukujitsu.csv", errors));
	CHECK(!holidays_init(&list, "/tmp", errors));
	fclose(errors);
	CHECK_TEXT(text, "/nowhere/syukujitsu.csv: No such file or directory\n/tmp: Is a directory\n");
	free(text);
}
