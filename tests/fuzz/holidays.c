/* holidays - the Cabinet Office's file (server/watch/holidays.h). */
#include <stdlib.h>
#include <string.h>

#include "common/zone.h"
#include "server/watch/holidays.h"
#include "tests/fuzz/fuzz.h"

/* The same days, written plainly, are the same holidays. */
static void check_written(const struct holidays *holidays)
{
	struct holidays again;
	char *text = NULL, date[DATE_TEXT];
	size_t len;
	FILE *out = open_memstream(&text, &len);

	fputs("date,name\n", out);
	for (size_t i = 0; i < holidays->count; i++)
		fprintf(out, "%s,x\r\n", date_format(date, holidays->days[i]));
	MUST(fclose(out) == 0);
	MUST(holidays_init(&again, fuzz_file("again.csv", text, len), stderr));
	MUST(again.count == holidays->count &&
		memcmp(again.days, holidays->days, again.count * sizeof(*again.days)) == 0);
	holidays_release(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct holidays holidays;
	struct fuzz_said said;
	char path[512];

	fuzz_begin();
	snprintf(path, sizeof(path), "%s", fuzz_file("holidays.csv", data, size));
	fuzz_listen(&said);
	if (holidays_init(&holidays, path, said.out)) {
		fuzz_heard(&said, path);
		MUST(said.len == 0 && holidays.count > 0);
		for (size_t i = 0; i < holidays.count; i++) {
			MUST(i == 0 || holidays.days[i - 1] <= holidays.days[i]);
			MUST(holidays_has(&holidays, holidays.days[i]));
		}
		check_written(&holidays);
		holidays_release(&holidays);
	} else {
		fuzz_heard(&said, path);
		MUST(said.len > 0 && holidays.count == 0 && !holidays.days);
	}
	fuzz_forget(&said);
	return 0;
}
