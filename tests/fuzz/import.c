/*
 * import - the files of an import as far as the store (server/tables/import_plan.h, import_write.h). The input: for
 * each file a line `=NAME`, its bytes behind it. What was imported is as it was imported: the same files change nothing
 * any more, nor do those that an export gives.
 */
#include <stdlib.h>
#include <string.h>

#include "common/utf8.h"
#include "server/tables/import_write.h"
#include "server/tables/table_csv.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/town.h"

static struct clerk clerk_of(struct town *t)
{
	return (struct clerk){ .settings = &t->settings, .watch = &t->watch, .who = "shell:fuzz", .now = TOWN_NOW };
}

/* The files of the input; their names are to be freed. */
static size_t split(const uint8_t *data, size_t size, struct import_file files[IMPORT_TABLES])
{
	size_t count = 0;

	while (size && *data == '=' && count < IMPORT_TABLES) {
		struct import_file *file = &files[count++];
		const uint8_t *end;

		data++;
		size--;
		file->name = fuzz_line(&data, &size);
		end = size ? memmem(data, size, "\n=", 2) : NULL;
		file->bytes = data;
		file->len = end ? (size_t)(end - data) + 1 : size;
		data += file->len;
		size -= file->len;
	}
	return count;
}

/* Every fault can be said, on a line of its own. */
static void check_faults(struct import *im)
{
	struct fuzz_said said;

	for (size_t i = 0; i < im->faults.count; i++) {
		const struct fault *f = &im->faults.list[i];

		MUST(f->what[0] && f->code && *f->code && utf8_valid(f->what, strlen(f->what)));
		MUST(utf8_valid(f->about, strlen(f->about)) && f->file >= 0 && f->file < IMPORT_TABLES && f->line >= 0);
	}
	fuzz_listen(&said);
	faults_print(&im->faults, table_file, 20, said.out);
	fuzz_heard(&said, NULL);
	fuzz_forget(&said);
}

/* Whether the files would change anything, in the transaction of the caller. */
static bool changes(const struct clerk *clerk, const struct import_file *files, size_t count)
{
	struct import im;
	const char *unknown;
	bool differs;

	import_init(&im, clerk);
	MUST(import_take(&im, files, count, &unknown));
	import_judge(&im);
	if (im.faults.errors)
		faults_print(&im.faults, table_file, 5, stderr);
	MUST(!im.faults.errors);
	differs = import_differs(&im);
	import_release(&im);
	return differs;
}

/* What export gives, import takes, and nothing is changed by it. */
static void check_export(const struct clerk *clerk)
{
	static const struct table_csv how = { .context = NULL };
	struct import_file files[IMPORT_TABLES];
	char *texts[IMPORT_TABLES];

	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		FILE *out = open_memstream(&texts[table], &files[table].len);

		MUST(table_csv_write(clerk, table, &how, out) >= 0);
		MUST(fclose(out) == 0);
		files[table].name = tables[table].file;
		files[table].bytes = texts[table];
		MUST(utf8_valid(texts[table], files[table].len));
	}
	MUST(!changes(clerk, files, IMPORT_TABLES));
	for (enum import_table table = 0; table < IMPORT_TABLES; table++)
		free(texts[table]);
}

static void put(struct import *im, const struct clerk *clerk, const struct import_file *files, size_t count)
{
	char told[IMPORT_TOLD];

	MUST(import_put(im));
	import_told(im, told);
	FUZZ_TEXT(told);
	MUST(!changes(clerk, files, count));
	check_export(clerk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct town *t = town_get();
	struct clerk clerk = clerk_of(t);
	struct import_file files[IMPORT_TABLES];
	struct import im;
	const char *unknown;
	size_t count = split(data, size, files);

	town_enter(t);
	import_init(&im, &clerk);
	if (import_take(&im, files, count, &unknown)) {
		import_judge(&im);
		check_faults(&im);
		if (!im.faults.errors)
			put(&im, &clerk, files, count);
	}
	import_release(&im);
	town_leave(t);
	for (size_t i = 0; i < count; i++)
		free((char *)(uintptr_t)files[i].name);
	return 0;
}
