/* holidays - the public holidays, as the Cabinet Office lists them. */
#include "server/watch/holidays.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "common/memory.h"
#include "common/zone.h"

static int day_order(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

/* The date in a line's first cell: 2026/1/1, 2026/01/01 or 2026-01-01, quoted or not. */
static bool first_cell_date(const char *line, int32_t *day)
{
	char year[5], month[3], mday[3], text[DATE_TEXT], first, second;
	int used = 0;
	bool quoted = *line == '"';

	line += quoted;
	if (sscanf(line, "%4[0-9]%c%2[0-9]%c%2[0-9]%n", year, &first, month, &second, mday, &used) != 5)
		return false;
	if (first != second || (first != '/' && first != '-'))
		return false;
	line += used;
	if (quoted && *line++ != '"')
		return false;
	if (*line && !strchr(",\r\n", *line))
		return false;
	snprintf(text, sizeof(text), "%s-%s%s-%s%s", year, month[1] ? "" : "0", month, mday[1] ? "" : "0", mday);
	return date_parse(text, day);
}

static void add_day(struct holidays *holidays, int32_t day)
{
	/* A power of two is full: twice the room (1, 2, 4 …). */
	if ((holidays->count & (holidays->count - 1)) == 0) {
		size_t room = holidays->count ? 2 * holidays->count : 1;
		int32_t *days = realloc(holidays->days, room * sizeof(*days));

		if (!days)
			fatal("out of memory reading holidays");
		holidays->days = days;
	}
	holidays->days[holidays->count++] = day;
}

static bool read_lines(struct holidays *holidays, FILE *file, const char *path, FILE *errors)
{
	char *line = NULL;
	size_t size = 0;
	bool good = true;

	for (unsigned number = 1; getline(&line, &size, file) >= 0; number++) {
		const char *start = line;
		int32_t day;

		if (number == 1 && strncmp(start, "\xEF\xBB\xBF", 3) == 0)
			start += 3;
		if (first_cell_date(start, &day)) {
			add_day(holidays, day);
		} else if (number > 1 && start[strspn(start, ", \r\n")]) { /* line 1 is the header; Excel leaves ",," */
			fprintf(errors, "%s:%u: no date such as 2026/1/1 in the first column\n", path, number);
			good = false;
		}
	}
	free(line);
	return good;
}

bool holidays_init(struct holidays *holidays, const char *path, FILE *errors)
{
	*holidays = (struct holidays){ 0 };
	if (!path || !*path)
		return true;

	FILE *file = fopen(path, "re");
	if (!file) {
		fprintf(errors, "%s: %s\n", path, memory_file_error(path));
		return false;
	}

	errno = 0;
	bool good = read_lines(holidays, file, path, errors);
	if (!feof(file)) { /* a lack of memory is no error of the file */
		fprintf(errors, "%s: %s\n", path, memory_file_error(path));
		good = false;
	} else if (good && !holidays->count) {
		fprintf(errors, "%s: no holidays in it\n", path);
		good = false;
	}
	fclose(file);

	if (!good)
		holidays_release(holidays);
	else
		qsort(holidays->days, holidays->count, sizeof(*holidays->days), day_order);
	return good;
}

void holidays_release(struct holidays *holidays)
{
	free(holidays->days);
	*holidays = (struct holidays){ 0 };
}

bool holidays_has(const struct holidays *holidays, int32_t day)
{
	return holidays->count && bsearch(&day, holidays->days, holidays->count, sizeof(day), day_order);
}
