/*
 * holidays - the public holidays, as the Cabinet Office lists them.
 *
 * The file is the office's syukujitsu.csv: a header line, then lines such as 2026/1/1,元日 (2026-01-01 is taken too).
 * Only the dates are kept. They are ASCII, and CP932 never hides a comma or a line's end inside a character, so the
 * names may be in CP932, as the office gives them out, or in UTF-8, with or without a BOM: nobody has to convert it.
 */
#ifndef WATCH_HOLIDAYS_H
#define WATCH_HOLIDAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct holidays {
	int32_t *days; /* ascending, days since 1970-01-01; NULL where there are none */
	size_t count;
};

/*
 * Reads the list; path NULL or empty means no holidays. False if there is no such file, a line is wrong or none has a
 * date, each named on `errors` as FILE:LINE: what is wrong; then the list is empty.
 */
bool holidays_init(struct holidays *holidays, const char *path, FILE *errors);
void holidays_release(struct holidays *holidays);

bool holidays_has(const struct holidays *holidays, int32_t day);

#endif
