/*
 * desk - a clerk's desk for tests of import and export: a folder of files, a store, and what the command said.
 *
 * now is Monday 2026-11-23 12:00 in Tokyo.
 */
#ifndef TESTS_UNIT_DESK_H
#define TESTS_UNIT_DESK_H

#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/zone.h"
#include "server/cli/export.h"
#include "server/cli/import.h"
#include "tests/unit/test.h"

#define NOON INT64_C(1795402800000) /* 2026-11-23T12:00:00+09:00 */

struct desk {
	char dir[64]; /* holds store, configuration and the folders in and out */
	char in[80], out[80];
	struct cli cli;
	char said[16384]; /* on standard output */
	char told[65536]; /* on standard error */
};

__attribute__((unused)) static void desk_path(const struct desk *d, const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", d->dir, name);
}

/* A store of its own, as settings would open it. */
static void desk_open(struct desk *d, const char *name)
{
	char path[160], why[256];
	FILE *file;

	log_level_set(LOG_LEVEL_WARN);
	snprintf(path, sizeof(path), "%s/%s.ini", d->dir, name);
	file = fopen(path, "w");
	if (!file)
		abort();
	fprintf(file, "[server]\ntimezone = Asia/Tokyo\n[store]\nurl = sqlite:%s/%s.db\n", d->dir, name);
	fclose(file);
	CHECK(settings_read(&d->cli.settings, path, stderr));
	CHECK_INT(store_open(&d->cli.store, d->cli.settings.store_url, why, sizeof(why)), DB_FINE);
	CHECK(settings_watch(&d->cli.settings, &d->cli.store, &d->cli.watch, &d->cli.holidays, stderr));
	d->cli.who = "clerk";
	d->cli.now = NOON;
}

static void desk_close(struct desk *d)
{
	store_close(&d->cli.store);
	holidays_release(&d->cli.holidays);
}

static struct desk *desk_new(void)
{
	struct desk *d = calloc(1, sizeof(*d));

	if (!d)
		abort();
	strcpy(d->dir, "/tmp/mimamori-desk-XXXXXX");
	CHECK(mkdtemp(d->dir) != NULL);
	snprintf(d->in, sizeof(d->in), "%s/in", d->dir);
	snprintf(d->out, sizeof(d->out), "%s/out", d->dir);
	CHECK(mkdir(d->in, 0700) == 0);
	desk_open(d, "one");
	return d;
}

static int desk_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void desk_free(struct desk *d)
{
	desk_close(d);
	nftw(d->dir, desk_remove, 8, FTW_DEPTH | FTW_PHYS);
	free(d);
}

/* Writes a file into the folder `in`. */
static void desk_put_bytes(struct desk *d, const char *name, const char *bytes, size_t len)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", d->in, name);
	file = fopen(path, "w");
	CHECK(file != NULL);
	CHECK_INT(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

__attribute__((unused)) static void desk_put(struct desk *d, const char *name, const char *text)
{
	desk_put_bytes(d, name, text, strlen(text));
}

__attribute__((unused)) static void desk_take_away(struct desk *d, const char *name)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", d->in, name);
	CHECK(unlink(path) == 0);
}

static void desk_read(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t len;

	CHECK(file != NULL);
	len = fread(text, 1, size - 1, file);
	CHECK(feof(file));
	fclose(file);
	text[len] = '\0';
}

/* Runs a command with its two outputs caught. */
static int desk_run(struct desk *d, int (*run)(struct cli *, const char *), const char *dir)
{
	static const char *const names[] = { "said", "told" };
	char path[160];
	int kept[2], result;

	for (int i = 0; i < 2; i++) {
		desk_path(d, names[i], path);
		fflush(i ? stderr : stdout);
		kept[i] = dup(i + 1);
		int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
		CHECK(kept[i] >= 0 && fd >= 0 && dup2(fd, i + 1) == i + 1);
		close(fd);
	}
	result = run(&d->cli, dir);
	for (int i = 0; i < 2; i++) {
		fflush(i ? stderr : stdout);
		dup2(kept[i], i + 1);
		close(kept[i]);
	}
	desk_path(d, "said", path);
	desk_read(path, d->said, sizeof(d->said));
	desk_path(d, "told", path);
	desk_read(path, d->told, sizeof(d->told));
	return result;
}

__attribute__((unused)) static int desk_import(struct desk *d)
{
	return desk_run(d, import_run, d->in);
}

__attribute__((unused)) static int desk_export(struct desk *d)
{
	return desk_run(d, export_run, d->out);
}

/* The rows that a question of the test gives (its text is static), cells joined by '|', rows by ' '. */
__attribute__((unused)) static const char *desk_rows(struct desk *d, int columns, const char *sql)
{
	static char text[4096];
	struct query *q = db_query(d->cli.store.db, sql);
	FILE *out = fmemopen(text, sizeof(text), "w");

	text[0] = '\0';
	for (int row = 0; db_step(q); row++)
		for (int i = 0; i < columns; i++)
			fprintf(out, "%s%s", i ? "|" : row ? " " : "", db_null(q, i) ? "NULL" : db_text(q, i));
	fclose(out);
	return text;
}
#define desk_number(d, sql) db_number((d)->cli.store.db, -1, sql)

#endif
