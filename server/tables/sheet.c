/*
 * sheet - reads one import file. Reading goes on after a bad line, so that a file is put right in one go.
 */
#include "server/tables/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/tables/csv.h"

enum {
	HEADER_LINE = 1,
	HEADER_MOST = 64,
	MALFORMED_MOST = 1000, /* lines; what goes on like that is no such file */
	TAKEN_MOST = 300000,   /* rows of a file that came through the pages, where others wait for the memory */
};

struct reading {
	struct sheet *sheet;
	const struct clerk *clerk;
	struct checking checking;
	struct faults *faults;
	int file;
	int columns[HEADER_MOST]; /* of the file's cells: which column of the table; -1 an unknown one */
	size_t width;             /* of the header */
	size_t room;              /* of rows */
	size_t rows_most;         /* 0: as many as there are */
};

/* The name of the file's cell, for faults. */
static const char *column_of(const struct reading *r, size_t cell)
{
	if (cell >= r->width || r->columns[cell] < 0)
		return NULL;
	return r->sheet->table->columns[r->columns[cell]].name;
}

/* False: rows cannot be read by it. */
static bool read_header(struct reading *r, const struct csv_record *header)
{
	const struct table *table = r->sheet->table;
	bool given[IMPORT_CELLS] = { false }, usable = true;

	if (header->count > HEADER_MOST) {
		fault_add(r->faults, r->file, header->line, NULL, "columns_many", "", "%zu columns are too many",
			header->count);
		return false;
	}
	r->width = header->count;
	for (size_t i = 0; i < header->count; i++) {
		const char *name = header->cells[i];
		int column = table_column(table, name);

		r->columns[i] = column;
		if (column < 0 && !*name)
			fault_add(r->faults, r->file, header->line, NULL, "header_empty", "",
				"the header's cell %zu is empty", i + 1);
		else if (column < 0)
			fault_add(r->faults, r->file, header->line, NULL, "column_unknown", name,
				"%.60s: unknown column", name);
		else if (given[column])
			fault_add(r->faults, r->file, header->line, table->columns[column].name, "column_twice", "",
				"stands in the header twice");
		if (column >= 0)
			given[column] = true;
	}
	for (size_t i = 0; i < table->keys; i++)
		if (!given[i]) {
			fault_add(r->faults, r->file, header->line, table->columns[i].name, "column_missing", "",
				"is missing in the header");
			usable = false;
		}
	return usable;
}

static void check_cell(struct reading *r, const struct column *column, const char *cell, int line)
{
	struct cell_why why;
	char most[24];

	if (!*cell) {
		if (column->required && !column->may_be_empty)
			fault_add(r->faults, r->file, line, column->name, "required", "", "is required");
	} else if (strlen(cell) >= column->size) {
		snprintf(most, sizeof(most), "%zu", column->size - 1);
		fault_add(r->faults, r->file, line, column->name, "too_long", most, "is longer than %s bytes", most);
	} else if (!column->check(&r->checking, column, cell, &why)) {
		fault_add(r->faults, r->file, line, column->name, why.code, why.about, "%s", why.text);
	}
}

/* One more row, all of whose cells are left out yet. */
static const char **add_row(struct reading *r, int line, bool broken)
{
	struct sheet *sheet = r->sheet;
	size_t width = sheet->table->count;
	const char **cells;

	if (sheet->count == r->room) {
		r->room = r->room ? 2 * r->room : 256;
		sheet->rows = realloc(sheet->rows, r->room * sizeof(*sheet->rows));
		sheet->cells = realloc(sheet->cells, r->room * width * sizeof(*sheet->cells));
		if (!sheet->rows || !sheet->cells)
			fatal("error=\"out of memory\" rows=%zu", r->room);
	}
	cells = sheet->cells + sheet->count * width;
	memset(cells, 0, width * sizeof(*cells));
	sheet->rows[sheet->count++] = (struct row){ .line = line, .broken = broken };
	return cells;
}

static void take_row(struct reading *r, const struct csv_record *record)
{
	const char **cells = add_row(r, record->line, false);

	for (size_t i = 0; i < record->count; i++)
		if (r->columns[i] >= 0) {
			cells[r->columns[i]] = record->cells[i];
			check_cell(r, &r->sheet->table->columns[r->columns[i]], record->cells[i], record->line);
		}
}

static void take_broken(struct reading *r, const struct csv_record *record)
{
	const struct table *table = r->sheet->table;
	const char *key[IMPORT_CELLS] = { NULL };

	for (size_t i = 0; i < record->count && i < r->width; i++)
		if (r->columns[i] >= 0)
			key[r->columns[i]] = record->cells[i];
	for (size_t i = 0; i < table->keys; i++)
		if (!key[i] || !*key[i])
			return;
	memcpy(add_row(r, record->line, true), key, table->keys * sizeof(*key));
}

/* Whether another line is worth reading; what follows is named as a fault of its line. */
static bool goes_on(struct reading *r, int line, size_t malformed)
{
	bool many = r->rows_most && r->sheet->count == r->rows_most;
	char most[24];

	if (!many && malformed < MALFORMED_MOST)
		return true;
	snprintf(most, sizeof(most), "%zu", many ? r->rows_most : (size_t)MALFORMED_MOST);
	if (many)
		fault_add(r->faults, r->file, line, NULL, "rows_many", most,
			"%s rows stand before this line: the rest was not read (the command `mimamori import` reads it)",
			most);
	else
		fault_add(r->faults, r->file, line, NULL, "malformed_many", most,
			"%s lines before this one are no rows: the rest was not read", most);
	return false;
}

static void read_rows(struct reading *r, struct csv *csv)
{
	size_t malformed = 0;
	struct csv_record record;
	enum csv_result result;
	const char *why, *start = csv->at, *file = r->sheet->table->file;

	while ((result = csv_next(csv, &record, &why)) != CSV_END && goes_on(r, record.line, malformed)) {
		clerk_shows(r->clerk, "reading", file, csv->at - start, (int64_t)r->sheet->text.len);
		if (result == CSV_RECORD && record.count == r->width) {
			take_row(r, &record);
			continue;
		}
		if (result == CSV_BAD)
			fault_add(r->faults, r->file, record.line, column_of(r, record.count), "csv", "", "%s", why);
		else
			fault_add(r->faults, r->file, record.line, NULL, "cells_count", "",
				"has %zu cells, the header %zu", record.count, r->width);
		take_broken(r, &record);
		malformed++;
	}
	clerk_shown(r->clerk, "reading", file);
}

static int key_order(const char *const *a, const char *const *b, size_t keys)
{
	for (size_t i = 0; i < keys; i++) {
		int order = strcmp(a[i], b[i]);

		if (order)
			return order;
	}
	return 0;
}

static int row_order(const void *one, const void *other, void *keys)
{
	const struct row *a = *(const struct row *const *)one, *b = *(const struct row *const *)other;
	int order = key_order(a->cells, b->cells, *(const size_t *)keys);

	return order ? order : a->line - b->line;
}

/* Rows get their cells only now, when these no longer move. */
static void sort_rows(struct sheet *sheet)
{
	size_t width = sheet->table->count;

	sheet->by_key = malloc((sheet->count + 1) * sizeof(*sheet->by_key));
	if (!sheet->by_key)
		fatal("error=\"out of memory\"");
	for (size_t i = 0; i < sheet->count; i++) {
		sheet->rows[i].cells = sheet->cells + i * width;
		sheet->by_key[i] = &sheet->rows[i];
	}
	qsort_r(sheet->by_key, sheet->count, sizeof(*sheet->by_key), row_order, (void *)&sheet->table->keys);
}

static const char *number_of(char text[24], int number)
{
	snprintf(text, 24, "%d", number);
	return text;
}

static void find_doubles(struct reading *r)
{
	const struct table *table = r->sheet->table;
	const struct row *first = NULL;
	char line[24];

	for (size_t i = 0; i < r->sheet->count; i++) {
		const struct row *row = r->sheet->by_key[i];

		if (first && *row->cells[0] && key_order(first->cells, row->cells, table->keys) == 0)
			fault_add(r->faults, r->file, row->line, table->columns[0].name, "same_key",
				number_of(line, first->line), "the same %s stands in line %s already", table->row,
				line);
		else
			first = row;
	}
}

static void read_text(struct reading *r, char *text)
{
	struct csv_record header;
	struct csv csv;
	const char *why;

	csv_init(&csv, text);
	switch (csv_next(&csv, &header, &why)) {
	case CSV_END:
		fault_add(r->faults, r->file, HEADER_LINE, NULL, "header_missing", "", "the header line is missing");
		break;
	case CSV_BAD: fault_add(r->faults, r->file, header.line, NULL, "csv", "", "%s", why); break;
	case CSV_RECORD:
		if (read_header(r, &header))
			read_rows(r, &csv);
		break;
	}
	csv_release(&csv);
}

static void begin(struct reading *r, struct sheet *sheet, enum import_table table, const struct clerk *clerk,
	struct faults *faults)
{
	*sheet = (struct sheet){ .table = &tables[table] };
	*r = (struct reading){ .sheet = sheet, .clerk = clerk, .faults = faults, .file = (int)table };
	r->checking = (struct checking){ clerk->settings, zone_day(clerk->now) };
}

static void end(struct reading *r)
{
	sort_rows(r->sheet);
	find_doubles(r);
}

/* What reading the file's text came to. */
static void take_file(struct reading *r, enum charset_result result, int line, const char *why)
{
	r->sheet->present = result != CHARSET_NO_FILE;
	if (result == CHARSET_BAD)
		fault_add(r->faults, r->file, line, NULL, "charset", "", "%s", why);
	else if (result == CHARSET_READ)
		read_text(r, r->sheet->text.text);
	end(r);
}

void sheet_read(
	struct sheet *sheet, enum import_table table, const char *dir, const struct clerk *clerk, struct faults *faults)
{
	char why[CHARSET_WHY], *path;
	enum charset_result result;
	struct reading r;
	int line;

	begin(&r, sheet, table, clerk, faults);
	if (asprintf(&path, "%s/%s", dir, sheet->table->file) < 0)
		fatal("error=\"out of memory\"");
	result = charset_read(path, &sheet->text, &line, why, sizeof(why));
	take_file(&r, result, line, why);
	free(path);
}

void sheet_take(struct sheet *sheet, enum import_table table, const void *bytes, size_t len, const struct clerk *clerk,
	struct faults *faults)
{
	char why[CHARSET_WHY];
	enum charset_result result;
	struct reading r;
	int line;

	begin(&r, sheet, table, clerk, faults);
	r.rows_most = TAKEN_MOST;
	result = charset_take(bytes, len, &sheet->text, &line, why, sizeof(why));
	take_file(&r, result, line, why);
}

static void take_cells(struct reading *r, const char *const *given, int line)
{
	const struct table *table = r->sheet->table;
	const char **cells = add_row(r, line, false);

	memcpy(cells, given, table->count * sizeof(*cells));
	for (size_t i = 0; i < table->count; i++)
		if (given[i])
			check_cell(r, &table->columns[i], given[i], line);
}

void sheet_rows(struct sheet *sheet, enum import_table table, const char *const *cells, size_t count,
	const struct clerk *clerk, struct faults *faults)
{
	struct reading r;

	begin(&r, sheet, table, clerk, faults);
	sheet->present = true;
	for (size_t i = 0; i < count; i++)
		take_cells(&r, cells + i * sheet->table->count, (int)i + 1);
	end(&r);
}

void sheet_none(struct sheet *sheet, enum import_table table)
{
	*sheet = (struct sheet){ .table = &tables[table] };
	sort_rows(sheet);
}

void sheet_release(struct sheet *sheet)
{
	free(sheet->rows);
	free(sheet->by_key);
	free(sheet->cells);
	free(sheet->text.text);
	*sheet = (struct sheet){ 0 };
}

const struct row *sheet_find(const struct sheet *sheet, const char *const *key, size_t n)
{
	size_t low = 0, high = sheet->count;

	while (low < high) { /* the first row that does not come before the key */
		size_t middle = low + (high - low) / 2;

		if (key_order(sheet->by_key[middle]->cells, key, n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == sheet->count || key_order(sheet->by_key[low]->cells, key, n) != 0)
		return NULL;
	return sheet->by_key[low];
}
