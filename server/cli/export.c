/*
 * export - writes every file from one view of the store, and puts them in place only when all of them are whole.
 *
 * Cells stand as they were imported: nothing is added that would keep a spreadsheet from reading one as a formula, for
 * import must read back what it gave. The byte order mark tells Excel that this is UTF-8.
 */
#include "server/cli/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/log.h"
#include "common/zone.h"
#include "server/cli/progress.h"
#include "server/store/audit.h"
#include "server/store/exports.h"
#include "server/tables/csv.h"
#include "server/tables/table_csv.h"

#define HISTORY_CELLS 20

/* A file that only export writes. */
struct history {
	const char *file;
	struct query *(*all)(struct store *s);
	size_t count;
	const char *columns[HISTORY_CELLS];
	uint32_t instants; /* bit 1 << i: column i is an instant */
};

static const struct history histories[] = {
	{ "checkins.csv", exports_checkins, 5, { "device_id", "id", "kind", "pressed_at", "heard_at" },
		1 << 3 | 1 << 4 },
	{ "incidents.csv", exports_incidents, 19,
		{ "id", "resident_id", "kind", "subject", "detail", "district", "state", "opened_at", "closed_at",
			"outcome", "cause", "how", "seen_by", "closed_by", "until", "note", "step", "claimed_by",
			"claimed_until" },
		1 << 7 | 1 << 8 | 1 << 18 },
	{ "timeline.csv", exports_timeline, 7,
		{ "id", "incident_id", "resident_id", "at", "event", "person", "detail" }, 1 << 3 },
};

static const struct table_csv as_imported = { 0 }; /* every row, as it stands */

#define HISTORIES (sizeof(histories) / sizeof(histories[0]))
#define FILES     (IMPORT_TABLES + HISTORIES)

struct export
{
	struct clerk clerk;
	struct store *store;
	const char *dir;
	char *whole[FILES]; /* files that are written, under the names they have until all are */
	int64_t rows[FILES];
	int error; /* the errno of what failed first, unless it was the store */
};

static const char *file_name(size_t file)
{
	return file < IMPORT_TABLES ? tables[file].file : histories[file - IMPORT_TABLES].file;
}

static char *path_of(const char *dir, const char *before, const char *file, const char *after)
{
	char *path;

	if (asprintf(&path, "%s/%s%s%s", dir, before, file, after) < 0)
		fatal("error=\"out of memory\"");
	return path;
}

static int64_t write_history(struct export *ex, const struct history *history, FILE *out, struct progress *progress)
{
	struct query *q = history->all(ex->store);
	const char *cells[HISTORY_CELLS];
	char instants[HISTORY_CELLS][ZONE_TEXT];
	int64_t rows = 0;

	progress_begin(progress, "writing %s", history->file);
	csv_write(out, history->columns, history->count);
	for (; !ferror(out) && db_step(q); rows++) {
		for (size_t i = 0; i < history->count; i++)
			if (history->instants >> i & 1 && !db_null(q, (int)i))
				cells[i] = zone_format(instants[i], db_int(q, (int)i));
			else
				cells[i] = db_text(q, (int)i);
		csv_write(out, cells, history->count);
		progress_show(progress, rows, 0);
	}
	progress_end(progress);
	return rows;
}

/* What the system last refused, kept from what comes after. */
static bool refused(struct export *ex)
{
	ex->error = errno;
	return false;
}

static bool write_file(struct export *ex, size_t file)
{
	char *path = path_of(ex->dir, ".", file_name(file), ".XXXXXX");
	int fd = mkostemp(path, O_CLOEXEC);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	struct progress progress = { 0 };
	bool written;

	if (!out) {
		refused(ex);
		free(path);
		return false;
	}
	ex->whole[file] = path;
	fputs("\xEF\xBB\xBF", out);
	ex->clerk.context = &progress;
	if (file < IMPORT_TABLES)
		ex->rows[file] = table_csv_write(&ex->clerk, (enum import_table)file, &as_imported, out);
	else
		ex->rows[file] = write_history(ex, &histories[file - IMPORT_TABLES], out, &progress);
	written = (!ferror(out) && fflush(out) == 0 && fsync(fd) == 0) || refused(ex);
	fclose(out);
	return written && db_status(ex->store->db) == DB_FINE;
}

static bool write_files(struct export *ex)
{
	bool written = true;

	if (!db_begin_read(ex->store->db))
		return false;
	for (size_t file = 0; written && file < FILES; file++)
		written = write_file(ex, file);
	db_rollback(ex->store->db);
	return written;
}

static bool put_in_place(struct export *ex)
{
	int folder = open(ex->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool done = folder >= 0;

	for (size_t file = 0; done && file < FILES; file++) {
		char *path = path_of(ex->dir, "", file_name(file), "");

		done = rename(ex->whole[file], path) == 0;
		free(path);
		if (done) {
			free(ex->whole[file]);
			ex->whole[file] = NULL;
		}
	}
	done = (done && fsync(folder) == 0) || refused(ex);
	if (folder >= 0)
		close(folder);
	return done;
}

/* All that people told us leaves the store: that stays on record. */
static bool write_audit(struct cli *cli)
{
	if (!store_begin(&cli->store))
		return false;
	audit_add(&cli->store, cli->now, cli->who, "export", "", "");
	return store_commit(&cli->store);
}

static int failed(const struct export *ex)
{
	if (db_status(ex->store->db) != DB_FINE)
		fprintf(stderr, "mimamori: the store: %s\n", db_why(ex->store->db));
	else
		fprintf(stderr, "mimamori: %s: %s\n", ex->dir, strerror(ex->error));
	return CLI_FAILED;
}

int export_run(struct cli *cli, const char *dir)
{
	struct export ex = { .clerk = cli_clerk(cli), .store = &cli->store, .dir = dir };
	int result = CLI_DONE;

	ex.clerk.progress = progress_table;
	if ((mkdir(dir, 0700) != 0 && errno != EEXIST && !refused(&ex)) || !write_audit(cli) || !write_files(&ex) ||
		!put_in_place(&ex))
		result = failed(&ex);
	for (size_t file = 0; file < FILES; file++) {
		if (result == CLI_DONE)
			printf("%s: %lld rows\n", file_name(file), (long long)ex.rows[file]);
		if (ex.whole[file])
			unlink(ex.whole[file]);
		free(ex.whole[file]);
	}
	return result;
}
