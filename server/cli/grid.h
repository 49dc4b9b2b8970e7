/*
 * grid - text in columns that line up on a terminal, where a full-width character takes two places.
 *
 * Filled cell by cell, row after row, then printed at once: a column is as wide as its widest cell. Lines that run
 * across all columns may stand between rows. What no terminal should be sent (control characters) becomes a space.
 */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum grid_colour { GRID_PLAIN, GRID_STRONG, GRID_FAINT, GRID_RED, GRID_YELLOW, GRID_GREEN, GRID_MAGENTA };

struct grid {
	size_t columns;
	bool colour; /* colours are sent, else the same text without them */
	struct grid_cell *cells;
	size_t count, room;
};

/* Characters have their widths only after this, once a process: the user's locale, else plain UTF-8. */
void grid_locale(void);
/* Whether standard output wants colours: a terminal that has them, and NO_COLOR is not set. */
bool grid_wants_colour(bool terminal);

void grid_init(struct grid *g, size_t columns, bool colour);
void grid_cell(struct grid *g, enum grid_colour colour, const char *text);
void grid_line(struct grid *g, enum grid_colour colour, const char *text); /* between two rows */
/* Prints all and empties the grid. */
void grid_print(struct grid *g, FILE *out);

size_t grid_width(const char *text); /* places on the terminal */

#endif
