/* grid - measures every cell, then prints them all. */
#include "server/cli/grid.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "common/log.h"

enum { GAP = 2 }; /* places between two columns */

struct grid_cell {
	char *text;
	enum grid_colour colour;
	bool line; /* runs across all columns */
	size_t width;
};

void grid_locale(void)
{
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

bool grid_wants_colour(bool terminal)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

void grid_init(struct grid *g, size_t columns, bool colour)
{
	*g = (struct grid){ .columns = columns, .colour = colour };
}

/* Takes one character; *width is its places, 0 for one that only changes the one before, -1 for none to be shown. */
static size_t take(const char *text, int *width)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t len = mbrtowc(&c, text, strlen(text), &state);

	if (len == (size_t)-1 || len == (size_t)-2 || len == 0) {
		*width = -1;
		return 1;
	}
	*width = wcwidth(c);
	return len;
}

size_t grid_width(const char *text)
{
	size_t places = 0;
	int width;

	while (*text) {
		text += take(text, &width);
		places += width < 0 ? 1 : (size_t)width;
	}
	return places;
}

/* A copy with a space for each character that is not to be shown. */
static char *showable(const char *text)
{
	char *copy = malloc(strlen(text) + 1), *to = copy;
	int width;

	if (!copy)
		fatal("error=\"out of memory\"");
	while (*text) {
		size_t len = take(text, &width);

		if (width < 0) {
			*to++ = ' ';
		} else {
			memcpy(to, text, len);
			to += len;
		}
		text += len;
	}
	*to = '\0';
	return copy;
}

static void add(struct grid *g, enum grid_colour colour, const char *text, bool line)
{
	struct grid_cell *cell;

	if (g->count == g->room) {
		g->room = g->room ? 2 * g->room : 64;
		g->cells = realloc(g->cells, g->room * sizeof(*g->cells));
		if (!g->cells)
			fatal("error=\"out of memory\"");
	}
	cell = &g->cells[g->count++];
	*cell = (struct grid_cell){ .text = showable(text), .colour = colour, .line = line };
	cell->width = grid_width(cell->text);
}

void grid_cell(struct grid *g, enum grid_colour colour, const char *text)
{
	add(g, colour, text, false);
}

void grid_line(struct grid *g, enum grid_colour colour, const char *text)
{
	add(g, colour, text, true);
}

static void print_cell(const struct grid *g, const struct grid_cell *cell, FILE *out)
{
	static const char *const codes[] = { "", "1", "2", "1;31", "33", "32", "35" };
	bool coloured = g->colour && cell->colour != GRID_PLAIN && cell->text[0];

	if (coloured)
		fprintf(out, "\033[%sm%s\033[0m", codes[cell->colour], cell->text);
	else
		fputs(cell->text, out);
}

static size_t *measure(const struct grid *g)
{
	size_t *widths = calloc(g->columns, sizeof(*widths)), column = 0;

	if (!widths)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < g->count; i++) {
		const struct grid_cell *cell = &g->cells[i];

		if (cell->line)
			continue;
		if (cell->width > widths[column])
			widths[column] = cell->width;
		column = (column + 1) % g->columns;
	}
	return widths;
}

void grid_print(struct grid *g, FILE *out)
{
	size_t *widths = measure(g), column = 0,
	       owed = 0; /* owed: spaces, printed only if something follows on the line */

	for (size_t i = 0; i < g->count; i++) {
		const struct grid_cell *cell = &g->cells[i];

		if (cell->text[0] && owed)
			fprintf(out, "%*s", (int)owed, "");
		if (cell->text[0])
			owed = 0;
		print_cell(g, cell, out);
		if (cell->line || column + 1 == g->columns) {
			putc('\n', out);
			owed = 0;
		} else {
			owed += widths[column] - cell->width + GAP;
		}
		if (!cell->line)
			column = (column + 1) % g->columns;
		free(cell->text);
	}
	free(widths);
	free(g->cells);
	*g = (struct grid){ .columns = g->columns, .colour = g->colour };
}
