/*
 * csv - the bytes of an import file as text, and text as records (server/tables/charset.h, csv.h): what was read and is
 * written is read the same again.
 */
#include "server/tables/csv.h"

#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "server/tables/charset.h"
#include "tests/fuzz/fuzz.h"

enum { WHY = CHARSET_WHY };

static void check_cells(const struct csv_record *record, const char *text, size_t len)
{
	for (size_t i = 0; i < record->count; i++) {
		const char *cell = record->cells[i];

		MUST(cell >= text && cell <= text + len && strlen(cell) <= (size_t)(text + len - cell));
		MUST(utf8_valid(cell, strlen(cell)));
	}
}

static void check_written(const struct csv_record *record)
{
	char *text = NULL, *defused = NULL;
	struct csv csv;
	struct csv_record again;
	const char *why;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	csv_write(out, (const char *const *)record->cells, record->count);
	MUST(fclose(out) == 0);
	csv_init(&csv, text);
	MUST(csv_next(&csv, &again, &why) == CSV_RECORD && again.count == record->count);
	for (size_t i = 0; i < again.count; i++)
		MUST(strcmp(again.cells[i], record->cells[i]) == 0);
	MUST(csv_next(&csv, &again, &why) == CSV_END);
	csv_release(&csv);
	free(text);

	out = open_memstream(&defused, &len);
	csv_write_defused(out, (const char *const *)record->cells, record->count);
	MUST(fclose(out) == 0);
	csv_init(&csv, defused);
	MUST(csv_next(&csv, &again, &why) == CSV_RECORD && again.count == record->count);
	for (size_t i = 0; i < again.count; i++)
		MUST(!csv_is_formula(again.cells[i]));
	csv_release(&csv);
	free(defused);
}

static void check_records(char *text, size_t len, int lines)
{
	struct csv csv;
	struct csv_record record;
	enum csv_result result;
	const char *why, *at = text;
	int line = 0;

	csv_init(&csv, text);
	while (why = NULL, (result = csv_next(&csv, &record, &why)) != CSV_END) {
		MUST(csv.at > at && csv.at <= text + len); /* it goes on */
		MUST(record.line > line && record.line <= lines);
		MUST(result == CSV_RECORD ? record.count > 0 : why && *why);
		at = csv.at;
		line = record.line;
		check_cells(&record, text, len);
		if (result == CSV_RECORD)
			check_written(&record);
	}
	MUST(*csv.at == '\0');
	csv_release(&csv);
}

static int lines_of(const char *text)
{
	int lines = 1;

	for (; *text; text++)
		lines += *text == '\n' || (*text == '\r' && text[1] != '\n');
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct charset_text text;
	char why[WHY] = "";
	int line = -1;

	fuzz_begin();
	if (charset_take(data, size, &text, &line, why, sizeof(why)) == CHARSET_READ) {
		MUST(line == 0 && strlen(text.text) == text.len && utf8_valid(text.text, text.len));
		MUST(text.len <= 3 * size);
		check_records(text.text, text.len, lines_of(text.text));
		free(text.text);
	} else {
		MUST(!text.text && why[0] && line >= 1);
	}
	return 0;
}
