/*
 * cell - what may stand in a cell of an import file (contract 2): pure functions of the cell and the settings.
 *
 * A cell is UTF-8, not empty, and not longer than its column takes. why->text follows "FILE:LINE: column: ".
 * Codes: spaces_only control id ids listed_id device device_staff device_adapter date future phone one_of twice
 * channel_characters channel mail schedule length tell.
 */
#ifndef TABLES_CELL_H
#define TABLES_CELL_H

#include "server/tables/tables.h"

#define CELL_CHECK(name) \
	bool name(const struct checking *c, const struct column *column, const char *cell, struct cell_why *why)

CELL_CHECK(cell_line);      /* text without line ends or other control characters, not only spaces */
CELL_CHECK(cell_lines);     /* text of one or several lines */
CELL_CHECK(cell_id);        /* no spaces, quotation marks, backslashes, control characters */
CELL_CHECK(cell_ids);       /* several, separated by spaces, commas or semicolons: none of these within an id */
CELL_CHECK(cell_listed_id); /* one that cell_ids can name */
CELL_CHECK(cell_device);    /* an own device, or adapter/name */
CELL_CHECK(cell_date);
CELL_CHECK(cell_birth_date); /* of somebody who is born */
CELL_CHECK(cell_phone);      /* anything with the four digits that identify (rules 7) */
CELL_CHECK(cell_one_of);     /* one of column->words */
CELL_CHECK(cell_any_of);     /* some of column->words, each once, separated by spaces */
CELL_CHECK(cell_channels);   /* addresses that this installation can send to, separated by spaces */
CELL_CHECK(cell_schedule);   /* a resident's */
CELL_CHECK(cell_hours);      /* a watcher's hours, a user's duty */
CELL_CHECK(cell_after);      /* a length of time */
CELL_CHECK(cell_notify);     /* resident+tier1+…+staff */

/*
 * Takes the next word off *at, which separators end; false: there is none. What is longer than the room is cut (no
 * word that a column takes is).
 */
bool cell_next_word(const char **at, const char *separators, char *word, size_t size);

#endif
