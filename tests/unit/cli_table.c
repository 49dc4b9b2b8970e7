/* grid: columns of a list line up, whatever the width of their characters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/cli/grid.h"
#include "tests/unit/test.h"

static struct grid g;

static char *printed(void)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	grid_print(&g, out);
	CHECK_INT(fclose(out), 0);
	return text;
}

#define CHECK_PRINTED(wanted)             \
	do {                              \
		char *got_ = printed();   \
		CHECK_TEXT(got_, wanted); \
		free(got_);               \
	} while (0)

static void cells(const char *const *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		grid_cell(&g, GRID_PLAIN, texts[i]);
}
#define CELLS(...) \
	cells((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

TEST(a_full_width_character_takes_two_places)
{
	grid_locale();
	CHECK_INT(grid_width("abc"), 3);
	CHECK_INT(grid_width("山田 花子"), 9);
	CHECK_INT(grid_width("ｱｲｳ"), 3); /* half-width katakana */
	CHECK_INT(grid_width("が"), 2);
	CHECK_INT(grid_width("か\xE3\x82\x99"), 2); /* the same of two characters */
	CHECK_INT(grid_width(""), 0);
}

TEST(columns_line_up_with_full_width_text)
{
	grid_locale();
	grid_init(&g, 3, false);
	CELLS("● 合図なし", "R002", "佐藤 次郎", "✓ ok", "R1", "Ann", "‖ お休み", "R00003", "x");
	CHECK_PRINTED("● 合図なし  R002    佐藤 次郎\n"
		      "✓ ok        R1      Ann\n"
		      "‖ お休み    R00003  x\n");
}

TEST(a_line_runs_across_and_widens_no_column)
{
	grid_locale();
	grid_init(&g, 2, false);
	grid_line(&g, GRID_STRONG, "対応が必要 (1)");
	CELLS("a", "b");
	grid_line(&g, GRID_STRONG, "");
	CELLS("long", "b");
	CHECK_PRINTED("対応が必要 (1)\na     b\n\nlong  b\n");
}

TEST(empty_cells_leave_no_spaces_at_the_end_of_a_line)
{
	grid_locale();
	grid_init(&g, 3, false);
	CELLS("a", "", "c", "aa", "bb", "", "aaa", "", "");
	CHECK_PRINTED("a        c\naa   bb\naaa\n");
}

TEST(colour_is_sent_only_where_it_is_wanted_and_moves_no_column)
{
	grid_locale();
	grid_init(&g, 2, true);
	grid_cell(&g, GRID_RED, "赤");
	grid_cell(&g, GRID_PLAIN, "x");
	grid_cell(&g, GRID_PLAIN, "abc");
	grid_cell(&g, GRID_GREEN, "y");
	CHECK_PRINTED("\033[1;31m赤\033[0m   x\nabc  \033[32my\033[0m\n");
	grid_init(&g, 1, false);
	grid_cell(&g, GRID_RED, "赤");
	CHECK_PRINTED("赤\n");
}

TEST(colour_is_for_terminals_without_no_color)
{
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	CHECK(grid_wants_colour(true));
	CHECK(!grid_wants_colour(false));
	setenv("NO_COLOR", "1", 1);
	CHECK(!grid_wants_colour(true));
	setenv("NO_COLOR", "", 1); /* as https://no-color.org says */
	CHECK(grid_wants_colour(true));
	setenv("TERM", "dumb", 1);
	CHECK(!grid_wants_colour(true));
}

TEST(nothing_that_steers_a_terminal_gets_through)
{
	grid_locale();
	grid_init(&g, 2, false);
	CELLS("a\033[2Jb", "c\nd",
		"e\xC2\x9B"
		"f",
		"g\xFFh");
	CHECK_PRINTED("a [2Jb  c d\ne f     g h\n");
}
