/*
 * csv - reads records in place: a cell's quotes are taken out where it stands, and what ends it becomes its end byte.
 */
#include "server/tables/csv.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"

void csv_init(struct csv *csv, char *text)
{
	*csv = (struct csv){ .at = text, .line = 1 };
}

void csv_release(struct csv *csv)
{
	free(csv->cells);
	*csv = (struct csv){ 0 };
}

static void add_cell(struct csv *csv, struct csv_record *record, char *cell)
{
	if (record->count == csv->room) {
		csv->room = csv->room ? 2 * csv->room : 32;
		csv->cells = realloc(csv->cells, csv->room * sizeof(*csv->cells));
		if (!csv->cells)
			fatal("error=\"out of memory\"");
	}
	csv->cells[record->count++] = cell;
}

/* Past a line's end; CRLF is one. */
static char *past_line(struct csv *csv, char *at)
{
	csv->line++;
	return at + (at[0] == '\r' && at[1] == '\n' ? 2 : 1);
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

/*
 * Takes a cell in quotes, `at` behind the first one, and writes what it holds from `cell` on. Returns where the cell
 * ends, NULL if the text ends first.
 */
static char *take_quoted(struct csv *csv, char *at, char **cell_end)
{
	char *to = at;

	for (; *at; at++) {
		if (*at == '"' && *++at != '"') {
			*cell_end = to;
			return at;
		}
		if (*at == '\n' || (*at == '\r' && at[1] != '\n'))
			csv->line++;
		*to++ = *at;
	}
	return NULL;
}

static enum csv_result bad(struct csv *csv, struct csv_record *record, char *at, const char **why, const char *is)
{
	record->cells = csv->cells;
	*why = is;
	at += strcspn(at, "\r\n");
	csv->at = *at ? past_line(csv, at) : at;
	return CSV_BAD;
}

static bool is_blank(const struct csv_record *record)
{
	for (size_t i = 0; i < record->count; i++)
		if (*record->cells[i])
			return false;
	return true;
}

/* One line's cells, blank or not. */
static enum csv_result take_record(struct csv *csv, struct csv_record *record, const char **why)
{
	char *at = csv->at;

	record->line = csv->line;
	record->count = 0;
	for (;;) {
		bool quoted = *at == '"';
		char *cell = at + quoted, *end = at;

		if (quoted) {
			at = take_quoted(csv, cell, &end);
			if (!at)
				return bad(csv, record, cell + strlen(cell), why, "the quote is never closed");
			if (*at && *at != ',' && !is_line_end(*at))
				return bad(csv, record, at, why, "text stands behind the closing quote");
		} else {
			at += strcspn(at, ",\r\n\"");
			if (*at == '"')
				return bad(csv, record, at, why,
					"a quote stands within the cell (the whole cell in quotes, its own ones doubled)");
			end = at;
		}
		add_cell(csv, record, cell);

		char ended_by = *at;
		if (is_line_end(ended_by))
			csv->at = past_line(csv, at);
		else
			csv->at = at + (ended_by == ',');
		*end = '\0';
		if (ended_by != ',')
			break;
		at = csv->at;
	}
	record->cells = csv->cells;
	return CSV_RECORD;
}

enum csv_result csv_next(struct csv *csv, struct csv_record *record, const char **why)
{
	while (*csv->at) {
		enum csv_result result = take_record(csv, record, why);

		if (result == CSV_BAD || !is_blank(record))
			return result;
	}
	return CSV_END;
}

static bool needs_quotes(const char *cell)
{
	size_t len = strlen(cell);

	return cell[strcspn(cell, "\",\r\n")] || (len && (cell[0] == ' ' || cell[len - 1] == ' '));
}

bool csv_is_formula(const char *cell)
{
	return *cell && strchr("=+-@\t\r", *cell);
}

static void write_record(FILE *out, const char *const *cells, size_t count, bool defused)
{
	for (size_t i = 0; i < count; i++) {
		const char *cell = cells[i], *before = defused && csv_is_formula(cell) ? "'" : "";

		if (i)
			putc(',', out);
		if (!needs_quotes(cell)) {
			fprintf(out, "%s%s", before, cell);
			continue;
		}
		fprintf(out, "\"%s", before);
		for (; *cell; cell++) {
			if (*cell == '"')
				putc('"', out);
			putc(*cell, out);
		}
		putc('"', out);
	}
	fputs("\r\n", out);
}

void csv_write(FILE *out, const char *const *cells, size_t count)
{
	write_record(out, cells, count, false);
}

void csv_write_defused(FILE *out, const char *const *cells, size_t count)
{
	write_record(out, cells, count, true);
}
