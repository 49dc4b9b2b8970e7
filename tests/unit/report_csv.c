/* report_csv - what people open in a spreadsheet: heads in their language, nothing small, no formulas. */
#include "server/tables/csv.h"
#include "server/tables/report_csv.h"
#include "tests/unit/street.h"

#define APRIL_2026 INT32_C(675)

static bool shows(const void *context, const struct report_series *s)
{
	(void)context;
	return s->scope != REPORT_OWN;
}

static char *written(const char *language, enum period_by by)
{
	struct report_years report;
	struct report_part part = { &report, by, APRIL_2026, APRIL_2026 + 11, shows, NULL, true, language, 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	CHECK(report_read(&report, W, 2026, 2026, T("2026-06-01 12:00")));
	report_hide(&report);
	report_csv_write(&part, out);
	CHECK_INT(fclose(out), 0);
	report_release(&report);
	return text;
}

/* The cell of a column, by its head, of the n-th line. */
static const char *cell(char *text, const char *head, int n)
{
	static char found[256];
	char *copy = strdup(text + 3);
	struct csv csv;
	struct csv_record record;
	const char *why;
	size_t column = 1000;

	csv_init(&csv, copy);
	CHECK_INT(csv_next(&csv, &record, &why), CSV_RECORD);
	for (size_t i = 0; i < record.count; i++)
		if (strcmp(record.cells[i], head) == 0)
			column = i;
	for (int i = 0; i < n; i++)
		CHECK_INT(csv_next(&csv, &record, &why), CSV_RECORD);
	CHECK(column < record.count);
	snprintf(found, sizeof(found), "%s", record.cells[column]);
	csv_release(&csv);
	free(copy);
	return found;
}

TEST(a_line_a_district_and_period_with_small_counts_hidden)
{
	char *text;

	street_open();
	sql("INSERT INTO districts (district, name) VALUES ('D2', '=HYPERLINK(\"x\")')");
	for (int i = 0; i < 8; i++) {
		char id[8];

		snprintf(id, sizeof(id), "R%d", i);
		resident(id, "none", T("2026-04-10 12:00"));
	}
	sql("UPDATE residents SET district = 'D2' WHERE resident_id >= 'R6'");
	sql("INSERT INTO residents (resident_id, name, district, began_at) VALUES ('old', 'o', 'D1', 1)");

	text = written("ja", PERIOD_HALF);
	CHECK(strncmp(text, "\xEF\xBB\xBF", 3) == 0);
	CHECK_TEXT(cell(text, "期間", 1), "2026年度上半期");
	CHECK_TEXT(cell(text, "はじまり", 1), "2026-04-01");
	CHECK_TEXT(cell(text, "おわり", 2), "2027-03-31");
	CHECK_TEXT(cell(text, "地区名", 1), "全地区");
	CHECK_TEXT(cell(text, "地区", 3), "D1");
	CHECK_TEXT(cell(text, "地区名", 5), "'=HYPERLINK(\"x\")");
	CHECK_TEXT(cell(text, "対象者（人）", 1), "9");
	CHECK_TEXT(cell(text, "対象者（人）", 2), ""); /* still to come */
	CHECK_TEXT(cell(text, "対象者（人）", 3), "*");
	CHECK_TEXT(cell(text, "対象者（人）", 5), "5未満");
	CHECK_TEXT(cell(text, "合図なしの割合（%）", 1), "");
	free(text);

	text = written("en", PERIOD_MONTH);
	CHECK_TEXT(cell(text, "Period", 1), "4/2026");
	CHECK_TEXT(cell(text, "Period", 12), "3/2027");
	CHECK_TEXT(cell(text, "District name", 1), "All districts");
	CHECK_TEXT(cell(text, "Residents (people)", 2), "9");
	CHECK_TEXT(cell(text, "Residents (people)", 25), "<5");
	free(text);

	text = written("en", PERIOD_YEAR);
	CHECK_TEXT(cell(text, "Period", 1), "FY 2026");
	free(text);
	street_close();
}
