/* import - reads, compares and writes, and says what it did or what is wrong. */
#include "server/cli/import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "server/cli/progress.h"
#include "server/tables/import_plan.h"
#include "server/tables/import_write.h"

#define FAULTS_MOST 1000 /* printed of each kind */

static int failed(const char *what, const char *why)
{
	fprintf(stderr, "mimamori: %s: %s\n", what, why);
	return CLI_FAILED;
}

static bool is_folder(const char *dir)
{
	struct stat st;

	if (stat(dir, &st) != 0)
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode);
}

static void print_counts(const struct import *im)
{
	for (enum import_table table = 0; table < IMPORT_TABLES; table++) {
		const size_t *counts = im->counts[table];

		if (!im->sheets[table].present)
			continue;
		printf("%s: %zu rows, %zu new, %zu changed", tables[table].file, im->sheets[table].count,
			counts[ROW_NEW], counts[ROW_CHANGED]);
		if (counts[ROW_REMOVED])
			printf(", %zu removed", counts[ROW_REMOVED]);
		putchar('\n');
	}
}

static int import(struct import *im, const char *dir)
{
	struct db *db = im->store->db;
	bool done;

	if (import_read(im, dir) == 0)
		return failed(dir, "there is none of the files that import reads (districts.csv, residents.csv …)");
	if (!import_compare(im))
		return failed("the store", db_why(db));

	done = !im->faults.errors && (!import_differs(im) || import_write(im));
	faults_print(&im->faults, table_file, FAULTS_MOST, stderr);
	if (im->faults.errors)
		return failed(dir, "nothing was imported");
	if (!done)
		return failed("nothing was imported: the store", db_why(db));
	print_counts(im);
	return CLI_DONE;
}

int import_run(struct cli *cli, const char *dir)
{
	struct progress progress = { 0 };
	struct clerk clerk = cli_clerk(cli);
	struct import im;
	int result;

	if (!is_folder(dir))
		return failed(dir, strerror(errno));
	clerk.progress = progress_table;
	clerk.context = &progress;
	import_init(&im, &clerk);
	result = import(&im, dir);
	import_release(&im);
	return result;
}
