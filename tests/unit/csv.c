/* csv and charset: what a spreadsheet writes is read as it was meant, and written back the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/tables/charset.h"
#include "server/tables/csv.h"
#include "tests/unit/test.h"

/* All records of a text, as LINE[cell|cell]; a bad one as LINE!cell:why. */
static const char *read_all(const char *text)
{
	static char told[4096];
	char *copy = strdup(text);
	FILE *out = fmemopen(told, sizeof(told), "w");
	struct csv_record record;
	enum csv_result result;
	const char *why;
	struct csv csv;

	told[0] = '\0';
	csv_init(&csv, copy);
	while ((result = csv_next(&csv, &record, &why)) != CSV_END) {
		if (result == CSV_BAD) {
			fprintf(out, "%d!%zu:%s ", record.line, record.count, why);
			continue;
		}
		fprintf(out, "%d[", record.line);
		for (size_t i = 0; i < record.count; i++)
			fprintf(out, "%s%s", i ? "|" : "", record.cells[i]);
		fputs("] ", out);
	}
	csv_release(&csv);
	fclose(out);
	free(copy);
	return told;
}

TEST(lines_end_in_lf_crlf_or_cr)
{
	CHECK_TEXT(read_all("a,b\n1,2\n"), "1[a|b] 2[1|2] ");
	CHECK_TEXT(read_all("a,b\r\n1,2\r\n"), "1[a|b] 2[1|2] ");
	CHECK_TEXT(read_all("a,b\r1,2\r"), "1[a|b] 2[1|2] ");
	CHECK_TEXT(read_all("a,b\n1,2"), "1[a|b] 2[1|2] ");
	CHECK_TEXT(read_all(""), "");
}

TEST(quoted_cells_hold_commas_quotes_and_line_ends)
{
	CHECK_TEXT(read_all("\"a,b\",\"c\"\"d\",\"\"\n"), "1[a,b|c\"d|] ");
	CHECK_TEXT(read_all("\"\"\"\",x\n"), "1[\"|x] ");
	CHECK_TEXT(read_all("\"one\ntwo\",x\n"), "1[one\ntwo|x] ");
	CHECK_TEXT(read_all("\"one\r\ntwo\",x\r\n"), "1[one\r\ntwo|x] ");
}

TEST(a_line_number_is_that_of_the_file)
{
	CHECK_TEXT(read_all("a,b\n\"1\n2\r\n3\r4\",x\ny,z\n"), "1[a|b] 2[1\n2\r\n3\r4|x] 6[y|z] ");
}

TEST(lines_without_anything_are_no_records)
{
	CHECK_TEXT(read_all("\na,b\n\n,\n1,\n\"\",\n,,,\n"), "2[a|b] 5[1|] ");
}

TEST(spaces_belong_to_the_cell)
{
	CHECK_TEXT(read_all(" a , b\n"), "1[ a | b] ");
}

TEST(a_bad_line_is_named_and_reading_goes_on)
{
	CHECK_TEXT(read_all("a,b\n1,x\"y\n3,4\n"),
		"1[a|b] 2!1:a quote stands within the cell (the whole cell in quotes, its own ones doubled) 3[3|4] ");
	CHECK_TEXT(read_all("\"1\"2,3\n4,5\n"), "1!0:text stands behind the closing quote 2[4|5] ");
	CHECK_TEXT(read_all("a,b\n1,\"2\n3,4\n"), "1[a|b] 2!1:the quote is never closed ");
}

static const char *written(const char *const *cells, size_t count)
{
	static char text[256];
	FILE *out = fmemopen(text, sizeof(text), "w");

	csv_write(out, cells, count);
	fclose(out);
	return text;
}

TEST(only_cells_that_need_quotes_get_them)
{
	CHECK_TEXT(written((const char *[]){ "a", "", "b c" }, 3), "a,,b c\r\n");
	CHECK_TEXT(written((const char *[]){ "a,b", "\"c\"", "d\ne", " f", "g " }, 5),
		"\"a,b\",\"\"\"c\"\"\",\"d\ne\",\" f\",\"g \"\r\n");
}

TEST(what_is_written_is_read_back)
{
	static const char *const cells[] = { "", "\"", "\"\"", ",", "\r\n", "a\n\n\"b\",", " ", "髙﨑①ｱ", "=1+1", "," };

	CHECK_TEXT(read_all(written(cells, 10)), "1[|\"|\"\"|,|\r\n|a\n\n\"b\",| |髙﨑①ｱ|=1+1|,] ");
}

/* A file of these bytes, read. */
static enum charset_result read_bytes(
	const char *bytes, size_t len, struct charset_text *text, int *line, char why[CHARSET_WHY])
{
	char path[] = "/tmp/mimamori-csv-XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd >= 0 && write(fd, bytes, len) == (ssize_t)len);
	close(fd);
	enum charset_result result = charset_read(path, text, line, why, CHARSET_WHY);
	unlink(path);
	return result;
}

static void check_reads(const char *bytes, size_t len, const char *wanted)
{
	struct charset_text text;
	char why[CHARSET_WHY];
	int line;

	CHECK_INT(read_bytes(bytes, len, &text, &line, why), CHARSET_READ);
	CHECK_TEXT(text.text, wanted);
	CHECK_INT(text.len, strlen(wanted));
	free(text.text);
}

TEST(utf8_is_read_with_and_without_its_mark)
{
	check_reads("\xEF\xBB\xBF佐藤", 9, "佐藤");
	check_reads("佐藤", 6, "佐藤");
	check_reads("\xEF\xBB\xBF", 3, "");
	check_reads("", 0, "");
}

TEST(cp932_is_read_with_the_characters_of_windows)
{
	check_reads("\xFB\xFC\xFA\xB1\x87\x40\xB1\x81\x60\x81\x7C", 11, "髙﨑①ｱ～－");
	/* 表 and ソ end in the byte of a backslash. */
	check_reads("\x95\x5C,\x83\x5C\n", 6, "表,ソ\n");
}

static void check_refused(const char *bytes, size_t len, int wanted_line, const char *wanted)
{
	struct charset_text text;
	char why[CHARSET_WHY] = "";
	int line;

	CHECK_INT(read_bytes(bytes, len, &text, &line, why), CHARSET_BAD);
	CHECK_INT(line, wanted_line);
	CHECK(strstr(why, wanted));
	CHECK(text.text == NULL);
}

TEST(what_is_neither_utf8_nor_cp932_is_refused_by_line)
{
	static const char utf8[] = "a\nb\n佐藤\n\xFFx\n", cp932[] = "a\n\x8D\xB2\n\xFF\n",
			  marked[] = "\xEF\xBB\xBFx\n\x8D\xB2\n";

	check_refused(utf8, sizeof(utf8) - 1, 4, "neither UTF-8 nor CP932");
	check_refused(cp932, sizeof(cp932) - 1, 3, "neither UTF-8 nor CP932");
	check_refused(marked, sizeof(marked) - 1, 2, "neither UTF-8 nor CP932");
}

TEST(a_zero_byte_is_refused_by_line)
{
	check_refused("a\nb\0c\n", 6, 2, "zero byte");
}

TEST(a_file_that_is_not_there_is_no_fault)
{
	struct charset_text text;
	char why[CHARSET_WHY];
	int line;

	CHECK_INT(charset_read("/tmp/mimamori-no-such-file", &text, &line, why, sizeof(why)), CHARSET_NO_FILE);
	CHECK(text.text == NULL);
	CHECK_INT(charset_read("/tmp", &text, &line, why, sizeof(why)), CHARSET_BAD);
	CHECK_TEXT(why, "Is a directory");
}
