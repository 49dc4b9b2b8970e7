/*
 * csv - comma-separated values as RFC 4180 writes them: cells in quotes may hold commas, line ends and doubled quotes.
 *
 * Reading works within the text itself and takes CRLF, LF or CR as a line's end. A line whose cells are all empty is
 * no record: spreadsheets leave such lines behind. Nothing is trimmed: spaces belong to the cell.
 */
#ifndef TABLES_CSV_H
#define TABLES_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct csv {
	char *at; /* the next record; cells given out point into the text before it */
	int line; /* its line in the file, from 1 */
	char **cells;
	size_t room;
};

struct csv_record {
	char **cells; /* valid until the next record is read; their texts as long as the whole text */
	size_t count;
	int line; /* where it begins */
};

enum csv_result {
	CSV_RECORD,
	CSV_BAD, /* the line is no record: why, and the cells before the bad one; what follows it can be read */
	CSV_END,
};

/* text ends in a zero byte, is changed while it is read, and must outlive the cells. */
void csv_init(struct csv *csv, char *text);
void csv_release(struct csv *csv);

/* With CSV_BAD *why is a static text. */
enum csv_result csv_next(struct csv *csv, struct csv_record *record, const char **why);

/*
 * Whether a spreadsheet would take the cell for a formula: a name must not be able to run anything on the desk of
 * whoever opens a list. Lists that people open get an apostrophe in front of it (csv_write_defused); files that
 * `import` reads back are written as they are.
 */
bool csv_is_formula(const char *cell);
void csv_write_defused(FILE *out, const char *const *cells, size_t count);

/* Writes one record, in quotes only what needs them, ended by CRLF. Trouble is left for ferror. */
void csv_write(FILE *out, const char *const *cells, size_t count);

#endif
