#include "common/utf8.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

TEST(every_length_of_character_is_valid)
{
	CHECK(utf8_valid("", 0));
	CHECK(utf8_valid("aé見𠮷\0z", 12));
	CHECK(utf8_valid("\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", 17));
	CHECK(utf8_valid("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8));
}

TEST(overlong_cut_stray_and_surrogate_bytes_are_not)
{
	static const char *const wrong[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe8\xa6", "\xf0\xa0\xae",
		"\xe8\xa6z", "\xc3(", "z\x8c\xa9" };

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!utf8_valid(wrong[i], strlen(wrong[i])));
	CHECK(!utf8_valid("見", 2));
}

static const char *mended(const char *text)
{
	static char room[64];

	snprintf(room, sizeof(room), "%s", text);
	utf8_mend(room);
	return room;
}

TEST(what_a_cut_left_of_a_character_is_taken_out)
{
	CHECK_TEXT(mended(""), "");
	CHECK_TEXT(mended("aé見𠮷z"), "aé見𠮷z");
	CHECK_TEXT(mended("a見\xe8\xa6"), "a見");
	CHECK_TEXT(mended("見\xf0\xa0\xae z\xff\x80𠮷\xc3"), "見 z𠮷");
	CHECK_TEXT(mended("\xed\xa0\x80x"), "x"); /* no character either */
}

TEST(a_cut_never_splits_a_character)
{
	static const char text[] = "a見守𠮷";

	CHECK_INT(utf8_cut(text, 11, 99), 11);
	CHECK_INT(utf8_cut(text, 11, 11), 11);
	CHECK_INT(utf8_cut(text, 11, 10), 7);
	CHECK_INT(utf8_cut(text, 11, 7), 7);
	CHECK_INT(utf8_cut(text, 11, 6), 4);
	CHECK_INT(utf8_cut(text, 11, 3), 1);
	CHECK_INT(utf8_cut(text, 11, 0), 0);
}
